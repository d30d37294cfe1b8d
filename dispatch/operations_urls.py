from django.urls import path

from dispatch.views import operations

urlpatterns = [
    path("", operations.operations, name="operations"),
    path("findings/<slug:question>/", operations.finding, name="operations-finding"),
    path("clocks/<int:pk>/<slug:action>/", operations.clock_repair, name="operations-clock"),
    path("orders/<str:number>/<slug:action>/", operations.order_repair, name="operations-order"),
]
