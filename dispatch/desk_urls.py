from django.urls import path

from dispatch.views import desks

urlpatterns = [
    path("triage/", desks.triage, name="triage"),
    path("sign/", desks.sign, name="sign"),
    path("orders/", desks.my_orders, name="my-orders"),
]
