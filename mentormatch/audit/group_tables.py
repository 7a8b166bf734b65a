"""The group figures of an audit as tables of counts, and what of them is hidden."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mentormatch.audit.cells import (
    PROTECTED_THRESHOLD,
    THRESHOLD,
    Cell,
    Earlier,
    Link,
    Relation,
    Table,
    adds_up_to,
    hide,
    sum_of,
    with_rest,
)
from mentormatch.audit.funnel import Funnel, GroupFunnel
from mentormatch.audit.guards import RATE_DENOMINATOR
from mentormatch.audit.impact import Impact, Measure
from mentormatch.audit.suppression import suppress

ELIGIBLE, ENROLLED, WITH_CANDIDATE = "eligible", "enrolled", "has a candidate"
SERVED = "served"
MENTORS, MENTORS_USED = "mentors", "mentors with a mentee"
EVERYBODY, NO_GROUP, SMALLER = "everybody", "not stated", "smaller groups"
FEWEST_ENROLLED = RATE_DENOMINATOR
"""Groups with fewer mentees stand in one row together: none of their rates could be shown."""
INNER, OUTER = "department", "division"
"""Attributes of which everybody knows which group of the first belongs to which of the second."""

Counts = Mapping[str, int | None]
Line = tuple[str, Mapping[str, int]]
"""A group and all its counts."""

CHAINS: Mapping[str, tuple[str, ...]] = {
    "mentees": (ELIGIBLE, ENROLLED, WITH_CANDIDATE, SERVED),
    Measure.SCORED_HIGH: (SERVED, Measure.SCORED_HIGH),
    Measure.BEST_HIGH: (ENROLLED, Measure.BEST_HIGH),
    "mentors": (ELIGIBLE, MENTORS, MENTORS_USED),
}
"""The funnels that are counted for each group; a column that stands in several is one count."""

COLUMNS = tuple(dict.fromkeys(column for columns in CHAINS.values() for column in columns))


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """The counts of one group that can be shown, by column; None is hidden."""

    group: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class AttributeCounts:
    """The counts of the groups of one attribute; the last ones may be all smaller groups, and who stated nothing."""

    attribute: str
    is_protected: bool
    groups: tuple[GroupCounts, ...]

    def of(self, group: str) -> Counts:
        """Return the counts of one group."""
        return next((one.counts for one in self.groups if one.group == group), dict.fromkeys(COLUMNS))


@dataclass(frozen=True, slots=True)
class ShownCounts:
    """Everything of the group figures that can be shown."""

    everybody: GroupCounts
    attributes: tuple[AttributeCounts, ...]


def show_counts(
    funnels: Sequence[Funnel], impacts: Sequence[Impact], parents: Mapping[str, str] | None = None
) -> ShownCounts:
    """Hide what is small, and what would give it away.

    ``parents`` says which division each department lies in, where it lies in one only. The tables of the organisation
    are settled first and together, then each protected attribute by itself beside them: so it does not matter which
    attributes an audit is given, or how many audits of one outcome there are.
    """
    if not funnels:
        return ShownCounts(GroupCounts(EVERYBODY, dict.fromkeys(COLUMNS)), ())
    above = {(impact.attribute, impact.measure): impact for impact in impacts}
    lines = {funnel.attribute: _lines(funnel, above) for funnel in funnels}
    totals = _tables(EVERYBODY, [_total_line(funnels[0], impacts)], THRESHOLD)
    open_ones = [funnel for funnel in funnels if not funnel.is_protected]
    tables = {f.attribute: _with_rest(_tables(f.attribute, lines[f.attribute], THRESHOLD), totals) for f in open_ones}
    relations = [*_relations(tables.values(), totals), *_nesting(tables, parents or {})]
    known = Earlier(tuple(map(_without_small, totals)), tuple(_same_counts(totals)), Link.SAME)
    shown = suppress([*totals, *(table for group in tables.values() for table in group)], relations, [known])
    published = Earlier(shown, tuple(relations), Link.SAME)
    for funnel in funnels:
        if funnel.is_protected:
            own = _with_rest(_tables(funnel.attribute, lines[funnel.attribute], PROTECTED_THRESHOLD), totals)
            shown += suppress(own, _relations([own], totals), [published])
    return ShownCounts(_read(EVERYBODY, shown)[0], tuple(_attribute(funnel, shown) for funnel in funnels))


def _lines(funnel: Funnel, above: Mapping[tuple[str, Measure], Impact]) -> list[Line]:
    """Return the counts of the groups of an attribute, the small ones together."""
    lines = [_line(funnel, group, above) for group in funnel.groups]
    small = [counts for _, counts in lines if counts[ENROLLED] < FEWEST_ENROLLED]
    kept = [(group, counts) for group, counts in lines if counts[ENROLLED] >= FEWEST_ENROLLED]
    together = {column: sum(counts[column] for counts in small) for column in COLUMNS}
    return [*kept, (SMALLER, together)] if small else kept


def _line(funnel: Funnel, group: GroupFunnel, above: Mapping[tuple[str, Measure], Impact]) -> Line:
    """Return all counts of one group."""
    counts = _funnel_counts(group)
    for measure in (Measure.SCORED_HIGH, Measure.BEST_HIGH):
        compared = above[funnel.attribute, measure].groups
        counts[measure] = next((one.part for one in compared if one.group == group.group), 0)
    return group.group, counts


def _funnel_counts(group: GroupFunnel) -> dict[str, int]:
    return {
        ELIGIBLE: group.eligible,
        ENROLLED: group.enrolled,
        WITH_CANDIDATE: group.with_candidate,
        SERVED: group.served,
        MENTORS: group.mentors,
        MENTORS_USED: group.mentors_used,
    }


def _total_line(funnel: Funnel, impacts: Sequence[Impact]) -> Line:
    """Return the counts of everybody, in a group or not."""
    totals = {impact.measure: impact.everybody.part for impact in impacts if impact.attribute == funnel.attribute}
    return EVERYBODY, {
        **_funnel_counts(funnel.everybody),
        Measure.SCORED_HIGH: totals[Measure.SCORED_HIGH],
        Measure.BEST_HIGH: totals[Measure.BEST_HIGH],
    }


def _tables(attribute: str, lines: Sequence[Line], threshold: int) -> list[Table]:
    """Return the tables of an attribute, one for each chain."""
    return [
        Table(
            name=f"{attribute}: {chain}",
            rows=tuple(group for group, _ in lines),
            columns=columns,
            cells=tuple(tuple(counts[column] for column in columns) for _, counts in lines),
            threshold=threshold,
            is_funnel=True,
        )
        for chain, columns in CHAINS.items()
    ]


def _without_small(total: Table) -> Table:
    """Return the totals that stand in summary.json anyway, so that no hidden count may rest on them."""
    return hide(total, [cell for cell, count in total.counts().items() if (count or 0) < RATE_DENOMINATOR])


def _with_rest(tables: Sequence[Table], totals: Sequence[Table]) -> list[Table]:
    """Return the tables with a row for those in no group, if there are any among the eligible."""
    mentees = with_rest(tables[0], totals[0], NO_GROUP)
    if mentees is tables[0]:
        return list(tables)
    return [_force_rest(table, total) for table, total in zip(tables, totals, strict=True)]


def _force_rest(table: Table, total: Table) -> Table:
    """Return a table with a row for those in no group, even where it is all zeros."""
    found = with_rest(table, total, NO_GROUP)
    if found is not table:
        return found
    zeros = (0,) * len(table.columns)
    return Table(
        table.name, (*table.rows, NO_GROUP), table.columns, (*table.cells, zeros), table.threshold, is_funnel=True
    )


def _relations(groups: Iterable[Sequence[Table]], totals: Sequence[Table]) -> list[Relation]:
    """Return that groups add up to everybody, and that a column which stands in several tables is one count."""
    found = []
    for tables in groups:
        found += _same_counts(tables)
        found += [sums for table, total in zip(tables, totals, strict=True) for sums in adds_up_to(table, total)]
    return found


def _same_counts(tables: Sequence[Table]) -> list[Relation]:
    """Return that the cells of one row and column are one count, whichever table they stand in."""
    first: dict[tuple[str, str], Cell] = {}
    found = []
    for cell in (cell for table in tables for line in table.lines() for cell in line):
        known = first.setdefault((cell.row, cell.column), cell)
        if known is not cell:
            found.append(sum_of(known, [cell]))
    return found


def _nesting(tables: Mapping[str, Sequence[Table]], parents: Mapping[str, str]) -> list[Relation]:
    """Return that the departments of a division add up to at most the division."""
    found = []
    for inner, outer in zip(tables.get(INNER, ()), tables.get(OUTER, ()), strict=False):
        for division in outer.rows:
            parts = [department for department in inner.rows if parents.get(department) == division]
            for column in outer.columns if parts else ():
                terms = [(Cell(inner.name, department, column), -1) for department in parts]
                found.append(Relation(((Cell(outer.name, division, column), 1), *terms), is_equal=False))
    return found


def _attribute(funnel: Funnel, shown: Collection[Table]) -> AttributeCounts:
    return AttributeCounts(funnel.attribute, funnel.is_protected, tuple(_read(funnel.attribute, shown)))


def _read(attribute: str, shown: Collection[Table]) -> list[GroupCounts]:
    """Return the counts of an attribute's groups; one that is hidden in any of its tables is hidden."""
    counts: dict[str, dict[str, int | None]] = {}
    names = {f"{attribute}: {chain}" for chain in CHAINS}
    for cell, count in ((c, n) for table in shown if table.name in names for c, n in table.counts().items()):
        own = counts.setdefault(cell.row, {})
        own[cell.column] = count if own.get(cell.column, count) == count else None
    return [GroupCounts(group, own) for group, own in counts.items()]
