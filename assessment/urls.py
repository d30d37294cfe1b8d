from django.urls import path

from assessment import views

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("score/", views.score, name="score"),
    path("callbacks/", views.callbacks, name="callbacks"),
    path("analysis/", views.analysis, name="analysis"),
    path("ranking/", views.ranking, name="ranking"),
    path("ranking/<slug:of>/<slug:unit>/", views.unit, name="ranking-unit"),
    path("ranking/<slug:of>/<slug:unit>/<str:name>/", views.figure_behind, name="ranking-figure"),
]
