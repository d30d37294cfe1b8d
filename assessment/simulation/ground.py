"""What a simulation needs to know of its district, read once and in a fixed order."""

from collections import defaultdict
from typing import NamedTuple

from django.utils.translation import gettext as _

from assessment.models import AssessmentRule
from common.errors import Invalid
from dispatch import clocks
from dispatch.models import Playbook
from dispatch.states import OF_AN_ORDER
from grid.models import Area, AreaLevel, Department, ResponsibilityItem
from whistle.models import WhistleType
from whistle.states import Level


class Calls(NamedTuple):
    """Departments that are called together, the lead first; `item`: of the responsibility list, or None."""

    departments: list[Department]
    item: ResponsibilityItem | None


class Ground:
    """The district with this code. Refuses with Invalid one that lacks what a whistle needs."""

    def __init__(self, code: str) -> None:
        self.code = code
        found = Area.objects.filter(pk=code, level=AreaLevel.DISTRICT).first()
        if found is None:
            raise Invalid(
                _("No district with the code “%(code)s” is loaded; load it with load_areas first.") % {"code": code}
            )
        self.communities = list(Area.objects.under(code).at(AreaLevel.COMMUNITY).order_by("code"))
        if not self.communities:
            raise Invalid(
                _("The district %(code)s has no communities; load them with load_areas first.") % {"code": code}
            )
        self.streets = list(Area.objects.under(code).at(AreaLevel.STREET).order_by("code"))
        # By the code of their community.
        self.grids: dict[str, list[Area]] = defaultdict(list)
        for grid in Area.objects.under(code).at(AreaLevel.GRID).order_by("code"):
            self.grids[grid.code[: AreaLevel.COMMUNITY]].append(grid)
        types = WhistleType.objects.filter(district=code).order_by("position", "code").prefetch_related("criteria")
        # Every order needs its clocks, or nothing says how fast things go.
        self.types = [type for type in types if self._has_clocks(type)]
        if not self.types:
            raise Invalid(
                _("The district %(code)s has no types of whistles with clocks; load them with load_preset first.")
                % {"code": code}
            )
        self.departments = list(Department.objects.in_district(code).active().order_by("code"))
        if not self.departments:
            raise Invalid(
                _(
                    "The district %(code)s has no departments; enter them in the settings, "
                    "or lay a demonstration with load_demo."
                )
                % {"code": code}
            )
        self.calls = list(self._listed()) or [Calls([department], None) for department in self.departments]
        self.playbooks = {
            playbook.type_id: [each for each in (playbook.lead, *playbook.assisting.order_by("code")) if each.active]
            for playbook in Playbook.objects.filter(type__in=self.types).select_related("lead")
        }

        self.rules = AssessmentRule.objects.of(*self.types)

    def _has_clocks(self, type):
        return all(len(clocks.rules_for(type, level, OF_AN_ORDER)) == len(OF_AN_ORDER) for level in Level)

    def _listed(self):
        items = ResponsibilityItem.objects.filter(district=self.code).order_by("code").select_related("lead")
        for item in items:
            departments = [each for each in (item.lead, *item.assisting.order_by("code")) if each.active]
            if departments:
                yield Calls(departments, item)
