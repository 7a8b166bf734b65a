"""An attacker who shares no code with the suppression: published tables as a linear programme over real numbers."""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy.optimize import linprog

from mentormatch.audit.cells import Table

Key = tuple[int, str, str, str]
"""Number of the report, table, row and column."""
SLACK = 1e-6


class PlainAttack:
    """All published tables of some reports together.

    Of each report the attacker knows that funnels shrink and that the groups of every table add up to the total. With
    ``is_same`` all reports are about the same data; with ``is_nested`` each is about some people of the one before.
    """

    def __init__(self, *reports: Sequence[Table], is_same: bool = False, is_nested: bool = False) -> None:
        """Write down everything the attacker knows."""
        self.is_same = is_same
        self.place: dict[Key, int] = {}
        self.thresholds: dict[Key, int] = {}
        self.known: dict[Key, int] = {}
        self.equal: list[dict[Key, int]] = []
        self.shrinking: list[tuple[Key, Key]] = []
        for number, tables in enumerate(reports):
            self._read(0 if is_same else number, tables)
        if is_nested:
            whole = [(key, (key[0] + 1, *key[1:])) for key in self.place]
            self.shrinking += [(key, part) for key, part in whole if part in self.place]
        self.solutions: list[np.ndarray] = []

    def _read(self, number: int, tables: Sequence[Table]) -> None:
        """Note the counts of a report and what ties them."""
        for table in tables:
            for row, counts in zip(table.rows, table.cells, strict=True):
                keys = [(number, table.name, row, column) for column in table.columns]
                for key, count in zip(keys, counts, strict=True):
                    self.place.setdefault(key, len(self.place))
                    self.thresholds[key] = table.threshold
                    if count is not None:
                        self.known[key] = count
                self.shrinking += list(pairwise(keys)) if table.is_funnel else []
            for column in table.columns if table.name != "everybody" else ():
                parts = {(number, table.name, row, column): -1 for row in table.rows}
                self.equal.append({(number, "everybody", "all", column): 1, **parts})

    @property
    def hidden(self) -> list[Key]:
        """The cells that no report prints."""
        return [key for key in self.place if key not in self.known]

    def end(self, terms: dict[Key, int]) -> float:
        """Return the least that a sum of counts times factors can be; minus infinity if it has no end."""
        cost = np.zeros(len(self.place))
        for key, factor in terms.items():
            cost[self.place[key]] = factor
        bounds = [(self.known.get(key, 0), self.known.get(key)) for key in self.place]
        equal, unequal = self._rows
        zeros = np.zeros(len(unequal)), np.zeros(len(equal))
        found = linprog(cost, unequal, zeros[0], equal, zeros[1], bounds, method="highs")
        if found.status == 3:
            return -np.inf
        assert found.status == 0, found.message
        self.solutions.append(found.x)
        return float(found.fun)

    @cached_property
    def _rows(self) -> tuple[np.ndarray, np.ndarray]:
        """What is equal to nothing, and what is at most nothing; a row of nothing stands where there is none."""
        equal = np.zeros((len(self.equal) + 1, len(self.place)))
        for row, relation in enumerate(self.equal):
            for key, factor in relation.items():
                equal[row, self.place[key]] = factor
        unequal = np.zeros((len(self.shrinking) + 1, len(self.place)))
        for row, (before, after) in enumerate(self.shrinking):
            unequal[row, self.place[before]], unequal[row, self.place[after]] = -1, 1
        return equal, unequal

    def most(self, terms: dict[Key, int]) -> float:
        """Return the most that a sum can be."""
        return -self.end({key: -factor for key, factor in terms.items()})

    def narrowed(self) -> list[Key]:
        """Return the hidden cells that cannot reach their threshold, or can be one thing only."""
        return [key for key in self.hidden if not self._can_reach(key) or self._is_single(key)]

    def _can_reach(self, key: Key) -> bool:
        least = self.thresholds[key] - SLACK
        return self._values(key).max(initial=0) >= least or self.most({key: 1}) >= least

    def _is_single(self, key: Key) -> bool:
        return bool(np.ptp(self._values(key)) < 1 - SLACK) and self.most({key: 1}) - self.end({key: 1}) < 1 - SLACK

    def _values(self, key: Key) -> np.ndarray:
        """Return the counts that a cell has in the solutions found so far; one of nothing if there is none."""
        return np.array([solution[self.place[key]] for solution in self.solutions] or [0.0])
