"""The year's mark and rank from months: laws that hold whatever the months were."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.formulas.year import MonthMark, enough, year_marks
from assessment.states import Ties

D = Decimal
totals = st.none() | st.integers(0, 12000).map(lambda cents: D(cents) / 100)
months = st.builds(MonthMark, totals, st.integers(0, 30).map(D), st.booleans(), st.sampled_from(["", "bureaus"]))
years = st.dictionaries(st.sampled_from("abcdefgh"), st.lists(months, min_size=1, max_size=12), max_size=8)
ties = st.sampled_from(Ties.values)


def month(total, sample=5, has_rank=True, group=""):
    return MonthMark(None if total is None else D(total), D(sample), has_rank, group)


def by_unit(units, published=2, ties=Ties.SHARED):
    return {each.unit: each for each in year_marks(units, published, ties=ties)}


def test_the_mark_of_the_year_is_the_mean_with_halves_rounded_away_from_zero():
    found = by_unit({"a": [month("80.00"), month("80.01")], "b": [month("10"), month("10"), month("11")]})
    assert (found["a"].mark, found["b"].mark) == (D("80.01"), D("10.33"))


def test_a_month_without_a_rank_or_a_score_does_not_count():
    found = by_unit({"a": [month(90), month(10, has_rank=False), month(None)]}, published=3)
    assert (found["a"].mark, found["a"].months, found["a"].sample) == (90, 1, 5)
    assert found["a"].rank is None, "one of three is less than half"


def test_who_has_half_of_the_published_months_is_ranked():
    assert [enough(published) for published in (0, 1, 2, 3, 11, 12)] == [0, 1, 1, 2, 6, 6]
    units = {"late": [month(99)], "half": [month(70)] * 6, "whole": [month(60)] * 12}
    assert {unit: each.rank for unit, each in by_unit(units, 12).items()} == {"late": None, "half": 1, "whole": 2}


def test_nobody_is_ranked_without_a_month_that_counts():
    assert by_unit({"a": [month(None)]}, published=0)["a"] == by_unit({"a": [month(None)]}, published=1)["a"]
    assert by_unit({"a": [month(None)]}, published=1)["a"].rank is None


@pytest.mark.parametrize(
    ("ties", "ranks"),
    [(Ties.SHARED, [1, 1, 3]), (Ties.DENSE, [1, 1, 2]), (Ties.SAMPLE, [2, 1, 3])],
)
def test_equal_marks_are_ranked_as_the_formula_says(ties, ranks):
    units = {"a": [month(80, sample=3)], "b": [month(80, sample=4)], "c": [month(70)]}
    assert [each.rank for each in year_marks(units, 1, ties=ties)] == ranks


def test_a_unit_that_changed_its_group_stands_where_the_last_month_lists_it():
    found = by_unit({"a": [month(70, group="old"), month(70, group="new")], "b": [month(60, group="new")] * 2})
    assert (found["a"].group, found["a"].rank, found["b"].rank) == ("new", 1, 2)


@given(years, st.integers(1, 12), ties)
def test_the_order_of_units_and_months_changes_nothing(units, published, ties):
    there = by_unit(units, published, ties)
    turned = {unit: [*reversed(units[unit][:-1]), units[unit][-1]] for unit in reversed(units)}
    assert by_unit(turned, published, ties) == there


@given(years, st.integers(1, 12), ties)
def test_the_mark_is_within_half_a_hundredth_of_the_exact_mean_and_between_its_months(units, published, ties):
    for unit, each in by_unit(units, published, ties).items():
        counted = [row.total for row in units[unit] if row.has_rank and row.total is not None]
        assert each.months == len(counted)
        assert (each.mark is None) == (not counted)
        if counted:
            exact = sum(map(Fraction, counted)) / len(counted)
            assert abs(Fraction(each.mark) - exact) <= Fraction(1, 200)
            assert min(counted) <= each.mark <= max(counted)


@given(years, st.integers(1, 12), ties)
def test_within_a_group_a_better_mark_never_ranks_behind(units, published, ties):
    ranked = [each for each in year_marks(units, published, ties=ties) if each.rank]
    assert all(each.months >= enough(published) for each in ranked)
    for one in ranked:
        for other in ranked:
            if one.group == other.group and one.mark > other.mark:
                assert one.rank < other.rank
    for group in {each.group for each in ranked}:
        assert min(each.rank for each in ranked if each.group == group) == 1
