"""Who checks the checkers: exhaustive search against plain enumeration, the checker against plans with one fault."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pytest

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.pairing import Criterion, Pairing
from mentormatch.domain.people import Person
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round
from mentormatch.matching.reference import build_reference
from tests.acceptance.small_rounds import small_round
from tests.factories import Member, a_mentee, a_mentor, a_person, a_round, a_scored_round, bare_policy, loose_capacity
from tests.oracle import best_vectors, check_plan, stage_names, stage_value
from tests.oracle_pairs import Choice, World, all_choices, best_choice, broken_rules, components

FEW_CHOICES = range(5, 9)
UP, DOWN, PEER = Direction.UPWARD, Direction.DOWNWARD, Direction.PEER


def pairing_of(world: World, choice: Choice, number: int = 1) -> Pairing:
    """Return a choice as a pairing of a pass."""
    found = components(world, choice.mentor_id, choice.mentee_id, choice.direction)
    band = world.policy.band_of(choice.points)
    return Pairing(choice.mentor_id, choice.mentee_id, choice.direction, number, choice.points, band, found)


def lawful_plans(round_: Round) -> Iterator[list[Choice]]:
    """Yield every plan of a first pass that the checker accepts, by looking at each set of choices."""
    world = World(round_)
    choices = list(all_choices(world))
    for size in range(len(choices) + 1):
        for plan in combinations(choices, size):
            if not check_plan(round_, [pairing_of(world, choice) for choice in plan]):
                yield list(plan)


def rounds_with_few_choices() -> list[int]:
    """Return the numbers of small rounds of which all sets of choices can be looked at."""
    return [seed for seed in range(90) if len(list(all_choices(World(small_round(seed))))) in FEW_CHOICES]


@pytest.mark.parametrize("seed", rounds_with_few_choices())
def test_search_finds_the_best_of_all_plans_that_the_checker_accepts(seed: int) -> None:
    round_ = small_round(seed)
    world = World(round_)
    names = stage_names(world)
    values = [tuple(stage_value(world, name, plan, []) for name in names) for plan in lawful_plans(round_)]
    assert tuple(value for _, value in best_vectors(round_)[0].stages)[: len(names)] == max(values)


@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_oracle_and_reference_read_the_rules_and_the_score_alike(seed: int) -> None:
    round_ = small_round(seed)
    world, reference = World(round_), build_reference(round_)
    for mentor_id in world.enrolments:
        for mentee_id in world.enrolments:
            for direction in DIRECTIONS:
                case = (mentor_id, mentee_id, direction)
                assert components(world, *case) == reference.components(*case)
                assert broken_rules(world, *case) == set(reference.broken_rules(*case))
            mine, theirs = best_choice(world, mentor_id, mentee_id), reference.candidate(mentor_id, mentee_id)
            assert (mine and (mine.direction, mine.points)) == (theirs and (theirs.direction, theirs.points))


def test_the_known_small_example_makes_fourteen() -> None:
    round_ = a_scored_round({("1", "A"): 8, ("1", "B"): 5, ("2", "A"): 9, ("2", "B"): 4})
    assert dict(best_vectors(round_)[0].stages)["points"] == 14


class TestChecker:
    def problems(self, *choices: tuple[str, str, int], **capacity: object) -> list[str]:
        """Return what is wrong with a plan of (mentor, mentee, pass) in a round of two mentors and three mentees."""
        limits = {"mentee_limit": 2, "mentee_direction_limit": 2} | capacity
        policy = bare_policy(capacity=loose_capacity(**limits))
        everybody: list[Member | Person] = [
            a_mentor("A", places=2, manager_id="T", as_mentee={UP: 1}),
            a_mentor("B", places=2, manager_id="T", as_mentee={UP: 1}),
            a_mentee("1", manager_id="A", department="Works", max_mentors=2, as_mentee={UP: 2}),
            a_mentee("2", manager_id="B", department="Works"),
            a_mentee("3", manager_id="B", department="Sales"),
            a_person("T"),
        ]
        round_ = a_round(*everybody, policy=policy)
        world = World(round_)
        scores = {pair[:2]: sum(components(world, *pair[:2], UP).values()) for pair in choices}
        plan = [
            pairing_of(world, Choice(mentor, mentee, UP, scores[mentor, mentee]), number)
            for mentor, mentee, number in choices
        ]
        return check_plan(round_, plan)

    def test_a_lawful_plan_has_no_problem(self) -> None:
        assert self.problems(("A", "2", 1), ("B", "1", 1), ("A", "1", 2)) == []

    @pytest.mark.parametrize(
        ("choices", "capacity", "problem"),
        [
            ((("A", "1", 1), ("A", "2", 1), ("A", "3", 1)), {}, "mentor A: 3 of 2"),
            ((("A", "1", 1), ("A", "2", 1)), {"mentor_limit": 1}, "mentor A: 2 of 1"),
            (
                (("A", "1", 1), ("A", "2", 1)),
                {"department_share": 0.5},
                "mentor direction department A upward works: 2 of 1",
            ),
            ((("A", "2", 1), ("A", "3", 1)), {"team_limit": 1}, "mentor direction team A upward B: 2 of 1"),
            ((("A", "2", 1), ("B", "2", 2)), {}, "mentee 2: 2 of 1"),
            ((("A", "1", 1), ("B", "1", 2)), {"mentee_direction_limit": 1}, "mentee direction 1 upward: 2 of 1"),
            ((("A", "B", 1), ("B", "A", 1)), {"forbid_reciprocal": True}, "mentors A B, and the other way round"),
            (
                (("A", "2", 1), ("B", "1", 1)),
                {"forbid_favour_exchange": True},
                "does a favour A B, and the other way round",
            ),
            ((("A", "1", 1), ("B", "1", 1)), {}, "1: has places in the passes [1, 1]"),
            ((("A", "1", 2),), {}, "1: has places in the passes [2]"),
            ((("A", "1", 1), ("A", "1", 2)), {}, "('A', '1'): paired 2 times"),
        ],
    )
    def test_each_cap_exclusion_and_pass_is_looked_at(
        self, choices: tuple[tuple[str, str, int], ...], capacity: dict[str, object], problem: str
    ) -> None:
        assert problem in self.problems(*choices, **capacity)

    def test_each_rule_is_looked_at(self) -> None:
        round_ = a_round(a_mentor("A"), a_mentee("1", avoids=("A",)))
        world = World(round_)
        choice = Choice("A", "1", UP, 525)
        assert check_plan(round_, [pairing_of(world, choice)]) == ["A mentors 1 (upward): breaks avoid"]
        lenient = replace(round_, policy=replace(round_.policy, rules={RuleId.AVOID: False}))
        assert check_plan(lenient, [pairing_of(world, choice)]) == []

    def test_points_components_band_and_direction_are_counted_again(self) -> None:
        both = {DOWN: 1, UP: 1}
        round_ = a_round(a_mentor("A", as_mentor=both), a_mentee("1", as_mentee=both))
        right = pairing_of(World(round_), Choice("A", "1", UP, 525))
        assert check_plan(round_, [right]) == []
        wrong = [
            replace(right, points=526),
            replace(right, components={**right.components, Criterion.NEEDS: 151}),
            replace(right, band=3),
            replace(right, direction=DOWN),
            replace(right, direction=PEER),
            replace(right, mentor_id="Nobody"),
        ]
        assert all(check_plan(round_, [pairing]) for pairing in wrong)
