"""The optimal face: after each stage exactly the best plans are left, whether candidates are listed or in the table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from random import Random

import numpy as np
import pytest

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.policy import FloorPolicy, Policy, SolvePolicy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round
from mentormatch.matching import candidates as candidates_module
from mentormatch.matching import face as module
from mentormatch.matching.candidates import NO_CANDIDATE, build_candidates
from mentormatch.matching.certificate import write_certificate
from mentormatch.matching.engine import match
from mentormatch.matching.face import Face, lay_out
from mentormatch.matching.pricing import Proof, Search
from mentormatch.matching.roster import Ints, build_roster
from mentormatch.matching.rows import NO_ROW, Columns, Duals, Family, RowKeys, SparseDuals, concatenate, price
from mentormatch.matching.stages import Lottery, Stage, draw, stages_of
from mentormatch.synthesis.organisation import generate_organisation
from tests.acceptance.small_rounds import Draw, small_round
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy, loose_capacity

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
NO_PLAN = np.zeros(0, np.int64)
NOBODY = Columns(*[NO_PLAN] * 4)
HUGE = 10**9
MODES = {"table": -1, "listed": HUGE}
TINY = (0, 8, 11, 19, 23, 25, 42, 47, 56, 66, 71, 82)
"""Rounds with 40 to 800 plans."""
TWO_BY_TWO = {("A", "M"): 900, ("A", "N"): 600, ("B", "M"): 800, ("B", "N"): 700}

each_mode = pytest.mark.parametrize("mode", MODES)


def opened(round_: Round, taken: Columns = NOBODY, pass_number: int = 1) -> Face:
    """Return the face of a round at the start of a pass."""
    face = Face(build_candidates(build_roster(round_)))
    face.open(taken, pass_number)
    return face


def gathered(face: Face) -> Columns:
    """Return all free candidates."""
    return concatenate(face.scan(lambda columns, _: columns))


def free(face: Face) -> set[tuple[str, str]]:
    """Return the free candidates as (mentee, mentor) ids."""
    columns, mentees, mentors = gathered(face), face.roster.mentees.ids, face.roster.mentors.ids
    return {(mentees[row], mentors[column]) for row, column in zip(columns.mentee, columns.mentor, strict=True)}


def positions(face: Face, *pairs: tuple[str, str]) -> Ints:
    """Return the positions of (mentee, mentor) pairs."""
    mentees, mentors = face.roster.mentees.position, face.roster.mentors.position
    return np.array([mentees[mentee] * face.width + mentors[mentor] for mentee, mentor in pairs], np.int64)


def plans_on(face: Face) -> set[frozenset[int]]:
    """Return every plan on a face as a set of positions, by trying all combinations of the mentees' candidates."""
    columns = gathered(face)
    options: dict[int, list[int]] = {}
    for number, mentee in enumerate(columns.mentee.tolist()):
        options.setdefault(mentee, [-1]).append(number)
    rows = {family: face.keys.of(family, columns).tolist() for family in Family}
    places = face.positions(columns).tolist()
    chosen = ([number for number in some if number >= 0] for some in product(*options.values()))
    return {frozenset(places[number] for number in plan) for plan in chosen if keeps_bounds(face, rows, plan)}


def keeps_bounds(face: Face, rows: dict[Family, list[int]], plan: Sequence[int]) -> bool:
    """Whether a plan fills each row neither too much nor too little."""
    for family, bounds in face.bounds.items():
        used = Counter(rows[family][number] for number in plan if rows[family][number] != NO_ROW)
        keys = np.unique(np.array([*used, *bounds.keys[bounds.lower > 0].tolist()], np.int64))
        lower, upper = bounds.at(keys)
        counts = np.array([used[key] for key in keys.tolist()])
        if (counts < lower).any() or (counts > upper).any():
            return False
    return True


def in_order(plan: frozenset[int]) -> Ints:
    """Return a plan as the search holds it: positions that rise."""
    return np.array(sorted(plan), np.int64)


def quiet(*_: object) -> None:
    """Hear of progress and say nothing."""


def solved(face: Face, stage: Stage, plan: Ints) -> Proof:
    """Return a stage's proof over all candidates of a face, starting from a plan on it."""
    return Search(face, face.positions(gathered(face)), plan, quiet).solve(stage)


def tiny_round(seed: int) -> Round:
    """Return a random round so small that all plans can be counted; every fourth is plain and full of ties."""
    drawing = Draw(Random(seed), trouble=0.0, is_plain=seed % 4 == 0, managers=range(2, 5), staff=range(2, 6))
    round_ = drawing.round(str(seed))
    return replace(round_, policy=replace(round_.policy, solve=SolvePolicy(threads=1)))


def duals_of(face: Face, rng: np.random.Generator) -> Duals:
    """Return random duals of rows that some candidates have."""
    columns, found = gathered(face), {}
    for family in Family:
        keys = face.keys.of(family, columns)
        known = np.unique(keys[keys != NO_ROW])
        some = np.sort(rng.choice(known, size=len(known) // 2, replace=False)) if len(known) else known
        found[family] = SparseDuals(some, rng.integers(-9, 10, len(some)))
    return found


class TestTheBestPlansAreLeft:
    """Complementary slackness in both directions: a plan is on the face exactly when no plan before was better."""

    @staticmethod
    def settle_and_compare(face: Face) -> Iterator[str]:
        """Settle stage after stage and compare the plans left with the best ones; yield the stages that left fewer.

        Each stage starts from its worst plan, so that it has to move.
        """
        for stage in [*stages_of(face.roster), draw(Lottery(face.roster), 0)]:
            search = Search(face, NO_PLAN, NO_PLAN, quiet)
            values = {plan: search.value(stage, in_order(plan)) for plan in plans_on(face)}
            worst = min(values, key=values.__getitem__)
            proof = solved(face, stage, in_order(worst))
            face.settle(stage, proof.duals)
            assert proof.value == proof.bound == max(values.values())
            assert plans_on(face) == {plan for plan, value in values.items() if value == proof.value}, stage.name
            if values[worst] < proof.value:
                yield stage.name.partition(":")[0]

    @each_mode
    def test_every_best_plan_stays_and_no_other(self, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "LISTED_MOST", MODES[mode])
        narrowed = Counter(name for seed in TINY for name in self.settle_and_compare(opened(tiny_round(seed))))
        assert narrowed.keys() == {"waiting", "coverage", "bands", "load", "points", "lottery"}

    def test_so_it_is_in_the_second_pass(self) -> None:
        """Some mentors hold a place then, so that the load stage starts from there."""
        narrowed = Counter[str]()
        for seed in TINY:
            face = opened(tiny_round(seed))
            pairs = sorted(plan for plan in map(sorted, plans_on(face)) if len(plan) == 2)
            if face.roster.policy.capacity.mentee_limit > 1 and pairs:
                taken = face.decode(np.array(pairs[0], np.int64))
                face.open(taken, 2)
                assert not np.isin(face.positions(taken), face.positions(gathered(face))).any()
                narrowed.update(self.settle_and_compare(face))
        assert {"coverage", "load", "points"} <= narrowed.keys()


class TestOpening:
    def test_all_candidates_are_free_at_first(self) -> None:
        assert free(opened(a_scored_round(TWO_BY_TWO))) == TWO_BY_TWO.keys()

    @each_mode
    def test_a_mentee_or_mentor_without_a_place_left_has_no_free_candidates(
        self, mode: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "LISTED_MOST", MODES[mode])
        policy = bare_policy(RuleId.LEVEL_BAND, capacity=loose_capacity(mentee_limit=2, mentee_direction_limit=2))
        points = {**TWO_BY_TWO, ("C", "M"): 100, ("C", "O"): 100, ("A", "O"): 1}
        face = opened(a_scored_round(points, {"M": 2}, policy=policy))
        face.open(face.decode(positions(face, ("A", "M"), ("B", "M"))), 2)
        assert free(face) == {("C", "O")}

    def test_a_taken_pair_is_not_free_again(self) -> None:
        policy = bare_policy(capacity=loose_capacity(mentee_limit=2, mentee_direction_limit=2))
        mentee = a_mentee("E", as_mentee={UP: 2}, max_mentors=2)
        face = opened(a_round(mentee, a_mentor("M", places=2), a_mentor("N"), policy=policy))
        face.open(face.decode(positions(face, ("E", "M"))), 2)
        assert free(face) == {("E", "N")}

    @pytest.mark.parametrize(("limit", "left"), [(1, {("E", "N")}), (2, {("E", "N"), ("E", "O")})])
    def test_a_mentees_limit_per_direction_counts_over_all_passes(self, limit: int, left: set[tuple[str, str]]) -> None:
        policy = bare_policy(capacity=loose_capacity(mentee_limit=2, mentee_direction_limit=limit))
        mentee = a_mentee("E", as_mentee={UP: 2, PEER: 1}, max_mentors=2, level=3)
        members = [mentee, a_mentor("M"), a_mentor("N", PEER), a_mentor("O")]
        face = opened(a_round(*members, policy=policy))
        face.open(face.decode(positions(face, ("E", "M"))), 2)
        assert free(face) == left

    def test_a_mentors_direction_without_a_place_left_is_closed(self) -> None:
        mentor = a_mentor("M", as_mentor={UP: 1, PEER: 1}, max_mentees=2)
        members = [a_mentee("A"), a_mentee("B"), a_mentee("C", PEER), mentor]
        face = opened(a_round(*members, policy=bare_policy()))
        face.open(face.decode(positions(face, ("A", "M"))), 1)
        assert free(face) == {("C", "M")}

    @each_mode
    def test_the_next_pass_begins_with_what_was_set_aside_before(
        self, mode: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "LISTED_MOST", MODES[mode])
        face = opened(a_scored_round(TWO_BY_TWO))
        before = face.codes.copy()
        face.set_aside(positions(face, ("A", "M"), ("B", "N")))
        face.settle(next(iter(stages_of(face.roster))), {})
        face.open(NOBODY, 1)
        assert free(face) == TWO_BY_TWO.keys()
        assert (face.codes == before).all()

    def test_pairs_that_are_no_candidates_never_become_free(self) -> None:
        face = opened(a_scored_round({("A", "M"): 1, ("B", "N"): 1}))
        face.set_aside(positions(face, ("A", "N"), ("A", "M")))
        face.open(NOBODY, 1)
        assert free(face) == {("A", "M"), ("B", "N")}
        assert (face.codes == NO_CANDIDATE).sum() == 2


class TestSettingAside:
    @each_mode
    def test_some_are_set_aside_and_the_others_stay_in_order(self, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "LISTED_MOST", MODES[mode])
        face = opened(a_scored_round(TWO_BY_TWO))
        assert (face.listed is None) is (mode == "table")
        for _ in range(2):
            face.set_aside(positions(face, ("A", "N"), ("B", "M")))
            assert free(face) == {("A", "M"), ("B", "N")}
        left, columns = face.columns(positions(face, *TWO_BY_TWO))
        assert left.tolist() == positions(face, ("A", "M"), ("B", "N")).tolist()
        assert columns.points.tolist() == [900, 700]

    @each_mode
    def test_candidates_can_be_read_while_they_are_set_aside(self, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "LISTED_MOST", MODES[mode])
        face = opened(a_scored_round(TWO_BY_TWO))
        face.set_aside(positions(face, ("A", "M")))
        found = face.decode(positions(face, ("A", "M"), ("B", "N")))
        assert (found.points.tolist(), found.direction.tolist()) == ([900, 700], [0, 0])
        assert face.positions(found).tolist() == positions(face, ("A", "M"), ("B", "N")).tolist()

    @pytest.mark.parametrize("most", [0, 3, 4, HUGE])
    def test_candidates_are_listed_once_they_are_few(self, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "LISTED_MOST", most)
        face = opened(a_scored_round(TWO_BY_TWO))
        assert (face.listed is not None) is (most >= 4)
        expected = free(face)
        face.open(NOBODY, 1)
        assert free(face) == expected

    def test_a_face_of_nobody_has_nothing_to_settle(self) -> None:
        face = opened(a_round(policy=bare_policy()))
        face.settle(next(iter(stages_of(face.roster))), {})
        assert free(face) == set()
        assert face.codes.shape == (0, 0)


class TestStanding:
    def test_a_listed_face_can_go_back_to_where_it_stood(self) -> None:
        face = opened(a_scored_round(TWO_BY_TWO))
        standing = face.standing()
        plans = plans_on(face)
        for stage in stages_of(face.roster):
            face.settle(stage, solved(face, stage, in_order(next(iter(plans_on(face))))).duals)
        assert len(plans_on(face)) == 1 < len(plans)
        face.restore(standing)
        assert plans_on(face) == plans

    @each_mode
    def test_a_standing_holds_the_list_where_there_is_one(self, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "LISTED_MOST", MODES[mode])
        face = opened(a_scored_round(TWO_BY_TWO))
        standing = face.standing()
        assert (standing.listed is None) is (mode == "table")
        assert standing.bounds is face.bounds


class TestPrices:
    """Duals laid out for whole blocks ask the same of each candidate as duals read row by row."""

    @staticmethod
    def organisation(seed: int) -> Round:
        """Return a made-up organisation with few rules, so that many pairs are candidates."""
        made = generate_organisation(120, seed)
        off = dict.fromkeys((RuleId.NO_NEED_MET, RuleId.BELOW_FLOOR, RuleId.REPEAT), False)
        policy = Policy(rules=off, solve=SolvePolicy(threads=1), floors=FloorPolicy("department", group_min=1))
        return Round(made.people, made.enrolments, policy=policy)

    @pytest.mark.parametrize("pairs", [1, 40, 500, 1 << 20])
    @pytest.mark.parametrize("seed", range(3))
    def test_prices_over_blocks_are_the_sums_of_the_rows_duals(
        self, seed: int, pairs: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(candidates_module, "PAIRS_PER_BLOCK", pairs)
        face = opened(self.organisation(seed))
        duals = duals_of(face, np.random.default_rng(seed))
        prices, keys = lay_out(duals, face.roster), RowKeys(face.roster)

        def compare(columns: Columns, rows: slice) -> int:
            found = prices.of(columns, rows.start, rows.stop - rows.start, face.width)
            assert found.tolist() == price(duals, keys, columns).tolist()
            return len(columns)

        assert sum(face.scan(compare)) == len(gathered(face)) >= 200
        assert all(len(duals[family].keys) >= (2 if family is Family.GROUP else 5) for family in Family)

    def test_no_duals_ask_nothing(self) -> None:
        face = opened(self.organisation(1))
        columns = gathered(face)
        assert not lay_out({}, face.roster).of(columns, 0, len(face.roster.mentees), face.width).any()


class TestLoads:
    @staticmethod
    def face(places: int, held: int) -> Face:
        """Return a face of four mentees and a mentor with places, of which some are held from earlier passes."""
        policy = bare_policy(capacity=loose_capacity(mentee_limit=2))
        mentees = [a_mentee(f"E{k}", max_mentors=2) for k in range(5)]
        face = opened(a_round(*mentees, a_mentor("M", places=places), policy=policy))
        face.open(face.decode(np.arange(held)), 2)
        return face

    @pytest.mark.parametrize("held", [0, 1, 3])
    def test_places_held_are_those_of_earlier_passes(self, held: int) -> None:
        assert self.face(4, held).held().tolist() == [held]

    @pytest.mark.parametrize("held", [0, 1, 2])
    @pytest.mark.parametrize("asked", range(-1, 6))
    def test_the_best_loads_at_a_price_are_those_of_largest_gain(self, held: int, asked: int) -> None:
        """Gain: the price for each further place, less held + (held + 1) + ... for them."""
        face = self.face(4, held)
        found = face.spread_bounds(SparseDuals(np.array([0]), np.array([asked])))
        gains = {load: asked * load - sum(range(held, held + load)) for load in range(4 - held + 1)}
        best = [load for load, gain in gains.items() if gain == max(gains.values())]
        lower, upper = (int(side[0]) for side in found.at(np.array([0])))
        assert list(range(lower, upper + 1)) == best


class TestModes:
    """Neither where candidates are kept, nor how they are cut into blocks, nor who works on them changes anything."""

    @staticmethod
    def solved(round_: Round) -> tuple[object, bytes]:
        """Return pairings and certificate."""
        found = match(round_, digests={})
        return found.outcome.pairings, write_certificate(found.certificate)

    @pytest.mark.parametrize("seed", range(5))
    def test_the_table_and_the_list_give_the_same_pairings_and_proof(
        self, seed: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        round_ = small_round(seed)
        expected = self.solved(round_)
        for most in (-1, 5, HUGE):
            monkeypatch.setattr(module, "LISTED_MOST", most)
            assert self.solved(round_) == expected

    @pytest.mark.parametrize("threads", [1, 2, 5])
    def test_small_blocks_on_any_number_of_threads_give_the_same(
        self, threads: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = generate_organisation(120, 17)
        expected = self.solved(Round(made.people, made.enrolments, made.history))
        monkeypatch.setattr(candidates_module, "PAIRS_PER_BLOCK", 100)
        policy = Policy(solve=SolvePolicy(threads=threads))
        assert self.solved(Round(made.people, made.enrolments, made.history, policy)) == expected
