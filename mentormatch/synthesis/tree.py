"""One reporting tree of a given size: spans of 3 to 12, and seven or eight levels for ten thousand people."""

from dataclasses import dataclass

import numpy as np

from mentormatch.synthesis.draws import NOBODY, Flags, Integers, Stream, draw_below, draw_choices, draw_flags

SHORTEST_SPAN = 3
LONGEST_SPAN = 12
SPAN_WEIGHTS = (4, 6, 9, 12, 12, 10, 7, 5, 3, 2)
"""How often a manager of managers has 3, 4, ... 12 reports: six or seven most often."""
FLAT_SHARE = 0.75
"""Share of the units of 10 to 13 people in which nobody stands between the manager and the rest."""
SMALLEST_SPLIT = 9
LARGE_UNIT = 1000
SPAN_OF_LARGE_UNIT = 7


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """One reporting tree in preorder: the people under person ``p`` are ``p + 1`` to ``p + size[p] - 1``.

    ``manager`` (``NOBODY`` for person 0, the top), ``depth`` (0 at the top) and ``size`` (the person and all below)
    have one entry a person.
    """

    manager: Integers
    depth: Integers
    size: Integers

    @property
    def leads(self) -> Flags:
        """Who has reports."""
        return self.size > 1

    def is_above(self, upper: Integers, lower: Integers) -> Flags:
        """Whether each person of ``upper`` is an ancestor of the person of ``lower`` beside them."""
        inside: Flags = (upper < lower) & (lower < upper + self.size[upper])
        return inside


def grow_tree(people_count: int, stream: Stream) -> Tree:
    """Return a tree of ``people_count`` people, grown generation by generation from the top."""
    tree = Tree(*(np.full(people_count, fill, np.int64) for fill in (NOBODY, 0, 1)))
    at, depth = np.array([0]), 0
    tree.size[0] = people_count
    while at.size:
        tree.depth[at] = depth
        at, depth = _add_reports(tree, at[tree.size[at] > 1], stream), depth + 1
    return tree


def _add_reports(tree: Tree, managers: Integers, stream: Stream) -> Integers:
    """Give each manager reports with units of their own, and return the reports."""
    below = tree.size[managers] - 1
    spans = draw_spans(below, stream)
    unit = np.repeat(np.arange(managers.size), spans)
    seat = np.arange(unit.size) - np.repeat(np.cumsum(spans) - spans, spans)
    sizes = 1 + _share_out(below - spans, _draw_leading(below, spans, stream), unit, seat, stream)
    before = np.cumsum(sizes) - sizes
    reports: Integers = managers[unit] + 1 + before - before[seat == 0][unit]
    tree.manager[reports] = managers[unit]
    tree.size[reports] = sizes
    return reports


def draw_spans(below: Integers, stream: Stream) -> Integers:
    """Return the number of direct reports of managers with ``below`` people under them.

    What a span leaves over is nothing or at least three people, so that it makes units with spans of three or more.
    """
    spans = SHORTEST_SPAN + draw_choices(stream, SPAN_WEIGHTS, below.size)
    spans = np.where(below >= LARGE_UNIT, np.maximum(spans, SPAN_OF_LARGE_UNIT), spans)
    spans = np.minimum(spans, np.maximum(below - SHORTEST_SPAN, 0))
    is_flat = (below <= LONGEST_SPAN) & (draw_flags(stream, FLAT_SHARE, below.size) | (below < SMALLEST_SPLIT))
    return np.where(is_flat, below, spans)


def _draw_leading(below: Integers, spans: Integers, stream: Stream) -> Integers:
    """Return how many of the direct reports lead a unit: most of them, and all that the people left over allow."""
    most = np.minimum(spans, (below - spans) // SHORTEST_SPAN)
    fewest = np.minimum(most, np.maximum((3 * spans + 3) // 4, 1))
    leading: Integers = fewest + draw_below(stream, most - fewest + 1)
    return leading


def _share_out(left: Integers, leading: Integers, unit: Integers, seat: Integers, stream: Stream) -> Integers:
    """Return how many people stand below each report: three for everyone who leads, the rest in random proportions."""
    is_leading = seat < leading[unit]
    weights = np.where(is_leading, 2 + draw_below(stream, np.full(unit.size, 9)), 0)
    starts = np.flatnonzero(seat == 0)
    rest = left - SHORTEST_SPAN * leading
    shares = rest[unit] * weights // np.maximum(_sum_units(weights, starts), 1)[unit]
    over = rest - _sum_units(shares, starts)
    sizes: Integers = np.where(is_leading, SHORTEST_SPAN + shares, 0) + (seat < over[unit])
    return sizes


def _sum_units(values: Integers, starts: Integers) -> Integers:
    """Return the sum of the values of each unit; units are runs that begin at ``starts``."""
    sums: Integers = np.add.reduceat(values, starts) if starts.size else np.zeros(0, np.int64)
    return sums
