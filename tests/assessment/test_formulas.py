"""Formulas as data: what they compute, and what is refused before it can decide anything."""

import copy
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.formulas import Unsound, evaluate, ranked, read
from assessment.presets import formula_names, read_formula
from assessment.states import Ranked, Ties

D = Decimal


def ratio(code="acknowledgement", weight=100, **more):
    return {
        "kind": "ratio",
        "code": code,
        "name": "按时签收率",
        "weight": weight,
        "numerator": [["acknowledge_met", 1]],
        "denominator": [["acknowledge_due", 1]],
        "zero": "skip",
        **more,
    }


def formula(*parts, **more):
    return {"parts": list(parts or [ratio()]), "sample": "orders", "minimum": 3, **more}


def score(*parts, figures, **more):
    figures = {name: D(value) for name, value in figures.items()}
    return evaluate(read(formula(*parts, **more), Ranked.DEPARTMENTS), figures).total


def problems(data, ranked_units=Ranked.DEPARTMENTS):
    with pytest.raises(Unsound) as refused:
        read(data, ranked_units)
    return refused.value.fields


# --- what the kinds of part compute ---


def test_a_ratio_is_a_percentage_rounded_half_up():
    assert score(figures={"acknowledge_met": 1, "acknowledge_due": 3}) == D("33.33")
    assert score(figures={"acknowledge_met": 1, "acknowledge_due": 800}) == D("0.13")


@pytest.mark.parametrize(("zero", "total"), [("skip", None), ("full", D(100)), ("none", D(0))])
def test_a_zero_base_is_what_the_formula_says(zero, total):
    assert score(ratio(zero=zero), figures={}) == total


def test_the_weight_of_an_undefined_part_goes_to_the_others_in_proportion():
    parts = [
        ratio("a", 50),
        ratio("b", 30, numerator=[["report_met", 1]], denominator=[["report_due", 1]]),
        ratio("c", 20, numerator=[["resolve_met", 1]], denominator=[["resolve_due", 1]]),
    ]
    figures = {"acknowledge_met": 1, "acknowledge_due": 1, "resolve_met": 1, "resolve_due": 2}
    # (50 × 100 + 20 × 50) ÷ 70
    assert score(*parts, figures=figures) == D("85.71")


def test_a_term_may_count_in_part():
    part = ratio(numerator=[["satisfied", 1], ["fairly", "0.9"]], denominator=[["callbacks", 1]])
    assert score(part, figures={"satisfied": 6, "fairly": 3, "callbacks": 10}) == D("87.00")


def test_a_complement_is_what_is_left():
    part = ratio(numerator=[["reworked", 1]], denominator=[["results", 1]], complement=True)
    assert score(part, figures={"reworked": 1, "results": 8}) == D("87.50")


def test_a_mean_of_marks_has_the_scale_one():
    part = ratio(numerator=[["cooperation", 1]], denominator=[["scored", 1]], scale=1)
    assert score(part, figures={"cooperation": 255, "scored": 3}) == D("85.00")


def test_a_deduction_is_capped_and_the_total_never_falls_below_the_floor():
    late = {"kind": "deduction", "code": "late", "name": "督办", "terms": [["supervisions", 1]], "points": 2, "cap": 5}
    met = {"acknowledge_met": 1, "acknowledge_due": 1}
    assert score(ratio(), late, figures=met | {"supervisions": 1}) == D(98)
    assert score(ratio(), late, figures=met | {"supervisions": 9}) == D(95)
    assert score(ratio(), late, figures={"acknowledge_due": 1, "supervisions": 9}) == D(0)


def test_a_bonus_never_lifts_above_the_ceiling():
    bonus = {"kind": "bonus", "code": "more", "name": "加分", "terms": [["results", 1]], "points": "0.5", "cap": None}
    assert score(ratio(), bonus, figures={"acknowledge_met": 1, "acknowledge_due": 1, "results": 40}) == D(100)
    assert score(
        ratio(), bonus, ceiling=110, figures={"acknowledge_met": 1, "acknowledge_due": 1, "results": 40}
    ) == D(110)


def test_what_a_hard_zone_loses_is_divided_by_its_difficulty():
    parts = [
        {"kind": "deduction", "code": "raw", "name": "扣分", "terms": [["empty", 1]], "points": 6, "enters": "not"},
        {"kind": "normaliser", "code": "fair", "name": "折算", "of": "raw", "by": "difficulty", "reference": 1},
    ]
    definition = read(formula(*parts, base=100, sample="filed"), Ranked.COMMUNITIES)
    easy = evaluate(definition, {"empty": D(2), "difficulty": D(1)})
    hard = evaluate(definition, {"empty": D(2), "difficulty": D("1.5")})
    assert (easy.total, hard.total) == (D(88), D(92))


def test_a_tier_gives_the_points_of_the_highest_step_reached():
    quota = {"kind": "tier", "code": "quota", "name": "吹哨", "weight": 100, "terms": [["filed", 1]]}
    definition = read(formula(quota | {"steps": [[0, 0], [1, 50], [2, 100]]}, sample="filed"), Ranked.STREETS)
    assert [evaluate(definition, {"filed": D(number)}).total for number in range(4)] == [D(0), D(50), D(100), D(100)]


def test_what_is_entered_by_hand_is_added():
    by_hand = {"kind": "manual", "code": "extra", "name": "加减分", "low": -5, "high": 5}
    met = {"acknowledge_met": 9, "acknowledge_due": 10}
    assert score(ratio(), by_hand, figures=met | {"manual:extra": "-1.5"}) == D("88.50")


# --- laws ---

figures = st.fixed_dictionaries(
    {
        name: st.integers(0, 500).map(D)
        for name in ("acknowledge_met", "acknowledge_due", "report_met", "report_due", "scored", "cooperation")
    }
)


@given(figures)
def test_it_agrees_with_exact_fractions(figures):
    parts = [
        ratio("a", 40, cap=100),
        ratio("b", 35, numerator=[["report_met", 1]], denominator=[["report_due", 1]], cap=100),
        ratio("c", 25, numerator=[["cooperation", 1]], denominator=[["scored", 1]], scale=1, cap=100),
    ]
    pairs = [("acknowledge_met", "acknowledge_due", 100), ("report_met", "report_due", 100)]
    pairs.append(("cooperation", "scored", 1))
    weighed, weights = Fraction(0), 0
    for (above, below, scale), weight in zip(pairs, (40, 35, 25), strict=True):
        if figures[below]:
            value = min(Fraction(figures[above]) * scale / Fraction(figures[below]), Fraction(100))
            weighed += _hundredths(value) * weight
            weights += weight
    expected = _hundredths(weighed / weights) if weights else None
    assert score(*parts, figures=figures) == (
        None if expected is None else D(expected.numerator) / expected.denominator
    )


def _hundredths(value):
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def _score_of(row):
    return D(row[0])


def _sample_of(row):
    return D(row[1])


def _name_of(row):
    return row[2]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=12), st.randoms())
def test_ranks_do_not_depend_on_the_order_of_the_rows(pairs, random):
    rows = [(score, sample, f"{position:02d}") for position, (score, sample) in enumerate(pairs)]
    for ties in Ties:
        how = {
            "ties": ties,
            "score": lambda row: D(row[0]),
            "sample": lambda row: D(row[1]),
            "name": lambda row: row[2],
        }
        shuffled = rows.copy()
        random.shuffle(shuffled)
        assert ranked(rows, **how) == ranked(shuffled, **how)


@pytest.mark.parametrize(
    ("ties", "ranks"), [(Ties.SHARED, [1, 1, 3, 4]), (Ties.DENSE, [1, 1, 2, 3]), (Ties.SAMPLE, [1, 2, 3, 4])]
)
def test_ties_are_settled_by_the_rule_of_the_formula(ties, ranks):
    rows = [(90, 5, "a"), (90, 8, "b"), (80, 3, "c"), (70, 3, "d")]
    placed = ranked(rows, ties=ties, score=_score_of, sample=_sample_of, name=_name_of)
    assert [rank for rank, _row in placed] == ranks


# --- what ships ---


@pytest.mark.parametrize("name", formula_names())
def test_every_shipped_formula_is_sound_and_says_where_it_comes_from(name):
    shipped = read_formula(name)
    assert read(shipped["definition"], shipped["of"]).parts
    assert shipped["sources"]


@pytest.mark.parametrize(("name", "total"), [("beijing-streets", "87.40"), ("beijing-streets-10-50-40", "84.10")])
def test_the_three_rates_of_beijing(name, total):
    figures = {"callbacks": D(20), "contacted": D(20), "solved": D(17), "satisfied": D(14), "fairly": D(2)}
    shipped = read_formula(name)
    # 100 %, 85 % and (14 + 0.9 × 2) ÷ 20 = 79 %, by 30/35/35 and by 10/50/40
    assert evaluate(read(shipped["definition"], shipped["of"]), figures).total == D(total)


def test_the_hundred_points_of_jinniu():
    shipped = read_formula("jinniu-departments")
    names = ("handled", "resolve_due", "resolve_met", "reworked", "results", "overdue_open", "extended", "orders")
    figures = dict(zip(names, map(D, (18, 20, 15, 2, 20, 2, 5, 25)), strict=True))
    # 90×0.30 + 75×0.20 + 90×0.20 + 90×0.20 + 80×0.10
    assert evaluate(read(shipped["definition"], shipped["of"]), figures).total == D("86.00")


# --- what is refused ---


def test_weights_that_do_not_add_up_to_100_are_refused():
    assert "The weights add up to 90 instead of 100." in str(_english(formula(ratio("a", 40), ratio("b", 50))))


def _english(data, ranked_units=Ranked.DEPARTMENTS):
    from django.utils import translation

    with translation.override("en"):
        return problems(data, ranked_units)


def test_a_formula_that_refers_to_itself_is_refused():
    first = {"kind": "normaliser", "code": "a", "name": "甲", "of": "b", "by": "difficulty"}
    second = {"kind": "normaliser", "code": "b", "name": "乙", "of": "a", "by": "difficulty"}
    found = _english(formula(first, second, base=100, sample="filed"), Ranked.COMMUNITIES)
    assert found["parts.0.of"] == found["parts.1.of"] == ["A formula cannot refer to itself."]
    itself = first | {"of": "a"}
    assert "parts.0.of" in problems(formula(itself, base=100, sample="filed"), Ranked.COMMUNITIES)


SPOILT = {
    "a measure of other units": ("parts.0.numerator", {"parts": [ratio(numerator=[["filed", 1]])]}),
    "no definition of a zero base": ("parts.0.zero", {"parts": [ratio(zero=None)]}),
    "nothing to divide by": ("parts.0.denominator", {"parts": [ratio(denominator=[])]}),
    "a negative weight": ("parts.0.weight", {"parts": [ratio(weight=-1)]}),
    "a weight that is no number": ("parts.0.weight", {"parts": [ratio(weight="NaN")]}),
    "an infinite weight": ("parts.0.weight", {"parts": [ratio(weight="Infinity")]}),
    "a truth in place of a number": ("parts.0.weight", {"parts": [ratio(weight=True)]}),
    "two parts of one code": ("parts", {"parts": [ratio(weight=50), ratio(weight=50)]}),
    "code in place of a code": ("parts.0.code", {"parts": [ratio(code="__import__('os')")]}),
    "a kind that is none": ("parts.0.kind", {"parts": [ratio(kind="python")]}),
    "no name": ("parts.0.name", {"parts": [ratio(name="")]}),
    "no parts": ("parts", {"parts": []}),
    "too many parts": ("parts", {"parts": [ratio(f"p{n}", 1) for n in range(31)]}),
    "a sample that is no measure": ("sample", {"sample": "moons"}),
    "a cut-off on the 29th": ("cut_off", {"cut_off": 29}),
    "half a case as the least sample": ("minimum", {"minimum": "1.5"}),
    "a ceiling below the floor": ("ceiling", {"floor": 50, "ceiling": 40}),
    "a tie rule that is none": ("ties", {"ties": "coin"}),
    "points to start from beside weights": ("base", {"base": 10}),
}


@pytest.mark.parametrize("why", SPOILT)
def test_an_unsound_formula_is_refused_at_its_place(why):
    place, spoilt = SPOILT[why]
    assert place in problems(formula() | spoilt)


junk = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(junk)
def test_junk_is_refused_in_words_and_never_crashes(data):
    problems(data)


@given(st.sampled_from(sorted(ratio())), junk)
def test_junk_in_one_place_is_refused_or_sound(place, value):
    spoilt = copy.deepcopy(formula())
    spoilt["parts"][0][place] = value
    try:
        definition = read(spoilt, Ranked.DEPARTMENTS)
    except Unsound:
        return
    evaluate(definition, {})
