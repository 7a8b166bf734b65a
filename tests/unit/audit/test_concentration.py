"""Concentration: Gini of access, and how far mentors keep to one department."""

from random import Random

import numpy as np
import pytest

from mentormatch.audit.concentration import OVERALL, department_concentration, find_concentration, gini
from mentormatch.audit.random_plans import Null, PlanSample, draw_plans
from mentormatch.audit.solved_round import SolvedRound
from mentormatch.domain.direction import Direction
from tests.factories import a_mentee, a_mentor, a_scored_round
from tests.unit.audit.plans import a_plan, an_open_round


def samples_of(solved: SolvedRound, plans: int = 99) -> dict[Null, PlanSample]:
    return {null: draw_plans(solved, null, seed=0, plans=plans) for null in Null}


def test_the_gini_is_the_mean_difference_of_all_pairs_over_twice_the_mean() -> None:
    rng = Random(1)
    for _ in range(50):
        values = np.array([rng.choice([0, 0, rng.randint(1, 900)]) for _ in range(rng.randint(1, 30))] + [7], float)
        pairs = np.abs(values[:, None] - values[None, :]).sum()
        assert gini(values) == pytest.approx(pairs / (2 * len(values) ** 2 * values.mean()))


def test_the_gini_of_equals_is_zero_and_of_one_who_has_all_nearly_one() -> None:
    assert gini(np.array([5.0, 5, 5])) == pytest.approx(0)
    assert gini(np.array([0.0, 0, 0, 8])) == pytest.approx(3 / 4)
    assert gini(np.zeros(4)) == 0


def test_access_is_measured_among_all_who_asked_overall_and_by_direction() -> None:
    points = {("A", "M"): 600, ("B", "M"): 200, ("C", "M"): 200, ("D", "M"): 200}
    solved = a_plan(a_scored_round(points, {"M": 2}), ("M", "A"), ("M", "B"))
    by_direction = {one.direction: one for one in find_concentration(solved, samples_of(solved)).access}
    overall = by_direction[OVERALL].gini
    assert overall is not None
    assert overall.observed == pytest.approx(gini(np.array([600.0, 200, 0, 0])))
    assert by_direction[Direction.UPWARD].gini == overall
    assert (by_direction[Direction.PEER].gini, by_direction[Direction.PEER].mentees) == (None, 0)


def a_town(pairs: str) -> SolvedRound:
    """Return mentors M and N with two mentees each, of departments as the letters say: the first two are M's."""
    mentees = [a_mentee(f"E{k}", department=letter) for k, letter in enumerate(pairs)]
    mentors = [a_mentor("M", places=2), a_mentor("N", places=2)]
    places = [("M" if k < 2 else "N", f"E{k}") for k in range(4)]
    return a_plan(an_open_round(mentees, mentors), *places)


@pytest.mark.parametrize(("pairs", "expected"), [("xyxy", 0), ("xxyy", 1), ("xxyz", 0.5), ("x  x", 0), ("  xx", 1)])
def test_a_mentor_of_one_department_is_concentrated_and_of_two_is_not(pairs: str, expected: float) -> None:
    sample = draw_plans(a_town(pairs), Null.ANY, seed=0, plans=1)
    assert department_concentration(sample)[0] == pytest.approx(expected)


def test_with_one_department_there_is_nothing_to_concentrate_on() -> None:
    assert department_concentration(draw_plans(a_town("xxxx"), Null.ANY, seed=0, plans=3)).tolist() == [0] * 4


def test_the_index_is_scaled_to_what_a_load_of_three_allows() -> None:
    """Two of one department and one of another: H = 5/9, least 1/2 with two departments, so (5/9 - 1/2) / (1/2)."""
    mentees = [a_mentee(f"E{k}", department=letter) for k, letter in enumerate("xxy")]
    solved = a_plan(an_open_round(mentees, [a_mentor("M", places=3)]), *(("M", f"E{k}") for k in range(3)))
    found = department_concentration(draw_plans(solved, Null.ANY, seed=0, plans=1))
    assert found[0] == pytest.approx((5 / 9 - 1 / 2) / (1 / 2))


def test_concentration_is_held_against_random_plans() -> None:
    """Of the three ways to split xxyy in twos, one has two pure pairs: the mean among random plans is a third."""
    solved = a_town("xxyy")
    departments = find_concentration(solved, samples_of(solved, plans=999)).departments
    assert departments is not None
    assert departments.observed == 1
    assert departments.rarity[Null.ANY].mean == pytest.approx(1 / 3, abs=0.07)


def test_mentors_with_one_mentee_are_not_counted() -> None:
    solved = a_plan(an_open_round([a_mentee("E")], [a_mentor("M")]), ("M", "E"))
    found = find_concentration(solved, samples_of(solved))
    assert (found.departments, found.mentors) == (None, 0)


def test_a_round_without_pairings_has_no_concentration() -> None:
    solved = a_plan(an_open_round([a_mentee("E")], [a_mentor("M")]))
    found = find_concentration(solved, samples_of(solved))
    assert all(one.gini is None for one in found.access)
    assert found.departments is None
