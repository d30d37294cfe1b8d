"""The rules of assessment: one for each type of whistle, edited in the settings, with defaults where there is none."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessment.models import AssessmentRule
from tests.factories import people

PAGE = "admin:assessment_assessmentrule_add"
GIVEN = {"weight": "1.5", "cooperation": "70", "resolution": "90", "after_days": "3", "appeal_days": "5"}


@pytest.fixture
def settings_of(client):
    client.force_login(people["admin"])
    return client


def test_an_administrator_gives_a_type_its_rule_once(wuhua, settings_of):
    type = wuhua.types["key"]
    assert settings_of.get(reverse(PAGE)).status_code == 200
    answer = settings_of.post(reverse(PAGE), GIVEN | {"type": type.pk})
    assert answer.status_code == 302, answer.context["errors"]
    rule = AssessmentRule.objects.get(type=type)
    assert (rule.weight, rule.cooperation, rule.resolution, rule.after_days) == (Decimal("1.50"), 70, 90, 3)
    again = settings_of.post(reverse(PAGE), GIVEN | {"type": type.pk})
    assert (again.status_code, AssessmentRule.objects.count()) == (200, 1)
    assert settings_of.get(reverse("admin:assessment_assessmentrule_changelist")).status_code == 200


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("weight", "0"),
        ("weight", "0.09"),
        ("weight", "10.01"),
        ("weight", "1.234"),
        ("weight", "NaN"),
        ("weight", "1e3"),
        ("cooperation", "101"),
        ("cooperation", "-1"),
        ("resolution", "101"),
        ("after_days", "0"),
        ("after_days", "61"),
        ("appeal_days", "0"),
        ("appeal_days", "much"),
    ],
)
def test_a_rule_keeps_within_its_bounds(wuhua, settings_of, field, wrong):
    answer = settings_of.post(reverse(PAGE), GIVEN | {"type": wuhua.types["key"].pk, field: wrong})
    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) == {field}
    assert not AssessmentRule.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"weight": 11}, {"weight": "0.09"}, {"cooperation": 101}, {"resolution": 101}, {"after_days": 0}]
)
def test_the_database_keeps_them_too(wuhua, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        AssessmentRule.objects.create(type=wuhua.types["key"], **wrong)


def test_a_type_without_a_rule_goes_by_the_defaults(wuhua, django_assert_num_queries):
    key, emergency = wuhua.types["key"], wuhua.types["emergency"]
    AssessmentRule.objects.create(type=emergency, weight=2)
    with django_assert_num_queries(1):
        rules = AssessmentRule.objects.of(key, emergency)
    assert (rules[key.pk].weight, rules[emergency.pk].weight) == (Decimal(1), Decimal(2))
    assert (rules[key.pk].cooperation, rules[key.pk].resolution, rules[key.pk].after_days) == (80, 100, 5)


def test_the_defaults_are_within_the_bounds(wuhua):
    AssessmentRule(type=wuhua.types["key"]).full_clean()
