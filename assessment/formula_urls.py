"""The formulas of the rankings, under /formulas/."""

from django.urls import path

from assessment.views import editor, formulas, whatif

urlpatterns = [
    path("", formulas.formulas, name="formulas"),
    path("start/", formulas.formula_start, name="formula-start"),
    path("<int:pk>/", editor.formula, name="formula"),
    path("<int:pk>/check/", editor.formula_check, name="formula-check"),
    path("<int:pk>/what-if/", whatif.formula_what_if, name="formula-what-if"),
    path("<int:pk>/what-if/<slug:unit>/", whatif.formula_what_if_unit, name="formula-what-if-unit"),
    path("<int:pk>/<slug:action>/", formulas.formula_act, name="formula-act"),
]
