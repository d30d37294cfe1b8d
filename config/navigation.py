"""What the frame of every page shows: the way around, with what waits behind each entry."""

from functools import partial

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from assessment.bulletins import appeals_to_rule_on
from assessment.models import Accountability
from assessment.models.accountability import SEE_THEIR_AREA
from assessment.permissions import can_see_analysis, can_see_months, can_see_rankings
from assessment.worklists import records_waiting_for, to_call_back
from common import live
from config import help
from dispatch import worklists
from dispatch.live import topics_of
from dispatch.models import Message
from dispatch.operations import standing_findings
from dispatch.permissions import HAVE_WALLS, can_have_letters, can_watch_operations
from grid.models import Role
from whistle.permissions import HANDLE_LEADS

STREET = (Role.STREET_OFFICER, Role.STREET_SECRETARY)
SECRETARIES = (Role.STREET_SECRETARY, Role.COMMUNITY_SECRETARY)
IN_CHARGE = (Role.LIAISON, Role.HEAD)
# Whose ground is wide enough for a map; everybody else finds it from the list of whistles.
LOOK_AT_MAPS = (*STREET, Role.DISPATCHER, Role.DISTRICT_LEADER, Role.ASSESSOR, Role.CITY_OBSERVER)


def page(request):
    """The variable `page` of every template; read only by templates that draw the frame."""
    return {"page": SimpleLazyObject(lambda: _page(request))}


@require_GET
def frame(request):
    """What changes by itself in the frame of every page: the figures beside the entries, the bell."""
    return render(request, "frame.html")


def _page(request):
    person = getattr(request, "user", None)
    here_in = person is not None and person.is_authenticated
    waiting = worklists.counts(_waiting(person, request.received_at)) if here_in else {}
    entries = _entries(person, waiting) if here_in else []
    here = _here(request, entries)
    nav = [
        {
            "label": label,
            "short": SHORT.get(name, label),
            "url": reverse(name),
            "icon": icon,
            "count": count,
            "urgent": urgent and bool(count),
            "active": here == name or here in BELONGS.get(name, ()),
        }
        for name, label, icon, count, urgent in entries
    ]
    return {
        "nav": nav,
        "phone_nav": nav[:TABS],
        # On a phone the menu holds what the tabs have no room for.
        "menu_nav": nav[TABS:],
        "place": _place(person) if entries else "",
        "posts": [str(post) for post in person.posts_now] if entries else [],
        "unread": _unread(waiting.get("unread", 0)),
        "search_url": reverse("search") if entries else "",
        "help_url": help.explains(request.resolver_match, person) if entries else "",
        # Asked for by the one page that shows it.
        "hint": partial(help.hint_for, person) if entries else None,
        "server_time": request.received_at,
        # Of web push, for browsers that want to be notified; empty where it is not set up.
        "push_key": settings.WEB_PUSH_PUBLIC_KEY if entries else "",
        "live": live.ticket(request.session.session_key, topics_of(person)) if entries else "",
    }


TABS = 5
# What stands under the icon on a phone, where the whole name would take three lines.
SHORT = {
    "letters": pgettext_lazy("under an icon", "Letters"),
    "bulletins": pgettext_lazy("under an icon", "Bulletins"),
}

# Acts on a case belong to the desk on which they are done, for whoever has it.
DESKS = {"call-back": "callbacks", "score": "score"}

PAPERS = ("whistle-application", "order-sheet", "supervision-sheet")
# Pages without an entry of their own light up the one they belong to.
BELONGS = {
    "whistles": (
        *("whistle", "whistle-act", "order", "order-act", "whistle-edit", "session", "session-act", "task-act"),
        *PAPERS,
    ),
    "letters": ("letter", "letter-new", "letter-act"),
    "leads": ("lead", "lead-new", "lead-act"),
    "ranking": (
        *("ranking-year", "ranking-unit", "ranking-figure"),
        *("formulas", "formula", "formula-act", "formula-what-if"),
    ),
    "bulletins": ("bulletin", "bulletin-act", "appeals", "appeal-act", "points-act", "export-act"),
    "accountabilities": ("accountability", "accountability-act"),
    "board": ("board-supervise", "board-save"),
    "operations": ("operations-finding", "stuck-messages", "stuck-act"),
    "styleguide": ("styleguide-component",),
    "analysis": ("analysis-part",),
    "workbench": ("waiting",),
}


def _entries(person, waiting):
    """Name of the page, label, icon, how much waits, and whether that is urgent; only what concerns this person."""
    entries = [("workbench", _("Workbench"), "home", None, False)]
    if person.holds(Role.DISPATCHER):
        entries.append(("triage", _("Triage"), "inbox", waiting["triage"] + waiting["returns"], True))
        entries.append(("board", _("Clock board"), "layout-kanban", None, False))
        entries.append(("callbacks", _("Callbacks"), "phone", waiting["callbacks"], False))
    if person.holds(*IN_CHARGE):
        entries.append(("my-orders", _("My orders"), "checklist", waiting["my-orders"], True))
    if person.holds(*SECRETARIES):
        entries.append(("sign", _("Sign"), "signature", waiting["sign"], True))
    if person.holds(*HANDLE_LEADS):
        entries.append(("leads", pgettext("matters", "Leads"), "flag", waiting["leads"], True))
    if person.holds(Role.STREET_OFFICER):
        entries.append(("blow", _("Blow a whistle"), "speakerphone", None, False))
    if person.holds(*STREET):
        entries.append(("score", _("Score"), "star", waiting["score"], False))
    entries.append(("whistles", _("Whistles"), "list", None, False))
    if person.holds(*LOOK_AT_MAPS):
        entries.append(("map", _("Map"), "map", None, False))
    if person.holds(*HAVE_WALLS):
        entries.append(("wall", _("Wall screen"), "layout-dashboard", None, False))
    if can_have_letters(person):
        entries.append(("letters", _("Advice letters"), "file-text", waiting["letters"], True))
    if can_see_rankings(person):
        entries.append(("ranking", _("Ranking"), "trophy", None, False))
    if can_see_analysis(person):
        entries.append(("analysis", _("Analysis"), "report-analytics", None, False))
    if can_see_months(person):
        entries.append(("bulletins", _("Monthly bulletins"), "file-text", waiting.get("appeals"), False))
    if person.holds(*SEE_THEIR_AREA) or waiting["held"]:
        entries.append(("accountabilities", _("Accountability"), "scale", waiting["records"], False))
    if can_watch_operations(person):
        wrong = waiting["findings"] + waiting["stuck"]
        entries.append(("operations", _("Operations"), "shield-check", wrong, True))
    if person.is_staff:
        entries.append(("admin:index", _("Settings"), "settings", None, False))
        entries.append(("styleguide", _("Style page"), "photo", None, False))
    return entries


def _waiting(person, now):
    """The lists behind the entries, by name: counted together, in one query."""
    lists = {
        "unread": Message.objects.filter(person=person).unread(),
        "held": Accountability.objects.filter(person=person),
        "records": records_waiting_for(person, now=now),
    }
    if person.holds(Role.DISPATCHER):
        lists |= {"triage": worklists.to_triage(person), "returns": worklists.to_rule_on(person)}
        lists["callbacks"] = to_call_back(person, now=now)
    if person.holds(*IN_CHARGE):
        lists["my-orders"] = worklists.to_handle(person)
    if person.holds(*SECRETARIES):
        lists["sign"] = worklists.to_sign(person)
    if can_have_letters(person):
        lists["letters"] = worklists.letters_waiting(person)
    if person.holds(*HANDLE_LEADS):
        lists["leads"] = worklists.leads_in_hand(person)
    if person.holds(*STREET):
        lists["score"] = worklists.to_score(person)
    if person.holds(Role.ASSESSOR):
        lists["appeals"] = appeals_to_rule_on(person)
    if can_watch_operations(person):
        lists |= {"findings": standing_findings(person).about_clocks(), "stuck": worklists.undelivered(person)}
    return lists


def _here(request, entries):
    """The name of the page that is shown, or of the desk that its act belongs to."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return ""
    desk = DESKS.get(match.kwargs.get("action", ""))
    return desk if desk in [name for name, *_rest in entries] else match.view_name


# Nobody reads how many hundreds there are.
UNREAD_SHOWN = 100


def _unread(count):
    """The figure beside the bell; empty without any."""
    return "99+" if count >= UNREAD_SHOWN else str(count or "")


def _place(person):
    """Where the person works, as the head of the page says it."""
    post = person.posts_now[0] if person.posts_now else None
    return post.place if post else ""
