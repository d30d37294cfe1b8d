"""A simulation is begun, and played day by day; interrupted, it goes on where it stopped, to the same record."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assessment.models import Simulation
from assessment.playing import agenda_of, perform
from assessment.simulation.ground import Ground
from assessment.simulation.writer import Story, write
from common.errors import Invalid, WrongState
from grid.worktime import SHANGHAI
from whistle.models import Event, Lead, Whistle

MOST_DAYS, MOST_WHISTLES = 1_000, 100_000


class Played(NamedTuple):
    """How far it is: up to which moment, and how many acts of how many."""

    until: datetime
    acts: int
    of: int


def begin(district: str, *, days: int, whistles: int, seed: int, until: datetime | None, now: datetime) -> Simulation:
    """The simulation with these terms, begun now or before. `until`: its last moment; without it the one that was
    interrupted goes on, or a new one ends at the last whole minute.

    Refuses with Invalid terms that make no sense and ground that lacks something, with WrongState a stretch of time
    in which the district has been simulated already.
    """
    _refuse_nonsense(days, whistles, until, now)
    Ground(district)
    terms = {"district_id": district, "days": days, "whistles": whistles, "seed": seed}
    there = Simulation.objects.filter(**terms, **({"until": until} if until else {}))
    found = next((each for each in there if until or not each.is_over), None)
    if found is not None:
        return found
    until = until or now.replace(second=0, microsecond=0)
    since = until - timedelta(days=days)
    other = Simulation.objects.filter(district=district, since__lt=until, until__gt=since).first()
    if other:
        raise WrongState(
            _(
                "This district was simulated from %(since)s until %(until)s already, with %(whistles)d whistles and "
                "the seed %(seed)d. Choose another time, another district or an empty database."
            )
            % {
                "since": said(other.since),
                "until": said(other.until),
                "whistles": other.whistles,
                "seed": other.seed,
            }
        )
    return Simulation.objects.create(**terms, since=since, until=until)


def _refuse_nonsense(days, whistles, until, now):
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(_("Simulate at least 1 and at most %(most)d days.") % {"most": MOST_DAYS})
    if not 1 <= whistles <= MOST_WHISTLES:
        raise Invalid(_("Simulate at least 1 and at most %(most)d whistles.") % {"most": MOST_WHISTLES})
    if until and until > now:
        raise Invalid(_("A simulation cannot end in the future."))


def said(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat(timespec="minutes")


def play_on(simulation: Simulation) -> Iterator[Played]:
    """Plays what is left, a day in one transaction, and says after each how far it is.

    Refuses with WrongState where the ground or the record is no longer as the interrupted one left it.
    """
    story = write(
        Ground(simulation.district_id),
        days=simulation.days,
        whistles=simulation.whistles,
        seed=simulation.seed,
        until=simulation.until,
    )
    acts = [(at, act) for at, act in agenda_of(story.agendas()) if at <= simulation.until]
    agenda = _checksum(story)
    if simulation.reached_at:
        if simulation.agenda != agenda:
            raise WrongState(
                _(
                    "The district's types, departments or calendar have changed since the simulation was interrupted; "
                    "it cannot go on to the same record."
                )
            )
        _find_again(story, simulation)
    left = acts[simulation.acts :]
    while not simulation.is_over:
        end = min(
            _midnight_after(simulation.reached_at or (left[0][0] if left else simulation.since)), simulation.until
        )
        count = sum(1 for at, _act in left if at <= end)
        today, left = left[:count], left[count:]
        with transaction.atomic():
            _take_turn(simulation)
            perform(today, until=end, since=simulation.reached_at)
            simulation.agenda, simulation.reached_at = agenda, end
            simulation.acts += count
            simulation.save(update_fields=["agenda", "acts", "reached_at"])
        yield Played(end, simulation.acts, len(acts))


def _midnight_after(moment):
    """The end of its day: an act at midnight belongs to the day before."""
    local = moment.astimezone(SHANGHAI)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _checksum(story: Story) -> str:
    """Of everything the scripts hold that can come out otherwise: all moments, titles, and who is called."""
    told = [
        [
            script.draft["title"],
            script.draft["area"].code,
            [call.department.code for call in script.calls],
            _moments(script),
        ]
        for script in story.cases
    ]
    told += [[lead.report["title"], lead.report["area"].code, _moments(lead)] for lead in story.leads]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _moments(script):
    return [at.timestamp() for at, _act in script.agenda()]


def _take_turn(simulation):
    """Nobody else plays the same at the same time."""
    if Simulation.objects.select_for_update().get(pk=simulation.pk).acts != simulation.acts:
        raise WrongState(_("This simulation is being played somewhere else."))


def _find_again(story, simulation):
    """Gives the scripts the whistles and leads that were there before the interruption, each known by its second."""
    drafted = {script.drafted: script for script in story.cases if script.reopens is None}
    reported = {script.reported: script for script in story.leads}
    here = {"district": simulation.district_id, "demonstration": True}
    for whistle in Whistle.objects.filter(**here, created_at__in=list(drafted)).select_related("type"):
        if whistle.title == drafted[whistle.created_at].draft["title"]:
            drafted[whistle.created_at].whistle = whistle
    for lead in Lead.objects.filter(**here, reported_at__in=list(reported)):
        if lead.title == reported[lead.reported_at].report["title"]:
            reported[lead.reported_at].lead = lead
    for script in story.cases:
        if script.reopens is not None and script.drafted <= simulation.reached_at:
            script.whistle = script.reopens.whistle
    whistles = [script.whistle.pk for script in drafted.values() if script.whistle]
    leads = [script.lead.pk for script in reported.values() if script.lead]
    ours = Q(whistle__in=whistles) | Q(lead__in=leads)
    if Event.objects.filter(ours, at__gt=simulation.reached_at).exists():
        raise WrongState(
            _(
                "Since the simulation was interrupted something has happened to its whistles, for instance because "
                "the clocks ran on; it cannot go on to the same record."
            )
        )
