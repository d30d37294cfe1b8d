"""Months on their way to publication: the list, one month with all that was done to it, and its acts."""

from functools import partial

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from assessment import bulletins as reads
from assessment.bulletin_actions import ASIDE, appeal_actions, bulletin_actions, export_actions, points_actions
from assessment.corrections import notices_among
from assessment.finding import appeals_of, bulletins_of, by_key, exports_of, file_of, find_bulletin, points_of
from assessment.models import Appeal
from assessment.permissions import can_appeal_in, can_assess, can_see_months
from assessment.sheets import APPEAL_TITLES, BULLETIN_TITLES, appeal_line, bulletin_lines
from assessment.states import ExportKind
from common.errors import require
from common.sheets import CHUNK, asks_for_sheet, sheet
from common.web import back_to, new_key
from dispatch import pages
from dispatch.views.acting import take
from dispatch.views.lists import slice_of

# Rows on the page of a month; the rest stand on pages of their own.
APPEALS = 8
DISPUTABLE = 6
FILES = 6


@require_GET
def bulletins(request):
    """The months of the districts this person sees, newest first: how far each is, and who ranks first."""
    require(can_see_months(request.user))
    rows = bulletins_of(request.user)
    if asks_for_sheet(request):
        return sheet("bulletins", BULLETIN_TITLES, bulletin_lines(rows))
    page = slice_of(rows, request.GET.get("page", "1"))
    leaders = reads.leaders_by_month(page.rows)
    context = {
        "rows": [{"bulletin": each, "leaders": leaders.get(each.pk, [])} for each in page.rows],
        "several": len({each.area_id for each in page.rows}) > 1,
        "list": page,
    }
    return render(request, "assessment/bulletins.html", context)


@require_GET
def bulletin(request, number):
    """Where does this month stand, what is to do now and by whom, and what was done to it?"""
    person, now = request.user, request.received_at
    month = find_bulletin(person, number)
    if request.htmx:
        return render(request, "assessment/bulletin.html#files", _files(request, month))
    acts = reads.acts_shown(person, month)
    items = reads.points_shown(person, month)
    appeals = list(reads.appeals_shown(person, month)[: APPEALS + 1])
    may_appeal = can_appeal_in(person, month) and month.takes_appeals_at(now)
    briefs, names = reads.in_brief(person, month, {item.unit for item in items})
    context = {
        "bulletin": month,
        "actions": links(bulletin_actions, "bulletin-act", person, month, but=ASIDE),
        "steps": reads.steps(month, acts),
        "awaited": reads.awaited(month, now=now),
        "term": reads.term_to_appeal(month, acts),
        "notices": [{"act": act, "rows": rows} for act, rows in notices_among(acts)],
        "briefs": briefs,
        "points": [
            {
                "item": item,
                "unit": names.get((item.ranked, item.unit), ""),
                "actions": links(points_actions, "points-act", person, item),
            }
            for item in items
        ],
        "appeals": [_appeal(person, each) for each in appeals[:APPEALS]],
        "more_appeals": len(appeals) > APPEALS,
        "may_appeal": may_appeal,
        "disputable": reads.disputable(person, month, most=DISPUTABLE) if may_appeal else [],
        "events": reads.timeline(acts, names),
    } | _files(request, month)
    return render(request, "assessment/bulletin.html", context)


def _files(request, month):
    """The last proof of a month and this person's files of it, with what can be done to them."""
    person = request.user
    proof = month.proofs.select_related("by").first()
    files = list(exports_of(person).filter(bulletin=month)[:FILES])
    for each in files:
        each.bulletin = month
    return {
        "bulletin": month,
        "may_prove": can_assess(person, month),
        "proof": proof,
        "differences": reads.differences_of(proof) if proof and can_assess(person, month) else [],
        "kinds": ExportKind.choices,
        "files": [{"export": each, "actions": links(export_actions, "export-act", person, each)} for each in files],
        "under_way": any(each.is_under_way for each in files) or bool(proof and proof.is_under_way),
        "key": new_key(),
    }


@require_GET
def export_file(request, number):
    """A file of a month, for whoever asked for it."""
    return file_of(request.user, number)


@require_GET
def appeals(request, number):
    """Every appeal of a month that this person may see."""
    month = find_bulletin(request.user, number)
    rows = reads.appeals_shown(request.user, month)
    if asks_for_sheet(request):
        lines = map(appeal_line, rows.iterator(chunk_size=CHUNK))
        return sheet(f"appeals-{month.number}", APPEAL_TITLES, lines)
    page = slice_of(rows, request.GET.get("page", "1"))
    context = {"bulletin": month, "appeals": [_appeal(request.user, each) for each in page.rows], "list": page}
    return render(request, "assessment/appeals.html", context)


def _appeal(person, appeal):
    """An appeal as `assessment/appeal_rows.html` shows it."""
    return {
        "appeal": appeal,
        "old": reads.as_it_counts(appeal.about, appeal.old),
        "new": reads.as_it_counts(appeal.about, appeal.new if appeal.granted else appeal.old),
        "term": None if appeal.ruled_at else reads.term_to_rule(appeal),
        "actions": links(appeal_actions, "appeal-act", person, appeal),
    }


def links(table, page, person, row, but=()):
    """What this person may do to a row now: at once where nothing is asked, else on a page of its own.

    `but`: names of acts that stand elsewhere.
    """
    found = []
    for position, action in enumerate(table.open_to(person, row, but)):
        entry = pages.act(action, person, row, reverse(page, args=[row.number, action.name]))
        found.append(entry | {"primary": position == 0 and action.weight >= pages.EXPECTED})
    return found


# --- acts -------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def bulletin_act(request, number, action):
    """Asks for what an act on a month needs (GET), or does it (POST)."""
    given = _given(bulletin_actions, action)
    month = find_bulletin(request.user, number)
    return _act(request, given, month, month, reverse("bulletin-act", args=[number, action]))


@require_http_methods(["GET", "POST"])
def appeal_act(request, number, action):
    """Rules on an appeal."""
    given = _given(appeal_actions, action)
    row = by_key(appeals_of(request.user), number)
    return _act(request, given, row, row.bulletin, reverse("appeal-act", args=[number, action]))


@require_http_methods(["GET", "POST"])
def points_act(request, number, action):
    """Takes back points that were entered by hand."""
    given = _given(points_actions, action)
    row = by_key(points_of(request.user), number)
    return _act(request, given, row, row.bulletin, reverse("points-act", args=[number, action]))


@require_http_methods(["GET", "POST"])
def export_act(request, number, action):
    """Stops a file, or asks for it again."""
    given = _given(export_actions, action)
    row = by_key(exports_of(request.user), number)
    return _act(request, given, row, row.bulletin, reverse("export-act", args=[number, action]))


def _given(table, name):
    found = table.get(name)
    if found is None:
        raise Http404
    return found


def _act(request, given, row, month, url):
    back = back_to(request, reverse("bulletin", args=[month.number]))
    ask = partial(_ask, request, row, month, back)
    return take(request, given, row, url=url, back=back, ask=ask, initial=request.GET.dict())


def _ask(request, row, month, back, entry, status):
    context = {"row": row, "bulletin": month, "action": entry, "back": back}
    if isinstance(row, Appeal):
        context["appeal"] = _appeal(request.user, row)
    return render(request, "assessment/month_act.html", context, status=status)
