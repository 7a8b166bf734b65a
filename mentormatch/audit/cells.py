"""Tables of counted people as cells, the equations that tie cells to each other, and reports that are out already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

THRESHOLD = 5
"""Counts of people below this are small."""
PROTECTED_THRESHOLD = 10
"""Counts below this are small where the groups are those of a protected attribute."""


class Cell(NamedTuple):
    """The place of one count. ``report`` is 0 for the report at hand and k for the k-th earlier one."""

    table: str
    row: str
    column: str
    report: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Counts of people: one row for each group, one column for each thing counted; ``None`` is a hidden count.

    In a funnel each column counts people among those of the column before it (enrolled, has a candidate, served).
    The rows of a table share nobody. ``threshold`` is the least count that is not small.
    """

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]
    threshold: int = THRESHOLD
    is_funnel: bool = False

    def __post_init__(self) -> None:
        """Refuse counts that do not fill rows and columns, labels that stand twice, and negative counts."""
        is_full = len(self.cells) == len(self.rows) and all(len(row) == len(self.columns) for row in self.cells)
        is_clear = len(set(self.rows)) == len(self.rows) and len(set(self.columns)) == len(self.columns)
        if not (is_full and is_clear and all(count is None or count >= 0 for row in self.cells for count in row)):
            raise ValueError(f"the table {self.name} is not one count for each row and column")

    def counts(self, report: int = 0) -> dict[Cell, int | None]:
        """Return the count of each cell, row by row."""
        return {
            Cell(self.name, row, column, report): count
            for row, counts in zip(self.rows, self.cells, strict=True)
            for column, count in zip(self.columns, counts, strict=True)
        }

    def lines(self, report: int = 0) -> list[list[Cell]]:
        """Return the cells of each row."""
        return [[Cell(self.name, row, column, report) for column in self.columns] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Relation:
    """Something that everybody knows of some cells: the terms, count times factor, sum to nothing.

    With ``is_equal`` off they sum to nothing or more.
    """

    terms: tuple[tuple[Cell, int], ...]
    is_equal: bool = True

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that the relation ties."""
        return tuple(cell for cell, _ in self.terms)

    def in_report(self, report: int) -> "Relation":
        """Return the relation between the cells of the same names in another report."""
        return replace(self, terms=tuple((cell._replace(report=report), factor) for cell, factor in self.terms))


class Link(StrEnum):
    """What an earlier report has to do with the one at hand.

    ``SAME``: the same people and the same data, such as other tables of one outcome. ``BEFORE``: the same people
    before something changed, such as a round before a repair. ``WHOLE``: more people, among them all of these.
    ``PART``: some of these people.
    """

    SAME = "same"
    BEFORE = "before"
    WHOLE = "whole"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Earlier:
    """A report that is out: its tables as they were published, and what ties their cells to each other.

    A cell has the same table, row and column in both reports only if it counts the same thing.
    """

    tables: tuple[Table, ...]
    relations: tuple[Relation, ...] = ()
    link: Link = Link.BEFORE


def sum_of(whole: Cell, parts: Iterable[Cell]) -> Relation:
    """Return the relation that the parts add up to the whole."""
    return Relation(((whole, 1), *((part, -1) for part in parts)))


def at_most(part: Cell, whole: Cell) -> Relation:
    """Return the relation that the people of one cell are among those of the other."""
    return Relation(((whole, 1), (part, -1)), is_equal=False)


def adds_up_to(table: Table, total: Table) -> tuple[Relation, ...]:
    """Return the relations that the rows of a table add up to the one row of ``total``, in each column of both."""
    (row,) = total.rows
    shared = [column for column in table.columns if column in total.columns]
    return tuple(
        sum_of(Cell(total.name, row, column), [Cell(table.name, group, column) for group in table.rows])
        for column in shared
    )


def with_rest(table: Table, total: Table, row: str) -> Table:
    """Return a table with one more row: those of ``total`` who are in none of its groups; none if there are none.

    Left out, their number could be had by subtraction all the same. Needs every count of both tables.
    """
    (totals,) = total.cells
    places = [total.columns.index(column) for column in table.columns]
    columns = zip(*table.cells, strict=True) if table.cells else [()] * len(places)
    rest = tuple(
        _whole(totals[place]) - sum(map(_whole, counts)) for place, counts in zip(places, columns, strict=True)
    )
    return replace(table, rows=(*table.rows, row), cells=(*table.cells, rest)) if any(rest) else table


def _whole(count: int | None) -> int:
    """Return a count that is not hidden."""
    if count is None:
        raise ValueError("a hidden count cannot be reckoned with")
    return count


def funnel_relations(tables: Iterable[Table], report: int = 0) -> tuple[Relation, ...]:
    """Return the relations within the funnels among some tables: no column counts more than the one before it."""
    lines = [line for table in tables if table.is_funnel for line in table.lines(report)]
    return tuple(at_most(after, before) for line in lines for before, after in pairwise(line))


def hide(table: Table, hidden: Iterable[Cell]) -> Table:
    """Return a table without the counts of the cells that are to be hidden."""
    gone = frozenset(hidden)
    kept: Sequence[int | None] = [None if cell in gone else count for cell, count in table.counts().items()]
    width = len(table.columns)
    return replace(table, cells=tuple(tuple(kept[k * width : (k + 1) * width]) for k in range(len(table.rows))))
