"""What is shown beside a whistle while it is written: where a point lies, and who may be the right ones to come."""

from datetime import timedelta

from django import forms
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.models import Order, Playbook
from dispatch.states import OrderState
from grid.ground import names_from_street
from grid.models import AreaLevel, Department, ResponsibilityItem
from whistle.forms import HalfTypedForm
from whistle.locating import area_at, km_outside, point_of
from whistle.models import Whistle
from whistle.models.whistles import in_area

# What was handled longer ago tells little.
LATELY = timedelta(days=365)
# More than these are no suggestion any more.
MOST = 6


class PlaceForm(HalfTypedForm):
    """A point on the map, or an area of the list; each tells the other."""

    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    lng = forms.FloatField(required=False, min_value=-180, max_value=180)

    def found(self):
        """`area`: {code, name} of the community in which the point lies, of the person's own streets, or None;
        `sure`: by its outline, not only the nearest known place; `point`: [lat, lng] of an area; `sentences` about
        what is odd. What is half typed tells nothing."""
        self.full_clean()
        given = self.cleaned_data.get
        lat, lng = given("lat"), given("lng")
        area, mine = self.area_of_mine()
        said = {"area": None, "sure": False, "point": None, "sentences": []}
        if not self.streets:
            return said
        if None in (lat, lng):
            if mine:
                said["point"] = point_of(area)
            return said
        code, said["sure"] = area_at(lat, lng, self.streets)
        if code:
            said["area"] = {"code": code, "name": " · ".join(names_from_street(code))}
        away = km_outside(lat, lng, self.streets[0][: AreaLevel.DISTRICT])
        if away is not None:
            sentence = _("The point lies outside the district, %(km)s km from its border. Please check it on the map.")
            said["sentences"].append(sentence % {"km": f"{away:.1f}" if away < 10 else round(away)})
        elif not code:
            said["sentences"].append(_("No community is known to be near this point: choose it from the list."))
        return said


class SuggestionForm(HalfTypedForm):
    """Who should come."""

    type = forms.CharField(required=False)
    item = forms.CharField(required=False)

    def found(self, *, at):
        """`[{"department", "leads", "reasons"}, …]`, the likeliest first; what is half typed tells nothing."""
        self.full_clean()
        given = self.cleaned_data.get
        if not self.streets:
            return []
        area, mine = self.area_of_mine()
        district = (mine or self.streets[0])[: AreaLevel.DISTRICT]
        found: dict[Department, dict] = {}

        def suggest(department, reason, *, leads=False):
            if department.active:
                each = found.setdefault(department, {"department": department, "leads": False, "reasons": []})
                each["reasons"].append(reason)
                each["leads"] |= leads

        item = self._item(district, given("item"))
        if item:
            suggest(item.lead, _("leads “%(item)s” by the responsibility list") % {"item": item}, leads=True)
            for each in item.assisting.all():
                suggest(each, _("assists with “%(item)s” by the responsibility list") % {"item": item})
        playbook = self._playbook(district, given("type"))
        if playbook:
            for each in [playbook.lead, *playbook.assisting.all()]:
                leads = each == playbook.lead and not item
                suggest(each, _("called at once by the playbook of “%(type)s”") % {"type": playbook.type}, leads=leads)
        if mine and (item or len(area) >= AreaLevel.COMMUNITY):
            for each, many in _who_handled(area, item, at):
                suggest(each, _handled(many, item))
        ranked = sorted(found.values(), key=lambda each: (not each["leads"], -len(each["reasons"])))
        return ranked[:MOST]

    @staticmethod
    def _item(district, code):
        if not code:
            return None
        items = ResponsibilityItem.objects.select_related("lead").prefetch_related("assisting")
        return items.filter(district=district, code=code).first()

    @staticmethod
    def _playbook(district, code):
        if not code:
            return None
        playbooks = Playbook.objects.select_related("lead", "type").prefetch_related("assisting")
        return playbooks.filter(type__district=district, type__code=code).first()


def _who_handled(area, item, at):
    """`[(department, how many), …]`: who finished such orders in this community lately, drills apart."""
    there = in_area(area[: AreaLevel.COMMUNITY])
    condition = {"state": OrderState.FINISHED, "finished_at__gte": at - LATELY}
    orders = Order.objects.in_earnest().filter(whistle__in=_whistles(there, item), **condition)
    many = dict(orders.order_by().values_list("department").annotate(Count("pk")))
    departments = Department.objects.in_bulk(many)
    return sorted(((departments[pk], count) for pk, count in many.items()), key=lambda each: (-each[1], each[0].pk))


def _whistles(there, item):
    found = Whistle.objects.filter(there)
    return found.filter(item=item) if item else found


def _handled(many, item):
    if item:
        return ngettext(
            "handled %(count)d such case here in the last year",
            "handled %(count)d such cases here in the last year",
            many,
        ) % {"count": many}
    return ngettext(
        "handled %(count)d case here in the last year", "handled %(count)d cases here in the last year", many
    ) % {"count": many}
