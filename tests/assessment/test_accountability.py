"""反向问责: a frivolous or empty whistle is held against everybody who signed it, and an appeal may undo that."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse

from assessment import tasks
from assessment.models import Accountability, AssessmentRule, Bulletin, Score
from assessment.services import accountability, bulletins, holding
from assessment.services.holding import hold_to_account
from assessment.services.months import compute
from assessment.states import Ranked
from assessment.verification import verify
from common.errors import Forbidden, Invalid, WrongState
from dispatch.models import Message, Playbook
from grid.models import Post, Role
from grid.worktime import SHANGHAI
from tests.acting import act, again, events_of, last_event, offered
from tests.api.calling import Caller
from tests.factories import DISTRICT, FENGNING, HONGSHAN, MONDAY, people
from tests.reading import cost, text
from tests.threads import refusals, together
from whistle.models import Event

AT = MONDAY + timedelta(hours=3)
MICROSECOND = timedelta(microseconds=1)
# Two working days after that Monday.
UNTIL = datetime(2026, 11, 25, 17, 0, tzinfo=SHANGHAI)
NOVEMBER = date(2026, 11, 1)
OVER = datetime(2026, 12, 1, tzinfo=SHANGHAI)
SECRETARY, COMMUNITY = "secretary.fengning", "community.hongshan"
LIST = "/accountability/"


@pytest.fixture
def rule(wuhua):
    return AssessmentRule.objects.create(type=wuhua.types["key"], appeal_days=2)


def ruled(wuhua, ruling="empty", at=AT):
    return act(wuhua.filed(), "decline", "dispatcher", at, reason="到场核实未发现所述情形。", ruling=ruling)


def held(wuhua, ruling="empty"):
    """The records of one ruled whistle: the community's secretary's and the street's."""
    whistle = ruled(wuhua, ruling)
    hold_to_account(now=AT)
    return [Accountability.objects.get(whistle=whistle, person=people[who]) for who in (COMMUNITY, SECRETARY)]


def appealed(record, at=AT):
    return act(record, "appeal", record.person, at, reason="签字前已到现场查看，有照片。")


def decided(record, name="reverse", at=AT):
    return act(record, name, "assessor", at, decision="照片属实。")


def act_page(record, name):
    return reverse("accountability-act", args=[record.number, name])


def score_of_street():
    return Score.objects.get(ranking__ranked=Ranked.STREETS, ranking__bulletin__area=DISTRICT, unit=FENGNING)


def test_everybody_who_signed_is_held_to_account_once_and_hears_of_it(wuhua, rule, time_machine):
    time_machine.move_to(AT, tick=False)
    whistle, blameless = ruled(wuhua), ruled(wuhua, ruling="")
    drill = act(wuhua.filed(drill=True), "decline", "dispatcher", AT, reason="x", ruling="empty")
    # An emergency may be ruled upon before anybody has signed.
    Playbook.objects.all().delete()
    unsigned = act(wuhua.filed(type="emergency"), "decline", "dispatcher", AT, reason="x", ruling="frivolous")
    assert hold_to_account(now=AT - MICROSECOND) == 0
    tasks.hold_to_account()
    tasks.hold_to_account()
    records = Accountability.objects.all()
    assert {(record.whistle, record.person.username) for record in records} == {
        (whistle, COMMUNITY),
        (whistle, SECRETARY),
    }
    assert len({record.number for record in records}) == 2
    record = records.get(person=people[SECRETARY])
    assert (record.ruling, record.reason, record.ruled_by) == (
        "empty",
        "到场核实未发现所述情形。",
        people["dispatcher"],
    )
    assert (record.ruled_at, record.opened_at, record.appeal_until) == (AT, AT, UNTIL)
    assert record.post_name and record.person_name == str(people[SECRETARY])
    assert events_of(whistle)[-2:] == ["accountability.opened"] * 2
    told = Message.objects.filter(event__kind="accountability.opened").values_list("person__username", flat=True)
    assert sorted(told) == [COMMUNITY, SECRETARY]
    assert events_of(unsigned).count("accountability.nobody") == 1
    for other in (blameless, drill):
        assert "accountability" not in " ".join(events_of(other))


def test_an_appeal_is_in_time_up_to_its_last_microsecond(wuhua, rule, time_machine):
    time_machine.move_to(AT, tick=False)
    first, second = held(wuhua)
    with pytest.raises(Forbidden):
        act(first, "appeal", SECRETARY, AT, reason="x")
    with pytest.raises(Invalid):
        act(first, "appeal", COMMUNITY, AT, reason="")
    time_machine.move_to(UNTIL + MICROSECOND, tick=False)
    assert offered(first, COMMUNITY) == []
    with pytest.raises(WrongState):
        accountability.appeal(first, by=people[COMMUNITY], at=UNTIL + MICROSECOND, reason="x")
    time_machine.move_to(UNTIL, tick=False)
    assert offered(first, COMMUNITY) == ["appeal"]
    assert appealed(first, UNTIL).appealed_at == UNTIL
    with pytest.raises(WrongState):
        appealed(first, UNTIL)
    assert again(second).state == "open"
    said = last_event(first.whistle)
    assert (said.kind, said.post_name, said.data["accountability"]) == (
        "accountability.appealed",
        first.post_name,
        first.number,
    )
    assert list(Message.objects.filter(event=said).values_list("person__username", flat=True)) == ["assessor"]


def test_neither_who_ruled_nor_who_appealed_decides_and_a_decision_is_final(wuhua, rule, time_machine):
    time_machine.move_to(AT, tick=False)
    record, other = (appealed(each) for each in held(wuhua))
    for username in ("dispatcher", COMMUNITY):
        Post.objects.create(person=people[username], role=Role.ASSESSOR, area_id=DISTRICT, starts_on="2020-01-01")
        with pytest.raises(Forbidden):
            act(record, "reverse", username, AT, decision="x")
    assert decided(record, "uphold").state == "upheld"
    for name in ("uphold", "reverse"):
        with pytest.raises(WrongState):
            decided(record, name)
    said = last_event(record.whistle)
    assert (said.kind, said.note, said.person) == ("accountability.upheld", "照片属实。", people["assessor"])
    told = set(Message.objects.filter(event=said).values_list("person__username", flat=True))
    assert told == {"dispatcher", COMMUNITY}
    assert again(other).state == "appealed"


def test_a_reversal_restores_the_score_of_a_month_that_runs_and_of_one_under_review(wuhua, rule, time_machine):
    time_machine.move_to(AT, tick=False)
    wuhua.closed()
    before = compute(DISTRICT, NOVEMBER, now=AT)
    untouched = score_of_street().total
    community, secretary = (appealed(each) for each in held(wuhua))
    compute(DISTRICT, NOVEMBER, now=AT)
    # Two people times two points, and the share of upheld whistles.
    both = score_of_street()
    assert (both.figures["accountability"], both.figures["empty"]) == ("2", "1")
    decided(community)
    compute(DISTRICT, NOVEMBER, now=AT)
    one = score_of_street()
    assert (one.figures["accountability"], one.figures["empty"]) == ("1", "1")
    assert one.total == both.total + 2 < untouched

    reviewed = bulletins.begin_review(before, by=people["assessor"], at=OVER)
    sealed = score_of_street()
    checksums = set(reviewed.rankings.values_list("checksum", flat=True))
    assert decided(secretary, at=OVER + timedelta(days=1)).state == "reversed"
    restored = score_of_street()
    assert restored.total == sealed.total + 2
    assert not {"accountability", "empty"} & set(restored.figures)
    assert set(reviewed.rankings.values_list("checksum", flat=True)) != checksums
    assert list(verify(again(reviewed), now=OVER)) == []


def test_a_published_month_stays_as_it_is_and_bears_a_notice(wuhua, rule, as_, time_machine):
    time_machine.move_to(AT, tick=False)
    # Ruled, and then nobody came by: the review opens the records itself.
    ruled(wuhua)
    city = compute("5301", NOVEMBER, now=OVER)
    month = bulletins.begin_review(compute(DISTRICT, NOVEMBER, now=OVER), by=people["assessor"], at=OVER)
    assert Decimal(score_of_street().figures["accountability"]) == 2
    record = Accountability.objects.get(person=people[SECRETARY])
    record = accountability.appeal(record, by=people[SECRETARY], at=OVER, reason="x")
    month = bulletins.open_appeals(month, by=people["assessor"], at=OVER, until=date(2026, 12, 8))
    after = datetime(2026, 12, 9, tzinfo=SHANGHAI)
    month = bulletins.publish(month, by=people["assessor"], at=after)
    accountability.reverse(record, by=people["assessor"], at=after + MICROSECOND, decision="x")
    assert Decimal(score_of_street().figures["accountability"]) == 2
    notice = month.acts.latest("id")
    assert (notice.kind, notice.data["accountability"], notice.by) == ("corrected", record.number, people["assessor"])
    behind = reverse("ranking-figure", args=["streets", FENGNING, "accountability"])
    page = text(as_("assessor").get(behind, {"month": "2026-11"}))
    assert reverse("accountability", args=[record.number]) in page
    published = score_of_street().total
    street, community = sorted(notice.data["rows"], key=lambda row: len(row["unit"]))
    # Two points for each person: with one of two reversed the street gets two back.
    assert street == {
        "ranked": "streets",
        "unit": FENGNING,
        "name": "丰宁街道",
        "was": str(published),
        "total": str(published + 2),
    }
    assert (community["ranked"], community["unit"]) == ("communities", HONGSHAN)
    assert record.whistle.number in notice.note and "丰宁街道" in notice.note
    assert bulletins.checksum_of(month) == Bulletin.objects.get(pk=month.pk).checksum
    assert list(verify(month, now=after)) == []
    # The city's month still runs, and is counted without it.
    assert not city.acts.exists()
    compute("5301", NOVEMBER, now=after)
    figures = Score.objects.get(ranking__bulletin=city, ranking__ranked=Ranked.STREETS, unit=FENGNING).figures
    assert Decimal(figures["accountability"]) == 1
    assert list(verify(again(city), now=after)) == []


def test_people_see_their_own_records_and_posts_those_of_their_area(wuhua, rule, as_, time_machine):
    time_machine.move_to(AT, tick=False)
    assert "Nobody is held to account" in text(as_("assessor").get(LIST))
    record, other = held(wuhua)
    page, form = reverse("accountability", args=[record.number]), act_page(record, "appeal")
    seen = {who: as_(who).get(page).status_code for who in (COMMUNITY, SECRETARY, "officer.fengning", "assessor")}
    assert set(seen.values()) == {200}
    assert {as_(who).get(page).status_code for who in ("officer.heilinpu", "liaison.water", "grid.hongshan")} == {404}
    assert as_(SECRETARY).get(form).status_code == 403
    assert as_("assessor").get(act_page(record, "no-such")).status_code == 404

    entries = {entry["url"]: entry["count"] for entry in as_(COMMUNITY).get(LIST).context["page"]["nav"]}
    assert entries[LIST] == 1
    inbox = Message.objects.get(person=people[COMMUNITY], event__kind="accountability.opened")
    assert as_(COMMUNITY).get(reverse("message", args=[inbox.pk])).url == page
    assert "Reason" in text(as_(COMMUNITY).get(form))
    sent = {"reason": "", "idempotency_key": "k" * 32}
    assert as_(COMMUNITY).post(form, sent).status_code == 400
    assert as_(COMMUNITY).post(form, sent | {"reason": "有照片。"}).url == page
    assert as_(COMMUNITY).post(form, sent | {"reason": "有照片。", "idempotency_key": "l" * 32}).status_code == 409
    assert [row.pk for row in as_("assessor").get(LIST).context["waiting"]] == [record.pk]
    assert "有照片。" in text(as_("assessor").get(page))
    reverse_it = act_page(record, "reverse")
    assert "notice of correction" in text(as_("assessor").get(reverse_it))
    assert as_("assessor").post(reverse_it, {"decision": "属实。", "idempotency_key": "m" * 32}).url == page
    assert "属实。" in text(as_(COMMUNITY).get(page))
    one = cost(as_("assessor"), LIST)
    appealed(other)
    for _number in range(5):
        held(wuhua)
    appealed(Accountability.objects.latest("id"))
    assert cost(as_("assessor"), LIST) == one


def test_programs_read_appeal_and_decide(wuhua, rule, time_machine):
    time_machine.move_to(AT, tick=False)
    record, _other = held(wuhua)
    path = f"accountability/{record.number}/"
    community, assessor = Caller(COMMUNITY), Caller("assessor")
    assert [row["number"] for row in community.get("accountability/").json()["results"]] == [record.number]
    assert assessor.get("accountability/").json()["count"] == 2
    assert Caller("liaison.water").get(path).status_code == 404
    assert community.get(path).json()["actions"][0]["name"] == "appeal"
    assert assessor.post(f"{path}appeal/", {"reason": "x"}).status_code == 403
    assert community.post(f"{path}appeal/", {}).status_code == 400
    assert assessor.post(f"{path}reverse/", {"decision": "x"}).status_code == 409
    assert community.does(f"{path}appeal/", {"reason": "x"})["state"] == "appealed"
    assert assessor.does(f"{path}reverse/", {"decision": "x"})["state"] == "reversed"


def test_it_is_asked_every_minute_and_one_bad_case_costs_the_others_nothing(wuhua, rule, monkeypatch):
    entry = settings.CELERY_BEAT_SCHEDULE["hold-to-account"]
    assert (entry["task"], entry["schedule"]) == ("assessment.tasks.hold_to_account", 60)
    bad, good = ruled(wuhua), ruled(wuhua)
    opens = holding._open

    def stumble(whistle, *given):
        opens(whistle, *given)
        assert whistle != bad

    monkeypatch.setattr(holding, "_open", stumble)
    assert hold_to_account(now=AT) == 1
    assert set(Accountability.objects.values_list("whistle", flat=True)) == {good.pk}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_open_each_record_once_and_two_assessors_decide_once(wuhua, rule):
    whistles = [ruled(wuhua) for _number in range(3)]
    answered = together(*[lambda: hold_to_account(now=AT)] * 3)
    assert sum(answered) == 3
    assert Accountability.objects.count() == Event.objects.filter(kind="accountability.opened").count() == 6
    record = Accountability.objects.filter(whistle=whistles[0]).first()
    record = accountability.appeal(record, by=record.person, at=AT, reason="x")

    def decide(act):
        return act(record, by=people["assessor"], at=AT, decision="x")

    [refused] = refusals(together(lambda: decide(accountability.uphold), lambda: decide(accountability.reverse)))
    assert isinstance(refused, WrongState)
