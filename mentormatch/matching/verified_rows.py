"""The rows of a proof: read from their words, priced over many candidates at once, and bounded from stage to stage.

What prices prove is weak duality, and what they leave open is complementary slackness (docs/method.md, section 3): if
no candidate is worth more than the prices of its rows, no plan is worth more than the sum of each row's price times its
upper bound (a price above 0) or its lower bound (below 0); and a plan that is worth as much uses only candidates that
are worth their prices, and holds each row that has a price at that bound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mentormatch.domain.direction import DIRECTION_INDEX, DIRECTIONS, Direction
from mentormatch.domain.text import fold
from mentormatch.errors import CertificateError
from mentormatch.matching.certificate import Row
from mentormatch.matching.roster import Bools, Ints, Roster
from mentormatch.matching.verified_floors import count_groups, read_groups
from mentormatch.matching.verified_limits import DEPARTMENT, DIRECTION, GROUP, MENTEE, MENTOR, TEAM, NamedRow, Opening

DIRECTION_COUNT = len(DIRECTIONS)
NOWHERE = -1

DUAL_MOST = 1 << 48
"""No price is larger, either way, so that the sum of a candidate's six fits into 64 bits."""

Duals = Mapping[str, Mapping[Row, int]]
"""The prices of a stage as the certificate writes them: by family, by the words of the row."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Some candidates as flat arrays of one length; ``column`` numbers (mentor, direction)."""

    mentee: Ints
    column: Ints
    points: Ints

    def __len__(self) -> int:
        """Return the number of candidates."""
        return len(self.mentee)

    @property
    def mentor(self) -> Ints:
        """The mentors' numbers."""
        return self.column // DIRECTION_COUNT

    def where(self, kept: Bools) -> "Batch":
        """Return some of the candidates."""
        return self if kept.all() else Batch(self.mentee[kept], self.column[kept], self.points[kept])


@dataclass(frozen=True, eq=False)
class PartPrices:
    """The prices of one family of rows that hold a part of a mentor's mentees: those of a department, or of a team.

    ``group`` is each mentee's part (``NOWHERE`` for none) of ``count``; ``keys`` are column * count + part, and rise.
    """

    group: Ints
    count: int
    keys: Ints
    values: Ints
    is_priced: Bools

    def add_to(self, total: Ints, batch: Batch) -> None:
        """Add the prices of a batch's rows to a total."""
        touched = np.flatnonzero(self.is_priced[batch.column])
        group = self.group[batch.mentee[touched]]
        keys = np.where(group == NOWHERE, NOWHERE, batch.column[touched] * self.count + group)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        total[touched] += np.where(self.keys[place] == keys, self.values[place], 0)


@dataclass(frozen=True, eq=False)
class Prices:
    """The prices of a stage laid out for batches: by mentee, by (mentor, direction), and for parts of these."""

    mentee: Ints
    column: Ints
    parts: tuple[PartPrices, ...]

    def of(self, batch: Batch) -> Ints:
        """Return what the rows of each candidate ask together."""
        total = self.mentee[batch.mentee] + self.column[batch.column]
        for part in self.parts:
            part.add_to(total, batch)
        return total


@dataclass(frozen=True, eq=False)
class RowBook:
    """Which rows a round has, and the number of each."""

    roster: Roster

    @cached_property
    def parts(self) -> Mapping[str, tuple[Mapping[Row, int], Ints]]:
        """The departments and the teams of the mentees by their words, and the number of each mentee's own."""
        people = self.roster.mentees.people
        departments = [(fold(person.department),) for person in people]
        teams = [(*words, p.manager_id) if p.manager_id else () for words, p in zip(departments, people, strict=True)]
        return {DEPARTMENT: number_parts(departments), TEAM: number_parts(teams)}

    @cached_property
    def groups(self) -> tuple[Mapping[Row, int], Ints]:
        """The groups that have an access floor by their words, and the number of each mentee's own."""
        large, group = count_groups(self.roster)[0], read_groups(self.roster)
        names = [group.get(who, "") for who in self.roster.mentees.ids]
        return number_parts([(name,) if name in large else () for name in names])

    def number(self, family: str, row: Row) -> int:
        """Return the number of a row within its family. Raises KeyError or ValueError when there is no such row."""
        if family in (MENTEE, MENTOR):
            (person,) = row
            return (self.roster.mentees if family == MENTEE else self.roster.mentors).position[person]
        if family == GROUP:
            return self.groups[0][row]
        mentor, direction, *part = row
        column = self.roster.mentors.position[mentor] * DIRECTION_COUNT + DIRECTION_INDEX[Direction(direction)]
        numbers: Mapping[Row, int] = {(): 0} if family == DIRECTION else self.parts[family][0]
        return column * len(numbers) + numbers[tuple(part)]

    def read_prices(self, duals: Duals, where: str) -> Prices:
        """Lay out the prices of a stage. Raises CertificateError when one is on a row that the round has not."""
        numbered = {
            family: np.array(sorted(self._numbered(family, rows, where)), np.int64).reshape(-1, 2)
            for family, rows in duals.items()
        }
        nothing = np.zeros((0, 2), np.int64)
        mentee = np.zeros(len(self.roster.mentees), np.int64)
        column = np.zeros((len(self.roster.mentors), DIRECTION_COUNT), np.int64)
        numbers, values = numbered.get(MENTEE, nothing).T
        mentee[numbers] = values
        mentee += self._price_groups(numbered.get(GROUP, nothing))
        numbers, values = numbered.get(MENTOR, nothing).T
        column[numbers] = values[:, None]
        numbers, values = numbered.get(DIRECTION, nothing).T
        column.reshape(-1)[numbers] += values
        parts = (self._lay_out(family, numbered[family]) for family in self.parts if len(numbered.get(family, nothing)))
        return Prices(mentee, column.reshape(-1), tuple(parts))

    def _numbered(self, family: str, rows: Mapping[Row, int], where: str) -> list[tuple[int, int]]:
        """Return the number and the price of each row of one family."""
        found = []
        for row, dual in rows.items():
            try:
                found.append((self.number(family, row), dual))
            except (KeyError, ValueError):
                words = " / ".join(row)
                raise CertificateError(f"{where}: there is no row of {family} {words} to be priced.") from None
            if abs(dual) > DUAL_MOST:
                raise CertificateError(f"{where}: the price of {family} {' / '.join(row)} is beyond counting.")
        return found

    def _price_groups(self, numbered: Ints) -> Ints:
        """Return what its group asks of each mentee; those without a group look up the last place, which is 0."""
        numbers, own = self.groups
        prices = np.zeros(len(numbers) + 1, np.int64)
        prices[numbered[:, 0]] = numbered[:, 1]
        return prices[own]

    def _lay_out(self, family: str, numbered: Ints) -> PartPrices:
        """Lay out the prices of departments or teams."""
        numbers, group = self.parts[family]
        is_priced = np.zeros(len(self.roster.mentors) * DIRECTION_COUNT, np.bool_)
        is_priced[numbered[:, 0] // len(numbers)] = True
        return PartPrices(group, len(numbers), numbered[:, 0], numbered[:, 1], is_priced)


def number_parts(words_of_mentees: Sequence[Row]) -> tuple[Mapping[Row, int], Ints]:
    """Number the parts that mentees fall into; mentees without words are in none."""
    numbers: dict[Row, int] = {}
    own = [numbers.setdefault(words, len(numbers)) if words else NOWHERE for words in words_of_mentees]
    return numbers, np.array(own, np.int64)


@dataclass(frozen=True, eq=False)
class Bounds:
    """How many pairings each row holds at least and at most: 0 and what the opening leaves, unless narrowed since."""

    opening: Opening
    narrowed: Mapping[NamedRow, tuple[int, int]]

    def at(self, row: NamedRow) -> tuple[int, int]:
        """Return the least and the most of a row."""
        return self.narrowed.get(row) or (0, self.opening.upper(row))

    @property
    def is_contradictory(self) -> bool:
        """Whether a row must hold more than it may, so that there is no plan."""
        return any(least > most for least, most in self.narrowed.values())

    def lowered(self, most: Mapping[NamedRow, int]) -> "Bounds":
        """Return the bounds when some rows may hold no more than so many."""
        rows = {row: (self.at(row)[0], min(self.at(row)[1], places)) for row, places in most.items()}
        return Bounds(self.opening, {**self.narrowed, **rows})

    def narrow(self, rows: Mapping[NamedRow, tuple[int, int]]) -> "Bounds":
        """Return the bounds when some rows hold between two numbers."""
        return Bounds(self.opening, {**self.narrowed, **rows})

    def settle(self, duals: Duals) -> tuple[int, "Bounds"]:
        """Return what prices prove, and the bounds of the plans worth it: a row with a price holds at its bound."""
        worth, fixed = 0, {}
        for row, dual in ((row, dual) for row, dual in _each(duals) if dual):
            bound = self.at(row)[1 if dual > 0 else 0]
            worth += dual * bound
            fixed[row] = (bound, bound)
        return worth, Bounds(self.opening, {**self.narrowed, **fixed})

    def settle_load(self, duals: Duals, mentors: tuple[str, ...]) -> tuple[int, "Bounds"]:
        """Return the same where places cost: each mentor's load is one of those that are best at the mentor's price."""
        prices = duals.get(MENTOR, {})
        worth, bounds = self.settle({family: rows for family, rows in duals.items() if family != MENTOR})
        loads: dict[NamedRow, tuple[int, int]] = {}
        for mentor in mentors:
            row, price, held = (MENTOR, (mentor,)), prices.get((mentor,), 0), self.opening.held(mentor)
            loads[row] = best_loads(price, held, *self.at(row))
            worth += price * loads[row][1] - cost_of_load(held, loads[row][1])
        return worth, Bounds(self.opening, {**bounds.narrowed, **loads})


def _each(duals: Duals) -> list[tuple[NamedRow, int]]:
    """Return the rows of all families with their prices."""
    return [((family, row), dual) for family, rows in duals.items() for row, dual in rows.items()]


def cost_of_load(held: int, places: int) -> int:
    """Return what ``places`` more cost a mentor who holds some: held for the first, held + 1 for the next, ..."""
    return held * places + places * (places - 1) // 2


def best_loads(price: int, held: int, least: int, most: int) -> tuple[int, int]:
    """Return the fewest and the most places at which ``price`` x places - their cost is largest.

    After ``n`` more, the next costs ``held + n``: it is worth taking while that is under the price, and makes no
    difference where it equals the price.
    """
    return max(min(price - held, most), least), max(min(price - held + 1, most), least)
