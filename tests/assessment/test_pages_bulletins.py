"""A month's way to publication on its pages: who sees it, who acts, what is told, and what it costs."""

import errno

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from assessment.models import Appeal, Export, Proof, Score
from assessment.services import bulletins, exports
from assessment.services.months import compute
from assessment.services.proofs import ask_for_proof, prove_next
from assessment.states import BulletinState, ExportKind
from tests.api.calling import Caller
from tests.factories import DISTRICT, departments, people
from tests.months import AFTER_TERM, NOVEMBER, OVER, TERM, appealed, in_review, late, november, open_to_appeals, points
from tests.reading import cost, text
from tests.test_language_of_pages import LATIN, strangers

ADDRESS = reverse("bulletin", args=["530102-2026-11"])


@pytest.fixture(autouse=True)
def over(wuhua):
    """The morning after the month."""
    with time_machine.travel(OVER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def order(wuhua):
    """Water's order; it acknowledged late, and has a mark of 70 for its cooperation."""
    return late(lead="water", assisting=())


def act(name):
    return reverse("bulletin-act", args=["530102-2026-11", name])


def test_a_month_goes_its_whole_way_by_its_buttons(as_, order, over):
    november()
    page = as_("assessor").get(ADDRESS)
    assert "The month is over" in text(page)
    assert [action["name"] for action in page.context["actions"]] == ["begin-review"]
    assert as_("assessor").post(act("begin-review")).headers["Location"] == ADDRESS

    form = as_("assessor").get(act("enter-points"), {"ranked": "departments"})
    assert "五华区水务局" in text(form)
    assert "丰宁街道" not in text(form)
    given = {"ranked": "departments", "unit": str(departments["water"].pk), "part": "manual", "points": "-2"}
    refused = as_("assessor").post(act("enter-points"), given | {"points": "99", "reason": "约谈一次。"})
    assert (refused.status_code, "约谈一次。" in text(refused)) == (400, True)
    as_("assessor").post(act("enter-points"), given | {"reason": "约谈一次。"})
    page = as_("assessor").get(ADDRESS)
    [shown] = page.context["points"]
    assert (shown["unit"], shown["item"].reason) == ("Wuhua Water Affairs", "约谈一次。")
    assert as_("liaison.water").get(ADDRESS).status_code == 404, "not yet shown to departments"
    ranking, unit = reverse("ranking"), reverse("ranking-unit", args=["departments", str(departments["water"].pk)])
    asked = {"month": "2026-11"}
    assert "This month is in review" in text(as_("liaison.water").get(ranking, asked))
    assert as_("liaison.water").get(unit, asked).status_code == 404
    assert as_("assessor").get(unit, asked).status_code == 200
    said = Caller("liaison.water").get("rankings/", month="2026-11").json()
    assert (said["state"], said["formula"], said["results"]) == ("review", None, [])

    as_("assessor").post(act("open-appeals"), {"until": TERM.isoformat()})
    assert as_("liaison.water").get(unit, asked).status_code == 200
    page = as_("liaison.water").get(ADDRESS)
    assert "Appeals until" in text(page)
    assert "约谈一次。" in text(page)
    [row] = page.context["disputable"]
    assert [str(figure["label"]) for figure in row.figures] == ["acknowledged in time", "reported on site in time"]
    form = as_("liaison.water").get(row.figures[0]["url"])
    assert order.number in text(form)
    assert 'value="acknowledge" selected' in text(form)
    given = {"order": order.number, "about": "acknowledge"}
    refused = as_("liaison.gas").post(act("appeal"), given | {"reason": "不属实。"})
    assert refused.status_code == 400, "an order that this department does not see"
    assert as_("liaison.water").post(act("appeal"), given | {"reason": "通信中断。"}).status_code == 302
    page = as_("liaison.water").get(ADDRESS)
    [row] = page.context["disputable"]
    assert len(row.figures) == 1
    assert page.context["appeals"][0]["old"] == "not in time"
    assert page.context["appeals"][0]["actions"] == []
    assert as_("liaison.water").post(act("appeal"), given | {"reason": "再次申诉。"}).status_code == 409

    appeal = Appeal.objects.get()
    page = as_("assessor").get(reverse("workbench"))
    assert "1 appeal waits for your ruling." in text(page)
    grant = reverse("appeal-act", args=[appeal.pk, "grant"])
    assert "not in time" in text(as_("assessor").get(grant))
    as_("assessor").post(grant, {"new": "1", "opinion": "情况属实。"})
    page = as_("officer.fengning").get(ADDRESS)
    [shown] = page.context["appeals"]
    assert (shown["old"], shown["new"]) == ("not in time", "in time")
    assert "情况属实。" in text(page)
    assert "publish" not in [action["name"] for action in as_("assessor").get(ADDRESS).context["actions"]]

    over.move_to(AFTER_TERM)
    assert "It is final" in text(as_("assessor").get(act("publish")))
    as_("assessor").post(act("publish"))
    as_("assessor").post(act("correct"), {"text": "住建局名次说明更正如下。"})
    page = as_("liaison.water").get(ADDRESS)
    assert text(page).index("住建局名次说明更正如下。") < text(page).index("month-steps")
    assert page.context["bulletin"].checksum in text(page)
    [row] = as_("liaison.water").get(reverse("bulletins")).context["rows"]
    assert row["bulletin"].is_published
    in_chinese = as_("assessor")
    in_chinese.cookies["django_language"] = "zh-hans"
    assert strangers(text(in_chinese.get(ADDRESS)), LATIN, [], {"English"}) == set()


def test_a_figure_behind_a_score_is_appealed_from_its_row(as_, order, over):
    month = open_to_appeals()
    rows = reverse("ranking-figure", args=["departments", departments["water"].pk, "acknowledge_met"])
    address = f"{act('appeal')}?order={order.number}&amp;about=acknowledge"
    assert address in text(as_("liaison.water").get(rows, {"month": "2026-11"}))
    assert address not in text(as_("assessor").get(rows, {"month": "2026-11"}))
    over.move_to(AFTER_TERM)
    assert address not in text(as_("liaison.water").get(rows, {"month": "2026-11"}))
    assert as_("liaison.water").get(act("appeal")).status_code == 409
    assert "Every appeal has its ruling" in text(as_("assessor").get(reverse("workbench")))
    assert month.state == BulletinState.APPEALS


def test_for_strangers_a_month_does_not_exist(as_, order):
    month = open_to_appeals()
    appeal = appealed(order)
    assert as_("grid.hongshan").get(reverse("bulletins")).status_code == 403
    for who, address in (
        ("grid.hongshan", ADDRESS),
        ("grid.hongshan", act("appeal")),
        ("grid.hongshan", reverse("appeal-act", args=[appeal.pk, "grant"])),
        ("liaison.gas", reverse("appeal-act", args=[appeal.pk, "grant"])),
        ("assessor", reverse("bulletin", args=["530111-2026-11"])),
        ("assessor", reverse("bulletin", args=["530102-2026-13"])),
        ("assessor", act("nonsense")),
        ("assessor", reverse("appeal-act", args=["x", "grant"])),
    ):
        assert as_(who).get(address).status_code == 404, address
    assert as_("liaison.water").get(reverse("appeal-act", args=[appeal.pk, "grant"])).status_code == 403
    assert as_("dispatcher").post(act("leave-appeals"), {"reason": "x"}).status_code == 403
    assert month.acts.count() == 2


def test_files_are_written_meanwhile_and_theirs_alone_who_asked(as_, order):
    open_to_appeals()
    for kind in ExportKind.values:
        as_("liaison.water").post(act("export"), {"kind": kind})
    page = as_("liaison.water").get(ADDRESS)
    assert 'hx-trigger="every 2s"' in text(page)
    spreadsheet, document = Export.objects.order_by("id")
    as_("liaison.water").post(reverse("export-act", args=[spreadsheet.pk, "stop"]))
    assert as_("liaison.water").get(reverse("export-file", args=[document.pk])).status_code == 404, "not written yet"
    as_("liaison.water").post(reverse("export-act", args=[spreadsheet.pk, "retry"]))
    while exports.write_next():
        pass
    done = Export.objects.filter(state="done")
    assert done.count() == 2
    part = as_("liaison.water").get(ADDRESS, headers={"hx-request": "true"})
    assert "hx-trigger" not in text(part)
    assert "<html" not in text(part)
    for each in done:
        address = reverse("export-file", args=[each.pk])
        assert address in text(part)
        assert as_("liaison.water").get(address).headers["Content-Disposition"].startswith("attachment")
        for stranger in ("assessor", "liaison.gas"):
            assert as_(stranger).get(address).status_code == 404
            assert as_(stranger).get(reverse("export-act", args=[each.pk, "stop"])).status_code == 404
    book = load_workbook(done.get(kind="xlsx").file.path)
    # How single dispatchers do is not theirs to see, nor are others' orders.
    assert len(book.sheetnames) == 3 + 2
    assert {row[1] for row in book.worksheets[-2].iter_rows(min_row=2, values_only=True)} == {"五华区水务局"}


def test_a_file_that_cannot_be_written_says_why_and_can_be_tried_again(as_, order, monkeypatch):
    in_review()
    as_("assessor").post(act("export"), {"kind": "docx"})

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as broken:
        broken.setattr(exports, "write_document", full)
        exports.write_next()
    page = as_("assessor").get(ADDRESS)
    assert "no space left for it" in text(page)
    assert page.context["files"][0]["actions"][0]["name"] == "retry"


def test_a_month_is_proved_by_a_button_and_differences_are_named(as_, order):
    month = in_review()
    as_("assessor").post(act("prove"))
    as_("assessor").post(act("prove"))
    assert Proof.objects.count() == 1, "one at a time"
    assert "being counted again" in text(as_("assessor").get(ADDRESS))
    assert prove_next().count == 0
    assert "Every figure follows from the record." in text(as_("assessor").get(ADDRESS))
    row = Score.objects.get(ranking__bulletin=month, ranking__ranked="departments", unit=departments["water"].pk)
    Score.objects.filter(pk=row.pk).update(figures=row.figures | {"acknowledge_met": "1"})
    as_("assessor").post(act("prove"))
    assert prove_next().count > 0
    assert prove_next() is None
    page = as_("assessor").get(ADDRESS)
    assert "not follow from the record" in text(page)
    assert any(each["name"] == "五华区水务局" and each["kept"] == "1" for each in page.context["differences"])
    assert as_("dispatcher").post(act("prove")).status_code == 404


def test_months_cost_the_same_for_one_appeal_and_for_many(as_, order):
    others = [late(lead="water", assisting=()) for _number in range(9)]
    month = in_review()
    points(month)
    month = bulletins.open_appeals(month, by=people["assessor"], at=OVER, until=TERM)
    appealed(order)
    for who in ("assessor", "liaison.water"):
        exports.ask(month, by=people[who], at=OVER, kind="xlsx")
    ask_for_proof(month, by=people["assessor"], at=OVER)
    pages = [("assessor", ADDRESS), ("liaison.water", ADDRESS), ("assessor", reverse("bulletins"))]
    pages += [("assessor", f"{ADDRESS}appeals/")]
    # The names of places are read by whoever comes first, and kept.
    as_("assessor").get(reverse("bulletins"))
    few = [cost(as_(who), url) for who, url in pages]
    for each in others[:5]:
        appealed(each)
    compute(DISTRICT, NOVEMBER.replace(month=10), now=OVER)
    assert [cost(as_(who), url) for who, url in pages] == few
