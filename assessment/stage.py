"""Cases as scripts: who does what at which moment. `assessment.playing` performs them.

What a script holds for later has not happened yet, so a case simply stands where it stands.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from assessment.cast import Cast
from assessment.services import call_back, score
from assessment.services.by_rule import mark_by_rule
from assessment.stage_around import Act, Held, LeadScript
from dispatch import services
from dispatch.models import Order
from dispatch.states import Rank, ReturnRuling
from grid.models import Department, Role
from whistle.models import Whistle
from whistle.services import create_draft, edit_draft

Moment = datetime | None
MOMENT = timedelta(microseconds=1)


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
class MoreTime:
    """The department asks for an extension (`amount`) or else a suspension until a day (`review_on`).

    Never `answered`: the result comes first, and the request lapses.
    """

    asked: datetime
    reason: str
    amount: int = 0
    review_on: date | None = None
    answered: Moment = None
    granted: bool = True
    note: str = ""
    # The centre ends the suspension early.
    resumed: Moment = None


@dataclass
class Detour:
    """What the centre decides before it calls anybody in the end: `decision` as the service is called."""

    at: datetime
    decision: str
    fields: dict[str, Any]


@dataclass
class Changed:
    """The centre changes who is called while the departments are at work."""

    at: datetime
    lead: Department
    assisting: list[Department]
    note: str


@dataclass
class Heard:
    """A call to residents after the closing; what they say as `call_back` takes it, None where nobody was reached."""

    at: datetime
    said: dict[str, Any] | None


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
    more_time: MoreTime | None = None
    # The centre presses the department by hand.
    pressed: Moment = None
    pressed_for: str = ""
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
    # After a refused signature or a return by the centre: put right, and asked for signatures once more.
    edited: Moment = None
    asked_again: Moment = None
    detour: Detour | None = None
    # By the city, after the detour of an escalation.
    handed_back: Moment = None
    triaged: Moment = None
    # What the centre decides, as the service is called, with its words.
    decision: str = "dispatch"
    decision_fields: dict[str, Any] = field(default_factory=dict)
    withdrawn: Moment = None
    changed: Changed | None = None
    leader_on_site: Moment = None
    leader_note: str = ""
    # (moment, solved, what was seen)
    verified: list[tuple[datetime, bool, str]] = field(default_factory=list)
    confirmed: Moment = None
    scored: Moment = None
    # To the microsecond when the street's time to score is over.
    marked_by_rule: Moment = None
    called_back: list[Heard] = field(default_factory=list)
    # What the centre ruled is held against those who signed.
    held: Held | None = None
    # The lead that the case is made of, told by a script of its own.
    lead: LeadScript | None = None
    # The case of this script once more, reopened when this one is "drafted".
    reopens: "Script | None" = None
    whistle: Whistle | None = None

    def agenda(self) -> list[Act]:
        """Every act with its moment, in the order in which acts of the same moment come."""
        begins = self._draft if self.reopens is None else self._reopen
        acts: list[tuple[Moment, Callable[[datetime], Any]]] = [(self.drafted, begins), (self.asked, self._ask)]
        acts += [(self.edited, self._edit), (self.asked_again, self._ask)]
        acts += [(at, self._signing(role, agrees)) for role, at, agrees in self.signatures]
        acts.append((self.withdrawn, self._withdraw))
        if self.detour:
            acts.append((self.detour.at, self._turn))
        acts += [(self.handed_back, self._hand_back), (self.triaged, self._triage)]
        if self.changed:
            acts.append((self.changed.at, self._change))
        for call in self.calls:
            acts += self._of(call)
        acts.append((self.leader_on_site, self._lead))
        acts += [(at, self._verifying(solved, note)) for at, solved, note in self.verified]
        acts += [(call.second_result, self._result(call)) for call in self.calls]
        acts += [(self.confirmed, self._confirm), (self.scored, self._score)]
        acts.append((self.marked_by_rule, self._mark_by_rule))
        acts += [(heard.at, self._calling_back(heard)) for heard in self.called_back]
        if self.held:
            acts += self.held.agenda(self.cast, lambda: self.whistle)
        return [(at, act) for at, act in acts if at is not None]

    def order(self, call: Call) -> Order:
        """The order for the department. Services look at its present state themselves."""
        if call.order is None:
            orders = Order.objects.select_related("department", "whistle__type")
            # A case that is reopened calls afresh: of several orders the last one is meant.
            call.order = orders.filter(whistle=self.whistle, department=call.department).latest("pk")
        return call.order

    # --- the street -------------------------------------------------------------------------------

    def _draft(self, at):
        officer = self.cast.in_area(Role.STREET_OFFICER, self.draft["area"].code[:9])
        if self.lead is None:
            self.whistle = create_draft(by=officer, at=at, **self.draft)
        else:
            told = {name: self.draft[name] for name in ("type", "level", "criteria", "description")}
            self.whistle = services.whistle_lead(self.lead.lead, by=officer, at=at, **told)

    def _reopen(self, at):
        self.whistle = self.reopens.whistle
        services.reopen(self.whistle, by=self.cast.officer(self.whistle), at=at, reason="问题反弹，居民再次反映。")

    def _edit(self, at):
        told = {name: value for name, value in self.draft.items() if name not in ("photos", "demonstration")}
        told["description"] += "（已按意见补充情况。）"
        edit_draft(self.whistle, by=self.cast.officer(self.whistle), at=at, **told)

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
        unscored = Order.objects.filter(whistle=self.whistle, state="finished", evaluation=None).order_by("pk")
        for order in unscored.select_related("whistle"):
            call = next(call for call in self.calls if call.department.pk == order.department_id)
            score(
                order,
                by=self.cast.officer(self.whistle),
                at=at,
                cooperation=call.cooperation,
                resolution=call.resolution,
                comment=call.comment,
            )

    def _mark_by_rule(self, at):
        """What the task of every minute does at its first chance; the marks bear the very moment."""
        mark_by_rule(now=at + MOMENT, within=self.whistle.district_id)

    # --- the centre -------------------------------------------------------------------------------

    def _triage(self, at):
        fields = self.decision_fields
        if self.decision == "dispatch":
            lead, *assisting = (call.department for call in self.calls if not call.instead)
            fields = {"lead": lead, "assisting": assisting, **fields}
        getattr(services, self.decision)(self.whistle, by=self.cast.dispatcher(self.whistle), at=at, **fields)

    def _turn(self, at):
        decide = getattr(services, self.detour.decision)
        decide(self.whistle, by=self.cast.dispatcher(self.whistle), at=at, **self.detour.fields)

    def _hand_back(self, at):
        note = "请区里按职责先行处置，市级部门予以支持。"
        services.hand_back(self.whistle, by=self.cast.observer(self.whistle), at=at, note=note)

    def _change(self, at):
        called = {"lead": self.changed.lead, "assisting": self.changed.assisting}
        by = self.cast.dispatcher(self.whistle)
        services.redispatch(self.whistle, by=by, at=at, note=self.changed.note, **called)

    def _confirm(self, at):
        services.confirm(self.whistle, by=self.cast.dispatcher(self.whistle), at=at)

    def _lead(self, at):
        services.come_as_leader(self.whistle, by=self.cast.leader(self.whistle), at=at, note=self.leader_note)

    def _calling_back(self, heard):
        def act(at):
            by, said = self.cast.dispatcher(self.whistle), heard.said or {}
            call_back(self.whistle, by=by, at=at, contacted=heard.said is not None, **said)

        return act

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
        yield call.pressed, self._press(call)
        if call.more_time:
            yield call.more_time.asked, self._ask_for_time(call)
            yield call.more_time.answered, self._answer(call)
            yield call.more_time.resumed, self._resume(call)
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
            here = {} if case.lat is None else {"lat": case.lat + 0.0002, "lng": case.lng + 0.0002, "accuracy": 12}
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

    def _press(self, call):
        def act(at):
            by = self.cast.dispatcher(self.whistle)
            services.supervise(self.order(call), by=by, at=at, reason=call.pressed_for)

        return act

    def _ask_for_time(self, call):
        def act(at):
            asked, by = call.more_time, self.cast.liaison(call.department)
            if asked.amount:
                services.ask_extension(self.order(call), by=by, at=at, amount=asked.amount, reason=asked.reason)
            else:
                services.ask_suspension(self.order(call), by=by, at=at, review_on=asked.review_on, reason=asked.reason)

        return act

    def _answer(self, call):
        def act(at):
            asked, by = call.more_time, self.cast.dispatcher(self.whistle)
            if asked.granted:
                services.grant(self.order(call), by=by, at=at, note=asked.note)
            else:
                services.refuse_request(self.order(call), by=by, at=at, reason=asked.note)

        return act

    def _resume(self, call):
        def act(at):
            by = self.cast.dispatcher(self.whistle)
            services.resume(self.order(call), by=by, at=at, note="条件已具备，请恢复处置。")

        return act
