from django.urls import path

from grid import views

urlpatterns = [
    path("areas/<str:code>/outline/", views.outline, name="area-outline"),
    path("areas/<str:code>/outlines/", views.outlines, name="area-outlines"),
]
