"""What must stay unknown: small counts, "all" and "none" of a small group, small differences between reports."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mentormatch.audit.cells import Cell, Earlier, Link, Table

RATE_DENOMINATOR = 10
"""Fewest people of whom a rate or a mean is shown."""

Aim = tuple[tuple[tuple[Cell, int], ...], int]
"""A sum of counts times factors, and the least that it must be possible to believe of it."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Something about one cell that nobody may be able to tell: it is safe while one of its aims is believable."""

    cell: Cell
    aims: tuple[Aim, ...]

    @property
    def is_of_count(self) -> bool:
        """Whether it is the count of the cell itself that is not to be known, and so not to be shown."""
        return all(terms == ((self.cell, 1),) for terms, _ in self.aims)


def small_counts(table: Table) -> tuple[Guard, ...]:
    """Return what the counts of a table may not tell.

    A count from 1 to below the threshold is small. A zero is a statement too: "none of six" says of each of the six
    what befell them. So a zero is small, and so is an "all" in a funnel, where the group is small. A group is small
    below twice the threshold, as it cannot be split into two parts that could both be shown. In a larger group "none"
    is a finding about the programme and not about anybody in it, and the one finding that matters most. The group of
    a zero is the last column before it that counts anybody, and in a table that is no funnel the whole row; where
    that is empty there is nobody to protect. How many a group loses between two columns is not a count of the table.
    """
    guards = _of_funnel if table.is_funnel else _of_row
    counted = (
        (line, [_printed(count) for count in counts]) for line, counts in zip(table.lines(), table.cells, strict=True)
    )
    return tuple(guard for line, counts in counted for guard in guards(line, counts, table.threshold))


def _printed(count: int | None) -> int:
    if count is None:
        raise ValueError("only a table with every count can be examined for what to hide")
    return count


def _of_row(line: Sequence[Cell], counts: Sequence[int], threshold: int) -> Iterator[Guard]:
    """Yield the guards of one group of a table whose columns share nobody."""
    group = sum(counts)
    for cell, count in zip(line, counts, strict=True):
        if _is_small(count, group, threshold):
            yield _at_least(cell, threshold)


def _of_funnel(line: Sequence[Cell], counts: Sequence[int], threshold: int) -> Iterator[Guard]:
    """Yield the guards of one group of a funnel."""
    group = counts[0] if counts else 0
    for k, (cell, count) in enumerate(zip(line, counts, strict=True)):
        if _is_small(count, group, threshold):
            yield _at_least(cell, threshold)
        elif k and threshold <= count == counts[k - 1] < 2 * threshold:
            yield Guard(cell, ((((line[k - 1], 1), (cell, -1)), 1),))
        group = count or group


def _is_small(count: int, group: int, threshold: int) -> bool:
    """Whether a count of a group tells too much."""
    return 0 < count < threshold or (count == 0 < group < 2 * threshold)


def _at_least(cell: Cell, threshold: int) -> Guard:
    return Guard(cell, ((((cell, 1),), threshold),))


def hidden_before(tables: Iterable[Table], report: int) -> tuple[Guard, ...]:
    """Return the guards of what an earlier report hid: it must stay possible that none of it is small.

    Nobody who holds the report alone knows which of its hidden counts are small, so all are guarded.
    """
    return tuple(
        _at_least(cell, table.threshold)
        for table in tables
        for cell, count in table.counts(report).items()
        if count is None
    )


def differences(tables: Iterable[Table], earlier: Earlier, report: int) -> tuple[Guard, ...]:
    """Return the guards of small differences between a count and the same count in the ``report``-th earlier report.

    The people of a difference are those who joined or left a count, or who are in the whole and not in the part. No
    difference at all tells of nobody. The difference to a hidden count of a whole or a part is guarded whatever it is.
    """
    before = {cell: (count, table.threshold) for table in earlier.tables for cell, count in table.counts().items()}
    found: list[Guard] = []
    for table in tables:
        for cell in before.keys() & table.counts().keys():
            other, threshold = before[cell]
            pair = _Pair(cell, _printed(table.counts()[cell]), other, max(threshold, table.threshold))
            found += _difference(pair, earlier.link, report)
    return tuple(sorted(found, key=lambda guard: guard.cell))


@dataclass(frozen=True, slots=True)
class _Pair:
    """A count now and in an earlier report, and the threshold of the difference."""

    cell: Cell
    now: int
    before: int | None
    threshold: int

    @property
    def is_telling(self) -> bool:
        """Whether the difference is small, or may be."""
        return self.before is None or 0 < abs(self.now - self.before) < self.threshold


def _difference(pair: _Pair, link: Link, report: int) -> Iterator[Guard]:
    """Yield the guard of a difference, if it needs one."""
    if not pair.is_telling or link is Link.SAME:
        return
    other, threshold = pair.cell._replace(report=report), pair.threshold
    if link is not Link.BEFORE:
        sign = 1 if link is Link.WHOLE else -1
        yield Guard(pair.cell, ((((other, sign), (pair.cell, -sign)), threshold),))
    elif pair.before is not None:
        more: Aim = (((pair.cell, 1),), pair.before + threshold)
        fewer: Aim = (((pair.cell, -1),), threshold - pair.before)
        yield Guard(pair.cell, (more, fewer))


def can_show_rate(part: int | None, whole: int | None) -> bool:
    """Whether a rate may be shown, and whatever is reckoned from it: both counts are shown, the whole is large."""
    return part is not None and can_show_mean(whole)


def can_show_mean(count: int | None) -> bool:
    """Whether the mean of some people may be shown: their number is shown and large enough."""
    return count is not None and count >= RATE_DENOMINATOR


def can_show_total_mean(total: int | None, groups: Iterable[int | None]) -> bool:
    """Whether the mean of all groups together may be shown beside the means of the groups.

    What is left of all when the groups with a mean are taken off is a mean of the others, had by subtraction: these
    must be nobody, or enough people to have a mean of their own.
    """
    if total is None or not can_show_mean(total):
        return False
    others = total - sum(count for count in groups if count is not None and can_show_mean(count))
    return not others or can_show_mean(others)
