"""A month is reviewed, open to appeals, published, and then final: for services, for the database, for everybody."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from assessment.models import (
    Appeal,
    Bulletin,
    BulletinAct,
    CallTally,
    ManualItem,
    OrderTally,
    Period,
    Ranking,
    Score,
    WhistleTally,
)
from assessment.services import appeals, bulletins
from assessment.services.months import compute
from assessment.states import Appealed, BulletinState, Ranked
from assessment.verification import verify
from common.errors import Forbidden, Invalid, WrongState
from tests import factories
from tests.factories import DISTRICT, MONDAY, departments, people
from tests.months import AFTER_TERM, NOVEMBER, OVER, TERM
from whistle.models import EventKind

pytestmark = pytest.mark.usefixtures("wuhua")


@pytest.fixture
def order(wuhua):
    """Housing's order of a closed case; it acknowledged late."""
    whistle = factories.dispatched(at=MONDAY)
    late = MONDAY + timedelta(hours=1, minutes=4)
    from dispatch import services

    for each in factories.orders_of(whistle).values():
        services.acknowledge(each, by=factories.liaison_of(each), at=late)
    return factories.orders_of(whistle)["housing"]


def november(**how):
    return compute(DISTRICT, NOVEMBER, **({"now": OVER} | how))


def reviewed(at=OVER):
    return bulletins.begin_review(november(now=at), by=people["assessor"], at=at)


def open_to_appeals():
    return bulletins.open_appeals(reviewed(), by=people["assessor"], at=OVER, until=TERM)


def published(at=AFTER_TERM):
    return bulletins.publish(open_to_appeals(), by=people["assessor"], at=at)


def appealed(order, about=Appealed.ACKNOWLEDGE, *, by=None, at=OVER, bulletin=None):
    return appeals.appeal(
        order,
        by=by or factories.liaison_of(order),
        at=at,
        bulletin=bulletin or Bulletin.objects.get(),
        about=about,
        reason="通信中断，有运营商证明。",
    )


def score_of(code):
    return Score.objects.get(ranking__ranked=Ranked.DEPARTMENTS, unit=str(departments[code].pk))


# --- the way to publication ---


def test_a_month_that_still_runs_is_not_reviewed(order):
    last = OVER - timedelta(microseconds=1)
    with pytest.raises(WrongState):
        bulletins.begin_review(november(now=last), by=people["assessor"], at=last)
    assert Bulletin.objects.get().state == BulletinState.RUNNING


def test_a_month_is_published_with_its_checksums_and_every_step_on_record(order):
    bulletin = published()
    assert bulletin.state == BulletinState.PUBLISHED
    assert bulletin.checksum == bulletins.checksum_of(bulletin)
    assert all(ranking.checksum and ranking.inputs_checksum for ranking in bulletin.rankings.all())
    assert list(bulletin.acts.values_list("kind", flat=True)) == ["review_begun", "appeals_opened", "published"]
    assert list(verify(bulletin, now=AFTER_TERM)) == []


def test_what_happens_after_the_review_began_changes_no_figure(order):
    bulletin = reviewed()
    before = list(bulletin.rankings.values_list("checksum", flat=True))
    factories.closed(at=OVER + timedelta(days=2), area=factories.HEILINPU)
    with pytest.raises(WrongState):
        november(now=OVER + timedelta(days=3))
    assert list(bulletin.rankings.values_list("checksum", flat=True)) == before


@pytest.mark.parametrize("who", ["dispatcher", "liaison.housing", "officer.fengning", "leader.fengning"])
def test_only_an_assessor_of_the_district_moves_a_month(order, who):
    with pytest.raises(Forbidden):
        bulletins.begin_review(november(), by=people[who], at=OVER)


def test_a_month_is_published_once(order):
    bulletin = published()
    with pytest.raises(WrongState):
        bulletins.publish(bulletin, by=people["assessor"], at=AFTER_TERM)


def test_a_month_is_not_published_while_departments_may_still_appeal(order):
    bulletin = open_to_appeals()
    with pytest.raises(WrongState):
        bulletins.publish(bulletin, by=people["assessor"], at=AFTER_TERM - timedelta(microseconds=1))
    assert bulletins.publish(bulletin, by=people["assessor"], at=AFTER_TERM).is_published


def test_a_term_for_appeals_must_lie_ahead(order):
    bulletin = reviewed()
    for until in (date(2026, 11, 30), date(2027, 3, 1)):
        with pytest.raises(Invalid) as refused:
            bulletins.open_appeals(bulletin, by=people["assessor"], at=OVER, until=until)
        assert "until" in refused.value.fields


def test_going_back_to_counting_says_why_and_counts_on(order):
    bulletin = bulletins.leave_review(reviewed(), by=people["assessor"], at=OVER, reason="权重录入有误。")
    assert (bulletin.state, bulletin.as_of) == (BulletinState.RUNNING, None)
    november(now=OVER + timedelta(hours=1))
    assert bulletin.acts.last().note == "权重录入有误。"


# --- points by hand ---


def test_points_by_hand_count_and_are_shown_with_their_reason(order):
    bulletin = reviewed()
    before = score_of("housing").total or Decimal(0)
    bulletins.enter_points(
        bulletin,
        by=people["assessor"],
        at=OVER,
        ranked=Ranked.DEPARTMENTS,
        unit=str(departments["housing"].pk),
        part="manual",
        points=Decimal("2.5"),
        reason="防汛期间支援其他街道。",
    )
    assert score_of("housing").total == before + Decimal("2.5")
    item = ManualItem.objects.get()
    bulletins.withdraw_points(item, by=people["assessor"], at=OVER, reason="重复录入。")
    assert score_of("housing").total == before
    assert list(bulletin.acts.values_list("kind", flat=True))[-2:] == ["points_entered", "points_withdrawn"]
    with pytest.raises(WrongState):
        bulletins.withdraw_points(item, by=people["assessor"], at=OVER, reason="重复录入。")


@pytest.mark.parametrize(
    ("spoilt", "field"),
    [
        ({"points": Decimal("5.01")}, "points"),
        ({"points": Decimal(0)}, "points"),
        ({"part": "acknowledgement"}, "part"),
        ({"unit": "0"}, "unit"),
    ],
)
def test_points_that_fit_nowhere_are_refused(order, spoilt, field):
    given = {"ranked": Ranked.DEPARTMENTS, "unit": str(departments["housing"].pk), "part": "manual"}
    given |= {"points": Decimal(1), "reason": "加分。"} | spoilt
    with pytest.raises(Invalid) as refused:
        bulletins.enter_points(reviewed(), by=people["assessor"], at=OVER, **given)
    assert field in refused.value.fields
    assert not ManualItem.objects.exists()


# --- appeals ---


def test_a_granted_appeal_counts_otherwise_and_the_old_figure_stays_visible(order):
    bulletin = open_to_appeals()
    assert score_of("housing").figures.get("acknowledge_met") is None
    appeal = appealed(order)
    appeals.rule(appeal, by=people["assessor"], at=OVER, granted=True, opinion="情况属实。", new=1)
    appeal.refresh_from_db()
    assert (appeal.old, appeal.new, appeal.granted) == (0, 1, True)
    assert score_of("housing").figures["acknowledge_met"] == "1"
    assert list(verify(Bulletin.objects.get(), now=OVER)) == []
    assert [event.kind for event in order.whistle.events.all()][-2:] == [
        EventKind.MARK_APPEALED,
        EventKind.MARK_APPEAL_GRANTED,
    ]
    assert bulletin.appeals.count() == 1


def test_a_clock_may_be_left_out_of_the_month(order):
    open_to_appeals()
    appeals.rule(appealed(order), by=people["assessor"], at=OVER, granted=True, opinion="不计。")
    assert "acknowledge_due" not in score_of("housing").figures
    assert list(verify(Bulletin.objects.get(), now=OVER)) == []


def test_a_refused_appeal_changes_nothing(order):
    open_to_appeals()
    before = score_of("housing").checksum
    appeals.rule(appealed(order), by=people["assessor"], at=OVER, granted=False, opinion="证明不足。", new=1)
    assert score_of("housing").checksum == before
    assert Appeal.objects.get().new is None


def test_a_mark_is_appealed_and_replaced(wuhua):
    whistle = factories.closed(cooperation=40)
    order = factories.orders_of(whistle)["housing"]
    open_to_appeals()
    appeal = appealed(order, Appealed.COOPERATION)
    for new in (101, -1, None):
        with pytest.raises(Invalid):
            appeals.rule(appeal, by=people["assessor"], at=OVER, granted=True, opinion="改计。", new=new)
    appeals.rule(appeal, by=people["assessor"], at=OVER, granted=True, opinion="改计。", new=85)
    assert score_of("housing").figures["cooperation"] == "85"
    assert order.evaluation.cooperation == 40
    assert list(verify(Bulletin.objects.get(), now=OVER)) == []


def test_an_appeal_of_anothers_order_is_refused(order):
    open_to_appeals()
    with pytest.raises(Forbidden):
        appealed(order, by=people["liaison.water"])


def test_an_appeal_comes_in_time_up_to_the_last_microsecond_of_the_term(order):
    open_to_appeals()
    with pytest.raises(WrongState):
        appealed(order, at=AFTER_TERM)
    assert appealed(order, at=AFTER_TERM - timedelta(microseconds=1)).granted is None


def test_no_appeal_before_the_month_is_open_to_them(order):
    reviewed()
    with pytest.raises(WrongState):
        appealed(order)


def test_what_counts_in_favour_cannot_be_appealed(wuhua):
    order = factories.orders_of(factories.acknowledged())["housing"]
    open_to_appeals()
    with pytest.raises(WrongState):
        appealed(order)


def test_a_figure_is_appealed_once(order):
    open_to_appeals()
    appeals.rule(appealed(order), by=people["assessor"], at=OVER, granted=False, opinion="证明不足。")
    with pytest.raises(WrongState):
        appealed(order)


def test_open_appeals_keep_a_month_from_being_published(order):
    bulletin = open_to_appeals()
    appeal = appealed(order)
    with pytest.raises(WrongState):
        bulletins.publish(bulletin, by=people["assessor"], at=AFTER_TERM)
    appeals.rule(appeal, by=people["assessor"], at=AFTER_TERM, granted=False, opinion="证明不足。")
    assert bulletins.publish(bulletin, by=people["assessor"], at=AFTER_TERM).is_published


# --- final ---


def refused(act):
    with pytest.raises(DatabaseError), transaction.atomic():
        act()


def test_the_database_changes_nothing_of_a_published_month(order):
    bulletin = open_to_appeals()
    appeals.rule(appealed(order), by=people["assessor"], at=OVER, granted=True, opinion="不计。")
    bulletin = bulletins.publish(bulletin, by=people["assessor"], at=AFTER_TERM)
    for rows in (Score, Ranking, Appeal, OrderTally, WhistleTally, Period):
        refused(lambda rows=rows: rows.objects.all()._raw_delete("default"))
    refused(lambda: Score.objects.update(total=100))
    refused(lambda: Score.objects.update(rank=1))
    refused(lambda: Ranking.objects.update(checksum=""))
    refused(lambda: Appeal.objects.update(new=1))
    refused(lambda: OrderTally.objects.update(acknowledge=1))
    refused(lambda: WhistleTally.objects.update(filed=9))
    refused(lambda: CallTally.objects.update(right=1))
    refused(lambda: Bulletin.objects.update(state=BulletinState.RUNNING))
    refused(lambda: Bulletin.objects.all()._raw_delete("default"))
    refused(lambda: BulletinAct.objects.update(note="改"))
    refused(lambda: BulletinAct.objects.all()._raw_delete("default"))
    row = score_of("housing")
    row.pk, row.unit = None, "9999"
    refused(lambda: row.save(force_insert=True))
    for table in ("score", "bulletin", "ordertally", "bulletinact"):
        refused(lambda table=table: connection.cursor().execute(f"TRUNCATE assessment_{table} CASCADE"))
    assert list(verify(bulletin, now=AFTER_TERM)) == []


def test_a_correction_is_a_new_notice_and_never_an_edit(order):
    bulletin = published()
    with pytest.raises(Forbidden):
        bulletins.correct(bulletin, by=people["dispatcher"], at=AFTER_TERM, text="更正。")
    before = Bulletin.objects.values().get()
    bulletins.correct(bulletin, by=people["assessor"], at=AFTER_TERM, text="住建局排名说明更正如下。")
    assert Bulletin.objects.values().get() == before
    assert bulletin.acts.last().kind == "corrected"


def test_a_month_that_is_not_published_needs_no_notice(order):
    with pytest.raises(WrongState):
        bulletins.correct(reviewed(), by=people["assessor"], at=OVER, text="更正。")
