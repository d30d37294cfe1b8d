"""Whistles that need but one act to be filed."""

from django.utils import timezone

from dispatch import services
from grid.models import Area, Person
from whistle.models import WhistleType
from whistle.services import create_draft
from whistle.states import Level

COMMUNITY = "530102005008"


def whistles_about_to_be_filed(count):
    """Yields `(title, act)`: a whistle signed but for the street's secretary, and the act that signs and files it."""
    who = {
        name: Person.objects.get(username=name)
        for name in ("officer.fengning", "community.hongshan", "secretary.fengning")
    }
    area = Area.objects.get(pk=COMMUNITY)
    type = WhistleType.objects.get(district=area.district_code, code="key")
    for number in range(count):
        title = f"井盖松动{number:03d}，夜间行人险些跌落"
        at = timezone.now()
        draft = create_draft(
            by=who["officer.fengning"],
            at=at,
            type=type,
            level=Level.GENERAL,
            title=title,
            description="多方到场后仍未解决。",
            area=area,
            address="虹山南路",
            criteria=list(type.criteria.filter(code__in=["joint", "hazard"])),
            demonstration=True,
        )
        services.request_signatures(draft, by=who["officer.fengning"], at=timezone.now())
        said = {"opinion": "情况属实，同意。", "inspected_at": at}
        services.sign(draft, by=who["community.hongshan"], at=timezone.now(), **said)

        def file(draft=draft, said=said):
            services.sign(draft, by=who["secretary.fengning"], at=timezone.now(), **said)

        yield title, file
