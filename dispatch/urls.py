from django.urls import path

from dispatch.views import cases

urlpatterns = [
    path("whistles/<str:number>/", cases.whistle, name="whistle"),
    path("whistles/<str:number>/<slug:action>/", cases.whistle_act, name="whistle-act"),
    path("orders/<str:number>/<slug:action>/", cases.order_act, name="order-act"),
]
