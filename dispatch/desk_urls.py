from django.urls import path

from dispatch.views import desks, inbox

urlpatterns = [
    path("triage/", desks.triage, name="triage"),
    path("sign/", desks.sign, name="sign"),
    path("orders/", desks.my_orders, name="my-orders"),
    path("messages/", inbox.inbox, name="messages"),
    path("messages/read/", inbox.read, name="messages-read"),
    path("messages/<int:pk>/", inbox.message, name="message"),
]
