"""Answers to people without a place, over random rounds: remedies hold, crowds are such, no private word is told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from io import StringIO
from math import ceil
from random import Random

import pytest
from rich.console import Console

from mentormatch.cli.answers_unpaired import own_data, print_to_person
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Role, UnpairedReason
from mentormatch.domain.policy import CapacityPolicy
from mentormatch.domain.round import Lock, LockKind, Outcome, Round
from mentormatch.domain.text import fold
from mentormatch.explanation.changes import apply_changes
from mentormatch.explanation.crowd import DESCRIBED_MIN, HallSet, find_hall_set
from mentormatch.explanation.first_pass import FirstPass, read_first_pass
from mentormatch.explanation.unpaired_answer import UnpairedAnswer, explain_unpaired, explain_with_remedy
from mentormatch.explanation.what_if import Baseline
from mentormatch.matching.engine import match
from mentormatch.matching.reference import build_reference
from mentormatch.matching.rows import Family
from mentormatch.synthesis.organisation import generate_organisation
from tests.acceptance.small_rounds import crowded_round, small_round

ROUND_COUNT = 200
BATCH = 20
ASKED_MOST = 1
"""People without a place whose remedy is looked for, in each small round."""
CROWDED_COUNT = 40

each_batch = pytest.mark.parametrize("first_seed", range(0, ROUND_COUNT, BATCH))


def with_locks(round_: Round, seed: int) -> Round:
    """Return a round in which HR demands one of its best pairings and forbids another, in two rounds out of three."""
    pairings = match(round_, digests={}).outcome.pairings
    if seed % 3 == 0 or len(pairings) < 2:
        return round_
    one, other = Random(seed).sample(pairings, 2)
    must = Lock(LockKind.MUST, one.mentor_id, one.mentee_id)
    return replace(round_, locks=(must, Lock(LockKind.MUST_NOT, other.mentor_id, other.mentee_id)))


@cache
def solved(seed: int, *, is_crowded: bool = False) -> tuple[Baseline, Outcome]:
    """Return a solved random round: a small one with locks, or a crowded one."""
    round_ = crowded_round(seed) if is_crowded else with_locks(small_round(seed), seed)
    done = match(round_, digests={})
    return Baseline(round_, done.outcome.pairings, done.certificate), done.outcome


def is_paired(outcome: Outcome, person_id: str, role: Role) -> bool:
    """Whether somebody has a place in a role."""
    return any(
        person_id == (pairing.mentee_id if role is Role.MENTEE else pairing.mentor_id) for pairing in outcome.pairings
    )


def assert_remedy_holds(base: Baseline, answer: UnpairedAnswer) -> bool:
    """Check that a remedy, applied and matched from nothing, pairs the person; return whether there was one."""
    assert answer.search is not None
    remedy = answer.search.remedy
    if remedy is None:
        return False
    changed = match(apply_changes(base.round, *remedy.changes), digests={}).outcome
    assert is_paired(changed, answer.person_id, answer.role)
    assert remedy.pairing in changed.pairings
    return True


@each_batch
def test_every_remedy_pairs_the_person_when_the_changed_round_is_matched_from_nothing(first_seed: int) -> None:
    found = 0
    for seed in range(first_seed, first_seed + BATCH):
        base, outcome = solved(seed)
        asked = Random(seed).sample(outcome.unpaired, min(ASKED_MOST, len(outcome.unpaired)))
        for left in asked:
            answer = explain_with_remedy(base, left.person_id, left.role)
            found += assert_remedy_holds(base, answer)
            if answer.reason != UnpairedReason.NO_CANDIDATE and not base.round.locks:
                assert answer.search is not None
                assert answer.search.remedy is not None, "a candidate can always be demanded where nothing is locked"
    assert found >= BATCH // 5


@pytest.mark.parametrize("seed", range(2))
def test_so_it_is_in_made_up_organisations(seed: int) -> None:
    base, outcome = organisation(seed)
    reasons = sorted({left.reason for left in outcome.unpaired})
    for reason in reasons:
        left = next(one for one in outcome.unpaired if one.reason == reason)
        assert_remedy_holds(base, explain_with_remedy(base, left.person_id, left.role))
    assert UnpairedReason.CROWDED_OUT in reasons


@each_batch
def test_the_reason_is_the_one_that_the_round_was_published_with(first_seed: int) -> None:
    for seed in range(first_seed, first_seed + BATCH):
        base, outcome = solved(seed)
        for left in outcome.unpaired:
            assert explain_unpaired(base, left.person_id, left.role).reason == left.reason, (seed, left)


class TestCrowds:
    @staticmethod
    def crowded_seeds() -> list[int]:
        """Return the seeds of the crowded rounds."""
        each = CROWDED_COUNT * BATCH // ROUND_COUNT
        return [first + seed for first in range(0, ROUND_COUNT, BATCH) for seed in range(each)]

    @staticmethod
    def crowds(seed: int, *, is_crowded: bool) -> Iterator[tuple[FirstPass, int, HallSet | None]]:
        """Yield the crowd of each mentee without a place who has candidates."""
        base, outcome = solved(seed, is_crowded=is_crowded)
        first = read_first_pass(base)
        for left in outcome.unpaired:
            if left.role is Role.MENTEE and left.reason != UnpairedReason.NO_CANDIDATE:
                row = first.roster.mentees.position[left.person_id]
                yield first, row, find_hall_set(first, row)

    @staticmethod
    def rows_of(round_: Round, mentor: str, direction: str, mentee: str) -> dict[Family, tuple[str, ...]]:
        """Return the rows of a pair by family, in words."""
        person = next(one for one in round_.people if one.person_id == mentee)
        unit = fold(person.department)
        rows = {
            Family.MENTOR: (mentor,),
            Family.DIRECTION: (mentor, direction),
            Family.DEPARTMENT: (mentor, direction, unit),
        }
        return rows | ({Family.TEAM: (mentor, direction, unit, person.manager_id)} if person.manager_id else {})

    def places_in(self, base: Baseline, family: Family, row: tuple[str, ...]) -> int:
        """Count the places of a row by the enrolment and the policy, less those that demanded pairings take."""
        capacity = base.round.policy.capacity
        entry = next(one for one in base.round.enrolments if one.person_id == row[0])
        limit = min(entry.max_mentees, capacity.mentor_limit)
        share = Fraction(str(capacity.department_share))
        bounds = {
            Family.MENTOR: limit,
            Family.DEPARTMENT: ceil(share * limit),
            Family.TEAM: capacity.team_limit,
        }
        if family == Family.DIRECTION:
            bounds[Family.DIRECTION] = min(entry.as_mentor[row[1]], capacity.mentor_limit)  # type: ignore[index]
        locked = [one for one in base.pairings if one.pass_number == 0]
        used = [self.rows_of(base.round, one.mentor_id, one.direction, one.mentee_id).get(family) for one in locked]
        return bounds[family] - used.count(row)

    def assert_violates(self, first: FirstPass, found: HallSet) -> None:
        """Count a crowd again by the plain reading of the rules: all its candidates lie in rows with too few places."""
        base, roster = first.base, first.roster
        rows = {
            (family, self.rows_of(base.round, *self.names(first, sample))[family])
            for family, columns in found.rows
            for sample in [(int(columns.mentor[0]), int(columns.direction[0]), int(columns.mentee[0]))]
        }
        assert len(rows) == len(found.rows)
        assert sum(self.places_in(base, *row) for row in rows) == found.places < len(found.mentees)
        reference = build_reference(base.round)
        forbidden = {(lock.mentor_id, lock.mentee_id) for lock in base.round.locks if lock.kind is LockKind.MUST_NOT}
        for mentee in (roster.mentees.ids[row] for row in found.mentees.tolist()):
            assert not any(one.mentee_id == mentee and one.pass_number == 0 for one in base.pairings)
            for mentor in roster.mentors.ids:
                candidate = reference.candidate(mentor, mentee)
                if candidate is not None and (mentor, mentee) not in forbidden:
                    within = self.rows_of(base.round, mentor, candidate.direction, mentee)
                    assert rows & set(within.items()), (mentor, mentee)

    @staticmethod
    def names(first: FirstPass, sample: tuple[int, int, int]) -> tuple[str, str, str]:
        """Return mentor, direction and mentee of a candidate."""
        mentor, direction, mentee = sample
        return first.roster.mentors.ids[mentor], DIRECTIONS[direction], first.roster.mentees.ids[mentee]

    @pytest.mark.parametrize("is_crowded", [False, True])
    @each_batch
    def test_every_crowd_has_fewer_places_than_people_and_no_candidate_elsewhere(
        self, first_seed: int, is_crowded: bool
    ) -> None:
        seeds = self.crowded_seeds() if is_crowded else range(ROUND_COUNT)
        for seed in (seed for seed in seeds if first_seed <= seed < first_seed + BATCH):
            for first, row, found in self.crowds(seed, is_crowded=is_crowded):
                if found is not None:
                    assert row in found.mentees
                    self.assert_violates(first, found)

    def test_crowds_are_found_in_many_rounds_and_in_rows_of_every_family(self) -> None:
        kinds = [(seed, False) for seed in range(ROUND_COUNT)] + [(seed, True) for seed in self.crowded_seeds()]
        found = [crowd for seed, is_crowded in kinds for _, _, crowd in self.crowds(seed, is_crowded=is_crowded)]
        families = {family for crowd in found if crowd is not None for family, _ in crowd.rows}
        assert families == {Family.MENTOR, Family.DIRECTION, Family.DEPARTMENT, Family.TEAM}
        assert sum(crowd is not None for crowd in found) >= 60
        assert any(crowd is None for crowd in found)

    def test_without_favours_and_split_teams_nobody_with_candidates_is_left_out_but_by_a_crowd(self) -> None:
        for seed in range(0, ROUND_COUNT, 4):
            round_ = small_round(seed)
            capacity: CapacityPolicy = replace(
                round_.policy.capacity, forbid_favour_exchange=False, forbid_reciprocal=False, team_limit=1000
            )
            round_ = replace(round_, policy=replace(round_.policy, capacity=capacity))
            done = match(round_, digests={})
            first = read_first_pass(Baseline(round_, done.outcome.pairings, done.certificate))
            for left in done.outcome.unpaired:
                if left.role is Role.MENTEE and left.reason != UnpairedReason.NO_CANDIDATE:
                    assert find_hall_set(first, first.roster.mentees.position[left.person_id]) is not None

    def test_crowds_under_five_are_never_described(self) -> None:
        described = small = 0
        kinds = [(seed, False) for seed in range(ROUND_COUNT)] + [(seed, True) for seed in self.crowded_seeds()]
        for seed, is_crowded in kinds:
            base, _ = solved(seed, is_crowded=is_crowded)
            for first, row, found in self.crowds(seed, is_crowded=is_crowded):
                answer = explain_unpaired(base, first.roster.mentees.ids[row], Role.MENTEE)
                if answer.crowd is not None:
                    assert answer.crowd.people >= DESCRIBED_MIN == 5
                    described += 1
                elif found is not None and answer.reason == UnpairedReason.CROWDED_OUT:
                    assert len(found.mentees) < DESCRIBED_MIN
                    small += 1
        assert described >= 20
        assert small >= 20


CANARY = "CANARY"


def with_canaries(round_: Round) -> Round:
    """Return a round in which everybody's name and private answers can be told from everything else."""
    people = [
        replace(
            person,
            name=f"{CANARY} name {person.person_id}",
            email=f"{CANARY}@{person.person_id}",
            evaluator_ids=(*person.evaluator_ids, f"{CANARY}-evaluator"),
            previous_manager_ids=(*person.previous_manager_ids, f"{CANARY}-manager"),
        )
        for person in round_.people
    ]
    enrolments = [
        replace(
            entry,
            prefers=(*entry.prefers, f"{CANARY}-prefers"),
            rather_not=(*entry.rather_not, f"{CANARY}-rather-not"),
            avoids=(*entry.avoids, f"{CANARY}-avoids"),
            conflicts=(*entry.conflicts, f"{CANARY}-conflicts"),
        )
        for entry in round_.enrolments
    ]
    return replace(round_, people=tuple(people), enrolments=tuple(enrolments))


@cache
def organisation(seed: int) -> tuple[Baseline, Outcome]:
    """Return a solved round of a made-up organisation with canaries."""
    made = generate_organisation(150, seed)
    round_ = with_canaries(Round(made.people, made.enrolments, made.history, seed=str(seed)))
    done = match(round_, digests={})
    return Baseline(round_, done.outcome.pairings, done.certificate), done.outcome


def told(answer: UnpairedAnswer) -> str:
    """Return all that a person is told, as text and as data."""
    out = StringIO()
    print_to_person(Console(file=out, width=200), answer)
    return out.getvalue() + json.dumps(own_data(answer), ensure_ascii=False)


class TestWhatAPersonIsTold:
    @pytest.mark.parametrize("seed", range(2))
    def test_no_other_person_and_no_private_answer_is_in_it(self, seed: int) -> None:
        base, outcome = organisation(seed)
        everybody = {person.person_id for person in base.round.people}
        assert len(outcome.unpaired) >= 5
        for left in outcome.unpaired:
            text = told(explain_with_remedy(base, left.person_id, left.role, only_own=True))
            assert CANARY not in text
            assert [who for who in everybody - {left.person_id} if who in text] == []

    def test_the_canaries_would_be_seen(self) -> None:
        """HR's version of a lost draw or a remedy does name others: the search above looks for the right words."""
        base, outcome = organisation(0)
        everybody = {person.person_id for person in base.round.people}
        answers = [explain_with_remedy(base, left.person_id, left.role) for left in outcome.unpaired[:6]]
        assert any(who in str(answer.search) for answer in answers for who in everybody - {answer.person_id})
