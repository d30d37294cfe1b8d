"""Samples of clocks, cases and badges."""

from datetime import timedelta

from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import readings
from config.samples.acts import quick
from config.samples.bench import NUMBER, PLACE, TITLE, component
from dispatch.states import ClockKind, OrderRole, OrderState
from whistle.states import Level, WhistleState


def every_clock(bench):
    yield _("On time"), bench.clock(45)
    yield _("Over half used"), bench.clock(25)
    yield _("Nearly due"), bench.clock(8)
    yield _("Overdue"), bench.clock(-125)
    yield _("Paused"), bench.clock(20, state="paused", share_used=60)
    yield _("Done in time"), bench.met(30)
    yield _("Done late"), bench.met(-12)
    yield _("Cancelled"), bench.clock(20, state="cancelled")


@component(gettext_lazy("Wherever somebody must do something by a moment. Never a due date as bare text."))
def clock(bench):
    for title, deadline in every_clock(bench):
        yield title, {"deadline": deadline}
    explained = bench.clock(25, explanation=[_("How this time is computed"), TITLE], provisional=True)
    yield _("A click explains it"), {"deadline": explained}
    yield _("Large"), {"deadline": bench.clock(12), "variant": "large"}
    yield _("As digits"), {"deadline": bench.clock(12), "variant": "digits"}
    yield _("Without its name"), {"deadline": bench.clock(12), "nameless": True}


@component(gettext_lazy("Only inside a clock."))
def clock_face(bench):
    deadline = bench.clock(25)
    yield _("On time"), {"deadline": deadline, "shown": readings.read(deadline, now=bench.now)}


@component(gettext_lazy("In lists of fifty, where each byte counts fifty times."))
def clock_line(bench):
    for title, deadline in every_clock(bench):
        yield title, {"deadline": deadline, "named": True}
    yield _("Without its name"), {"deadline": bench.clock(12)}


def case(bench, clock=None, **others):
    given = {"number": NUMBER, "title": TITLE, "url": bench.here, "place": PLACE, "clock": clock}
    given |= {"type_code": "key", "type_label": _("Key whistle"), "level_code": Level.LARGER}
    given |= {"level_label": Level.LARGER.label, "state_code": WhistleState.DISPATCHED}
    given |= {"state_label": WhistleState.DISPATCHED.label, "since": bench.now - timedelta(hours=3)}
    return given | others


@component(gettext_lazy("A whistle, an order, a lead or a letter among a few others, with the act that is likeliest."))
def case_card(bench):
    for title, deadline in list(every_clock(bench))[:5]:
        yield title, case(bench, deadline)
    yield _("Drill"), case(bench, bench.clock(12), drill=True)
    yield _("With an act"), case(bench, bench.clock(12), act=quick(bench))
    yield _("The least it needs"), {"number": NUMBER, "title": TITLE, "url": bench.here}


@component(gettext_lazy("The same in lists of fifty: lighter, and without an act."))
def case_row(bench):
    yield _("On time"), {"card": case(bench, bench.clock(45))}
    yield _("Drill"), {"card": case(bench, bench.clock(-10), drill=True)}
    yield _("Without a clock"), {"card": case(bench, note=_("demonstration"))}


def order_row(bench, department, **others):
    given = {
        "department": department,
        "role": "assisting",
        "role_label": OrderRole.ASSISTING.label,
        "url": bench.here,
        "score": None,
    }
    return {**given, "acknowledge": None, "report": None, "resolve": None, **others}


@component(gettext_lazy("On a whistle: who was called, and how each stands. One row for each department."))
def order_matrix(bench):
    yield (
        _("Under way"),
        {
            "rows": [
                order_row(
                    bench,
                    "区住建局",
                    role_label=OrderRole.LEAD.label,
                    acknowledge=bench.met(30),
                    report=bench.clock(12),
                    resolve=bench.clock(9000, kind=ClockKind.RESOLVE, whole=20000),
                ),
                order_row(bench, "区水务局", acknowledge=bench.met(-12), report=bench.clock(-30), drill=True),
                order_row(bench, "区城管局", note=OrderState.RETURNED.label, url=""),
                order_row(
                    bench, "昆仑燃气", acknowledge=bench.met(30), report=bench.met(5), by_code=True, score="90 · 85"
                ),
            ]
        },
    )


@component(gettext_lazy("Only inside the order matrix."))
def matrix_cell(bench):
    yield _("On time"), {"deadline": bench.clock(45)}
    yield _("Nothing awaited"), {"deadline": None}


@component(gettext_lazy("The record of a case: everything that happened, with who, in which post, and when."))
def timeline(bench):
    at, role = bench.now - timedelta(hours=1), _("Street officer")
    who = {"who": "李文", "post": f"丰宁街道 · {role}", "at": at}
    yield (
        _("In all tones"),
        {
            "events": [
                who | {"text": _("Whistle filed"), "note": "雨后工地旁冒出黑臭水。", "photos": pictures()},
                {"at": at, "who": _("system"), "text": _("Overdue"), "tone": "late"},
                who | {"text": _("Over half used"), "tone": "warning"},
                who | {"text": _("Done in time"), "tone": "ok", "at": bench.now - timedelta(days=400)},
            ]
        },
    )


def pictures():
    image = static("img/mark.svg")
    return [{"url": image, "thumb_url": image}, {"url": image, "thumb_url": image, "caption": PLACE}]


@component(gettext_lazy("Photos of a case. Each opens in full in a tab of its own."))
def photos(bench):
    yield _("Two photos"), {"photos": pictures()}
