"""How lists of months, appeals, points by hand, files and formulas are narrowed by API."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from assessment.finding import MONTH
from assessment.states import BulletinState, ExportState, FormulaState, Ranked
from dispatch.filters import ChoicesIn


class _OfAMonth(filters.FilterSet):
    bulletin = filters.CharFilter(label=_("Month"), method="of_bulletin")

    def of_bulletin(self, queryset, name, number):
        """Of the month that is called so; what is no number of a month has nothing."""
        asked = MONTH.fullmatch(number)
        if not asked or not 1 <= int(asked[3]) <= 12 or int(asked[2]) < 1:
            return queryset.none()
        return queryset.filter(bulletin__area=asked[1], bulletin__month=f"{asked[2]}-{asked[3]}-01")


class BulletinFilter(filters.FilterSet):
    state = ChoicesIn(label=_("State"), choices=BulletinState.choices)
    district = filters.CharFilter(label=_("District"), field_name="area")


class AppealFilter(_OfAMonth):
    order = filters.CharFilter(label=_("Order"), field_name="order__number")
    waiting = filters.BooleanFilter(label=_("Waits for a ruling"), field_name="granted", lookup_expr="isnull")


class PointsFilter(_OfAMonth):
    of = filters.ChoiceFilter(label=_("Ranking of"), field_name="ranked", choices=Ranked.choices)
    unit = filters.CharFilter(label=_("Unit"))


class ExportFilter(_OfAMonth):
    state = ChoicesIn(label=_("State"), choices=ExportState.choices)


class FormulaFilter(filters.FilterSet):
    of = filters.ChoiceFilter(label=_("Ranking of"), field_name="ranked", choices=Ranked.choices)
    district = filters.CharFilter(label=_("District"), field_name="area")
    state = ChoicesIn(label=_("State"), choices=FormulaState.choices)
