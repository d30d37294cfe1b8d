from django.urls import path

from whistle import views

urlpatterns = [
    path("photos/<int:pk>/", views.photo, name="photo"),
    path("photos/<int:pk>/small/", views.photo_thumbnail, name="photo-thumbnail"),
]
