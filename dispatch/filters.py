"""How lists of whistles and orders are narrowed, on pages and by API."""

import django_filters as filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.search import refuse_many_words
from dispatch.models import Message, Order
from dispatch.models.orders import OPEN as STILL_OPEN
from dispatch.queries import has_overdue
from dispatch.searching import LONGEST_SEARCH, Search
from dispatch.states import OrderRole, OrderState
from dispatch.worklists import leads_in_hand, letters_waiting
from whistle.models import AdviceLetter, Lead, Whistle
from whistle.models.whistles import in_area
from whistle.states import OPEN, Holder, LeadState, LetterState, Level, Source, WhistleState


class ChoicesIn(filters.BaseInFilter, filters.ChoiceFilter):
    """One of several values, separated by commas."""


class SearchFilter(filters.CharFilter):
    """Some words, all of which must be found: see `dispatch.searching`."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, max_length=LONGEST_SEARCH, validators=[refuse_many_words], **kwargs)


def moment_of(filterset):
    return getattr(filterset.request, "received_at", None) or timezone.now()


class WhistleFilter(filters.FilterSet):
    state = ChoicesIn(label=_("State"), choices=WhistleState.choices)
    type = filters.CharFilter(label=_("Type"), field_name="type__code")
    level = ChoicesIn(label=_("Level"), choices=Level.choices)
    area = filters.CharFilter(label=_("Area"), method="in_area")
    department = filters.CharFilter(label=_("Department"), method="of_department")
    filed_after = filters.IsoDateTimeFilter(label=_("Filed after"), field_name="filed_at", lookup_expr="gte")
    filed_before = filters.IsoDateTimeFilter(label=_("Filed before"), field_name="filed_at", lookup_expr="lt")
    overdue = filters.BooleanFilter(label=_("Overdue"), method="is_overdue")
    open = filters.BooleanFilter(label=_("Open"), method="is_open")
    drill = filters.BooleanFilter(label=_("Drill"), field_name="drill")
    month = filters.DateFilter(label=_("Blown, of the month"), method="of_month", input_formats=["%Y-%m"])
    search = SearchFilter(label=_("Search"), method="matching")

    class Meta:
        model = Whistle
        fields = []

    def in_area(self, queryset, name, code):
        return queryset.filter(in_area(code))

    def of_department(self, queryset, name, code):
        return queryset.filter(pk__in=Order.objects.filter(department__code=code).values("whistle"))

    def of_month(self, queryset, name, month):
        """Those that were numbered in it, as the figures of a month count them, and blown."""
        return queryset.filter(number__contains=f"-{month:%Y%m}", filed_at__isnull=False)

    def is_overdue(self, queryset, name, yes):
        condition = has_overdue(moment_of(self))
        return queryset.filter(condition if yes else ~condition)

    def is_open(self, queryset, name, yes):
        condition = Q(state__in=OPEN)
        return queryset.filter(condition if yes else ~condition)

    def matching(self, queryset, name, words):
        return Search(words, self.request.user).whistles(queryset)


class OrderFilter(filters.FilterSet):
    state = ChoicesIn(label=_("State"), choices=OrderState.choices)
    role = filters.ChoiceFilter(label=_("Role"), choices=OrderRole.choices)
    department = filters.CharFilter(label=_("Department"), field_name="department__code")
    whistle = filters.CharFilter(label=_("Whistle"), field_name="whistle__number")
    open = filters.BooleanFilter(label=_("Open"), method="is_open")
    drill = filters.BooleanFilter(label=_("Drill"), field_name="whistle__drill")

    class Meta:
        model = Order
        fields = []

    def is_open(self, queryset, name, yes):
        return queryset.filter(STILL_OPEN if yes else ~STILL_OPEN)


class MessageFilter(filters.FilterSet):
    unread = filters.BooleanFilter(label=_("Unread"), field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Message
        fields = []


class LeadFilter(filters.FilterSet):
    state = ChoicesIn(label=_("State"), choices=LeadState.choices)
    holder = ChoicesIn(label=_("In hand of"), choices=Holder.choices)
    source = ChoicesIn(label=_("Source"), choices=Source.choices)
    area = filters.CharFilter(label=_("Area"), method="in_area")
    hard = filters.BooleanFilter(label=_("Hard"), field_name="hard")
    mine = filters.BooleanFilter(label=_("In my hand"), method="is_mine")
    search = SearchFilter(label=_("Search"), method="matching")

    class Meta:
        model = Lead
        fields = []

    def in_area(self, queryset, name, code):
        return queryset.filter(in_area(code))

    def is_mine(self, queryset, name, yes):
        mine = leads_in_hand(self.request.user).values("pk")
        return queryset.filter(pk__in=mine) if yes else queryset.exclude(pk__in=mine)

    def matching(self, queryset, name, words):
        return Search(words, self.request.user).leads(queryset)


class LetterFilter(filters.FilterSet):
    state = ChoicesIn(label=_("State"), choices=LetterState.choices)
    department = filters.CharFilter(label=_("Department"), field_name="department__code")
    area = filters.CharFilter(label=_("Area"), method="in_area")
    mine = filters.BooleanFilter(label=_("That wait for me"), method="is_mine")
    search = SearchFilter(label=_("Search"), method="matching")

    class Meta:
        model = AdviceLetter
        fields = []

    def in_area(self, queryset, name, code):
        return queryset.filter(in_area(code))

    def is_mine(self, queryset, name, yes):
        mine = letters_waiting(self.request.user).values("pk")
        return queryset.filter(pk__in=mine) if yes else queryset.exclude(pk__in=mine)

    def matching(self, queryset, name, words):
        return Search(words, self.request.user).letters(queryset)
