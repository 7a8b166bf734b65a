"""At which level access floors stand: which rates are tried, which is taken, and what follows when it cannot be."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest

from mentormatch.domain.policy import FloorPolicy
from mentormatch.domain.round import Round
from mentormatch.errors import StoppedError
from mentormatch.matching.branching import PassSolver
from mentormatch.matching.candidates import build_candidates
from mentormatch.matching.cases import PassResult, PassTask
from mentormatch.matching.face import Face
from mentormatch.matching.levelling import REFINEMENTS, SPREAD, Levelling
from mentormatch.matching.pricing import shortlist
from mentormatch.matching.roster import build_roster
from mentormatch.matching.rows import Family, concatenate
from mentormatch.matching.stages import FLOORS
from tests.acceptance.floor_rounds import biased_round, floor_round
from tests.acceptance.test_floor_rates import SIZES, best_points, points_of, round_of
from tests.factories import a_mentee, a_mentor, a_round, bare_policy


def quiet(*_: object) -> None:
    """Hear of progress and say nothing."""


def solve_first(round_: Round, report: Callable[[str, int, int], None] = quiet) -> PassResult:
    """Solve the first pass of a round without locks."""
    candidates = build_candidates(build_roster(round_))
    pool = shortlist(candidates.codes, 4)
    return PassSolver(candidates, Face(candidates), PassTask(1, pool, concatenate([])), report).solve()


@cache
def levelling_of(seed: int, share: float = 0.8) -> Levelling:
    """Return how the floors of a round of three groups were chosen."""
    round_ = round_of(seed)
    policy = replace(round_.policy, floors=replace(round_.policy.floors, share=share))
    levelling = solve_first(replace(round_, policy=policy)).levelling
    assert levelling is not None
    return levelling


def two_departments(*enrolled: tuple[str, int], share: float = 0.8) -> Round:
    """Return a round of departments that have so many mentees, and for each of them a mentor with two places."""
    floors = FloorPolicy("department", share=share, group_min=1)
    policy = bare_policy(stages=("coverage", "floors", "points", "lottery"), floors=floors)
    mentees = [a_mentee(f"{name}{n}", department=name) for name, size in enrolled for n in range(size)]
    mentors = [a_mentor(f"M{number}", places=2) for number, _ in enumerate(enrolled)]
    return a_round(*mentees, *mentors, policy=policy)


class TestTrying:
    def test_no_more_rates_are_tried_than_the_rule_says(self) -> None:
        counts = [len(levelling_of(seed, share).trials) for seed in range(3) for share in (0.5, 0.8)]
        assert max(counts) <= SPREAD + 2 * REFINEMENTS
        assert max(counts) > SPREAD

    @pytest.mark.parametrize("seed", range(4))
    def test_the_best_trial_is_taken_and_of_equals_the_lowest_rate(self, seed: int) -> None:
        levelling = levelling_of(seed)
        values = {trial.level.rate: list(trial.values.values()) for trial in levelling.trials}
        best = max(values.values())
        assert levelling.level.rate == min(rate for rate, value in values.items() if value == best)

    def test_rates_around_the_best_are_tried_more_closely(self) -> None:
        levelling = levelling_of(0, share=0.5)
        rates = [trial.level.rate for trial in levelling.trials]
        gaps = [upper - lower for lower, upper in pairwise(rates)]
        at = rates.index(levelling.level.rate)
        assert min(gaps[max(at - 1, 0) : at + 1]) < max(gaps)

    def test_a_trial_ends_before_the_lottery(self) -> None:
        assert {name for trial in levelling_of(0).trials for name in trial.values} == {"points"}

    def test_a_level_that_costs_nothing_is_found_without_trying_others(self) -> None:
        """All mentees score alike, so a plan within the floors is as good as any."""
        result = solve_first(two_departments(("a", 4), ("b", 4)))
        assert result.levelling is not None
        assert [trial.level for trial in result.levelling.trials] == [result.levelling.level]
        assert result.levelling.level.rate == Fraction(1, 2), "four places for eight mentees"

    @pytest.mark.parametrize("seed", range(4))
    def test_no_rate_below_is_as_good_when_the_level_costs_nothing(self, seed: int) -> None:
        levelling = levelling_of(seed)
        if len(levelling.trials) == 1:
            below = levelling.level.rate - Fraction(1, max(SIZES.values()) ** 2)
            assert best_points(points_of(seed), below) != levelling.trials[0].values["points"]


class TestShares:
    def test_one_place_for_two_groups_leaves_no_share(self) -> None:
        round_ = two_departments(("a", 1), ("b", 1))
        members = (a_mentee("a0", department="a"), a_mentee("b0", department="b"), a_mentor("M"))
        level = solve_first(a_round(*members, policy=round_.policy)).levelling
        assert level is not None
        assert (level.level.percent, level.level.rate) == (0, Fraction(1))

    def test_the_largest_share_that_whole_places_allow_is_taken(self) -> None:
        """Three places for two groups of two: the one has both, the other half of that."""
        members = [a_mentee(f"{name}{n}", department=name) for name in "ab" for n in range(2)]
        policy = two_departments().policy
        result = solve_first(a_round(*members, a_mentor("M", places=3), policy=policy))
        assert result.levelling is not None
        assert (result.levelling.level.percent, result.levelling.level.rate) == (50, Fraction(1))

    def test_a_share_of_one_shares_out_evenly(self) -> None:
        result = solve_first(biased_round(share=1.0))
        assert result.levelling is not None
        assert (result.levelling.level.percent, result.levelling.level.rate) == (100, Fraction(1, 2))

    def test_a_round_with_nobody_in_a_group_keeps_every_floor(self) -> None:
        members = [a_mentee("e"), a_mentor("M")]
        result = solve_first(a_round(*members, policy=two_departments().policy))
        assert result.levelling is not None
        assert (result.levelling.level.percent, len(result.plan)) == (80, 1)


class TestExclusions:
    @pytest.mark.parametrize("seed", [798])
    def test_a_rate_without_a_lawful_plan_is_given_up_for_another(self, seed: int) -> None:
        result = solve_first(floor_round(seed))
        assert result.levelling is not None
        given_up = [trial for trial in result.levelling.trials if not trial.is_lawful]
        assert given_up
        assert result.levelling.level.rate not in {trial.level.rate for trial in given_up}

    @pytest.mark.parametrize("seed", [225, 257, 303])
    def test_the_share_falls_until_exclusions_leave_a_plan(self, seed: int) -> None:
        result = solve_first(floor_round(seed))
        assert result.levelling is not None
        assert result.levelling.level.percent < floor_round(seed).policy.floors.percent
        assert all(proof.value == proof.bound for proof in result.proofs)


class TestStopping:
    @pytest.mark.parametrize("steps", [1, 3, 6, 12])
    def test_a_pass_that_is_stopped_among_its_rates_has_a_plan_and_bounds(self, steps: int) -> None:
        heard: list[str] = []

        def stop(stage: str, _: int, __: int) -> None:
            heard.append(stage)
            if len(heard) >= steps:
                raise StoppedError("enough")

        result = solve_first(round_of(0), stop)
        assert result.is_stopped
        assert [proof.stage.name for proof in result.proofs][:1] in ([], ["coverage"])
        assert all(proof.value <= proof.bound for proof in result.proofs)

    def test_what_was_reached_of_the_floors_is_told_when_a_pass_is_stopped_after_them(self) -> None:
        def stop(stage: str, _: int, __: int) -> None:
            if stage.startswith("lottery"):
                raise StoppedError("enough")

        result = solve_first(round_of(0), stop)
        reached = {proof.stage.name: (proof.value, proof.bound) for proof in result.proofs}
        assert reached[FLOORS] == (80, 80)


def test_prices_of_groups_are_part_of_the_proof() -> None:
    result = next(found for seed in range(4) if len((found := solve_first(round_of(seed))).levelling.trials) > 1)  # type: ignore[union-attr]
    assert any(len(proof.duals[Family.GROUP].keys) for proof in result.proofs if Family.GROUP in proof.duals)
