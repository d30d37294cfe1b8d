"""The tables of moves: closed in themselves, and with a way on from everything that is open."""

import pytest

from dispatch import states as order_states
from dispatch.states import MUST_COME, Rank, is_high_enough
from whistle import states
from whistle.states import MOVES, OPEN, Level, WhistleState

S = WhistleState


def test_every_state_has_its_moves_and_every_move_leads_to_a_state():
    assert set(MOVES) == set(S)
    assert set().union(*MOVES.values()) <= set(S)
    assert set(order_states.MOVES) == set(order_states.OrderState)
    assert set().union(*order_states.MOVES.values()) <= set(order_states.OrderState)


def reachable(moves, start):
    seen, left = set(), [start]
    while left:
        state = left.pop()
        if state not in seen:
            seen.add(state)
            left += moves[state]
    return seen


def test_every_state_can_be_reached_and_every_open_whistle_can_end():
    assert reachable(MOVES, S.DRAFT) == set(S)
    assert reachable(order_states.MOVES, order_states.OrderState.SENT) == set(order_states.OrderState)
    for state in OPEN:
        assert reachable(MOVES, state) & {S.CLOSED, S.DECLINED, S.WITHDRAWN}


def test_what_is_declined_or_withdrawn_stays_so_and_only_a_closed_whistle_comes_back():
    over = set(S) - set(OPEN)
    assert over == {S.CLOSED, S.DECLINED, S.WITHDRAWN}
    assert {state for state in over if MOVES[state]} == {S.CLOSED}


def test_nothing_is_handled_that_was_not_dispatched():
    assert {state for state in S if S.HANDLED in MOVES[state]} == {S.DISPATCHED}
    assert {state for state in S if S.DISPATCHED in MOVES[state]} == {S.FILED, S.HANDLED}
    assert {state for state in S if S.CLOSED in MOVES[state]} == {S.VERIFIED}


def test_the_named_sets_agree():
    assert set(states.WITH_THE_STREET) <= set(OPEN)
    assert set(states.UNDER_WAY) <= set(states.BLOWN)


@pytest.mark.parametrize(
    ("level", "staff", "deputy", "head", "leader"),
    [
        (Level.GENERAL, False, True, True, True),
        (Level.LARGER, False, False, True, True),
        (Level.MAJOR, False, False, True, True),
    ],
)
def test_the_level_sets_who_must_come(level, staff, deputy, head, leader):
    enough = {rank: is_high_enough(rank, MUST_COME[level]) for rank in Rank}
    assert enough == {Rank.STAFF: staff, Rank.DEPUTY: deputy, Rank.HEAD: head, Rank.LEADER: leader}
