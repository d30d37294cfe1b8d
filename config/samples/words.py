"""Samples of what is said: notices, figures, charts; and of the frame of the pages."""

from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from common import charts
from common.charts import Figure, Link, Node, Series
from config.samples.bench import PLACE, component


@component(gettext_lazy("One sentence that stands out; a headline with a list where one sentence is not enough."))
def notice(bench):
    for tone, title in (
        ("info", _("Information")),
        ("ok", _("Done in time")),
        ("warning", _("Warning")),
        ("danger", _("Refusal")),
    ):
        yield title, {"text": _("In a sentence."), "tone": tone}
    yield _("Can be closed"), {"text": _("In a sentence."), "closes": True}
    rows = [_("Overdue"), _("Paused")]
    yield _("With a list"), {"title": _("Something is not right."), "items": rows, "tone": "danger", "note": PLACE}


@component(
    gettext_lazy("On the workbench, for whoever is new in a role. Nothing is to be done through it, only understood.")
)
def hint(bench):
    made = {"title": _("New here as a %(role)s?") % {"role": _("dispatcher")}, "text": _("In a sentence.")}
    yield _("Once for each role"), {"hint": {**made, "url": bench.here, "understood": bench.here}}


@component(gettext_lazy("After an act: on every page, and only there."))
def messages(bench):
    levels = (constants.SUCCESS, constants.INFO, constants.WARNING, constants.ERROR)
    yield _("In all tones"), {"messages": [Message(level, _("In a sentence.")) for level in levels]}


@component(
    gettext_lazy("At the bottom of every page: what went wrong where no new page is loaded. Shows nothing of its own.")
)
def toasts(bench):
    return ()


@component(gettext_lazy("Where a list or a figure would stand. Says what will stand there and what to do."))
def empty(bench):
    yield (
        _("With a way on"),
        {
            "title": _("Nothing waits for you"),
            "text": _("In a sentence."),
            "url": bench.here,
            "action": _("Blow a whistle"),
        },
    )
    yield _("The least it needs"), {"title": _("Nothing waits for you"), "icon_name": "circle-check"}


@component(gettext_lazy("In a list that was narrowed too much."))
def nothing_fits(bench):
    yield _("No whistle fits"), {"title": _("No whistle fits"), "all_url": bench.here}


@component(gettext_lazy("A figure with its name; a link to the list that it counts, wherever there is one."))
def stat(bench):
    yield _("A link"), {"label": _("Whistles blown"), "value": 12, "url": bench.here}
    share = {"label": _("Acknowledged in time"), "value": 92, "unit": "%", "note": "11 / 12"}
    yield _("A share"), share
    yield _("Overdue"), {"label": _("Overdue"), "value": 3, "tone": "late"}


@component(
    gettext_lazy("Where a picture says more than its table; the table stands beside it all the same."),
    scripts=("js/chart.js",),
)
def chart(bench):
    for made in every_chart(bench.prefix):
        yield made.title, {"chart": made, "untitled": True}


def every_chart(prefix):
    def shares(*values):
        return [Figure(value, f"{value} %") for value in values]

    departments, months = ["区住建局", "区水务局", "区城管局"], [f"{month}" for month in range(1, 7)]
    yield charts.bars(f"{prefix}-bars", _("Bars"), departments, [Series(_("Score"), shares(92, 81, 40))], most=100)
    layered = [Series(_("Median"), shares(40, 52, 30)), Series(_("Nine in ten"), shares(80, 92, 60))]
    yield charts.bars(f"{prefix}-layers", _("Bars that lie upon one another"), departments, layered, layered=True)
    lines = [
        Series(_("Acknowledge"), shares(80, 82, 85, 84, 90, 93)),
        Series(_("Result"), shares(60, 62, 70, 69, 75, 78)),
    ]
    yield charts.lines(f"{prefix}-lines", _("Lines over time"), months, lines, unit=" %", most=100)
    webs = [
        Series(name, shares(*values)) for name, values in (("丰宁街道", (99, 80, 90)), ("黑林铺街道", (95, 85, 70)))
    ]
    arms = [_("Acknowledge"), _("Report on site"), _("Result")]
    yield charts.radar(f"{prefix}-web", _("A web"), arms, webs)
    nodes = [
        Node("lead", pgettext("matters", "Leads"), 0),
        Node("key", _("Key whistle"), 1),
        Node("late", _("Overdue"), 2, "late"),
    ]
    ways = [Link("lead", "key", Figure(12, "12")), Link("key", "late", Figure(3, "3", tone="late"))]
    yield charts.flow(f"{prefix}-flow", _("A flow"), nodes, ways)


@component(gettext_lazy("The navigation, at the side and at the foot of phones."))
def nav(bench):
    entries = [
        {"label": _("Workbench"), "icon": "home", "active": True},
        {"label": _("Triage"), "icon": "inbox", "count": 3, "urgent": True},
        {"label": _("Score"), "icon": "star", "count": 12},
        {"label": _("Ranking"), "icon": "trophy"},
    ]
    yield _("At the side"), {"entries": [{"url": bench.here, **entry} for entry in entries]}


@component(gettext_lazy("In the head of every page: the way to the messages."))
def bell(bench):
    yield _("Unread"), {"page": {"unread": "3"}}
    yield _("Nothing unread"), {"page": {"unread": ""}}


@component(gettext_lazy("Below a list that is longer than a page."))
def page(bench):
    pages = Paginator(range(90), 30)
    for number in (1, 2, 3):
        yield f"{number} / 3", {"page_obj": pages.page(number)}


@component(gettext_lazy("Above a list that somebody may want to count on."))
def csv_link(bench):
    yield _("As a table file"), {}


@component(gettext_lazy("On every page: how many acts wait on this phone to be sent."))
def outbox_strip(bench):
    yield _("Closed, as it comes"), {}


@component(
    gettext_lazy("On a page whose rows can be walked through by keys; it opens with “?”."), scripts=("js/keys.js",)
)
def keys(bench):
    yield _("Closed, as it comes"), {"supervises": True}


@component(gettext_lazy("In the head of every page."))
def language(bench):
    yield _("To the other language"), {}


@component(gettext_lazy("In the menu of every page."))
def theme(bench):
    yield _("Appearance"), {}


@component(gettext_lazy("The mark of the product, in the colour of the text around it."))
def mark(bench):
    yield _("Shaoxiang"), {}
