"""The clock board: which orders wait for what, who is late, and supervision orders for many at once."""

from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from common.errors import Refusal, require
from common.web import after_post, back_to, new_key, tell
from dispatch.actions import order_actions
from dispatch.board import Board
from dispatch.filters import WhistleFilter
from dispatch.forms import ReasonForm
from dispatch.models import SavedView
from dispatch.queries import orders_of, whistles_of
from dispatch.services.views import delete_view, save_view
from dispatch.views.lists import BarForm
from grid.models import Role
from whistle.requests import act_once

# At once: whoever presses more does not look at what is pressed.
MOST = 50
NARROWED_BY = ("type", "level", "area", "department", "drill")


class BoardBarForm(BarForm):
    """The board shows what is open, whatever its state: Django leaves out what is None."""

    open = None  # type: ignore[assignment]
    state = None  # type: ignore[assignment]
    overdue = None  # type: ignore[assignment]


class SaveForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of this view"), max_length=30)


@require_GET
def board(request):
    """What is waited for, lane by lane, the most urgent first; the address keeps how it is narrowed."""
    return _page(request, request.GET)


def _page(request, asked, *, status=200, reason=None, ticked=(), save=None):
    person, now = request.user, request.received_at
    require(person.holds(Role.DISPATCHER))
    asked = _narrowing(asked)
    query = asked.urlencode()
    filterset = WhistleFilter(asked, whistles_of(person), request=request)
    valid = filterset.is_valid()
    shown = Board(filterset.qs if valid else filterset.queryset.none(), department=asked.get("department"), now=now)
    here = reverse("board") + (f"?{query}" if query else "")
    context = {
        "live": "*",
        "live_address": here,
        "bar": BoardBarForm(asked, person=person),
        "narrowed": bool(query),
        "errors": filterset.errors,
        "lanes": shown.lanes(),
        "loads": shown.loads(),
        "here": here,
        "query": query,
        "views": SavedView.objects.filter(person=person),
        "save": save or SaveForm(),
        "reason": reason or ReasonForm(),
        "ticked": set(ticked),
        "idempotency_key": new_key(),
    }
    return render(request, "dispatch/board.html", context, status=status if valid else 400)


@require_POST
def supervise(request):
    """A supervision order for each order that is ticked, all with one reason; tells which were refused, and why."""
    require(request.user.holds(Role.DISPATCHER))
    back = back_to(request, reverse("board"))
    numbers = sorted(set(request.POST.getlist("order")))
    form = ReasonForm(request.POST)
    if not numbers:
        form.add_error(None, _("Tick the orders that are to be pressed first."))
    elif len(numbers) > MOST:
        form.add_error(None, _("At most %(most)d orders at once.") % {"most": MOST})
    if not form.is_valid():
        return _page(request, _asked_in(back), status=400, reason=form, ticked=numbers)

    def act():
        refused = [told for number in numbers if (told := _pressed(request, number, form.cleaned_data))]
        done = len(numbers) - len(refused)
        if done:
            sentence = ngettext(
                "%(count)d supervision order was sent.", "%(count)d supervision orders were sent.", done
            )
            messages.success(request, sentence % {"count": done})
        for sentence in refused:
            messages.warning(request, sentence)
        return 303, back

    _status, to = act_once(request, key=request.POST.get("idempotency_key"), data=request.POST, act=act)
    return after_post(request, to)


def _pressed(request, number, data):
    """Presses one order; returns the sentence of a refusal, or nothing."""
    order = orders_of(request.user).with_parts().filter(number=number).first()
    if order is None:
        return _("%(number)s: there is no such order.") % {"number": number[:40]}
    try:
        with transaction.atomic():
            order_actions.get("supervise").perform(order, by=request.user, at=request.received_at, data=data)
    except Refusal as refusal:
        return f"{number}: {refusal.detail}"
    return ""


def _narrowing(asked):
    """What of an address narrows the board."""
    kept = QueryDict("", mutable=True)
    for name in NARROWED_BY:
        if asked.get(name):
            kept[name] = asked[name]
    return kept


def _asked_in(address):
    return QueryDict(urlsplit(address).query)


@require_POST
def save(request):
    """Keeps how the board is narrowed, by a name."""
    require(request.user.holds(Role.DISPATCHER))
    back = back_to(request, reverse("board"))
    form = SaveForm(request.POST)
    if form.is_valid():
        query = _narrowing(_asked_in(back)).urlencode()
        try:
            save_view(by=request.user, name=form.cleaned_data["name"], query=query)
            return after_post(request, back)
        except Refusal as refusal:
            tell(form, refusal)
    return _page(request, _asked_in(back), status=400, save=form)


@require_POST
def delete(request, pk):
    """Forgets a view of one's own; 404 for another's."""
    view = get_object_or_404(SavedView, pk=pk, person=request.user)
    delete_view(view, by=request.user)
    return after_post(request, back_to(request, reverse("board")))
