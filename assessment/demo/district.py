"""The demonstration district, ready for its first whistle."""

from django.utils import timezone

from assessment.presets import load_formulas
from dispatch.models import Playbook
from dispatch.presets import load_preset
from grid.demo import DISTRICT, lay_ground
from grid.models import Department
from whistle.models import WhistleType

PRESET = "kunming-wuhua"
# Whom an emergency calls when the street names nobody, the lead first.
PLAYBOOK = ("fire", "safety", "gas")


def set_up():
    """Ground, types, clocks, formulas and playbook; what exists stays as it stands."""
    lay_ground()
    load_preset(PRESET, DISTRICT)
    load_formulas(PRESET, DISTRICT, now=timezone.now())
    departments = {department.code: department for department in Department.objects.in_district(DISTRICT)}
    lead, *assisting = (departments[code] for code in PLAYBOOK)
    emergency = WhistleType.objects.get(district=DISTRICT, code="emergency")
    playbook, made = Playbook.objects.get_or_create(type=emergency, defaults={"lead": lead})
    if made:
        playbook.assisting.set(assisting)
