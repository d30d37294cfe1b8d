"""Plays cases through the services in the order of time, the clocks ticking in between.

A `Script` says who does what at which moment; `play` performs any number of them at once, up to a moment. What a
script holds for later has not happened yet, so a case simply stands where it stands.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext as _

from assessment.services import score
from common.errors import Invalid
from dispatch import clocks, services
from dispatch.models import Deadline, Order
from dispatch.states import Rank, ReturnRuling
from grid.cast import holder
from grid.models import Area, AreaLevel, Department, Person, Role
from whistle.models import Whistle
from whistle.services import create_draft

Moment = datetime | None
Act = tuple[datetime, Callable[[datetime], Any]]


def play(scripts: Iterable["Script"], *, until: datetime) -> int:
    """Performs what the scripts hold up to `until`, earliest first; returns the number of acts."""
    # Sorting keeps the order of a script's own acts where their moments are equal.
    agenda = sorted((act for script in scripts for act in script.agenda()), key=lambda act: act[0])
    due = [(at, act) for at, act in agenda if at <= until]
    for at, act in due:
        tell_clocks(at)
        act(at)
    tell_clocks(until)
    return len(due)


def tell_clocks(until: datetime) -> None:
    """What the sweep of every second would have told by `until`, each step within a second of its moment."""
    while first := Deadline.objects.needing_attention(until).aggregate(first=Min("next_at"))["first"]:
        clocks.fire_due(limit=500, now=min(first + timedelta(seconds=1), until))


class Cast:
    """Who acts where; read once, because people act many times. See `grid.cast`."""

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

    def leader(self, whistle):
        return self.in_area(Role.DISTRICT_LEADER, whistle.street_code)

    def liaison(self, department):
        return self._in(Role.LIAISON, department)


@dataclass
class Returned:
    """The department says that it is not its matter, and how the centre rules; `to` is called if that is upheld."""

    at: datetime
    reason: str
    ruled: Moment = None
    ruling: ReturnRuling = ReturnRuling.OVERRULED
    to: Department | None = None
    note: str = ""


@dataclass
class Call:
    """What one department does. `instead`: it is called only because another one's return was upheld."""

    department: Department
    acknowledged: Moment = None
    reports: list[datetime] = field(default_factory=list)
    # Somebody too low in rank came first; it does not stop the clock.
    staff_came: Moment = None
    confirmed: bool = True
    progress: list[tuple[datetime, str]] = field(default_factory=list)
    result: Moment = None
    result_note: str = "已按分工处置完毕，现场恢复正常。"
    result_photos: list[Any] = field(default_factory=list)
    # After the street found it not solved.
    second_result: Moment = None
    returned: Returned | None = None
    instead: bool = False
    cooperation: int = 95
    resolution: int = 95
    comment: str = ""
    order: Order | None = None


@dataclass
class Script:
    """A case from the draft on. A moment that is None means that it does not happen."""

    # What `create_draft` takes besides who and when.
    draft: dict[str, Any]
    calls: list[Call]
    cast: Cast
    drafted: datetime
    asked: Moment = None
    # (role, moment, agrees)
    signatures: list[tuple[Role, datetime, bool]] = field(default_factory=list)
    triaged: Moment = None
    # What the centre decides, as the service is called, with its words.
    decision: str = "dispatch"
    decision_fields: dict[str, Any] = field(default_factory=dict)
    withdrawn: Moment = None
    leader_on_site: Moment = None
    leader_note: str = ""
    # (moment, solved, what was seen)
    verified: list[tuple[datetime, bool, str]] = field(default_factory=list)
    confirmed: Moment = None
    scored: Moment = None
    whistle: Whistle | None = None

    def agenda(self) -> list[Act]:
        """Every act with its moment, in the order in which acts of the same moment come."""
        acts: list[tuple[Moment, Callable[[datetime], Any]]] = [(self.drafted, self._draft), (self.asked, self._ask)]
        acts += [(at, self._signing(role, agrees)) for role, at, agrees in self.signatures]
        acts += [(self.withdrawn, self._withdraw), (self.triaged, self._triage)]
        for call in self.calls:
            acts += self._of(call)
        acts.append((self.leader_on_site, self._lead))
        acts += [(at, self._verifying(solved, note)) for at, solved, note in self.verified]
        acts += [(call.second_result, self._result(call)) for call in self.calls]
        acts += [(self.confirmed, self._confirm), (self.scored, self._score)]
        return [(at, act) for at, act in acts if at is not None]

    def order(self, call: Call) -> Order:
        """The order for the department. Services look at its present state themselves."""
        if call.order is None:
            orders = Order.objects.select_related("department", "whistle__type")
            call.order = orders.get(whistle=self.whistle, department=call.department)
        return call.order

    # --- the street -------------------------------------------------------------------------------

    def _draft(self, at):
        officer = self.cast.in_area(Role.STREET_OFFICER, self.draft["area"].code[:9])
        self.whistle = create_draft(by=officer, at=at, **self.draft)

    def _ask(self, at):
        services.request_signatures(self.whistle, by=self.cast.officer(self.whistle), at=at)

    def _signing(self, role, agrees):
        def act(at):
            by = self.cast.secretary(role, self.whistle.area_id)
            if agrees:
                services.sign(
                    self.whistle, by=by, at=at, opinion="已到现场查看，情况属实，同意吹哨。", inspected_at=at
                )
            else:
                services.refuse(self.whistle, by=by, at=at, opinion="现场已基本恢复，建议先由社区协调。")

        return act

    def _withdraw(self, at):
        services.withdraw(self.whistle, by=self.cast.officer(self.whistle), at=at, reason="当事方已自行整改。")

    def _verifying(self, solved, note):
        def act(at):
            services.verify(self.whistle, by=self.cast.officer(self.whistle), at=at, solved=solved, note=note)

        return act

    def _score(self, at):
        for order in Order.objects.filter(whistle=self.whistle, state="finished").select_related("whistle"):
            call = next(call for call in self.calls if call.department.pk == order.department_id)
            score(
                order,
                by=self.cast.officer(self.whistle),
                at=at,
                cooperation=call.cooperation,
                resolution=call.resolution,
                comment=call.comment,
            )

    # --- the centre -------------------------------------------------------------------------------

    def _triage(self, at):
        fields = self.decision_fields
        if self.decision == "dispatch":
            lead, *assisting = (call.department for call in self.calls if not call.instead)
            fields = {"lead": lead, "assisting": assisting, **fields}
        getattr(services, self.decision)(self.whistle, by=self.cast.dispatcher(self.whistle), at=at, **fields)

    def _confirm(self, at):
        services.confirm(self.whistle, by=self.cast.dispatcher(self.whistle), at=at)

    def _lead(self, at):
        services.come_as_leader(self.whistle, by=self.cast.leader(self.whistle), at=at, note=self.leader_note)

    # --- a department -----------------------------------------------------------------------------

    def _of(self, call):
        if call.returned:
            yield call.returned.at, self._return(call)
            yield call.returned.ruled, self._rule(call)
        yield call.acknowledged, self._acknowledge(call)
        yield call.staff_came, self._report(call, Rank.STAFF, "先遣人员到场。")
        for number, at in enumerate(call.reports, start=1):
            note = f"第{number}次到场。" if len(call.reports) > 1 else ""
            yield at, self._report(call, None, note)
        for at, note in call.progress:
            yield at, self._progress(call, note)
        yield call.result, self._result(call)

    def _acknowledge(self, call):
        return lambda at: services.acknowledge(self.order(call), by=self.cast.liaison(call.department), at=at)

    def _return(self, call):
        def act(at):
            services.return_order(
                self.order(call),
                by=self.cast.liaison(call.department),
                at=at,
                reason=call.returned.reason,
                suggested_department=call.returned.to,
            )

        return act

    def _rule(self, call):
        def act(at):
            upheld = call.returned.ruling == ReturnRuling.UPHELD
            rule = services.uphold_return if upheld else services.overrule_return
            rule(self.order(call), by=self.cast.dispatcher(self.whistle), at=at, note=call.returned.note)

        return act

    def _report(self, call, rank, note):
        def act(at):
            order = self.order(call)
            case = order.whistle
            # A phone says some thirty metres.
            here = {} if case.lat is None else {"lat": case.lat + 0.0002, "lng": case.lng + 0.0002}
            services.report(
                order,
                by=self.cast.liaison(call.department),
                at=at,
                rank=rank or order.must_come,
                note=note,
                **here,
            )
            if rank is None and call.confirmed:
                services.confirm_report(order, by=self.cast.officer(case), at=at)

        return act

    def _progress(self, call, note):
        return lambda at: services.add_progress(
            self.order(call), by=self.cast.liaison(call.department), at=at, note=note
        )

    def _result(self, call):
        def act(at):
            services.submit_result(
                self.order(call),
                by=self.cast.liaison(call.department),
                at=at,
                note=call.result_note,
                photos=call.result_photos,
            )

        return act
