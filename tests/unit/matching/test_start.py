"""A start from a solved round: what of it fits, and its duals found again by the words of their rows."""

from dataclasses import replace

import numpy as np

from mentormatch.domain.direction import Direction
from mentormatch.matching.branching import solve_pass
from mentormatch.matching.candidates import build_candidates
from mentormatch.matching.cases import PassTask
from mentormatch.matching.engine import match
from mentormatch.matching.face import Face
from mentormatch.matching.pricing import shortlist
from mentormatch.matching.roster import build_roster
from mentormatch.matching.rows import NO_ROW, Columns, Family, RowKeys, concatenate
from mentormatch.matching.start import RowReader, Start, fitting_plan
from tests.acceptance.small_rounds import small_round
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy

POINTS = {("x", "A"): 700, ("x", "B"): 600, ("y", "A"): 650, ("y", "B"): 500}


def opened(points: dict[tuple[str, str], int]) -> Face:
    face = Face(build_candidates(build_roster(a_scored_round(points))))
    face.open(concatenate([]), 1)
    return face


def test_every_row_is_found_again_by_its_words() -> None:
    for seed in range(30):
        roster = build_roster(small_round(seed))
        keys, reader = RowKeys(roster), RowReader(roster)
        pairs = np.indices((len(roster.mentees), len(roster.mentors))).reshape(2, -1)
        everything = Columns(pairs[0], pairs[1], pairs[0] % len(Direction), pairs[0])
        for family in Family:
            for key in set(keys.of(family, everything).tolist()) - {NO_ROW}:
                assert reader.key(family, keys.label(family, key)) == key


def test_a_row_of_people_or_units_that_are_not_there_is_no_row() -> None:
    reader = RowReader(build_roster(a_round(a_mentor("M"), a_mentee("e", department="Sales", manager_id="b"))))
    assert reader.key(Family.MENTEE, ("gone",)) == NO_ROW
    assert reader.key(Family.MENTOR, ("gone",)) == NO_ROW
    assert reader.key(Family.DEPARTMENT, ("M", "upward", "works")) == NO_ROW
    assert reader.key(Family.TEAM, ("M", "upward", "sales", "another boss")) == NO_ROW
    assert reader.key(Family.TEAM, ("M", "upward", "sales", "b")) != NO_ROW


def test_a_plan_that_fits_is_kept_whole() -> None:
    round_ = a_scored_round(POINTS)
    face = opened(POINTS)
    pairings = match(round_, digests={}).outcome.pairings
    assert len(fitting_plan(face, pairings)) == 2


def test_of_a_plan_that_takes_too_much_the_better_pairings_stay() -> None:
    several = match(a_scored_round(POINTS, {"A": 2, "B": 2}), digests={}).outcome.pairings
    assert {one.mentor_id for one in several} == {"A", "B"}
    both_at_a = [replace(one, mentor_id="A") for one in several]
    kept = opened(POINTS).decode(fitting_plan(opened(POINTS), both_at_a))
    assert kept.points.tolist() == [700]


def test_pairings_of_strangers_and_of_no_candidates_are_left_out() -> None:
    pairing = match(a_scored_round(POINTS), digests={}).outcome.pairings[0]
    without = {pair: worth for pair, worth in POINTS.items() if pair != (pairing.mentee_id, pairing.mentor_id)}
    assert len(fitting_plan(opened(without), [pairing])) == 0
    assert len(fitting_plan(opened(POINTS), [replace(pairing, mentee_id="gone")])) == 0


def test_a_pairing_that_was_locked_begins_the_first_pass() -> None:
    done = match(a_scored_round(POINTS), digests={})
    locked = [replace(one, pass_number=0) for one in done.outcome.pairings]
    assert Start(locked, done.certificate).of_pass(1) == locked
    assert Start(locked, done.certificate).of_pass(2) == []


def test_the_hints_of_the_same_round_close_every_stage_at_once() -> None:
    """No programme is solved: each stage's plan is the start, and its bound the hint's."""
    round_ = a_scored_round(POINTS, policy=bare_policy(*bare_policy().rules))
    done = match(round_, digests={})
    candidates = build_candidates(build_roster(round_))
    task = PassTask(1, shortlist(candidates.codes, 1), concatenate([]), Start(done.outcome.pairings, done.certificate))
    steps: list[str] = []
    result = solve_pass(candidates, Face(candidates), task, lambda stage, _value, _bound: steps.append(stage))
    assert {proof.stage.name: proof.value for proof in result.proofs} == done.certificate.passes[0].values
    assert set(steps) <= {"unique"}
