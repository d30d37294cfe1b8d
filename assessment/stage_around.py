"""What stands around the cases of a script: the leads some of them come from, and what a ruling is followed by."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from assessment.cast import Cast
from assessment.models import Accountability
from assessment.services import accountability
from assessment.services.holding import hold_to_account
from dispatch import services
from grid.models import Role
from whistle.models import Lead
from whistle.permissions import HANDS
from whistle.states import Holder

Act = tuple[datetime, Callable[[datetime], Any]]
# Who acts for whoever has a lead in hand.
FOR: dict[str, Role] = {
    Holder.GRID: Role.GRID_WORKER,
    Holder.COMMUNITY: Role.COMMUNITY_SECRETARY,
    Holder.STREET: Role.STREET_OFFICER,
}


@dataclass
class LeadScript:
    """A lead from its report on: passed from hand to hand, and solved or not; a case it becomes is told elsewhere."""

    # What `report_lead` takes besides who and when, and for whom it is reported.
    report: dict[str, Any]
    reporter: Holder
    cast: Cast
    reported: datetime
    # (moment, act as the service is called, its words), by whoever has it in hand then; a street takes over by itself.
    passed: list[tuple[datetime, str, dict[str, str]]] = field(default_factory=list)
    solved: datetime | None = None
    answer: str = ""
    lead: Lead | None = None

    def agenda(self) -> list[Act]:
        """Every act with its moment, in the order in which acts of the same moment come."""
        acts: list[Act] = [(self.reported, self._report)]
        acts += [(at, self._passing(name, said)) for at, name, said in self.passed]
        if self.solved:
            acts.append((self.solved, self._solve))
        return acts

    def _hand(self, holder):
        return self.cast.in_area(FOR[holder], self.report["area"].code[: HANDS[holder][1]])

    def _report(self, at):
        self.lead = services.report_lead(by=self._hand(self.reporter), at=at, **self.report)

    def _passing(self, name, said):
        def act(at):
            by = self._hand(Holder.STREET if name == "take_lead_over" else self.lead.holder)
            self.lead = getattr(services, name)(self.lead, by=by, at=at, **said)

        return act

    def _solve(self, at):
        # Where its whistle came to nothing it is open again, and in the hand it was in.
        self.lead = services.solve(self.lead, by=self._hand(self.lead.holder), at=at, answer=self.answer)


class Disputed(NamedTuple):
    """One of those who signed appeals, and how an assessor decides; not `decided`: it still waits."""

    role: Role
    at: datetime
    reason: str
    decided: datetime | None = None
    reversed: bool = False
    decision: str = ""


@dataclass
class Held:
    """A ruling is held against those who signed."""

    at: datetime
    disputed: list[Disputed] = field(default_factory=list)

    def agenda(self, cast: Cast, whistle: Callable[[], Any]) -> list[Act]:
        """Every act with its moment; `whistle`: the one ruled on, asked when the act comes."""
        acts: list[Act] = [(self.at, lambda at: hold_to_account(now=at, within=whistle().district_id))]
        for each in self.disputed:
            acts.append((each.at, self._appeal(each, cast, whistle)))
            if each.decided:
                acts.append((each.decided, self._decide(each, cast, whistle)))
        return acts

    @staticmethod
    def _record(disputed, cast, whistle):
        person = cast.secretary(disputed.role, whistle.area_id)
        return Accountability.objects.select_related("whistle").get(whistle=whistle, person=person)

    def _appeal(self, disputed, cast, whistle):
        def act(at):
            held = self._record(disputed, cast, whistle())
            accountability.appeal(held, by=held.person, at=at, reason=disputed.reason)

        return act

    def _decide(self, disputed, cast, whistle):
        def act(at):
            held = self._record(disputed, cast, whistle())
            decide = accountability.reverse if disputed.reversed else accountability.uphold
            decide(held, by=cast.assessor(whistle()), at=at, decision=disputed.decision)

        return act
