"""The ordered objectives: their names, their weights, and a lottery of keyed hashes that anybody can draw again."""

import hashlib
import hmac
from collections.abc import Iterator
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.policy import FloorPolicy, Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Outcome, Round
from mentormatch.errors import SolverError
from mentormatch.matching import branching, stages
from mentormatch.matching.engine import match
from mentormatch.matching.roster import Roster, build_roster
from mentormatch.matching.rows import Columns
from mentormatch.matching.stages import LOTTERY_DIGITS, Lottery, Stage, band_of, draw, stages_of, uniqueness
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS


def ints(*values: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return whole numbers as an array."""
    return np.array(values, np.int64)


def waiting_roster(*waits: int, **policy: Any) -> Roster:
    """Return mentees E0, E1, ... who have waited for so many rounds, and the mentor M."""
    mentees = [a_mentee(f"E{k}", waiting_rounds=wait) for k, wait in enumerate(waits)]
    return build_roster(a_round(*mentees, a_mentor("M"), policy=Policy(**policy)))


def names(roster: Roster) -> list[str]:
    """Return the stages of a pass up to the lottery."""
    return [stage.name for stage in stages_of(roster)]


def named(roster: Roster, name: str) -> Stage:
    """Return a stage by its name."""
    return next(stage for stage in stages_of(roster) if stage.name == name)


def with_points(*points: int) -> Columns:
    """Return candidates with these points, each of a mentee of its own."""
    count = len(points)
    return Columns(np.arange(count), np.zeros(count, np.int64), np.zeros(count, np.int64), ints(*points))


class TestOrder:
    def test_the_default_order_is_that_of_the_page_of_rules(self) -> None:
        bands = [f"bands:{band}" for band in range(5)]
        assert names(waiting_roster(0, 2, 1)) == ["waiting:2", "waiting:1", "coverage", *bands, "load", "points"]

    @pytest.mark.parametrize("order", list(permutations(("coverage", "load", "points"))))
    def test_the_policy_says_the_order(self, order: tuple[str, ...]) -> None:
        assert names(waiting_roster(0, stages=(*order, "lottery"))) == list(order)

    def test_a_stage_that_the_policy_does_not_name_is_not_there(self) -> None:
        assert names(waiting_roster(3, stages=("points", "lottery"))) == ["points"]

    @pytest.mark.parametrize(
        ("waits", "expected"), [((), []), ((0, 0), []), ((5, 1, 5), ["waiting:5", "waiting:1"]), ((10, 9), [10, 9])]
    )
    def test_there_is_a_stage_for_each_wait_that_occurs_the_longest_first(
        self, waits: tuple[int, ...], expected: list[str | int]
    ) -> None:
        found = names(waiting_roster(*waits, stages=("waiting", "lottery")))
        assert found == [name if isinstance(name, str) else f"waiting:{name}" for name in expected]

    @pytest.mark.parametrize(("bands", "count"), [((), 0), ((500,), 1), ((350, 450, 550, 650, 750), 5)])
    def test_there_is_a_stage_for_each_band_but_the_best(self, bands: tuple[int, ...], count: int) -> None:
        found = names(waiting_roster(0, bands=bands, stages=("coverage", "bands", "lottery")))
        assert found == ["coverage", *(f"bands:{band}" for band in range(count))]

    def test_access_floors_ask_for_nothing_as_long_as_the_policy_sets_none(self) -> None:
        assert names(waiting_roster(0, stages=("coverage", "floors", "lottery"))) == ["coverage"]

    def test_access_floors_are_a_stage_of_the_first_pass_in_which_nobody_weighs_anything(self) -> None:
        roster = waiting_roster(0, stages=("coverage", "floors", "lottery"), floors=FloorPolicy("level"))
        assert names(roster) == ["coverage", "floors"]
        assert [stage.name for stage in stages_of(roster, 2)] == ["coverage"]
        assert named(roster, "floors").weigh(with_points(0, 900)).tolist() == [0, 0]


class TestWeights:
    def test_a_wait_counts_for_those_who_waited_just_so_long(self) -> None:
        roster = waiting_roster(2, 0, 1, 2)
        candidates = with_points(900, 900, 900, 900)
        assert named(roster, "waiting:2").weigh(candidates).tolist() == [1, 0, 0, 1]
        assert named(roster, "waiting:1").weigh(candidates).tolist() == [0, 0, 1, 0]

    def test_everybody_counts_the_same_for_coverage(self) -> None:
        assert named(waiting_roster(2, 0), "coverage").weigh(with_points(0, 900)).tolist() == [1, 1]

    @pytest.mark.parametrize(
        ("points", "band"),
        [(0, 0), (349, 0), (350, 1), (449, 1), (450, 2), (550, 3), (649, 3), (650, 4), (749, 4), (750, 5), (1000, 5)],
    )
    def test_a_band_begins_at_its_bound(self, points: int, band: int) -> None:
        policy = Policy()
        assert band_of(with_points(points), policy).tolist() == [band]
        assert policy.band_of(points) == band

    def test_a_pairing_costs_one_in_its_own_band_only(self) -> None:
        roster, candidates = waiting_roster(0), with_points(100, 400, 800, 420)
        found = [named(roster, f"bands:{band}").weigh(candidates).tolist() for band in range(5)]
        assert found == [[-1, 0, 0, 0], [0, -1, 0, -1], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]

    def test_points_are_the_score(self) -> None:
        assert named(waiting_roster(0), "points").weigh(with_points(3, 999)).tolist() == [3, 999]

    def test_load_weighs_nothing_and_costs_the_mentors(self) -> None:
        stage = named(waiting_roster(0), "load")
        assert stage.weigh(with_points(3, 999)).tolist() == [0, 0]
        assert (stage.is_cost, stage.spreads_load) == (True, True)

    def test_a_stage_of_costs_has_no_weight_above_zero(self) -> None:
        """What is_cost promises: a plan of value zero needs no further proof."""
        for stage in stages_of(waiting_roster(1, 2)):
            weights = stage.weigh(with_points(0, 360))
            assert stage.is_cost is bool((weights <= 0).all())
            assert stage.spreads_load is (stage.name == "load")


class TestLottery:
    @staticmethod
    def lottery(seed: str = "42", round_name: str = "Spring") -> tuple[Lottery, Columns]:
        """Return a lottery and four candidates in several directions."""
        members = [a_mentee("E0"), a_mentee("Ö1"), a_mentor("M0"), a_mentor("M|1")]
        roster = build_roster(a_round(*members, seed=seed, policy=Policy(round_name=round_name)))
        return Lottery(roster), Columns(ints(0, 0, 1, 1), ints(0, 1, 0, 1), ints(0, 4, 2, 1), ints(1, 2, 3, 4))

    @staticmethod
    def keys(lottery: Lottery, columns: Columns) -> Iterator[str]:
        """Yield each candidate's hash by hand, as 256 binary digits."""
        roster = lottery.roster
        for mentee, mentor, direction in zip(columns.mentee, columns.mentor, columns.direction, strict=True):
            words = (roster.policy.round_name, roster.mentors.ids[mentor], roster.mentees.ids[mentee])
            text = "|".join((*words, DIRECTIONS[direction].value))
            digest = hmac.new(roster.round.seed.encode(), text.encode(), hashlib.sha256).hexdigest()
            yield f"{int(digest, 16):0256b}"

    @pytest.mark.parametrize("number", range(LOTTERY_DIGITS))
    def test_a_key_is_twenty_bits_of_the_hash_from_the_front(self, number: int) -> None:
        lottery, columns = self.lottery()
        expected = [int(bits[20 * number : 20 * (number + 1)], 2) for bits in self.keys(lottery, columns)]
        assert lottery.digits(columns, number).tolist() == expected

    def test_a_known_hash_has_its_known_key(self) -> None:
        """HMAC-SHA256 with the key "key" of "r|M|E|upward" begins with these 20 bits."""
        roster = build_roster(a_round(a_mentee("E"), a_mentor("M"), seed="key", policy=Policy(round_name="r")))
        digest = hmac.digest(b"key", b"r|M|E|upward", "sha256").hex()
        columns = Columns(ints(0), ints(0), ints(0), ints(0))
        assert Lottery(roster).digits(columns, 0).tolist() == [int(digest[:5], 16)]

    def test_draws_are_independent_of_each_other(self) -> None:
        lottery, columns = self.lottery()
        drawn = [lottery.digits(columns, number).tolist() for number in range(LOTTERY_DIGITS)]
        assert len({tuple(digits) for digits in drawn}) == LOTTERY_DIGITS

    @pytest.mark.parametrize("changes", [{"seed": "43"}, {"round_name": "Summer"}])
    def test_another_seed_or_round_draws_other_keys(self, changes: dict[str, str]) -> None:
        one, columns = self.lottery()
        other, _ = self.lottery(**changes)
        assert (one.digits(columns, 0) != other.digits(columns, 0)).all()

    def test_a_hash_is_drawn_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        lottery, columns = self.lottery()
        first = lottery.digits(columns, 0).tolist()
        monkeypatch.setattr(hmac, "digest", None)
        assert lottery.digits(columns, 0).tolist() == first
        assert len(lottery.digits(columns, 1)) == 4

    @pytest.mark.parametrize("number", [0, 1, 7])
    def test_a_draw_is_a_stage_named_by_its_number(self, number: int) -> None:
        lottery, columns = self.lottery()
        stage = draw(lottery, number)
        assert stage.name == f"lottery:{number + 1}"
        assert stage.weigh(columns).tolist() == lottery.digits(columns, number).tolist()
        assert not stage.is_cost

    def test_no_candidates_draw_nothing(self) -> None:
        lottery, columns = self.lottery()
        assert lottery.digits(columns.where(ints()), 0).tolist() == []


class TestUniqueness:
    def test_only_the_pairings_of_the_plan_count_against_it(self) -> None:
        plan = Columns(ints(0, 2), ints(1, 0), ints(0, 0), ints(5, 5))
        others = Columns(ints(0, 0, 1, 2, 2), ints(0, 1, 1, 0, 1), ints(*[0] * 5), ints(*[5] * 5))
        stage = uniqueness(plan, mentor_count=2)
        assert (stage.name, stage.is_cost) == ("unique", True)
        assert stage.weigh(others).tolist() == [0, -1, 0, -1, 0]


class TestTiesUnderFewBits:
    """With keys of one or two bits ties are the rule, so that many draws decide, one after the other."""

    SIZE = 4

    @pytest.fixture
    def few_bits(self, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> int:
        """Shorten the keys to as many bits as the test says."""
        bits = int(request.param)
        monkeypatch.setattr(stages, "LOTTERY_BITS", bits)
        monkeypatch.setattr(branching, "LOTTERY_DIGITS", 256 // bits)
        return bits

    def round(self, seed: str) -> Round:
        """Return four mentees and four mentors of one place, all alike."""
        points = {(f"E{row}", f"M{column}"): 500 for row in range(self.SIZE) for column in range(self.SIZE)}
        return a_scored_round(points, seed=seed, policy=bare_policy(RuleId.LEVEL_BAND, round_name="r"))

    def drawn(self, seed: str, plan: tuple[int, ...], bits: int) -> list[int]:
        """Return the sums of a plan's keys, draw by draw; mentee k has the mentor ``plan[k]``."""
        sums = [0] * (256 // bits)
        for mentee, mentor in enumerate(plan):
            digest = hmac.new(seed.encode(), f"r|M{mentor}|E{mentee}|upward".encode(), hashlib.sha256).digest()
            text = "".join(f"{byte:08b}" for byte in digest)
            for number in range(len(sums)):
                sums[number] += int(text[bits * number : bits * (number + 1)], 2)
        return sums

    @staticmethod
    def plan_of(outcome: Outcome) -> tuple[int, ...]:
        """Return the number of each mentee's mentor."""
        pairs = sorted((pairing.mentee_id, pairing.mentor_id) for pairing in outcome.pairings)
        return tuple(int(mentor[1:]) for _, mentor in pairs)

    @pytest.mark.parametrize("few_bits", [1, 2], indirect=True)
    @pytest.mark.parametrize("seed", [str(number) for number in range(8)])
    def test_the_plan_with_the_highest_draws_in_their_order_wins(self, few_bits: int, seed: str) -> None:
        plans = list(permutations(range(self.SIZE)))
        sums = {plan: self.drawn(seed, plan, few_bits) for plan in plans}
        best = max(plans, key=sums.__getitem__)
        outcome = match(self.round(seed), digests={}).outcome
        assert self.plan_of(outcome) == best
        drawn = [stage.value for stage in outcome.stages if stage.name.startswith("lottery")]
        assert drawn == sums[best][: len(drawn)]
        rivals = [plan for plan in plans if sums[plan][: len(drawn) - 1] == sums[best][: len(drawn) - 1]]
        assert len(rivals) > 1 or len(drawn) == 1, "the last draw was needed"
        assert [plan for plan in plans if sums[plan][: len(drawn)] == drawn] == [best]

    @pytest.mark.usefixtures("few_bits")
    @pytest.mark.parametrize("few_bits", [1], indirect=True)
    def test_several_draws_are_needed_in_some_rounds(self) -> None:
        counts = []
        for seed in range(8):
            found = match(self.round(str(seed)), digests={}).outcome.stages
            counts.append(sum(stage.name.startswith("lottery") for stage in found))
            assert found[-1].name == "unique"
            assert found[-1].value == found[-1].bound == -self.SIZE
        assert max(counts) >= 3

    @pytest.mark.parametrize("few_bits", [1], indirect=True)
    def test_a_lottery_that_runs_out_of_draws_asks_for_another_seed(
        self, few_bits: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plans = list(permutations(range(self.SIZE)))
        tied = next(
            seed
            for seed in map(str, range(99))
            if any(
                self.drawn(seed, one, few_bits)[0] == self.drawn(seed, other, few_bits)[0] == self.SIZE
                for one, other in combinations(plans, 2)
            )
        )
        monkeypatch.setattr(branching, "LOTTERY_DIGITS", 1)
        with pytest.raises(SolverError) as caught:
            match(self.round(tied), digests={})
        assert caught.value.sentence == "The lottery left two plans equal; choose another seed."


def test_one_draw_of_twenty_bits_is_enough_where_plans_are_few() -> None:
    points = {(f"E{row}", f"M{column}"): 500 for row in range(3) for column in range(3)}
    found = match(a_scored_round(points), digests={}).outcome.stages
    assert [stage.name for stage in found if stage.name.startswith(("lottery", "unique"))] == ["lottery:1", "unique"]
