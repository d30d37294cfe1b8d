"""Arrival on site by the code that the street's officer shows: used once, soon, and by whom it is meant for."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as configured
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from common import broker
from common.errors import Forbidden, Invalid, TooOften, Unavailable, WrongState
from dispatch import services
from dispatch.headlines import headline
from dispatch.models import ArrivalCode, Report
from dispatch.services.arrivals import LASTS, TRIES
from tests.acting import act, clocks_of, events_of, last_event, offered
from tests.api.calling import Caller
from tests.factories import MONDAY, closed, convened, orders_of, people
from whistle.models import Event

OFFICER = "officer.fengning"
NOW = MONDAY + timedelta(minutes=10)
SOON = NOW + timedelta(minutes=2)


@pytest.fixture
def case(wuhua):
    return wuhua.acknowledged(at=NOW)


@pytest.fixture
def orders(case):
    return orders_of(case)


def shown(whistle, *, by=OFFICER, at=NOW):
    return services.show_code(whistle, by=people[by], at=at)


def report(order, code, *, by="liaison.housing", at=SOON, rank="deputy", **more):
    return act(order, "report", by, at, code=code, rank=rank, **more)


def kept():
    return (
        Report.objects.count(),
        Event.objects.count(),
        list(ArrivalCode.objects.order_by("id").values_list("pk", "ended_at")),
    )


def refused(kind, words, order, code, **more):
    before = kept()
    with translation.override("en"):
        with pytest.raises(kind) as no, transaction.atomic():
            report(order, code, **more)
        assert words in " ".join([str(no.value), *map(str, no.value.fields.get("code", []))])
    assert kept() == before


def test_a_scanned_code_reports_the_department_and_confirms_it_in_the_officers_name(case, orders):
    code = shown(case)
    order = report(orders["housing"], code.token)
    made = order.reports.get()
    assert (order.state, clocks_of(order)["report"].met_at) == ("on_site", SOON)
    assert (made.code, made.confirmed_by, made.confirmed_at, made.lat) == (code, people[OFFICER], SOON, None)
    assert "confirm-report" not in offered(order, OFFICER)
    event = last_event(order, "order.reported")
    with translation.override("en"):
        assert f"confirmed by the street's code, shown by {people[OFFICER]}" in headline(event, "")


def test_the_digits_do_the_same_however_they_are_spaced(case, orders):
    digits = shown(case).digits
    assert re.fullmatch(r"\d{6}", digits)
    order = report(orders["housing"], f" {digits[:3]} {digits[3:]} ")
    assert order.reports.get().by_code


def test_showing_and_using_a_code_are_on_record_for_good(case, orders):
    code = shown(case)
    assert last_event(case, "whistle.code_shown").person == people[OFFICER]
    report(orders["housing"], code.token)
    code.refresh_from_db()
    assert (code.shown_by, code.shown_at, code.ended_at) == (people[OFFICER], NOW, SOON)
    assert code.report.person == people["liaison.housing"]
    with pytest.raises(IntegrityError, match="dispatch_report_by_code_is_confirmed"), transaction.atomic():
        Report.objects.update(confirmed_by=None)


def test_nothing_that_is_kept_lets_a_reader_of_the_table_report(case):
    code = shown(case)
    kept_of_it = {str(getattr(code, field.attname)) for field in ArrivalCode._meta.concrete_fields}
    assert not kept_of_it & {code.token, code.digits}
    with pytest.raises(Invalid):
        services.find_code(code.nonce)


def test_departments_scan_one_after_another_each_its_own_code(case, orders):
    first = shown(case)
    report(orders["housing"], first.token)
    refused(WrongState, "used already", orders["water"], first.token, by="liaison.water")
    second = ArrivalCode.objects.standing().get()
    assert (second.shown_by, second.expires_at) == (people[OFFICER], SOON + LASTS)
    assert {second.token, second.digits}.isdisjoint({first.token, first.digits})
    assert report(orders["water"], second.token, by="liaison.water").reports.get().code == second


def test_a_new_showing_ends_what_this_officer_showed_before_and_no_colleagues(case, orders):
    first, colleague, second = shown(case), shown(case, by="secretary.fengning"), shown(case, at=SOON)
    refused(WrongState, "newer code", orders["housing"], first.token)
    report(orders["housing"], colleague.token)
    report(orders["water"], second.token, by="liaison.water")


@pytest.mark.parametrize("form", ["token", "digits"])
def test_it_lasts_to_its_last_moment_and_no_longer(case, orders, form):
    code = shown(case)
    late = code.expires_at + timedelta(microseconds=1)
    refused(WrongState, "too old", orders["housing"], getattr(code, form), at=late)
    assert report(orders["housing"], getattr(code, form), at=code.expires_at).state == "on_site"


def test_digits_that_have_been_used_are_said_to_be_used(case, orders):
    digits = shown(case).digits
    report(orders["housing"], digits)
    refused(WrongState, "used already", orders["water"], digits, by="liaison.water")


def test_a_department_reports_by_code_once_but_a_rank_too_low_does_not_use_up_its_turn(wuhua):
    case = wuhua.acknowledged(at=NOW, level="larger")
    order = orders_of(case)["water"]
    shown(case)

    def standing():
        return ArrivalCode.objects.standing().get().token

    assert not report(order, standing(), by="liaison.water", rank="staff").reports.get().valid
    assert report(order, standing(), by="head.water", rank="head").state == "on_site"
    refused(WrongState, "once is enough", order, standing(), by="head.water", rank="head")
    # Without a code it may report as often as it likes.
    assert report(order, "", by="head.water", rank="head").reports.count() == 3


def test_who_reported_before_without_a_code_may_prove_it_by_one(case, orders):
    code = shown(case)
    report(orders["housing"], "")
    assert report(orders["housing"], code.token).reports.filter(code=code).exists()


def test_the_code_of_another_whistle_is_none(wuhua, orders):
    other = shown(wuhua.acknowledged(at=NOW))
    refused(WrongState, "another whistle", orders["housing"], other.token)
    refused(Invalid, "shows no code", orders["housing"], other.digits)


@pytest.mark.parametrize(
    ("given", "words"),
    [("x.y", "no arrival code"), (".", "no arrival code"), ("12345", "6 digits"), ("١٢٣٤٥٦", "6 digits")],
)
def test_what_is_forged_or_no_code_at_all_is_refused_in_words(case, orders, given, words):
    shown(case)
    refused(Invalid, words, orders["housing"], given)


def test_a_code_signed_for_something_else_is_none(case, orders):
    code = shown(case)
    refused(Invalid, "no arrival code", orders["housing"], code.token[:-1] + ("A" if code.token[-1] != "A" else "B"))
    refused(Invalid, "no arrival code", orders["housing"], f"x{code.token}")


def wrong(code, count):
    """So many digits that are not the code's."""
    return [f"{(int(code.digits) + each) % 10**6:06}" for each in range(1, count + 1)]


def test_whoever_guesses_is_stopped_until_a_new_code_is_shown(case, orders):
    code = shown(case)
    for digits in wrong(code, TRIES):
        refused(Invalid, "not the code", orders["housing"], digits)
    refused(TooOften, "Too many codes", orders["housing"], code.digits)
    # Another department is not held back, nor a camera.
    report(orders["water"], code.digits, by="liaison.water")
    fresh = shown(case, at=SOON)
    assert report(orders["housing"], fresh.digits).state == "on_site"


def test_without_a_broker_digits_are_not_taken_and_everything_else_is(case, orders, settings):
    code = shown(case)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    refused(Unavailable, "cannot be checked", orders["housing"], code.digits)
    assert report(orders["housing"], code.token).state == "on_site"


def test_tries_are_forgotten_in_time(case):
    assert broker.tries(f"test:{shown(case).nonce}", seconds=60) == 1
    key = next(broker.redis_at(configured.REDIS_URL).scan_iter("tries:test:*"))
    assert 0 < broker.redis_at(configured.REDIS_URL).ttl(key) <= 60
    broker.redis_at(configured.REDIS_URL).delete(key)


def test_a_report_by_code_asks_first_for_an_acknowledgement(wuhua):
    case = wuhua.dispatched(at=NOW)
    refused(WrongState, "", orders_of(case)["housing"], shown(case).token)


def test_a_code_is_shown_only_while_departments_are_called(wuhua):
    for whistle in (wuhua.filed(), closed(lead="water", assisting=[])):
        assert "show-code" not in offered(whistle, OFFICER)
        with pytest.raises(WrongState):
            services.show_code(whistle, by=people[OFFICER], at=NOW)


@pytest.mark.parametrize("who", ["liaison.housing", "officer.heilinpu", "dispatcher", "community.hongshan"])
def test_nobody_else_shows_a_code(case, who):
    with pytest.raises(Forbidden):
        services.show_code(case, by=people[who], at=NOW)


# --- the pages ----------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def at_that_time():
    with time_machine.travel(SOON, tick=False):
        yield


def show(browser, whistle):
    answer = browser.post(reverse("whistle-act", args=[whistle.number, "show-code"]), follow=True)
    assert answer.redirect_chain == [(reverse("arrival", args=[whistle.number]), 302)]
    return answer.text


def test_the_button_leads_to_the_code_and_the_page_says_who_has_come(case, orders, as_):
    page = show(as_(OFFICER), case)
    code = ArrivalCode.objects.standing().get()
    assert code.digits in page
    assert f'data-address="http://testserver/arrive/{code.token}/"' in page
    assert page.count("On the way") == 2
    report(orders["housing"], code.token)
    page = as_(OFFICER).get(reverse("arrival", args=[case.number])).text
    following = ArrivalCode.objects.standing().get()
    assert following.digits in page
    assert code.token not in page
    assert page.count("Arrived") == 1


def test_a_code_that_is_too_old_is_shown_no_more(case, as_):
    shown(case)
    with time_machine.travel(NOW + LASTS + timedelta(seconds=1), tick=False):
        page = as_(OFFICER).get(reverse("arrival", args=[case.number])).text
    assert "arrival-qr" not in page
    assert "Show a new code" in page


@pytest.mark.parametrize(("who", "status"), [("liaison.housing", 403), ("officer.heilinpu", 404), ("dispatcher", 403)])
def test_the_officers_page_is_the_streets(case, as_, who, status):
    shown(case)
    assert as_(who).get(reverse("arrival", args=[case.number])).status_code == status


def opened(browser, code):
    return browser.get(reverse("arrive", args=[code if isinstance(code, str) else code.token]))


def test_whoever_scans_logs_in_comes_back_and_reports_with_one_button(case, orders, client):
    code = shown(case)
    answer = opened(client, code)
    assert answer.headers["Location"] == f"/login/?next={reverse('arrive', args=[code.token])}"
    client.force_login(people["liaison.housing"])
    client.cookies["django_language"] = "en"
    page = opened(client, code)
    assert page.status_code == 200
    assert orders["housing"].number in page.text
    assert orders["water"].number not in page.text
    address = reverse("arrive-report", args=[code.token, orders["housing"].number])
    assert f'action="{address}"' in page.text
    answer = client.post(address, {"code": code.token, "rank": "deputy", "idempotency_key": "one"})
    assert answer.headers["Location"] == reverse("order", args=[orders["housing"].number])
    made = Report.objects.get()
    assert (made.code, made.at) == (code, SOON)
    # Sent twice it is one.
    client.post(address, {"code": code.token, "rank": "deputy", "idempotency_key": "one"})
    assert Report.objects.count() == 1
    page = client.get(reverse("order", args=[orders["housing"].number])).text
    assert "confirmed by the street&#x27;s code" in page
    assert "confirmed by the street's code" in client.get(reverse("whistle", args=[case.number])).text


def test_what_was_scanned_and_does_not_fit_is_said_and_nothing_is_done(case, orders, as_):
    code = shown(case)
    used = ArrivalCode.objects.get(pk=code.pk)
    report(orders["water"], code.token, by="liaison.water")
    before = kept()
    page = opened(as_("liaison.housing"), used)
    assert (page.status_code, "used already" in page.text) == (409, True)
    address = reverse("arrive-report", args=[code.token, orders["housing"].number])
    page = as_("liaison.housing").post(address, {"code": code.token, "rank": "deputy"})
    assert (page.status_code, "used already" in page.text) == (409, True)
    page = opened(as_("liaison.housing"), "forged.token")
    assert (page.status_code, "no arrival code" in page.text) == (400, True)
    page = opened(as_("liaison.gas"), code)
    assert (page.status_code, "not called" in page.text) == (403, True)
    page = opened(as_(OFFICER), code)
    assert (page.status_code, "you hold no such post" in page.text) == (403, True)
    assert kept() == before
    assert case.title not in page.text


def test_an_order_of_another_department_cannot_be_reported_by_its_address(case, orders, as_):
    code = shown(case)
    address = reverse("arrive-report", args=[code.token, orders["water"].number])
    assert as_("liaison.housing").post(address, {"code": code.token, "rank": "deputy"}).status_code == 404
    assert as_("liaison.housing").get(address).status_code == 302


def test_an_order_not_yet_acknowledged_is_acknowledged_on_the_way(wuhua, as_):
    case = wuhua.dispatched(at=NOW)
    code, order = shown(case), orders_of(case)["housing"]
    browser = as_("liaison.housing")
    page = opened(browser, code)
    assert (page.status_code, "Acknowledge the order first" in page.text) == (409, True)
    here = reverse("arrive", args=[code.token])
    answer = browser.post(reverse("order-act", args=[order.number, "acknowledge"]), {"next": here})
    assert answer.headers["Location"] == here
    assert opened(browser, code).status_code == 200


def test_an_order_whose_result_is_in_takes_no_report(case, orders, as_):
    code = shown(case)
    report(orders["housing"], "")
    services.submit_result(orders["housing"], by=people["liaison.housing"], at=SOON, note="已处置。")
    page = opened(as_("liaison.housing"), code)
    assert (page.status_code, "takes no report any more" in page.text) == (409, True)


def test_the_digits_are_typed_into_the_report_of_an_order(case, orders, as_):
    code = shown(case)
    browser, address = as_("liaison.housing"), reverse("order-act", args=[orders["housing"].number, "report"])
    assert "The street&#x27;s code" in browser.get(address).text
    page = browser.post(address, {"rank": "deputy", "code": wrong(code, 1)[0]})
    assert (page.status_code, "not the code" in page.text) == (400, True)
    assert browser.post(address, {"rank": "deputy", "code": code.digits}).status_code == 302
    assert Report.objects.get().code == code


def test_the_same_by_api(case, orders):
    officer, liaison = Caller(OFFICER), Caller("liaison.housing")
    whistle, order = f"whistles/{case.number}", f"orders/{orders['housing'].number}"
    assert officer.get(f"{whistle}/arrival/").status_code == 404
    officer.does(f"{whistle}/show-code/")
    said = officer.get(f"{whistle}/arrival/").json()
    code = ArrivalCode.objects.get()
    assert said["digits"] == code.digits
    assert said["address"].endswith(f"/arrive/{code.token}/")
    assert liaison.get(f"{whistle}/arrival/").status_code == 404
    answer = liaison.post(f"{order}/report/", {"rank": "deputy", "code": "000"})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["code"])
    answer = liaison.does(f"{order}/report/", {"rank": "deputy", "code": said["digits"]})
    assert [each["by_code"] for each in answer["reports"]] == [True]


def test_the_record_tells_a_session_from_a_code(case):
    shown(case)
    convened(case)
    assert events_of(case)[-2:] == ["whistle.code_shown", "session.called"]
