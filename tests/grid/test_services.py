from datetime import date, time

import pytest
from django.conf import settings

from grid.divisions import load_areas
from grid.models import CalendarDay, WorkSegment
from grid.services import calendar_now, segments_of
from grid.worktime import OFFICE_HOURS, Segments

pytestmark = pytest.mark.django_db


def test_the_calendar_holds_the_administrators_days_and_costs_one_query(django_assert_num_queries):
    CalendarDay.objects.create(day=date(2027, 2, 6), works=True, name="春节调休")
    CalendarDay.objects.create(day=date(2027, 2, 8), works=False, name="春节")
    with django_assert_num_queries(1):
        calendar = calendar_now()
    assert calendar.is_workday(date(2027, 2, 6))
    assert not calendar.is_workday(date(2027, 2, 8))
    assert calendar.name_of(date(2027, 2, 8)) == "春节"


def test_a_districts_hours_come_in_order_and_another_district_works_office_hours(django_assert_num_queries):
    load_areas(settings.BASE_DIR / "grid" / "data" / "divisions")
    WorkSegment.objects.create(district_id="530102", starts=time(14), ends=time(18))
    WorkSegment.objects.create(district_id="530102", starts=time(8, 30), ends=time(12))
    with django_assert_num_queries(1):
        assert segments_of("530102") == Segments.parse("08:30-12:00 14:00-18:00")
    assert segments_of("530111") == OFFICE_HOURS
