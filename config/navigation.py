"""What the frame of every page shows: the way around, with what waits behind each entry."""

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessment.bulletins import appeals_to_rule_on
from assessment.models import Accountability
from assessment.models.accountability import SEE_THEIR_AREA
from assessment.permissions import can_see_analysis, can_see_months, can_see_rankings
from assessment.worklists import records_waiting_for, to_call_back
from dispatch import worklists
from dispatch.models import Message
from dispatch.operations import standing_findings
from dispatch.permissions import can_have_letters, can_watch_operations
from grid.models import Role
from whistle.permissions import HANDLE_LEADS

STREET = (Role.STREET_OFFICER, Role.STREET_SECRETARY)
SECRETARIES = (Role.STREET_SECRETARY, Role.COMMUNITY_SECRETARY)
IN_CHARGE = (Role.LIAISON, Role.HEAD)


def page(request):
    """The variable `page` of every template; read only by templates that draw the frame."""
    return {"page": SimpleLazyObject(lambda: _page(request))}


def _page(request):
    person = getattr(request, "user", None)
    here_in = person is not None and person.is_authenticated
    waiting = worklists.counts(_waiting(person, request.received_at)) if here_in else {}
    entries = _entries(person, waiting) if here_in else []
    here = request.resolver_match.view_name if getattr(request, "resolver_match", None) else ""
    nav = [
        {
            "label": label,
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
        "phone_nav": nav[:5],
        "place": _place(person) if entries else "",
        "posts": [str(post) for post in person.posts_now] if entries else [],
        "unread": _unread(waiting.get("unread", 0)),
        "search_url": reverse("whistles") if entries else "",
        "server_time": request.received_at,
    }


# Pages without an entry of their own light up the one they belong to.
BELONGS = {
    "whistles": ("whistle", "whistle-act", "order", "order-act", "whistle-edit"),
    "letters": ("letter", "letter-new", "letter-act"),
    "leads": ("lead", "lead-new", "lead-act"),
    "ranking": ("ranking-unit", "ranking-figure", "formulas", "formula", "formula-act", "formula-what-if"),
    "bulletins": ("bulletin", "bulletin-act", "appeals", "appeal-act", "points-act", "export-act"),
    "accountabilities": ("accountability", "accountability-act"),
    "operations": ("operations-finding", "stuck-messages", "stuck-act"),
}


def _entries(person, waiting):
    """Name of the page, label, icon, how much waits, and whether that is urgent; only what concerns this person."""
    entries = [("workbench", _("Workbench"), "home", None, False)]
    if person.holds(Role.DISPATCHER):
        entries.append(("triage", _("Triage"), "inbox", waiting["triage"] + waiting["returns"], True))
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


# Nobody reads how many hundreds there are.
UNREAD_SHOWN = 100


def _unread(count):
    """The figure beside the bell; empty without any."""
    return "99+" if count >= UNREAD_SHOWN else str(count or "")


def _place(person):
    """Where the person works, as the head of the page says it."""
    post = person.posts_now[0] if person.posts_now else None
    return post.place if post else ""
