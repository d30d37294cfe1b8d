import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grid.models import Area, AreaLevel, Department

# Levels as programs read and write them.
LEVEL_WORDS = {level: level.name.lower() for level in AreaLevel}


class AreaFilter(filters.FilterSet):
    parent = filters.CharFilter("parent_id", label=_("lies directly in"))
    under = filters.CharFilter("code", "startswith", label=_("is or lies in"))
    level = filters.ChoiceFilter(
        choices=[(word, level.label) for level, word in LEVEL_WORDS.items()], method="at_level", label=_("level")
    )
    search = filters.CharFilter(method="called", label=_("part of the name, or the beginning of the code"))

    class Meta:
        model = Area
        fields = []

    def at_level(self, queryset, _name, word):
        return queryset.at(AreaLevel[word.upper()])

    def called(self, queryset, _name, text):
        return queryset.called(text)


class DepartmentFilter(filters.FilterSet):
    district = filters.CharFilter("district_id", label=_("district"))
    group = filters.CharFilter("group__code", label=_("code of the group"))
    active = filters.BooleanFilter(label=_("can be called"))
    search = filters.CharFilter(method="called", label=_("part of the name, or the beginning of the code"))

    class Meta:
        model = Department
        fields = []

    def called(self, queryset, _name, text):
        return queryset.filter(Q(name__icontains=text) | Q(name_en__icontains=text) | Q(code__istartswith=text))
