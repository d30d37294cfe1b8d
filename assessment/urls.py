from django.urls import path

from assessment import views

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("wall/", views.wall, name="wall"),
    path("score/", views.score, name="score"),
    path("callbacks/", views.callbacks, name="callbacks"),
    path("analysis/", views.analysis, name="analysis"),
    path("analysis/<slug:part>/", views.analysis, name="analysis-part"),
    path("bulletins/", views.bulletins, name="bulletins"),
    path("bulletins/appeals/<str:number>/<slug:action>/", views.appeal_act, name="appeal-act"),
    path("bulletins/files/<str:number>/", views.export_file, name="export-file"),
    path("bulletins/files/<str:number>/<slug:action>/", views.export_act, name="export-act"),
    path("bulletins/points/<str:number>/<slug:action>/", views.points_act, name="points-act"),
    path("bulletins/<str:number>/", views.bulletin, name="bulletin"),
    path("bulletins/<str:number>/appeals/", views.appeals, name="appeals"),
    path("bulletins/<str:number>/<slug:action>/", views.bulletin_act, name="bulletin-act"),
    path("accountability/", views.accountabilities, name="accountabilities"),
    path("accountability/<str:number>/", views.accountability, name="accountability"),
    path("accountability/<str:number>/<slug:action>/", views.accountability_act, name="accountability-act"),
    path("ranking/", views.ranking, name="ranking"),
    path("ranking/year/", views.year, name="ranking-year"),
    path("ranking/<slug:of>/<slug:unit>/", views.unit, name="ranking-unit"),
    path("ranking/<slug:of>/<slug:unit>/<str:name>/", views.figure_behind, name="ranking-figure"),
]
