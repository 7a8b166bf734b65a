"""Draws that come out the same on every machine.

Everything starts from uniform numbers of 53 bits (PCG64, O'Neill 2014) and goes on with additions, multiplications and
comparisons only: they are exact in IEEE arithmetic, while logarithms and exponentials differ between processors.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Integers = NDArray[np.int64]
type Flags = NDArray[np.bool_]
type Shares = NDArray[np.float64]
type Stream = np.random.Generator

NOBODY = -1
"""Stands in an array of people where there is no person."""


def open_stream(seed: int) -> Stream:
    """Return the source of all draws for a seed of 0 or more."""
    return np.random.Generator(np.random.PCG64(seed))


def draw_flags(stream: Stream, share: float | Shares, count: int) -> Flags:
    """Return ``count`` yes-or-no answers, each yes with the probability ``share`` (one for all, or one each)."""
    return stream.random(count) < share


def draw_below(stream: Stream, bounds: Integers) -> Integers:
    """Return for each bound a whole number from 0 up to but not including it; 0 where the bound is 0."""
    return (stream.random(bounds.size) * bounds).astype(np.int64)


def draw_between(stream: Stream, lowest: int, highest: int, count: int) -> Integers:
    """Return ``count`` whole numbers from ``lowest`` to ``highest``, both included."""
    return lowest + draw_below(stream, np.full(count, highest - lowest + 1))


def draw_choices(stream: Stream, weights: Sequence[int], count: int) -> Integers:
    """Return ``count`` positions in ``weights``, each as often as its whole-number weight says."""
    sums = np.cumsum(np.array(weights, np.int64))
    return np.searchsorted(sums, draw_below(stream, np.full(count, sums[-1])), side="right")


def draw_choices_by_row(stream: Stream, weights: Integers, rows: Integers) -> Integers:
    """Return for each entry of ``rows`` a column of that row of the table ``weights``, as often as its weight says."""
    sums = np.cumsum(weights, axis=1)
    starts = np.concatenate([[0], np.cumsum(sums[:, -1])])
    flat = (sums + starts[:-1, None]).ravel()
    marks = starts[rows] + draw_below(stream, sums[rows, -1])
    places: Integers = np.searchsorted(flat, marks, side="right") - rows * weights.shape[1]
    return places


def draw_order(stream: Stream, count: int) -> Integers:
    """Return the numbers from 0 to ``count`` - 1 in a random order."""
    return np.argsort(stream.random(count), kind="stable")


def take_distinct(picks: Integers, limits: Integers) -> list[list[int]]:
    """Return for each row of ``picks`` its first distinct entries, up to its limit; ``NOBODY`` is left out.

    Picks drawn with replacement and then thinned like this are picks without replacement.
    """
    rows = picks.tolist()
    distinct = ([pick for pick in dict.fromkeys(row) if pick != NOBODY] for row in rows)
    return [row[:limit] for row, limit in zip(distinct, limits.tolist(), strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class RankedPool:
    """People sorted by a rank, to draw from any range of ranks; who is listed twice is drawn twice as often."""

    members: Integers
    ranks: Integers

    def draw(self, stream: Stream, lowest: Integers, highest: Integers) -> Integers:
        """Return for each range of ranks (both ends included) one member in it, or ``NOBODY`` where there is none."""
        first = np.searchsorted(self.ranks, lowest, side="left")
        width = np.maximum(np.searchsorted(self.ranks, highest, side="right") - first, 0)
        found = first + draw_below(stream, width)
        padded = np.append(self.members, NOBODY)
        return np.where(width > 0, padded[found], NOBODY)


def rank_pool(members: Integers, ranks: Integers) -> RankedPool:
    """Sort members by their ranks (one rank a member)."""
    order = np.argsort(ranks, kind="stable")
    return RankedPool(members[order], ranks[order])
