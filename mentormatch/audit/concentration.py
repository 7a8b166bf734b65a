"""Concentration: how unequally the points fall, and how far mentors keep to one department."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mentormatch.audit.random_plans import Figures, Finding, Null, PlanSample, make_finding
from mentormatch.audit.solved_round import SolvedRound
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.matching.roster import Ints

OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Inequality:
    """The Gini coefficient of access among those who asked, overall or in one direction, with its rarity.

    ``mentees`` are those who asked; the finding is None where nobody asked or nobody got a place.
    """

    direction: str
    mentees: int
    gini: Finding | None


@dataclass(frozen=True, slots=True)
class Concentration:
    """Inequality of access, and the mean concentration of mentors on departments.

    ``departments`` is the mean over the mentors with at least two mentees, None where there are none.
    """

    access: tuple[Inequality, ...]
    departments: Finding | None
    mentors: int


def find_concentration(solved: SolvedRound, samples: Mapping[Null, PlanSample]) -> Concentration:
    """Return how concentrated a plan is against random plans."""
    mentors = int((np.bincount(solved.plan.mentor) >= 2).sum())
    figures = {null: department_concentration(sample) for null, sample in samples.items()}
    return Concentration(
        access=(
            _access(OVERALL, samples, solved.roster.mentees.places.sum(axis=1) > 0, solved.plan.direction >= 0),
            *(
                _access(name, samples, solved.roster.mentees.places[:, code] > 0, solved.plan.direction == code)
                for code, name in enumerate(DIRECTIONS)
            ),
        ),
        departments=make_finding("department concentration", figures) if mentors else None,
        mentors=mentors,
    )


def _access(name: str, samples: Mapping[Null, PlanSample], has_asked: np.ndarray, is_part: np.ndarray) -> Inequality:
    """Return the inequality of the points of those who asked, from the pairings of some places."""
    asked, count = np.flatnonzero(has_asked), len(has_asked)
    if not len(asked) or not is_part.any():
        return Inequality(str(name), len(asked), None)
    figures = {
        null: np.array(
            [
                gini(np.bincount(mentees, weights=points, minlength=count)[asked])
                for mentees, points in zip(sample.mentees[:, is_part], sample.points[:, is_part], strict=True)
            ]
        )
        for null, sample in samples.items()
    }
    return Inequality(str(name), len(asked), make_finding("Gini coefficient of access", figures))


def gini(values: np.ndarray) -> float:
    """Return the Gini coefficient of some values from 0 on: 0 when all are alike, near 1 when one has everything.

    sum over all pairs of abs(q_i - q_k) over (2 n^2 mean q), by the order of the values (Sen 1973).
    """
    ordered = np.sort(values)
    total, n = float(ordered.sum()), len(ordered)
    if total == 0:
        return 0.0
    ranks = np.arange(1, n + 1)
    return float((2 * ranks - n - 1) @ ordered) / (n * total)


def department_concentration(sample: PlanSample) -> Figures:
    """Return for each plan the mean, over mentors with at least two mentees, of their concentration on departments.

    The Herfindahl-Hirschman index of a mentor is the sum over departments of their share of the mentees, squared. It
    is set to 0 where it is the least that the load allows, and to 1 where all are of one department: (H - 1/K) /
    (1 - 1/K), K the smaller of load and number of departments. A blank department counts as one.
    """
    roster, plan = sample.solved.roster, sample.solved.plan
    load = np.bincount(plan.mentor, minlength=len(roster.mentors))
    kept = np.flatnonzero(load[plan.mentor] >= 2)
    departments = roster.mentees.department[sample.mentees[:, kept]] + 1
    squares = _sum_of_squares(plan.mentor[kept], departments, roster.department_count, len(load))
    most = np.minimum(load, len(np.unique(roster.mentees.department)))
    counted = np.flatnonzero((load >= 2) & (most >= 2))
    if not len(counted):
        return np.zeros(len(sample.ends))
    index, least = squares[:, counted] / load[counted] ** 2, 1 / most[counted]
    return np.asarray(((index - least) / (1 - least)).mean(axis=1))


def _sum_of_squares(mentors: Ints, departments: Ints, width: int, count: int) -> Ints:
    """Return for each plan and mentor the sum over departments of their mentees, squared; plans x mentors."""
    totals = np.zeros((len(departments), count), np.int64)
    for row, of_places in enumerate(departments):
        keys, counts = np.unique(mentors * width + of_places, return_counts=True)
        np.add.at(totals[row], keys // width, counts**2)
    return totals
