"""A month computed a second time, by other means: in plain Python, line by line over the record.

Shares nothing with the SQL of `assessment.tallies` but the rules that stand there in words. Where both agree, the
figures follow from the record; where they don't, `differences` names each figure.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q

from assessment.models import Period
from assessment.proof_of_leads import leads
from assessment.states import Ranked
from assessment.tallies import districts_under
from dispatch.models import Deadline, Order
from whistle.models import Event, Whistle
from whistle.models import EventKind as K
from whistle.states import OPEN

Figures = dict[str, Decimal]


class Difference(NamedTuple):
    """`kept`: as the month says; `proved`: as the record says."""

    unit: str
    figure: str
    kept: str
    proved: str


class _Clock:
    """What the record tells of one clock."""

    def __init__(self, due: str) -> None:
        self.due = datetime.fromisoformat(due)
        self.met: datetime | None = None

    def counts(self, period: Period, now: datetime) -> bool:
        decided = self.met is not None or self.due < now
        return period.starts_at <= self.due < period.ends_at and decided

    @property
    def in_time(self) -> int:
        return int(self.met is not None and self.met <= self.due)


class _Order:
    def __init__(self, number: str, department: int, line: Event) -> None:
        self.number, self.department = number, department
        self.clocks = {kind: _Clock(due) for kind, due in line.data["clocks"].items()}
        self.finished: datetime | None = None
        self.marks: dict[str, Any] | None = None
        self.figures: Figures = defaultdict(Decimal)
        self.concerned = False
        self.pressed: list[tuple[str, datetime]] = []
        self.appeals: dict[str, int | None] = {}

    def cancel(self) -> None:
        self.clocks = {kind: clock for kind, clock in self.clocks.items() if clock.met is not None}


class _Case:
    """One whistle, its lines of the record followed one after another."""

    def __init__(self, whistle: Whistle, period: Period, now: datetime, departments: dict[str, int]) -> None:
        self.whistle, self.period, self.now, self.departments = whistle, period, now, departments
        self.orders: dict[str, _Order] = {}
        self.clocks: dict[str, list[_Clock]] = defaultdict(list)
        self.figures: Figures = defaultdict(Decimal)
        self.concerned = False
        self.closings: list[datetime] = []
        # Decisions of dispatchers: [person, triage clock kept, right or None, counts].
        self.calls: list[dict[str, Any]] = []
        self.held = {"opened": 0, "reversed": 0}

    def within(self, at: datetime) -> bool:
        return self.period.starts_at <= at < self.period.ends_at

    def follow(self, lines: Iterable[Event]) -> "_Case":
        for line in lines:
            order = self.orders.get(line.order_number)
            if line.kind == K.ORDER_SENT:
                department = self.departments[line.order_number]
                self.orders[line.order_number] = _Order(line.order_number, department, line)
            elif order is not None:
                self._of_order(order, line)
            else:
                self._of_whistle(line)
        return self

    # --- lines about an order ---

    def _of_order(self, order: _Order, line: Event) -> None:
        data, at = line.data, line.at
        met = {K.ACKNOWLEDGED: "acknowledge", K.RESULT: "resolve"}.get(K(line.kind))
        if line.kind == K.REPORTED and "to" in data:
            met = "report"
        if met and met in order.clocks:
            order.clocks[met].met = at
            order.clocks[met].due = datetime.fromisoformat(data["due_at"])
        moved = {K.EXTENSION_GRANTED: "resolve", K.SUSPENDED: "resolve", K.RESUMED: "resolve"}.get(K(line.kind))
        moved = data["clock"] if line.kind == K.REPROJECTED else moved
        if moved in order.clocks and "to" in data and "from" in data:
            order.clocks[moved].due = datetime.fromisoformat(data["to"])
        if line.kind == K.RESULT:
            order.finished = at
            self._count(order, "results", at)
        elif line.kind == K.SENT_BACK:
            order.finished = None
            if "resolve" in order.clocks:
                order.clocks["resolve"].met = None
            self._count(order, "reworked", at)
        elif line.kind == K.EXTENSION_GRANTED and self.within(at):
            order.figures["extended"] = Decimal(1)
            order.concerned = True
        elif line.kind in (K.RETURN_UPHELD, K.ORDER_CANCELLED):
            order.cancel()
        elif line.kind == K.RETURN_OVERRULED:
            self._count(order, "returns_overruled", at)
        elif line.kind == K.SUPERVISED:
            order.pressed.append((data.get("clock", ""), at))
        elif line.kind == K.BREACH_LIFTED:
            order.pressed = [(clock, when) for clock, when in order.pressed if clock != data["clock"]]
        elif line.kind in (K.SCORED, K.SCORED_BY_RULE):
            order.marks = {"at": at, "cooperation": data["cooperation"], "resolution": data["resolution"]}
            self._score_met(at)
        elif line.kind == K.MARK_APPEAL_GRANTED:
            order.appeals[data["about"]] = data["new"]
        if line.kind == K.RETURN_UPHELD:
            self._wrong_call(at)

    def _count(self, order: _Order, name: str, at: datetime) -> None:
        if self.within(at):
            order.figures[name] += 1
            order.concerned = True

    # --- lines about the whistle ---

    def _of_whistle(self, line: Event) -> None:
        at, data = line.at, line.data
        for kind, due in data.get("clocks", {}).items():
            self.clocks[kind].append(_Clock(due))
        if line.kind == K.REPROJECTED and self.clocks[data["clock"]]:
            self.clocks[data["clock"]][-1].due = datetime.fromisoformat(data["to"])
        first_call = line.kind == K.DISPATCHED and "changed" not in data
        if line.kind == K.DISPATCHED and not first_call:
            self._wrong_call(at)
        if first_call or line.kind in (K.RETURNED, K.DECLINED, K.ESCALATED):
            self._decided(line, called=first_call)
        elif line.kind == K.WITHDRAWN:
            self._cancel_running()
        elif line.kind == K.REOPENED:
            for call in self.calls:
                call["over"] = True
        elif line.kind in (K.VERIFIED, K.NOT_SOLVED):
            self._meet("verify", at)
        elif line.kind == K.CONFIRMED:
            self._score_met(at)
        elif line.kind == K.CLOSED:
            self.closings.append(at)
        elif line.kind == K.CALLED_BACK:
            self._heard(line)
        elif line.kind == K.HELD_TO_ACCOUNT:
            self.held["opened"] += 1
        elif line.kind == K.APPEAL_GRANTED:
            self.held["reversed"] += 1
        if line.kind == K.FILED and self.within(at):
            self._say("filed")
        if line.kind == K.DECLINED and self.within(at) and data.get("ruling"):
            self._say(data["ruling"])
        if line.kind == K.DECLINED and data.get("ruling"):
            self.ruled_at = at

    def _say(self, name: str, value: int = 1) -> None:
        self.figures[name] = Decimal(value)
        self.concerned = True

    def _decided(self, line: Event, *, called: bool) -> None:
        triage = self._running("triage")
        if triage:
            triage.met = line.at
        if line.kind in (K.RETURNED, K.DECLINED):
            self._cancel_running()
        if not self.within(line.at):
            kept = None
        else:
            self._say("triaged")
            if called:
                self._say("upheld")
            kept = triage.in_time if triage else None
        self.calls.append(
            {
                "person": line.person_id,
                "triage": kept,
                "right": 1 if called else None,
                "counts": self.within(line.at) and line.person_id is not None,
                "over": False,
            }
        )

    def _wrong_call(self, at: datetime) -> None:
        for call in self.calls:
            if call["right"] and not call["over"]:
                call["right"] = 0

    def _running(self, kind: str) -> _Clock | None:
        return next((clock for clock in reversed(self.clocks[kind]) if clock.met is None), None)

    def _meet(self, kind: str, at: datetime) -> None:
        if clock := self._running(kind):
            clock.met = at

    def _cancel_running(self) -> None:
        for kind, clocks in self.clocks.items():
            self.clocks[kind] = [clock for clock in clocks if clock.met is not None]

    def _score_met(self, at: datetime) -> None:
        if all(order.marks for order in self.orders.values() if order.finished):
            self._meet("score", at)

    def _heard(self, line: Event) -> None:
        if not self.within(line.at):
            return
        data, closing = line.data, self.closings[-1]
        before = self.closings[-2] if len(self.closings) > 1 else None
        said = {
            "callbacks": 1,
            "contacted": int(bool(data.get("responded"))),
            "solved": int(data["solved"]),
            "satisfied": int(data["satisfaction"] == "satisfied"),
            "fairly": int(data["satisfaction"] == "fairly"),
        }
        for name, value in said.items():
            self._say(name, value)
        for order in self.orders.values():
            if order.finished and order.finished <= closing and (before is None or order.finished > before):
                order.figures |= {name: Decimal(value) for name, value in said.items()}
                order.concerned = True

    # --- the sum ---

    def of_orders(self) -> Iterator[tuple[int, Figures]]:
        """Pairs of department and figures, for each order that counts."""
        for order in self.orders.values():
            figures = order.figures
            for kind, clock in order.clocks.items():
                if clock.counts(self.period, self.now):
                    order.concerned = True
                    in_time: int | None = clock.in_time
                    if kind in order.appeals:
                        in_time = order.appeals[kind]
                    if in_time is not None:
                        figures[f"{kind}_due"], figures[f"{kind}_met"] = Decimal(1), Decimal(in_time)
                        if kind == "resolve":
                            handled = clock.met is not None and clock.met < self.period.ends_at
                            figures["handled"] = Decimal(int(handled))
            resolve = order.clocks.get("resolve")
            end = min(self.period.ends_at, self.now)
            if resolve and resolve.due < end and (resolve.met is None or resolve.met >= self.period.ends_at):
                figures["overdue_open"] = Decimal(1)
                order.concerned = True
            if order.marks and self.within(order.marks["at"]):
                order.concerned = True
                figures["scored"] = Decimal(1)
                for name in ("cooperation", "resolution"):
                    mark = order.appeals.get(name, order.marks[name])
                    figures[name] = Decimal(mark)
            pressed = [at for _clock, at in order.pressed if self.within(at)]
            if pressed:
                order.concerned = True
                figures["supervisions"] = Decimal(len(pressed))
            if order.concerned:
                yield order.department, figures

    def of_whistle(self) -> Figures | None:
        for kind in ("verify", "score"):
            counted = [clock for clock in self.clocks[kind] if clock.counts(self.period, self.now)]
            if counted:
                self._say(f"{kind}_due", len(counted))
                self._say(f"{kind}_met", sum(clock.in_time for clock in counted))
        standing = self.held["opened"] - self.held["reversed"]
        if self.held["opened"] and self.within(self.ruled_at):
            self._say("accountability", standing)
            if standing == 0:
                self._say("frivolous", 0)
                self._say("empty", 0)
        return self.figures if self.concerned else None

    def of_calls(self) -> Iterator[tuple[int, Figures]]:
        for call in self.calls:
            if call["counts"]:
                figures: Figures = {}
                if call["right"] is not None:
                    figures |= {"dispatches": Decimal(1), "right_dispatches": Decimal(call["right"])}
                if call["triage"] is not None:
                    figures |= {"triage_due": Decimal(1), "triage_met": Decimal(call["triage"])}
                yield call["person"], figures


def cases(period: Period, *, now: datetime, published: datetime | None = None) -> Iterator[_Case]:
    """Every case that may count in a period, followed to `now`; drills are none. `published`: see `proved`."""
    districts = districts_under(period.area_id)
    later = Event.objects.filter(whistle=OuterRef("pk"), at__gte=period.starts_at)
    # A clock counts when it is due, which may be long after the last line about a case that ended early.
    due = Deadline.objects.filter(whistle=OuterRef("pk"), due_at__gte=period.starts_at)
    concerned = Q(state__in=OPEN) | Exists(later) | Exists(due)
    whistles = Whistle.objects.filter(concerned, district__in=districts, drill=False)
    departments = dict(Order.objects.filter(district__in=districts).values_list("number", "department_id").iterator())
    for chunk in _chunks(whistles.order_by("pk").only("pk", "area_id", "district_id", "type_id"), 1000):
        lines: dict[int | None, list[Event]] = defaultdict(list)
        there = Event.objects.filter(whistle__in=[whistle.pk for whistle in chunk])
        for line in there.filter(_counted_by(now, published)).order_by("pk").defer("note").iterator():
            lines[line.whistle_id].append(line)
        for whistle in chunk:
            yield _Case(whistle, period, now, departments).follow(lines[whistle.pk])


# Rulings on appeals change a month that is under review, until it is published; everything else must lie before it was
# counted.
RULINGS = (K.MARK_APPEAL_GRANTED, K.APPEAL_GRANTED)


def _counted_by(now: datetime, published: datetime | None) -> Q:
    rulings = Q(kind__in=RULINGS)
    return Q(at__lte=now) | (rulings & Q(at__lte=published) if published else rulings)


def _chunks(rows, size: int) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows.iterator(chunk_size=size):
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def proved(
    period: Period, *, now: datetime, weights: dict[int, Decimal], published: datetime | None = None
) -> dict[str, dict[str, Figures]]:
    """The figures of all units by what is ranked and by the unit's key, from the record alone.

    `now`: the moment up to which the month was counted; `weights`: by the key of the type, 1 where it has none;
    `published`: when it was, if it was: no ruling changed it afterwards.
    """
    found: dict[str, dict[str, Figures]] = {what: defaultdict(lambda: defaultdict(Decimal)) for what in Ranked.values}
    for case in cases(period, now=now, published=published):
        weight = weights.get(case.whistle.type_id, Decimal(1))
        area, district = case.whistle.area_id, case.whistle.district_id
        for department, figures in case.of_orders():
            for what, unit in ((Ranked.DEPARTMENTS, str(department)), (Ranked.DISTRICTS, district)):
                _add(found[what][unit], figures, weight)
                found[what][unit]["orders"] += 1
                if what == Ranked.DISTRICTS:
                    # A district's residents are counted once, by the whistle.
                    for name in ("callbacks", "contacted", "solved", "satisfied", "fairly"):
                        found[what][unit][name] -= weight * figures.get(name, Decimal(0))
        if (figures_of_whistle := case.of_whistle()) is not None:
            for what, unit in _ground(district, area):
                _add(found[what][unit], figures_of_whistle, weight)
                found[what][unit]["whistles"] += int(bool(figures_of_whistle.get("filed")))
        for person, figures in case.of_calls():
            for what, unit in ((Ranked.DISPATCHERS, str(person)), (Ranked.DISTRICTS, district)):
                _add(found[what][unit], figures, weight)
    for district, area, figures in leads(period, districts_under(period.area_id), now=now):
        for what, unit in _ground(district, area):
            _add(found[what][unit], figures, Decimal(1))
    return {
        what: {unit: {name: value for name, value in figures.items() if value} for unit, figures in units.items()}
        for what, units in found.items()
    }


def _ground(district: str, area: str) -> list[tuple[Ranked, str]]:
    """The areas in which a matter counts, by what is ranked."""
    places = [(Ranked.STREETS, area[:9]), (Ranked.DISTRICTS, district)]
    return [*places, (Ranked.COMMUNITIES, area[:12])] if len(area) >= 12 else places


def _add(into: Figures, figures: Figures, weight: Decimal) -> None:
    for name, value in figures.items():
        into[name] += weight * value


def differences(kept: dict[str, Figures], proved: dict[str, Figures]) -> list[Difference]:
    """What differs between two sets of figures by unit; a missing figure is 0."""
    found = []
    for unit in sorted(kept.keys() | proved.keys()):
        mine, theirs = kept.get(unit, {}), proved.get(unit, {})
        for name in sorted(mine.keys() | theirs.keys()):
            one, other = mine.get(name, Decimal(0)), theirs.get(name, Decimal(0))
            if one != other:
                found.append(Difference(unit, name, str(one), str(other)))
    return found
