"""What tests stand on, built through services, so that no test holds an object the system could not.

Every helper takes `at`, the moment of the act it is named after, and plays what comes before it at the usual
distances. Without `at` a case is drafted on Monday 2026-11-23 at 9:00 in Kunming, a day of work among days of work.
People act by their posts in the demonstration district; the fixture `wuhua` lays it.
"""

import io
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from assessment.demo.district import set_up
from assessment.services import score
from dispatch import services
from dispatch.models import Order
from grid.cast import holder
from grid.demo import DISTRICT, FENGNING, HEILINPU, HONGSHAN, PASSWORD
from grid.models import Area, Department, Person, ResponsibilityItem, Role
from grid.worktime import SHANGHAI
from whistle.models import Whistle, WhistleType
from whistle.services import create_draft

__all__ = ["DISTRICT", "FENGNING", "HEILINPU", "HONGSHAN", "MONDAY", "PASSWORD"]

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
# How long after the draft each step happens.
USUAL = {
    "drafted": timedelta(0),
    "signing": timedelta(minutes=5),
    "filed": timedelta(minutes=30),
    "dispatched": timedelta(minutes=50),
    "acknowledged": timedelta(minutes=60),
    "on_site": timedelta(hours=2),
    "finished": timedelta(hours=25),
    "verified": timedelta(hours=26),
    "confirmed": timedelta(hours=27),
    "closed": timedelta(hours=28),
}


def district():
    """Wuhua with its types, clocks, departments and accounts; some 50 ms."""
    set_up()


class _ByName:
    """`people["dispatcher"]`: read anew each time, as a request does, so that nothing is remembered between tests."""

    def __init__(self, find):
        self.find = find

    def __getitem__(self, name):
        return self.find(name)


people = _ByName(lambda username: Person.objects.get(username=username))
departments = _ByName(
    lambda code: Department.objects.get(code=code, district="530111" if code.startswith("guandu") else DISTRICT)
)
types = _ByName(lambda code: WhistleType.objects.get(code=code, district=DISTRICT))
areas = _ByName(lambda code: Area.objects.get(pk=code))


def item(code):
    """An item of the district's responsibility list."""
    return ResponsibilityItem.objects.get(code=code, district=DISTRICT)


def officer_of(whistle):
    return holder(Role.STREET_OFFICER, areas[whistle.street_code])


def liaison_of(order):
    return holder(Role.LIAISON, order.department)


def secretaries_of(whistle):
    """The community's and the street's, in this order; for a whole street the secretary of its first community."""
    code = whistle.area_id[:12]
    community = areas[code] if len(code) == 12 else areas[code].children.first()
    return [
        holder(Role.COMMUNITY_SECRETARY, community),
        holder(Role.STREET_SECRETARY, areas[whistle.street_code]),
    ]


def orders_of(whistle):
    """The whistle's orders by the code of the department."""
    return {order.department.code: order for order in Order.objects.filter(whistle=whistle).order_by("id")}


def photo(name="photo.png", size=(64, 48), color="gray"):
    content = io.BytesIO()
    Image.new("RGB", size, color).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/png")


def _before(at, step, earlier):
    """When `earlier` happened, if `step` happened at `at`; without `at` as usual on that Monday."""
    return (at or MONDAY + USUAL[step]) - USUAL[step] + USUAL[earlier]


def drafted(
    type="key",
    *,
    at=None,
    area=HONGSHAN,
    by=None,
    lead=None,
    assisting=(),
    criteria=("hazard", "joint"),
    level="general",
    **fields,
):
    """A draft. `type`, `area`, `lead` and `assisting` are codes; the departments are what the street suggests."""
    type, area = types[type], areas[area]
    return create_draft(
        by=by or holder(Role.STREET_OFFICER, areas[area.code[:9]]),
        at=at or MONDAY,
        type=type,
        area=area,
        level=level,
        criteria=list(type.criteria.filter(code__in=criteria)),
        departments=[departments[code] for code in ([lead] if lead else []) + list(assisting)],
        **{
            "title": "虹山东路黑臭水外溢",
            "description": "雨后工地旁冒出黑臭水，多方到场均称与己无关。",
            "address": "虹山东路60号",
            "lat": 25.0586,
            "lng": 102.6869,
            **fields,
        },
    )


def reported(*, by="grid.hongshan", area=f"{HONGSHAN}001", at=None, **fields):
    """A lead, in hand of whoever reports it. `by`: a username, `area`: a code."""
    return services.report_lead(
        by=people[by], at=at or MONDAY, area=areas[area], **{"title": "井盖松动", "address": "虹山东路60号", **fields}
    )


def sent(*, by="officer.fengning", area=HONGSHAN, department="water", at=None, **fields):
    """An advice letter on its way to a department. `by`: a username, `area`, `department`: codes."""
    given = {"title": "关于片区雨污分流改造的建议", "text": "片区雨污合流，每逢大雨外溢。", **fields}
    return services.send_letter(
        by=people[by], at=at or MONDAY, department=departments[department], area=areas[area], **given
    )


def signing(*, at=None, **draft):
    """Waits for both secretaries."""
    whistle = drafted(at=_before(at, "signing", "drafted"), **draft)
    return services.request_signatures(whistle, by=officer_of(whistle), at=_before(at, "signing", "signing"))


def filed(*, at=None, **draft):
    """Signed by both and with the centre; an emergency is with its departments, and not yet signed."""
    whistle = drafted(at=_before(at, "filed", "drafted"), **draft)
    at = _before(at, "filed", "filed")
    if whistle.sign_off != "before":
        return services.request_signatures(whistle, by=officer_of(whistle), at=at)
    whistle = services.request_signatures(whistle, by=officer_of(whistle), at=_before(at, "filed", "signing"))
    for secretary in secretaries_of(whistle):
        whistle = services.sign(whistle, by=secretary, at=at, opinion="情况属实。", inspected_at=at - USUAL["signing"])
    return whistle


def dispatched(lead="housing", assisting=("water",), *, at=None, **draft):
    """Its departments are called, and their clocks start at `at`."""
    at = _before(at, "dispatched", "dispatched")
    if types[draft.get("type", "key")].by_playbook:
        return filed(at=at, lead=lead, assisting=assisting, **draft)
    whistle = filed(at=_before(at, "dispatched", "filed"), **draft)
    return services.dispatch(
        whistle,
        by=people["dispatcher"],
        at=at,
        lead=departments[lead],
        assisting=[departments[code] for code in assisting],
    )


def convened(whistle=None, *, at=None, by="officer.fengning", called=("housing", "water"), **fields):
    """A joint session of a whistle under way, an hour after the departments were called unless `held_at` says."""
    whistle = whistle or dispatched()
    at = at or whistle.dispatched_at + timedelta(minutes=5)
    given = {"held_at": whistle.dispatched_at + timedelta(hours=1), "place": "虹山东路60号门前", **fields}
    return services.convene(whistle, by=people[by], at=at, departments=[departments[code] for code in called], **given)


def held(whistle=None, *, by="officer.fengning", came=("housing", "water"), minutes="先封堵，再修复管道。", **session):
    """A joint session with its minutes."""
    session = convened(whistle, by=by, **session)
    at = session.held_at + timedelta(hours=1)
    return services.write_minutes(
        session, by=people[by], at=at, minutes=minutes, came=[departments[code] for code in came]
    )


def agreed(session=None, *, department="water", days=3, text="更换破损管段", by="officer.fengning"):
    """A task of a joint session: `days` after it was held."""
    session = session or held()
    at = session.held_at + timedelta(hours=1)
    due_on = (session.held_at + timedelta(days=days)).date()
    return services.set_task(
        session, by=people[by], at=at, department=departments[department], text=text, due_on=due_on
    )


def acknowledged(*, at=None, **case):
    """Every department has acknowledged."""
    whistle = dispatched(at=_before(at, "acknowledged", "dispatched"), **case)
    for order in orders_of(whistle).values():
        services.acknowledge(order, by=liaison_of(order), at=_before(at, "acknowledged", "acknowledged"))
    return whistle


def on_site(*, at=None, **case):
    """Every department has reported, by somebody high enough."""
    whistle = acknowledged(at=_before(at, "on_site", "acknowledged"), **case)
    for order in orders_of(whistle).values():
        services.report(order, by=liaison_of(order), at=_before(at, "on_site", "on_site"), rank=order.must_come)
    return whistle


def finished(*, at=None, **case):
    """Every result is in: the street must look."""
    whistle = on_site(at=_before(at, "finished", "on_site"), **case)
    for order in orders_of(whistle).values():
        services.submit_result(
            order, by=liaison_of(order), at=_before(at, "finished", "finished"), note="已处置完毕。"
        )
    return Whistle.objects.get(pk=whistle.pk)


def verified(*, at=None, **case):
    """The street has found it solved."""
    whistle = finished(at=_before(at, "verified", "finished"), **case)
    return services.verify(
        whistle, by=officer_of(whistle), at=_before(at, "verified", "verified"), solved=True, note="已解决。"
    )


def confirmed(*, at=None, **case):
    """The centre has confirmed it: only the scores are missing."""
    whistle = verified(at=_before(at, "confirmed", "verified"), **case)
    return services.confirm(whistle, by=people["dispatcher"], at=_before(at, "confirmed", "confirmed"))


def closed(*, at=None, cooperation=90, resolution=90, **case):
    """Every department is scored."""
    whistle = confirmed(at=_before(at, "closed", "confirmed"), **case)
    for order in orders_of(whistle).values():
        score(
            order,
            by=officer_of(whistle),
            at=_before(at, "closed", "closed"),
            cooperation=cooperation,
            resolution=resolution,
        )
    return Whistle.objects.get(pk=whistle.pk)
