"""The formula: pure figures, in hundredths, the same however often they are computed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment import formula
from assessment.formula import Counts, composite, parts_of, percentage, punctuality, ranked

marks = st.decimals(0, 100, places=2)
some_parts = st.fixed_dictionaries({name: st.none() | marks for name in formula.WEIGHTS})


@st.composite
def months(draw):
    cases = draw(st.integers(0, 500))

    def clock():
        every = draw(st.integers(0, 500))
        return draw(st.integers(0, every)), every

    (a, a_all), (b, b_all), (c, c_all) = clock(), clock(), clock()
    return Counts(
        cases=cases,
        acknowledge_met=a,
        acknowledge_all=a_all,
        report_met=b,
        report_all=b_all,
        resolve_met=c,
        resolve_all=c_all,
        cooperation_sum=draw(st.integers(0, 100 * cases)),
        resolution_sum=draw(st.integers(0, 100 * cases)),
    )


def test_the_weights_make_a_hundred():
    assert sum(formula.WEIGHTS.values()) == 100


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 0, None),
        (0, 3, "0.00"),
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (3, 3, "100.00"),
        # Half a hundredth goes up, not to the even neighbour: 100/800 = 12.5 %, 1/1600 = 0.0625 %.
        (1, 1600, "0.06"),
        (1, 32, "3.13"),
        (5, 32, "15.63"),
        (1, 800, "0.13"),
    ],
)
def test_a_percentage_has_two_places_and_none_without_a_base(part, whole, expected):
    assert percentage(part, whole) == (expected and Decimal(expected))


def test_a_composite_computed_by_hand():
    counts = Counts(
        cases=4,
        acknowledge_met=3,
        acknowledge_all=4,
        report_met=2,
        report_all=4,
        resolve_met=4,
        resolve_all=4,
        cooperation_sum=350,
        resolution_sum=330,
    )
    parts = parts_of(counts)
    assert parts == {
        "acknowledgement": Decimal("75.00"),
        "report": Decimal("50.00"),
        "resolution_in_time": Decimal("100.00"),
        "cooperation": Decimal("87.50"),
        "resolution": Decimal("82.50"),
    }
    # 15 × 75 + 20 × 50 + 15 × 100 + 20 × 87.5 + 30 × 82.5 = 1125 + 1000 + 1500 + 1750 + 2475 = 7850
    assert composite(parts) == Decimal("78.50")


def test_what_never_ran_counts_neither_for_nor_against():
    """Without a clock for the resolution: (15 × 100 + 20 × 50 + 20 × 80 + 30 × 90) / 85 = 6800 / 85."""
    reached = {"acknowledgement": 100, "report": 50, "resolution_in_time": None, "cooperation": 80, "resolution": 90}
    parts = {name: value and Decimal(value) for name, value in reached.items()}
    assert composite(parts) == Decimal("80.00")
    assert composite(dict.fromkeys(formula.WEIGHTS)) is None


@given(some_parts)
def test_a_composite_lies_between_its_lowest_and_its_highest_part(parts):
    defined = [value for value in parts.values() if value is not None]
    score = composite(parts)
    if not defined:
        assert score is None
    else:
        assert min(defined) <= score <= max(defined)
        assert score == score.quantize(formula.HUNDREDTH)


@given(some_parts, st.sampled_from(sorted(formula.WEIGHTS)), marks)
def test_doing_better_in_one_part_never_lowers_the_composite(parts, name, value):
    worse, better = sorted([parts[name] or Decimal(0), value])
    assert composite(parts | {name: worse}) <= composite(parts | {name: better})


@given(months())
def test_every_part_of_a_month_lies_between_0_and_100(counts):
    parts = parts_of(counts)
    assert set(parts) == set(formula.WEIGHTS)
    assert all(value is None or 0 <= value <= 100 for value in parts.values())
    assert (parts["cooperation"] is None) == (counts.cases == 0)
    assert parts_of(counts) == parts


def test_punctuality_is_the_share_of_clocks_that_were_met():
    assert punctuality([]) is None
    assert punctuality([True, True, False]) == Decimal("66.67")


def test_ties_share_a_rank_and_the_next_one_counts_on():
    rows = [("a", 80, 3), ("b", 90, 5), ("c", 90, 3), ("d", 70, 9)]
    ranks = [(rank, row[0]) for rank, row in ranked(rows, lambda row: row[1], lambda row: row[2])]
    assert ranks == [(1, "b"), (1, "c"), (3, "a"), (4, "d")]


def test_too_few_cases_are_listed_last_and_have_no_rank():
    rows = [("lucky", 100, formula.LEAST_CASES - 1), ("steady", 60, formula.LEAST_CASES)]
    ranks = [(rank, row[0]) for rank, row in ranked(rows, lambda row: row[1], lambda row: row[2])]
    assert ranks == [(1, "steady"), (None, "lucky")]


@given(st.lists(st.tuples(marks, st.integers(1, 6)), max_size=12))
def test_a_ranking_holds_everybody_once_and_agrees_with_the_scores(rows):
    result = ranked(list(enumerate(rows)), lambda row: row[1][0], lambda row: row[1][1])
    assert sorted(row[0] for _rank, row in result) == list(range(len(rows)))
    counted = [(rank, row[1][0]) for rank, row in result if rank is not None]
    for rank, score in counted:
        # A rank is one more than how many are better.
        assert rank == 1 + sum(other > score for _rank, other in counted)
    assert all(row[1][1] < formula.LEAST_CASES for rank, row in result if rank is None)
