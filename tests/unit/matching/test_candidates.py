"""Rules and criteria together: each pair's one candidate, its reason where there is none, however blocks are cut."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

import numpy as np
import pytest

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.pairing import Criterion
from mentormatch.domain.policy import Measures, Policy, RuleSettings, SolvePolicy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round
from mentormatch.matching import candidates as module
from mentormatch.matching.candidates import (
    NO_CANDIDATE,
    Candidates,
    build_candidates,
    directions_of,
    points_of,
    row_blocks,
)
from mentormatch.matching.eligibility import RULES, Block
from mentormatch.matching.reference import Reference, build_reference
from mentormatch.matching.roster import build_roster
from mentormatch.synthesis.organisation import generate_organisation
from tests.acceptance.small_rounds import Draw
from tests.factories import a_member, a_mentee, a_mentor, a_round, bare_policy, every_direction

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
Found = Mapping[tuple[str, str], tuple[Direction, int]]
HEIGHTS = (1, 40, 1_000, 5_000)


@cache
def source(name: str) -> Round:
    """Return a made-up organisation, or a round full of trouble with loose or with strict rules."""
    if name == "generated":
        made = generate_organisation(150, 31)
        return Round(made.people, made.enrolments, made.history)
    draw = Draw(Random(2), trouble=0.5, is_plain=False, managers=range(20, 21), staff=range(50, 51), side_most=40)
    round_ = draw.round("2")
    settings = RuleSettings(floor_points=500 if name == "strict" else 0, training_needs_answer=name == "strict")
    off = () if name == "strict" else (RuleId.LEVEL_BAND, RuleId.NO_NEED_MET)
    return replace(round_, policy=replace(round_.policy, rules=dict.fromkeys(off, False), rule_settings=settings))


def candidates_of(round_: Round) -> Candidates:
    """Return the candidates of a round."""
    return build_candidates(build_roster(round_))


def found_in(candidates: Candidates) -> Found:
    """Return the candidates in words: (mentor, mentee) to direction and points."""
    codes, mentees, mentors = candidates.codes, candidates.roster.mentees.ids, candidates.roster.mentors.ids
    places = np.argwhere(codes >= 0).tolist()
    return {
        (mentors[column], mentees[row]): (
            DIRECTIONS[int(directions_of(codes[row, column]))],
            int(points_of(codes[row, column])),
        )
        for row, column in places
    }


def found_singly(round_: Round) -> Found:
    """Return the candidates as the plain reading finds them, for everybody against everybody."""
    reference = build_reference(round_)
    ids = [entry.person_id for entry in round_.enrolments]
    singles = [reference.candidate(mentor, mentee) for mentor in ids for mentee in ids]
    return {(s.mentor_id, s.mentee_id): (s.direction, s.points) for s in singles if s is not None}


class TestCandidates:
    @pytest.mark.parametrize("name", ["generated", "loose", "strict"])
    def test_blocks_find_the_candidates_of_the_plain_reading(self, name: str) -> None:
        found = found_in(candidates_of(source(name)))
        assert found == found_singly(source(name))
        assert len(found) >= 20

    @pytest.mark.parametrize("rule", RuleId)
    def test_a_rule_that_is_off_changes_nothing_but_what_it_deleted(self, rule: RuleId) -> None:
        """Every candidate stays, though perhaps in a better direction, and the new ones break that rule alone."""
        round_ = source("strict")
        on, off = dict.fromkeys(RuleId, True), {**dict.fromkeys(RuleId, True), rule: False}
        before = found_in(candidates_of(replace(round_, policy=replace(round_.policy, rules=on))))
        after = found_in(candidates_of(replace(round_, policy=replace(round_.policy, rules=off))))
        reference = build_reference(replace(round_, policy=replace(round_.policy, rules=on)))
        assert before.keys() <= after.keys()
        for pair, (direction, points) in after.items():
            if before.get(pair) != (direction, points):
                assert reference.broken_rules(*pair, direction) == (rule,)

    @pytest.mark.parametrize("rule", RULES)
    def test_a_rule_that_is_off_is_never_asked(self, rule: RuleId, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise AssertionError(rule)

        round_ = source("strict")
        monkeypatch.setattr("mentormatch.matching.eligibility.RULES", {**RULES, rule: refuse})
        candidates = candidates_of(replace(round_, policy=replace(round_.policy, rules={rule: False})))
        assert candidates.codes.shape == (len(candidates.roster.mentees), len(candidates.roster.mentors))
        candidates.first_reasons(Block(np.arange(5), np.arange(5)), UP)

    def test_nobody_is_a_candidate_for_themselves(self) -> None:
        members = [a_member(w, as_mentee=every_direction(), as_mentor=every_direction()) for w in "AB"]
        found = found_in(candidates_of(a_round(*members, policy=bare_policy())))
        assert set(found) == {("A", "B"), ("B", "A")}

    @pytest.mark.parametrize("first", range(4))
    def test_of_equal_directions_the_earlier_makes_the_candidate(self, first: int) -> None:
        """Without a weight for the level gap and without skills all directions score the same."""
        offered = dict.fromkeys(DIRECTIONS[first:][::-1], 1)
        members = [a_mentee("E", as_mentee=every_direction()), a_mentor("M", as_mentor=offered)]
        policy = bare_policy(weights={Criterion.WISHES: 250})
        assert found_in(candidates_of(a_round(*members, policy=policy))) == {("M", "E"): (DIRECTIONS[first], 100)}

    def test_of_two_directions_the_one_with_more_points_makes_the_candidate(self) -> None:
        skills: dict[str, Any] = {"skills_wanted": ("a", "b"), "skills_offered": ("b",)}
        both = {UP: 1, DOWN: 1}
        members = [a_mentee("E", as_mentee=both, **skills), a_mentor("M", as_mentor=both, **skills)]
        found = found_in(candidates_of(a_round(*members, policy=bare_policy(weights={Criterion.NEEDS: 300}))))
        assert found == {("M", "E"): (DOWN, 300)}

    def test_a_rule_can_leave_the_direction_with_fewer_points(self) -> None:
        both = {UP: 1, PEER: 1}
        members = [a_mentee("E", as_mentee=both, level=1), a_mentor("M", as_mentor=both, level=1)]
        policy = bare_policy(RuleId.LEVEL_BAND)
        assert found_in(candidates_of(a_round(*members, policy=policy)))[("M", "E")][0] is PEER

    @pytest.mark.parametrize(("floor", "is_there"), [(525, True), (526, False)])
    def test_a_score_under_the_floor_is_no_candidate(self, floor: int, is_there: bool) -> None:
        policy = bare_policy(RuleId.BELOW_FLOOR, rule_settings=RuleSettings(floor_points=floor))
        candidates = candidates_of(a_round(a_mentee("E"), a_mentor("M"), policy=policy))
        assert bool(found_in(candidates)) is is_there
        assert candidates.is_candidate(0, 0) is is_there

    def test_a_floor_that_is_off_stops_nobody(self) -> None:
        policy = bare_policy(rule_settings=RuleSettings(floor_points=1000))
        assert found_in(candidates_of(a_round(a_mentee("E"), a_mentor("M"), policy=policy)))

    @pytest.mark.parametrize("points", [0, 4095])
    def test_the_least_and_the_largest_score_make_a_candidate(self, points: int) -> None:
        policy = bare_policy(weights={Criterion.NEEDS: points}, measures=Measures(unanswered=1.0))
        candidates = candidates_of(a_round(a_mentee("E", FORWARD), a_mentor("M", FORWARD), policy=policy))
        assert found_in(candidates) == {("M", "E"): (FORWARD, points)}
        assert ~candidates.codes[0, 0] != NO_CANDIDATE


class TestCodes:
    @pytest.mark.parametrize("points", [0, 1, 350, 1000, 4095])
    @pytest.mark.parametrize("direction", range(5))
    def test_a_code_holds_points_and_direction(self, points: int, direction: int) -> None:
        codes = np.array([points * 8 + 4 - direction], np.int16)
        assert (points_of(codes).tolist(), directions_of(codes).tolist()) == ([points], [direction])

    def test_codes_compare_like_points_and_then_by_the_earlier_direction(self) -> None:
        ranked = [(points, -direction) for points in (0, 1, 999) for direction in range(5)]
        codes = [points * 8 + 4 + direction for points, direction in ranked]
        assert [pair for _, pair in sorted(zip(codes, ranked, strict=True))] == sorted(ranked)

    def test_a_code_set_aside_is_told_from_no_candidate(self) -> None:
        highest = np.int16(4095 * 8 + 4)
        assert NO_CANDIDATE < ~highest < 0


class TestBlocks:
    @pytest.mark.parametrize("pairs", HEIGHTS)
    @pytest.mark.parametrize("name", ["generated", "loose"])
    def test_blocks_of_any_height_give_the_same_codes(
        self, name: str, pairs: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        expected = candidates_of(source(name)).codes
        monkeypatch.setattr(module, "PAIRS_PER_BLOCK", pairs)
        assert (candidates_of(source(name)).codes == expected).all()

    @pytest.mark.parametrize("threads", [1, 2, 5])
    def test_any_number_of_threads_gives_the_same_codes(self, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
        round_ = source("loose")
        expected = candidates_of(round_).codes
        monkeypatch.setattr(module, "PAIRS_PER_BLOCK", 90)
        policy = replace(round_.policy, solve=SolvePolicy(threads=threads))
        assert (candidates_of(replace(round_, policy=policy)).codes == expected).all()

    @pytest.mark.parametrize(("first", "last"), [(0, 1), (3, 17), (39, 40), (0, 40)])
    def test_a_block_of_some_rows_is_part_of_the_table(self, first: int, last: int) -> None:
        candidates = candidates_of(source("loose"))
        last = min(last, len(candidates.roster.mentees))
        assert (candidates.block(np.arange(first, last)) == candidates.codes[first:last]).all()

    @pytest.mark.parametrize(("rows", "columns"), [(0, 0), (0, 7), (7, 0), (1, 1), (10, 3), (9, 1000), (5, 1 << 21)])
    def test_blocks_cover_every_row_once_in_order(self, rows: int, columns: int) -> None:
        covered = [row for block in row_blocks(rows, columns) for row in range(block.start, block.stop)]
        assert covered == list(range(rows))

    @pytest.mark.parametrize(("columns", "count"), [(1, 1), (100, 1), (101, 2), (500, 5), (1000, 10), (5000, 10)])
    def test_a_block_holds_no_more_pairs_than_fit_but_at_least_a_row(
        self, columns: int, count: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "PAIRS_PER_BLOCK", 1000)
        assert len(list(row_blocks(10, columns))) == count

    @pytest.mark.parametrize(("mentees", "mentors"), [(0, 0), (0, 2), (2, 0)])
    def test_sides_of_nobody_make_an_empty_table(self, mentees: int, mentors: int) -> None:
        members = [*(a_mentee(f"E{k}") for k in range(mentees)), *(a_mentor(f"M{k}") for k in range(mentors))]
        candidates = candidates_of(a_round(*members))
        assert candidates.codes.shape == (mentees, mentors)
        assert (candidates.per_mentee.tolist(), candidates.per_mentor.tolist()) == ([0] * mentees, [0] * mentors)


class TestCounts:
    def test_candidates_are_counted_by_mentee_and_by_mentor(self) -> None:
        candidates = candidates_of(source("generated"))
        found = found_in(candidates)
        by_mentor, by_mentee = Counter(pair[0] for pair in found), Counter(pair[1] for pair in found)
        assert candidates.per_mentor.tolist() == [by_mentor[who] for who in candidates.roster.mentors.ids]
        assert candidates.per_mentee.tolist() == [by_mentee[who] for who in candidates.roster.mentees.ids]

    def test_candidates_that_are_set_aside_still_count(self) -> None:
        candidates = candidates_of(source("generated"))
        before = int((candidates.codes >= 0).sum())
        candidates.codes[candidates.codes >= 0] = ~candidates.codes[candidates.codes >= 0]
        assert int(candidates.per_mentee.sum()) == before
        row, column = np.argwhere(candidates.codes != NO_CANDIDATE)[0].tolist()
        assert candidates.is_candidate(row, column)


class TestSingleCodes:
    def test_a_code_is_read_whether_it_is_set_aside_or_not(self) -> None:
        members = [a_mentee("A"), a_mentee("B", PEER), a_mentor("M")]
        candidates = candidates_of(a_round(*members, policy=bare_policy()))
        both, mentor = np.array([0, 1]), np.array([0, 0])
        for _ in range(2):
            found = candidates.codes_of(both, mentor)
            assert (points_of(found[:1]).tolist(), found[1]) == ([525], NO_CANDIDATE)
            candidates.codes[0, 0] = ~candidates.codes[0, 0]


class TestReasons:
    @staticmethod
    def first_reason(reference: Reference, pair: tuple[str, str], direction: Direction) -> list[RuleId]:
        """Return the first rule that an open direction breaks, as a list of one or none."""
        return list(reference.broken_rules(*pair, direction)[:1]) if reference.is_open(*pair, direction) else []

    @pytest.mark.parametrize("name", ["loose", "strict"])
    @pytest.mark.parametrize("direction", DIRECTIONS)
    def test_the_reason_is_the_first_rule_that_deletes_an_open_direction(self, direction: Direction, name: str) -> None:
        candidates, reference = candidates_of(source(name)), build_reference(source(name))
        mentees, mentors = candidates.roster.mentees.ids, candidates.roster.mentors.ids
        reasons = candidates.first_reasons(Block(np.arange(len(mentees)), np.arange(len(mentors))), direction)
        assert list(reasons) == [rule for rule in RuleId if candidates.roster.policy.is_on(rule)]
        for row, mentee in enumerate(mentees):
            for column, mentor in enumerate(mentors):
                found = [rule for rule, table in reasons.items() if table[row, column]]
                assert found == self.first_reason(reference, (mentor, mentee), direction)

    def test_every_open_direction_has_one_reason_or_passes(self) -> None:
        candidates = candidates_of(source("strict"))
        block = Block(np.arange(len(candidates.roster.mentees)), np.arange(len(candidates.roster.mentors)))
        passing = np.zeros(block.shape, np.bool_)
        for direction in DIRECTIONS:
            reasons = candidates.first_reasons(block, direction)
            deleted = sum((table.astype(np.int64) for table in reasons.values()), np.zeros(block.shape, np.int64))
            assert deleted.max(initial=0) <= 1
            places = candidates.roster
            is_open = (places.mentees.places[:, [DIRECTIONS.index(direction)]] > 0) & (
                places.mentors.places[:, DIRECTIONS.index(direction)] > 0
            )
            passing |= is_open & (deleted == 0)
        own = np.array(candidates.roster.mentees.ids)[:, None] == np.array(candidates.roster.mentors.ids)[None, :]
        assert (passing & ~own == (candidates.codes >= 0)).all()

    def test_a_part_of_a_block_has_the_reasons_of_the_whole(self) -> None:
        candidates = candidates_of(source("strict"))
        shape = candidates.codes.shape
        part = Block(np.array([4, 1]), np.array([3, 9, 0]))
        whole = candidates.first_reasons(Block(np.arange(shape[0]), np.arange(shape[1])), UP)
        for rule, table in candidates.first_reasons(part, UP).items():
            assert (table == whole[rule][np.ix_(part.rows, part.columns)]).all()


@pytest.mark.parametrize("name", ["generated", "loose"])
def test_the_components_of_a_candidate_add_up_to_its_points(name: str) -> None:
    candidates = candidates_of(source(name))
    for (mentor, mentee), (direction, points) in list(found_in(candidates).items())[::7]:
        row, column = candidates.roster.mentees.position[mentee], candidates.roster.mentors.position[mentor]
        tables = candidates.components(Block(np.array([row]), np.array([column])), direction)
        assert list(tables) == list(Criterion)
        assert sum(int(table[0, 0]) for table in tables.values()) == points


def test_a_policy_without_an_open_direction_has_no_sides_to_score() -> None:
    policy = Policy(directions={})
    assert candidates_of(replace(source("generated"), policy=policy)).codes.shape == (0, 0)
