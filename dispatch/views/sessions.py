"""Joint sessions of the departments of a whistle, and their tasks."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from dispatch import session_pages
from dispatch.queries import find_session, find_task, whole_session
from dispatch.session_actions import session_actions, task_actions
from dispatch.views.acting import take_one_of


@require_GET
def session(request, number):
    """When and where they meet, who was there, what was agreed; printed, it is the minutes to be filed."""
    found = whole_session(request.user, number)
    context = {
        "live": f"whistle:{found.whistle.number}",
        "session": found,
        "whistle": found.whistle,
        "actions": session_pages.session_bar(request.user, found),
        "now": session_pages.awaited(found),
        "gathered": session_pages.gathered(found),
        "tasks": session_pages.tasks(found, person=request.user, now=request.received_at),
    }
    return render(request, "dispatch/session.html", context)


@require_http_methods(["GET", "POST"])
def session_act(request, number, action):
    """Asks for what an act needs (GET), or does it (POST)."""
    return take_one_of(
        request,
        session_actions,
        find_session,
        "session",
        number,
        action,
        template="dispatch/session_act.html",
        subject=lambda session: session.whistle,
    )


@require_GET
def task(request, number):
    """A task has no page of its own: it stands on the page of its session."""
    found = find_task(request.user, number)
    return redirect(f"{reverse('session', args=[found.session.number])}#{found.number}")


@require_http_methods(["GET", "POST"])
def task_act(request, number, action):
    return take_one_of(
        request,
        task_actions,
        find_task,
        "task",
        number,
        action,
        template="dispatch/task_act.html",
        subject=lambda task: task.session.whistle,
    )
