"""Samples of the badges on a case: its type, level and state, and what it is not in earnest."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from config.samples.bench import component
from dispatch.states import OrderRole, OrderState
from whistle.states import Level, WhistleState


@component(gettext_lazy("A state that has no badge of its own. Colour only where it means urgency or success."))
def badge(bench):
    yield _("Quiet"), {"label": _("Draft")}
    yield _("Information"), {"label": OrderRole.LEAD.label, "tone": "info"}
    yield _("On time"), {"label": _("Done in time"), "tone": "ok", "icon_name": "check"}
    yield _("Warning"), {"label": _("Nearly due"), "tone": "warning", "icon_name": "alert-triangle"}
    yield _("Overdue"), {"label": _("Overdue"), "tone": "late", "icon_name": "alert-circle"}
    yield _("A link"), {"label": _("Published"), "url": bench.here}


@component(gettext_lazy("On every case that is an exercise, wherever it shows."))
def badge_drill(bench):
    yield _("Drill"), {}


@component(gettext_lazy("On every case that was made up to show the system, and on figures counted from such."))
def badge_demonstration(bench):
    yield _("Demonstration"), {}
    yield _("Figures"), {"label": _("Contains demonstration data")}


@component(gettext_lazy("The level of an incident; lists leave out the lowest."))
def badge_level(bench):
    for level in Level:
        yield level.label, {"code": level.value, "label": level.label}


@component(gettext_lazy("The state of a whistle, an order, a lead or a letter."))
def badge_state(bench):
    for state in [*WhistleState, *OrderState]:
        yield state.label, {"code": state.value, "label": state.label}


@component(gettext_lazy("The type of a whistle."))
def badge_type(bench):
    for code, label in {
        "key": _("Key whistle"),
        "co_creation": _("Co-creation whistle"),
        "emergency": _("Emergency whistle"),
        "other": pgettext("a type of whistle", "Any other"),
    }.items():
        yield label, {"code": code, "label": label}
