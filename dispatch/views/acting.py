"""One act from its page: asked for what it needs, done once, refused on the form itself."""

from common.errors import Refusal
from common.web import after_post, tell
from dispatch import pages
from whistle.requests import act_once


def take(request, action, row, *, url, back, ask, initial=None):
    """GET asks for what the act needs, POST does it and goes `back`. `initial`: what the form begins with.

    `ask(entry, status)` draws the page with the form of `entry` (see `pages.entry`). A refusal is told on it, so that
    nothing typed is lost.
    """
    if request.method == "GET":
        action.check(request.user, row)
        form = action.form(row=row, person=request.user, initial=initial) if initial else None
        return ask(pages.entry(action, request.user, row, url, primary=True, form=form), 200)

    def act():
        action.perform(row, by=request.user, at=request.received_at, data=request.POST, files=request.FILES)
        return 303, back

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
