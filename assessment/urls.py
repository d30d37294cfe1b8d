from django.urls import path

from assessment import views

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("score/", views.score, name="score"),
    path("ranking/", views.ranking, name="ranking"),
    path("ranking/<slug:code>/", views.ranking_department, name="ranking-department"),
]
