"""The API of formulas: versions and drafts, what they say, and what they would have changed."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from assessment import formula_present
from assessment import formula_schema as shapes
from assessment.api import MONTH
from assessment.filters import FormulaFilter
from assessment.finding import by_key, formulas_of
from assessment.formula_actions import begin_draft, formula_actions
from assessment.formulas import examine, well_formed
from assessment.formulas.measures import MEASURES
from assessment.models import Formula
from assessment.permissions import can_keep_formulas, formulas_asked
from assessment.presets import shipped_for
from assessment.standings import month_asked
from assessment.units import rankings_in
from assessment.whatif import side_by_side, what_if
from common.errors import require
from dispatch import schema
from dispatch.api import KEY, ActingViewSet, answer_once


@extend_schema(tags=["formulas"])
class FormulaViewSet(ActingViewSet):
    """Formulas that were adopted for rankings the caller sees; all of an area, drafts too, for whoever keeps them.

    In each ranking drafts come first, then the versions from the newest on. In force in a month is the version of the
    latest `applies_from` that is not after it.
    """

    queryset = Formula.objects.none()
    filterset_class = FormulaFilter
    serializer_class = shapes.FormulaRow
    table = formula_actions

    def find(self, number):
        return by_key(formulas_of(self.request.user), number)

    def say(self, number):
        return formula_present.formula(self.find(number), person=self.request.user)

    @extend_schema(operation_id="formulas_list", responses=shapes.FormulaRow(many=True))
    def list(self, request):
        page = self.paginate_queryset(self.filter_queryset(formulas_of(request.user)))
        return self.get_paginated_response([formula_present.line(row) for row in page])

    @extend_schema(responses=shapes.Formula)
    def retrieve(self, request, number):
        return super().retrieve(request, number)

    @extend_schema(
        operation_id="formulas_begin", request=shapes.NewFormula, responses={201: shapes.Formula}, parameters=[KEY]
    )
    def create(self, request):
        """Begins a draft with what another formula says, or one that ships."""

        def act():
            draft = begin_draft(request.data, by=request.user, at=request.received_at)
            return 201, self.say(str(draft.pk))

        return answer_once(request, act)

    @extend_schema(operation_id="formulas_act", request=schema.Act, responses=shapes.Formula, parameters=[KEY])
    def act(self, request, number, action):
        """Does one of the acts that `actions` offers. `save` keeps a draft whole, with its faults."""
        return super().act(request, number, action)

    @extend_schema(operation_id="formulas_check", request=shapes.ToExamine, responses=shapes.Examined)
    def check(self, request, number):
        """What is wrong with a definition for the units of this draft, and what it says; nothing is kept."""
        row = self._kept(number)
        given = request.data.get("definition") if hasattr(request.data, "keys") else None
        return Response(formula_present.examined(examine(well_formed(given), row.ranked)))

    @extend_schema(operation_id="formulas_what_if", parameters=[MONTH], responses=shapes.WhatIf)
    def what_if(self, request, number):
        """How a month, the latest if none is named, would have ranked by it, beside how it was ranked."""
        row, found, month = self._computed(number)
        return Response(formula_present.what_if(row, found, month))

    @extend_schema(operation_id="formulas_what_if_unit", parameters=[MONTH], responses=shapes.WhatIfUnit)
    def what_if_unit(self, request, number, unit):
        """One unit's two scores, part by part, side by side."""
        row, found, _month = self._computed(number)
        move = found.move(unit) if found else None
        if move is None:
            raise Http404
        return Response(formula_present.both(row, found, move, side_by_side(found, move)))

    def _kept(self, number):
        row = self.find(number)
        require(can_keep_formulas(self.request.user, row))
        return row

    def _computed(self, number):
        row, now = self._kept(number), self.request.received_at
        asked = self.request.query_params.get("month")
        month = month_asked(asked, now=now) if asked else None
        return row, what_if(row, month, now=now), month or timezone.localdate(now).replace(day=1)


class PresetsView(APIView):
    """What ships with the system, to begin a draft with; for whoever keeps formulas."""

    @extend_schema(tags=["formulas"], operation_id="formulas_presets", responses=shapes.Preset(many=True))
    def get(self, request):
        area, _of = formulas_asked(request.user)
        names = [name for of in rankings_in(area) for name in shipped_for(of)]
        return Response([formula_present.preset(name) for name in names])


class MeasuresView(APIView):
    """What a formula can count, and for which units; for whoever keeps formulas."""

    @extend_schema(tags=["formulas"], operation_id="formulas_measures", responses=shapes.Measure(many=True))
    def get(self, request):
        formulas_asked(request.user)
        return Response(
            [
                {"name": name, "label": str(measure.label), "of": sorted(measure.of)}
                for name, measure in MEASURES.items()
            ]
        )
