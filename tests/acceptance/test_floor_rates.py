"""The rates of access floors against SciPy's integer programming: which are possible, and what each is worth."""

from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import ceil, floor

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from mentormatch.domain.policy import FloorPolicy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round
from mentormatch.matching.certificate import FloorsCertificate
from mentormatch.matching.engine import match
from mentormatch.matching.verification import verify
from tests.acceptance.test_access_floors import rates
from tests.factories import a_scored_round, bare_policy

ROUND_COUNT = 8
SIZES = {"a": 24, "b": 20, "c": 21}
SHARE = 80


@cache
def points_of(seed: int) -> NDArray[np.int64]:
    """Return drawn points of 65 mentees and 26 mentors: each group scores less than the one before."""
    rng = np.random.default_rng(seed)
    worth = np.repeat([400, 200, 0], list(SIZES.values()))
    return np.asarray(rng.integers(0, 500, (len(worth), 26)) + worth[:, None] * rng.choice([1, 2, 1], 26), np.int64)


def group_of(row: int) -> str:
    """Return the group of a mentee."""
    return "".join(name * size for name, size in SIZES.items())[row]


def round_of(seed: int) -> Round:
    """Return the points as a round with one place for each mentor."""
    table = {(f"e{row:02}", f"m{column:02}"): int(value) for (row, column), value in np.ndenumerate(points_of(seed))}
    policy = bare_policy(
        RuleId.LEVEL_BAND,
        stages=("coverage", "floors", "points", "lottery"),
        floors=FloorPolicy(by="department", share=SHARE / 100),
    )
    round_ = a_scored_round(table, policy=policy, seed=str(seed))
    people = tuple(
        replace(p, department=group_of(int(p.person_id[1:]))) if p.person_id.startswith("e") else p
        for p in round_.people
    )
    return replace(round_, people=people)


def best_points(points: NDArray[np.int64], rate: Fraction) -> int | None:
    """Return the most points of a plan that fills every place at a rate; nothing when there is none."""
    height, width = points.shape
    cells = np.arange(points.size).reshape(height, width)
    rows = [(cells[row], 0, 1) for row in range(height)] + [(cells[:, column], 1, 1) for column in range(width)]
    start = 0
    for size in SIZES.values():
        rows.append((cells[start : start + size].ravel(), ceil(rate * size * SHARE / 100), floor(rate * size)))
        start += size
    table = np.zeros((len(rows), points.size))
    for number, (members, _, _) in enumerate(rows):
        table[number, members] = 1
    if any(least > most for _, least, most in rows):
        return None
    limits = LinearConstraint(table, [least for _, least, _ in rows], [most for _, _, most in rows])
    answer = milp(-points.ravel(), constraints=limits, integrality=np.ones(points.size), bounds=Bounds(0, 1))
    return None if answer.x is None else round(-answer.fun)


@cache
def floors_of(seed: int) -> FloorsCertificate:
    """Return the access floors that a round was matched with; the verifier has accepted it."""
    done = match(round_of(seed), digests={})
    assert list(verify(round_of(seed), done.outcome.pairings, done.certificate, {}))
    assert done.certificate.passes[0].floors is not None
    return done.certificate.passes[0].floors


@pytest.mark.parametrize("seed", range(ROUND_COUNT))
def test_every_rate_that_was_tried_is_worth_what_a_second_method_finds(seed: int) -> None:
    floors, best = floors_of(seed), 0
    assert floors.share == SHARE
    for one in floors.tried:
        value = best_points(points_of(seed), one.rate)
        assert one.values == {"points": value}
        best = max(best, value or 0)
    assert best_points(points_of(seed), floors.rate) == best


@pytest.mark.parametrize("seed", range(ROUND_COUNT))
def test_the_lowest_and_the_highest_rate_that_were_tried_are_the_ends_of_what_is_possible(seed: int) -> None:
    tried, every = [one.rate for one in floors_of(seed).tried], sorted({*rates([*SIZES.values()], SHARE), Fraction(1)})
    if len(tried) == 1:
        free = best_points_without_floors(points_of(seed))
        lower = [rate for rate in every if rate < tried[0]]
        assert best_points(points_of(seed), tried[0]) == free
        assert free not in {best_points(points_of(seed), rate) for rate in lower[-3:]}
        return
    below, above = [rate for rate in every if rate < tried[0]], [rate for rate in every if rate > tried[-1]]
    assert {best_points(points_of(seed), rate) for rate in (*below[-3:], *above[:3])} == {None}


def best_points_without_floors(points: NDArray[np.int64]) -> int:
    """Return the most points of a plan that fills every place."""
    height, width = points.shape
    table = np.vstack([np.kron(np.eye(height), np.ones(width)), np.kron(np.ones(height), np.eye(width))])
    limits = LinearConstraint(table, [0] * height + [1] * width, 1)
    answer = milp(-points.ravel(), constraints=limits, integrality=np.ones(points.size), bounds=Bounds(0, 1))
    best: int = round(-answer.fun)
    return best


def test_the_best_of_the_rates_that_were_tried_comes_close_to_the_best_of_all() -> None:
    """Nine rates are tried; that no other one is much better is measured, not promised."""
    points, floors = points_of(0), floors_of(0)
    values = {rate: best_points(points, rate) for rate in sorted(rates([*SIZES.values()], SHARE))[::2]}
    best = max(value for value in values.values() if value is not None)
    chosen = best_points(points, floors.rate)
    assert len(floors.tried) > 1
    assert chosen is not None
    assert best - chosen <= best // 100
