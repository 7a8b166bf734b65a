"""What a page is made of: sections with sentences, figures and tables, ready to be set."""

from collections.abc import Iterable
from dataclasses import dataclass

from mentormatch.charts.drawing import Plot

HIDDEN = "*"
"""Stands for a count that is not shown."""


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as texts: the first cell of each row names it.

    ``words`` are the numbers of the columns that hold words and not numbers. A ``folded`` table is closed until
    somebody opens it, and is not printed.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: frozenset[int] = frozenset({0})
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A figure with the tables that say the same."""

    plot: Plot
    tables: tuple[TableView, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: ``key`` is its anchor, ``notes`` are sentences before the figures and tables."""

    key: str
    title: str
    notes: tuple[str, ...]
    panels: tuple[Panel, ...] = ()
    tables: tuple[TableView, ...] = ()


def number(value: float | None) -> str:
    """Return a count or rounded points for a cell; a dash where there is none."""
    return "–" if value is None else f"{value:,.0f}"


def shown(value: int | None) -> str:
    """Return a count, or the sign for a hidden one."""
    return HIDDEN if value is None else f"{value:,}"


def percent(share: float) -> str:
    """Return a share from 0 to 1 in percent."""
    return f"{share:.0%}"


def count(amount: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{amount:,} {one if amount == 1 else many}"


def listed(words: Iterable[str]) -> str:
    """Return words as a sentence lists them: ``a, b and c``."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
