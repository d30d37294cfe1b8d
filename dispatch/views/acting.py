"""One act from its page: asked for what it needs, done once, refused on the form itself."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from common.errors import Refusal
from common.web import after_post, back_to, tell
from dispatch import pages
from whistle.requests import act_once


def take(request, action, row, *, url, back, ask, initial=None):
    """GET asks for what the act needs, POST does it and goes `back`. `initial`: what the form begins with.

    `ask(entry, status)` draws the page with the form of `entry` (see `pages.entry`). A refusal is told on it, so that
    nothing typed is lost. `back` is an address, or gives one for what the service returned.
    """
    if request.method == "GET":
        action.check(request.user, row)
        form = action.form(row=row, person=request.user, initial=initial) if initial else None
        return ask(pages.entry(action, request.user, row, url, primary=True, form=form), 200)

    def act():
        done = action.perform(row, by=request.user, at=request.received_at, data=request.POST, files=request.FILES)
        return 303, back(done) if callable(back) else back

    try:
        _status, to = act_once(
            request, key=request.POST.get("idempotency_key"), data=request.POST, files=request.FILES, act=act
        )
    except Refusal as refusal:
        form = action.form(request.POST, request.FILES, row=row, person=request.user)
        tell(form, refusal)
        entry = pages.entry(action, request.user, row, url, primary=True, form=form)
        return ask(entry, refusal.status)
    return after_post(request, to)


def take_one_of(request, table, find, page, number, name, *, template, subject=None, onward=None):
    """The act called `name` of a table, on the row that `find(person, number)` gives; Http404 for either.

    `page`: of the row, to which the act leads back, unless it was started elsewhere, or `onward(done)` names an
    address for what the service returned. `subject(row)`: the whistle, lead or letter that `template` shows.
    """
    action = table.get(name)
    if action is None:
        raise Http404
    row = find(request.user, number)
    url = reverse(f"{page}-act", args=[number, name])
    back = back_to(request, reverse(page, args=[number]))

    def ask(entry, status):
        context = {"row": row, "subject": subject(row) if subject else row, "action": entry, "back": back}
        return render(request, template, context, status=status)

    to = (lambda done: onward(done) or back) if onward else back
    return take(request, action, row, url=url, back=to, ask=ask)
