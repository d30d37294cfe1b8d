"""The formulas of the rankings, under /formulas/."""

from django.urls import path

from assessment.views import formulas

urlpatterns = [
    path("", formulas.formulas, name="formulas"),
    path("start/", formulas.formula_start, name="formula-start"),
    path("<int:pk>/", formulas.formula, name="formula"),
    path("<int:pk>/<slug:action>/", formulas.formula_act, name="formula-act"),
]
