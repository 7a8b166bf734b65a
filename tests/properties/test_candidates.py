"""Candidates found in blocks are those found pair by pair: direction, points, and the reason where there is none."""

from collections.abc import Mapping

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round
from mentormatch.matching.candidates import Candidates, build_candidates, directions_of, points_of
from mentormatch.matching.eligibility import Block
from mentormatch.matching.reference import Reference, build_reference
from mentormatch.matching.roster import build_roster
from tests.acceptance.small_rounds import small_round
from tests.strategies import rounds

Pairs = Mapping[tuple[str, str], tuple[int, int]]
"""The numbers (mentee, mentor) of each pair of ids (mentor, mentee)."""


def blocks_of(round_: Round) -> tuple[Candidates, Pairs]:
    """Return the candidates of a round in blocks, and where to find each pair."""
    candidates = build_candidates(build_roster(round_))
    mentees, mentors = candidates.roster.mentees.ids, candidates.roster.mentors.ids
    places = {(who, whom): (row, column) for row, whom in enumerate(mentees) for column, who in enumerate(mentors)}
    return candidates, places


def check_candidates(round_: Round) -> None:
    """Hold every pair's candidate against the reference."""
    candidates, places = blocks_of(round_)
    reference = build_reference(round_)
    codes = candidates.codes
    found = {
        pair: (DIRECTIONS[int(directions_of(codes)[place])], int(points_of(codes)[place]))
        for pair, place in places.items()
        if codes[place] >= 0
    }
    singles = {pair: reference.candidate(*pair) for pair in places}
    assert found == {pair: (single.direction, single.points) for pair, single in singles.items() if single is not None}
    ids = round_.enrolments
    outside = [(a.person_id, b.person_id) for a in ids for b in ids if (a.person_id, b.person_id) not in places]
    assert not any(reference.candidate(*pair) for pair in outside)


def check_components(round_: Round) -> None:
    """Hold the points of every criterion against the reference, for all pairs and directions that the policy knows."""
    candidates, places = blocks_of(round_)
    reference = build_reference(round_)
    block = whole_block(candidates)
    for direction in filter(round_.policy.is_open, DIRECTIONS):
        tables = candidates.components(block, direction)
        for pair, place in places.items():
            single = reference.components(*pair, direction)
            assert {name: int(table[place]) for name, table in tables.items()} == single, (pair, direction)


def check_reasons(round_: Round) -> None:
    """Hold the first rule that deletes each open direction of each pair against the reference."""
    candidates, places = blocks_of(round_)
    reference = build_reference(round_)
    block = whole_block(candidates)
    for direction in filter(round_.policy.is_open, DIRECTIONS):
        reasons = candidates.first_reasons(block, direction)
        for pair, place in places.items():
            found = [rule for rule, table in reasons.items() if table[place]]
            assert found == first_reason(reference, pair, direction), (pair, direction)


def first_reason(reference: Reference, pair: tuple[str, str], direction: Direction) -> list[RuleId]:
    """Return the first rule that an open direction breaks, as a list of one or none."""
    return list(reference.broken_rules(*pair, direction)[:1]) if reference.is_open(*pair, direction) else []


def whole_block(candidates: Candidates) -> Block:
    """Return all mentees against all mentors."""
    return Block(np.arange(len(candidates.roster.mentees)), np.arange(len(candidates.roster.mentors)))


@given(rounds())
def test_blocks_find_the_candidates_of_the_reference(round_: Round) -> None:
    check_candidates(round_)


@given(rounds())
def test_blocks_count_the_components_of_the_reference(round_: Round) -> None:
    check_components(round_)


@given(rounds())
def test_blocks_give_the_first_reason_of_the_reference(round_: Round) -> None:
    check_reasons(round_)


@given(st.integers(min_value=0, max_value=10**6))
def test_blocks_and_reference_agree_on_dense_rounds(seed: int) -> None:
    check_candidates(small_round(seed))
    check_components(small_round(seed))
    check_reasons(small_round(seed))
