"""How the map is narrowed, by the names the list of whistles uses, and which part of it is looked at."""

from math import isfinite

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dispatch.filters import WhistleFilter, moment_of
from dispatch.mapping import LEAST_ZOOM, MOST_NORTH, MOST_ZOOM, Box, in_box
from whistle.models import WhistleType

# More than the largest screens show at once.
MOST_CELLS = 2_500


class BoxField(forms.CharField):
    """A view of the map as `west,south,east,north`, in degrees; a Box, or None for nothing."""

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return None
        try:
            west, south, east, north = map(float, value.split(","))
        except ValueError:
            raise ValidationError(_("Write the view as west,south,east,north in degrees.")) from None
        if not all(map(isfinite, (west, south, east, north))):
            raise ValidationError(_("Write the view as west,south,east,north in degrees."))
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ValidationError(_("There is no such view: west lies before east, south before north."))
        return Box(west, max(south, -MOST_NORTH), east, min(north, MOST_NORTH))


class BoxFilter(filters.Filter):
    field_class = BoxField

    def filter(self, queryset, box):
        return in_box(queryset, box) if box else queryset


class MapFilter(WhistleFilter):
    """As the list of whistles, within a view; what cannot be is refused, because an empty map says nothing."""

    bbox = BoxFilter(label=pgettext_lazy("of a map", "View"), max_length=100)

    def is_valid(self):
        if super().is_valid():
            self._check(self.form)
        return super().is_valid()

    def _check(self, form):
        given, now = form.cleaned_data, moment_of(self)
        after, before = given.get("filed_after"), given.get("filed_before")
        if after and after > now:
            form.add_error("filed_after", _("This moment has not come yet."))
        elif after and before and before <= after:
            form.add_error("filed_before", _("The period ends before it begins."))
        code = given.get("type")
        if code and not WhistleType.objects.visible_to(self.request.user).filter(code=code).exists():
            form.add_error("type", _("There is no such type of whistle in this district."))


class ViewForm(forms.Form):
    """What of the map a browser asks for."""

    bbox = BoxField(label=pgettext_lazy("of a map", "View"), max_length=100)
    zoom = forms.IntegerField(label=gettext_lazy("Zoom"), min_value=LEAST_ZOOM, max_value=MOST_ZOOM)
    heat = forms.ChoiceField(label=gettext_lazy("Heat"), choices=[("0", "0"), ("1", "1")], required=False)

    def clean(self):
        given = super().clean()
        if not self.errors:
            given["heat"] = given["heat"] == "1"
            if given["bbox"].cells(given["zoom"]) > MOST_CELLS:
                self.add_error("bbox", _("This view is too large for its zoom."))
        return given
