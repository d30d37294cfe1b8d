"""The pages on which people work off what waits for them: triage, signatures, a department's orders."""

from django.db.models import F, Prefetch, Q, Window
from django.db.models.functions import RowNumber
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from common.errors import require
from common.sheets import CHUNK, asks_for_sheet, sheet
from dispatch import clocks, pages, worklists
from dispatch.actions import order_actions, whistle_actions
from dispatch.desk import by_urgency, first_act, links
from dispatch.models import Deadline
from dispatch.sheets import ORDER_TITLES, order_line
from dispatch.states import OF_AN_ORDER
from grid.models import Role
from grid.services import calendar_now, segments_of
from whistle.models import Signature, Whistle
from whistle.queries import similar_to
from whistle.states import WhistleState

# A queue is worked off from its head; the rest comes up by itself.
QUEUE = 12
RULINGS = 8
SIMILAR = 5
ORDERS = 20


@require_GET
def triage(request):
    """Which whistle next? The queue by due moment, one of them in full with the form that dispatches it."""
    person = request.user
    require(person.holds(Role.DISPATCHER))
    queue, to_confirm = [], []
    for whistle in _first_of_each_state(worklists.to_triage(person) | worklists.to_confirm(person), request):
        (to_confirm if whistle.state == WhistleState.VERIFIED else queue).append(whistle)
    chosen = _chosen(request, queue)
    returns = list(by_urgency(worklists.to_rule_on(person)).prefetch_related("deadlines")[: RULINGS + 1])
    back = reverse("triage")
    context = {
        "live": "*",
        "live_address": _same_case(back, chosen),
        "queue": [pages.card(whistle) for whistle in queue[:QUEUE]],
        "queue_goes_on": len(queue) > QUEUE,
        "chosen": chosen,
        "case": chosen and _to_decide(request, chosen, back),
        "returns": [
            {
                "order": order,
                "card": pages.order_card(order, now=request.received_at),
                "acts": links(person, order, back=back),
            }
            for order in returns[:RULINGS]
        ],
        "returns_go_on": len(returns) > RULINGS,
        "to_confirm": [
            pages.card(whistle) | {"act": first_act(person, whistle, back=back)} for whistle in to_confirm[:RULINGS]
        ],
        "to_confirm_goes_on": len(to_confirm) > RULINGS,
    }
    return render(request, "dispatch/triage.html", context)


def _first_of_each_state(waiting, request):
    """The head of what waits in each state, by due moment, and the whistle that the address names; two queries."""
    position = Window(RowNumber(), partition_by=F("state"), order_by=[F("due").asc(nulls_last=True), F("id").asc()])
    heads = by_urgency(waiting).annotate(position=position)
    heads = heads.filter(Q(position__lte=QUEUE + 1) | Q(number=request.GET.get("number", "")))
    # Put in order by their keys; only these are read as a whole.
    rows = by_urgency(Whistle.objects.filter(pk__in=heads.values("pk")))
    running = Prefetch("deadlines", Deadline.objects.running().order_by("due_at"))
    for whistle in rows.select_related("item", "created_by").prefetch_related(running):
        whistle.urgent = next(iter(whistle.deadlines.all()), None)
        yield whistle


def _chosen(request, queue):
    """The row that the address names, or the first; a number that no longer waits is answered by the first one too."""
    named = request.GET.get("number")
    return next((whistle for whistle in queue if whistle.number == named), queue[0] if queue else None)


def _same_case(page, chosen):
    """Where a refresh finds the case that is open now, whatever has become more urgent since."""
    return f"{page}?number={chosen.number}" if chosen else ""


def _bar(table, person, row, back):
    return [entry | {"next": back} for entry in pages.bar(table, person, row)]


def _to_decide(request, whistle, back):
    """Everything a dispatcher needs to rule on a whistle."""
    whistle.callable_departments = list(worklists.callable_with_load(whistle.district_id, now=request.received_at))
    actions = _bar(whistle_actions, request.user, whistle, back)
    dispatch = next((each for each in actions if each["name"] in ("dispatch", "redispatch")), None)
    if dispatch:
        _say_load(dispatch["form"], whistle)
    return {
        "card": pages.card(whistle),
        "dispatch": dispatch,
        "others": [each | {"primary": False} for each in actions if each is not dispatch],
        "signatures": Signature.objects.filter(whistle=whistle, round=whistle.sign_round).select_related("person"),
        "photos": pages.photos_of_draft(whistle),
        "promises": _promises(whistle, request.received_at) if whistle.state == WhistleState.FILED else [],
        "similar": similar_to(whistle, at=request.received_at)[:SIMILAR],
    }


def _say_load(form, whistle):
    """Beside each department how much it has in hand; those the street suggested stand first."""
    rank = {code: position for position, code in enumerate(whistle.suggested)}
    ordered = sorted(whistle.callable_departments, key=lambda each: rank.get(each.code, len(rank)))
    labels = [(each.code, _with_load(each)) for each in ordered]
    form.fields["lead"].choices = [("", "—"), *labels]
    form.fields["assisting"].choices = labels


def _with_load(department):
    load = ngettext("%(count)d open", "%(count)d open", department.load) % {"count": department.load}
    late = ngettext("%(late)s overdue", "%(late)s overdue", department.late) % {"late": department.late}
    return f"{department} · {load}" + (f" · {late}" if department.late else "")


def _promises(whistle, at):
    """What the departments' clocks would say if they were called now."""
    rules = clocks.rules_for(whistle.type, whistle.level, OF_AN_ORDER)
    calendar, segments = calendar_now(), segments_of(whistle.district_id)
    due = {kind: clocks.promise(rule, at, calendar, segments) for kind, rule in rules.items()}
    return [
        {
            "label": kind.label,
            "at": due[kind].at,
            "provisional": due[kind].provisional,
        }
        for kind in OF_AN_ORDER
        if kind in due
    ]


@require_GET
def sign(request):
    """What waits for my signature, one case in full with the form that signs it."""
    person = request.user
    require(person.holds(Role.STREET_SECRETARY, Role.COMMUNITY_SECRETARY))
    signatures = Prefetch("signatures", Signature.objects.select_related("person"))
    clock = Prefetch("deadlines", Deadline.objects.running().filter(order=None).order_by("due_at"))
    rows = by_urgency(worklists.to_sign(person)).select_related("created_by", "item")
    queue = list(rows.prefetch_related(signatures, clock)[:QUEUE])
    for whistle in queue:
        whistle.urgent = next(iter(whistle.deadlines.all()), None)
    chosen = _chosen(request, queue)
    return render(
        request,
        "dispatch/sign.html",
        {
            "live": "*",
            "live_address": _same_case(reverse("sign"), chosen),
            "queue": [pages.card(whistle) for whistle in queue if whistle is not chosen],
            "chosen": chosen,
            "case": chosen and _to_sign(request, chosen),
            "total": len(queue),
        },
    )


def _to_sign(request, whistle):
    actions = {each["name"]: each for each in _bar(whistle_actions, request.user, whistle, reverse("sign"))}
    if "sign" in actions:
        local = timezone.localtime(request.received_at)
        actions["sign"]["form"].fields["inspected_at"].initial = f"{local:%Y-%m-%dT%H:%M}"
    return {
        "card": pages.card(whistle),
        "sign": actions.get("sign"),
        "refuse": actions.get("refuse"),
        "photos": pages.photos_of_draft(whistle),
        "signatures": [each for each in whistle.signatures.all() if each.round == whistle.sign_round],
    }


@require_GET
def my_orders(request):
    """What must my department do now? The most urgent order large, the others with one button each."""
    person = request.user
    require(person.holds(*worklists.IN_CHARGE))
    finished = request.GET.get("show") == "finished"
    open_ones = worklists.to_handle(person)
    rows = worklists.done_with(person).order_by("-id") if finished else by_urgency(open_ones)
    if asks_for_sheet(request):
        return sheet("orders", ORDER_TITLES, map(order_line, rows.for_display().iterator(chunk_size=CHUNK)))
    number = _page_number(request)
    start = (number - 1) * ORDERS
    orders = list(rows.for_display()[start : start + ORDERS + 1])
    more, orders = len(orders) > ORDERS, orders[:ORDERS]
    first = orders.pop(0) if orders and not finished and number == 1 else None
    back, now = reverse("my-orders"), request.received_at
    context = {
        "live": "*",
        "finished": finished,
        "todo": open_ones.count(),
        "first": first and _own_card(first, now),
        "first_order": first,
        "first_actions": _bar(order_actions, person, first, back) if first else [],
        "cards": [
            _own_card(order, now) | {"act": None if finished else first_act(person, order, back=back)}
            for order in orders
        ],
        "number": number,
        "more": more,
    }
    return render(request, "dispatch/my_orders.html", context)


def _own_card(order, now):
    """A card for the department itself, which knows its own name: with its role and who must come."""
    note = [order.get_role_display(), _("demonstration") if order.whistle.demonstration else ""]
    return pages.order_card(order, now=now) | {
        "note": " · ".join(str(part) for part in note if part),
        "must_come": order.must_come.label,
    }


def _page_number(request):
    asked = request.GET.get("page", "1")
    if not asked.isdecimal() or not 1 <= int(asked) <= 1000:
        raise Http404
    return int(asked)
