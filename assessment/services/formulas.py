"""Formulas are drafted, put right as often as one likes, and adopted for good from a month on."""

from copy import deepcopy
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessment.formulas import read, well_formed
from assessment.models import Bulletin, Formula, FormulaAct
from assessment.permissions import can_keep_formulas, keeping_post
from assessment.presets import read_formula
from assessment.services.months import running_months
from assessment.states import FORMULA_MOVES, BulletinState, FormulaActKind, FormulaState
from assessment.units import rankings_in
from common.errors import Invalid, WrongState, require
from grid.models import Area, Person

S, K = FormulaState, FormulaActKind
# How far ahead a formula can be adopted.
MONTHS_AHEAD = 24


@transaction.atomic
def draft_from_preset(name: str, *, by: Person, at: datetime, area: str) -> Formula:
    """A draft with what ships as `name`, for a district or city. Refuses what is not ranked there."""
    shipped = read_formula(name)
    if shipped["of"] not in rankings_in(area):
        raise Invalid(_("The formula “%(name)s” is not made for what is ranked here.") % {"name": shipped["name"]})
    source = {"preset": name}
    return _drafted(area, shipped["of"], shipped["name"], shipped["definition"], source, by=by, at=at)


@transaction.atomic
def draft_from_version(formula: Formula, *, by: Person, at: datetime) -> Formula:
    """A draft with what another formula of the same area says, adopted or not."""
    source = {"copy_of": formula.pk, "version": formula.version}
    return _drafted(formula.area_id, formula.ranked, formula.name, formula.definition, source, by=by, at=at)


@transaction.atomic
def save_draft(
    formula: Formula, *, by: Person, at: datetime, name: str, definition: dict[str, Any], revision: int
) -> Formula:
    """Keeps what a draft says now. It need not be sound: what is wrong with it is for `examine` to list.

    `revision`: which state of the draft was read before; refuses with WrongState when somebody saved it since, and
    with Invalid what has not the form of a formula.
    """
    definition = well_formed(definition)
    if not isinstance(name, str) or not name.strip() or len(name) > 60 or "\0" in name:
        raise Invalid(fields={"name": [_("Give the formula a name of at most 60 characters.")]})
    formula = _locked(formula, by=by)
    _refuse_stale(formula, revision)
    formula.name, formula.definition, formula.revision = name.strip(), definition, formula.revision + 1
    formula.save(update_fields=["name", "definition", "revision"])
    _record(formula, K.SAVED, by=by, at=at, revision=formula.revision, name=formula.name, definition=definition)
    return formula


@transaction.atomic
def adopt(formula: Formula, *, by: Person, at: datetime, month: date, revision: int) -> Formula:
    """The draft becomes the next version, and counts from `month` (its first day) on; it never changes again.

    Refuses with Unsound what cannot be computed, with Invalid a month whose figures are fixed, over, or too far off,
    and with WrongState when somebody saved the draft since it was read.
    """
    formula = _locked(formula, by=by)
    _refuse_stale(formula, revision)
    read(formula.definition, formula.ranked)
    _refuse_month(formula.area_id, month, at=at)
    last = Formula.objects.filter(area=formula.area_id, ranked=formula.ranked).aggregate(last=Max("version"))["last"]
    formula.state, formula.version, formula.applies_from = S.ADOPTED, (last or 0) + 1, month
    formula.adopted_by, formula.adopted_at = by, at
    formula.save(update_fields=["state", "version", "applies_from", "adopted_by", "adopted_at"])
    _record(formula, K.ADOPTED, by=by, at=at, version=formula.version, applies_from=month.isoformat())
    return formula


@transaction.atomic
def discard(formula: Formula, *, by: Person, at: datetime) -> Formula:
    """The draft is given up. It stays on record, and can be the beginning of another one."""
    formula = _locked(formula, by=by)
    formula.state = S.DISCARDED
    formula.save(update_fields=["state"])
    _record(formula, K.DISCARDED, by=by, at=at)
    return formula


def months_open(area: str, *, at: datetime, count: int = 12) -> list[date]:
    """The first days of the months from which a formula of the area can be adopted now, the earliest first."""
    first = _first_open(area, at=at)
    return [later(first, number) for number in range(count)]


def _first_open(area: str, *, at: datetime) -> date:
    """The earliest month that is computed by itself and whose figures nobody has fixed, nor those of a later one."""
    first = running_months(at)[0]
    fixed = Bulletin.objects.filter(area=area, month__gte=first).exclude(state=BulletinState.RUNNING)
    last = fixed.aggregate(last=Max("month"))["last"]
    return later(last, 1) if last else first


def later(month: date, number: int) -> date:
    """The first day of the month that many months later."""
    years, place = divmod(month.year * 12 + month.month - 1 + number, 12)
    return date(years, place + 1, 1)


def _refuse_month(area: str, month: date, *, at: datetime) -> None:
    first = _first_open(area, at=at)
    # Nobody begins the review of one of them meanwhile.
    months = Bulletin.objects.select_for_update(no_key=True).filter(area=area, month__gte=month).order_by("month")
    fixed = [bulletin for bulletin in months if not bulletin.is_running]
    said = {"month": _named(month), "first": _named(first)}
    if fixed:
        said |= {"fixed": _named(fixed[-1].month), "state": fixed[-1].get_state_display()}
        sentence = _("The figures of %(fixed)s are fixed (%(state)s). Adopt the formula from %(first)s on.") % said
    elif month < first:
        sentence = _("%(month)s is over. A formula can count from %(first)s on at the earliest.") % said
    elif month > later(first, MONTHS_AHEAD):
        sentence = _("%(month)s is too far ahead. Choose a month within the next two years.") % said
    else:
        return
    raise Invalid(fields={"month": [sentence]})


def _named(month: date) -> str:
    return date_format(month, "YEAR_MONTH_FORMAT")


def _locked(formula: Formula, *, by: Person) -> Formula:
    """The draft as it stands now, locked; nobody else adopts a version in its area meanwhile."""
    require(can_keep_formulas(by, formula))
    Area.objects.select_for_update(no_key=True).get(pk=formula.area_id)
    formula = Formula.objects.select_for_update().get(pk=formula.pk)
    if not FORMULA_MOVES[FormulaState(formula.state)]:
        raise WrongState(_("This formula is no longer a draft: it cannot be changed. Begin a new draft with it."))
    return formula


def _refuse_stale(formula: Formula, revision: int) -> None:
    if formula.revision != revision:
        last = formula.acts.order_by("-id").first()
        raise WrongState(
            _("%(who)s has saved this draft since you opened it. What you typed is not saved; it still stands here.")
            % {"who": last.person_name if last else ""},
            code="stale",
        )


def _drafted(area, ranked, name, definition, source, *, by, at):
    formula = Formula(area_id=area, ranked=ranked, name=name, created_by=by, created_at=at)
    # What ships is read once for all: nobody writes in it.
    formula.definition = deepcopy(definition)
    require(can_keep_formulas(by, formula))
    formula.save()
    _record(formula, K.STARTED, by=by, at=at, **source)
    return formula


def _record(formula, kind, *, by, at, **data):
    with translation.override(settings.LANGUAGE_CODE):
        post_name = str(keeping_post(by, formula.area_id))
    return FormulaAct.objects.create(
        formula=formula, kind=kind, at=at, by=by, person_name=str(by)[:60], post_name=post_name, data=data
    )
