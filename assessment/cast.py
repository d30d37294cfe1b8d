"""Who acts where in a script: whoever holds the post, see `grid.cast`."""

from django.utils.translation import gettext as _

from common.errors import Invalid
from grid.cast import holder
from grid.models import Area, AreaLevel, Department, Person, Role


class Cast:
    """Read once, because people act many times."""

    def __init__(self) -> None:
        self._people: dict[tuple[str, str], Person] = {}

    def _in(self, role: Role, place: Area | Department) -> Person:
        key = (role, str(place.pk))
        if key not in self._people:
            self._people[key] = holder(role, place)
        return self._people[key]

    def in_area(self, role: Role, code: str) -> Person:
        known = self._people.get((role, code))
        return known or self._in(role, Area.objects.get(pk=code))

    def officer(self, whistle):
        return self.in_area(Role.STREET_OFFICER, whistle.street_code)

    def secretary(self, role, area_code):
        """The street's, or that of the community; for a whole street that of its first community."""
        if role == Role.STREET_SECRETARY:
            return self.in_area(role, area_code[:9])
        if len(area_code) > 9:
            return self.in_area(role, area_code[:12])
        community = Area.objects.under(area_code).at(AreaLevel.COMMUNITY).first()
        if community is None:
            raise Invalid(
                _("No community of the street %(code)s is loaded; load it with load_areas first.")
                % {"code": area_code}
            )
        return self.in_area(role, community.code)

    def dispatcher(self, whistle):
        return self.in_area(Role.DISPATCHER, whistle.district_id)

    def observer(self, whistle):
        return self.in_area(Role.CITY_OBSERVER, whistle.district_id[:4])

    def leader(self, whistle):
        return self.in_area(Role.DISTRICT_LEADER, whistle.street_code)

    def assessor(self, whistle):
        return self.in_area(Role.ASSESSOR, whistle.district_id)

    def liaison(self, department):
        return self._in(Role.LIAISON, department)
