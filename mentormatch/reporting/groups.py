"""How groups of people fared, and between whom pairings run, with small counts hidden in all tables at once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mentormatch.audit.cells import Cell, Earlier, Link, Relation, Table, adds_up_to, sum_of, with_rest
from mentormatch.audit.funnel import build_funnel
from mentormatch.audit.groups import Grouping, find_groupings
from mentormatch.audit.guards import RATE_DENOMINATOR
from mentormatch.audit.inference import Interval, Share, wilson_interval
from mentormatch.audit.solved_round import SolvedRound
from mentormatch.audit.suppression import suppress
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Pairing

MOST_UNITS = 12
"""Units that a heat map shows; with more of them divisions take the place of departments, or the small ones merge."""
MOST_GROUPS = 20
"""Groups that a table of coverage shows."""
ENOUGH = 20
"""Mentees from whom on an interval is narrow enough to tell anything."""
NOT_STATED = "(not stated)"
OTHERS = "(others)"
EVERYBODY = "everybody"
ALL = "all"
SERVED = ("enrolled", "served")


@dataclass(frozen=True, slots=True)
class GroupShare:
    """Mentees of a group who enrolled and who were served; ``None`` where the count is hidden.

    ``share`` is there from ten mentees on, its 95 % ``interval`` (Wilson 1927) from twenty on.
    """

    group: str
    enrolled: int | None
    served: int | None
    share: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """The groups of one attribute, and everybody together."""

    attribute: str
    groups: tuple[GroupShare, ...]
    everybody: GroupShare


@dataclass(frozen=True, slots=True)
class Exchange:
    """Pairings between the units of mentors (rows) and of mentees (columns); ``None`` where the count is hidden."""

    attribute: str
    labels: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]


@dataclass(frozen=True, slots=True)
class LevelTable:
    """Pairings by the level of one side (rows) and direction (columns); ``None`` where the count is hidden.

    ``totals`` are the pairings of each direction, hidden ones included.
    """

    levels: tuple[str, ...]
    directions: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]
    totals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """All tables about groups; together they tell of no small count."""

    coverage: tuple[GroupCoverage, ...]
    exchange: Exchange | None
    mentor_levels: LevelTable
    mentee_levels: LevelTable


def group_figures(solved: SolvedRound) -> GroupFigures:
    """Return the tables about groups of a solved round, small counts hidden in all of them at once."""
    found = {one.attribute: one for one in find_groupings(solved.round.people)}
    groupings = {name: one for name, one in found.items() if len(one.groups) > 1}
    unit = _choose_unit(groupings, solved)
    shown = [unit] if unit else []
    shown += [_merge(groupings[name], solved, MOST_GROUPS) for name in ("location", "level") if name in groupings]
    total = _everybody(solved)
    directions = _direction_totals(solved.pairings)
    tables = [_coverage_table(solved, grouping, total) for grouping in shown]
    tables += [_exchange_table(solved.pairings, unit)] if unit else []
    tables += [_level_table(solved.pairings, found.get("level"), side) for side in ("mentor", "mentee")]
    # Both totals stand in the report whatever is hidden: they tell of no group.
    known = Earlier((total, directions), link=Link.SAME)
    relations = [*_relations(tables, len(shown), total), *_level_relations(tables[-2:], directions)]
    safe = {table.name: table for table in suppress(tables, relations, [known])}
    return GroupFigures(
        coverage=tuple(_read_coverage(safe[grouping.attribute], total) for grouping in shown),
        exchange=_read_exchange(safe["exchange"], unit.attribute) if unit else None,
        mentor_levels=_read_levels(safe["mentor"], directions),
        mentee_levels=_read_levels(safe["mentee"], directions),
    )


def _choose_unit(groupings: Mapping[str, Grouping], solved: SolvedRound) -> Grouping | None:
    """Return departments if they are few, else divisions if there are several, else the largest departments."""
    departments, divisions = groupings.get("department"), groupings.get("division")
    if departments is not None and (len(departments.groups) <= MOST_UNITS or divisions is None):
        return _merge(departments, solved, MOST_UNITS)
    return _merge(divisions, solved, MOST_UNITS) if divisions is not None else None


def _merge(grouping: Grouping, solved: SolvedRound, most: int) -> Grouping:
    """Return a grouping in which the largest groups stand alone, counted by mentees, and all others together."""
    sizes = Counter(grouping.group_of.get(person_id, "") for person_id in solved.mentees)
    largest = sorted(grouping.groups, key=lambda group: (-sizes[group], group))
    if len(largest) <= most:
        return grouping
    kept = frozenset(largest[: most - 1])
    groups = (*(group for group in grouping.groups if group in kept), OTHERS)
    return replace(
        grouping,
        groups=groups,
        group_of={who: group if group in kept else OTHERS for who, group in grouping.group_of.items()},
    )


def _everybody(solved: SolvedRound) -> Table:
    served = {pairing.mentee_id for pairing in solved.pairings}
    counts = (len(solved.mentees), len(served & solved.mentees))
    return Table(EVERYBODY, (EVERYBODY,), SERVED, (counts,), is_funnel=True)


def _direction_totals(pairings: Sequence[Pairing]) -> Table:
    """Return the pairings of each direction that has any."""
    counts = Counter(pairing.direction for pairing in pairings)
    used = [direction for direction in DIRECTIONS if counts[direction]]
    return Table("directions", (ALL,), tuple(map(str, used)), (tuple(counts[direction] for direction in used),))


def _coverage_table(solved: SolvedRound, grouping: Grouping, total: Table) -> Table:
    """Return who enrolled as a mentee and who was served, group by group."""
    rows = [group for group in build_funnel(solved, grouping).groups if group.enrolled]
    names, counts = tuple(row.group for row in rows), tuple((row.enrolled, row.served) for row in rows)
    return with_rest(Table(grouping.attribute, names, SERVED, counts, is_funnel=True), total, NOT_STATED)


def _exchange_table(pairings: Sequence[Pairing], unit: Grouping) -> Table:
    """Return the pairings by the units of mentor and mentee; whoever is in none gets a row of their own."""
    ends = [(_group(unit, pairing.mentor_id), _group(unit, pairing.mentee_id)) for pairing in pairings]
    counts, met = Counter(ends), {end for pair in ends for end in pair}
    labels = tuple(label for label in (*unit.groups, NOT_STATED) if label in met)
    cells = tuple(tuple(counts[mentor, mentee] for mentee in labels) for mentor in labels)
    return Table("exchange", labels, labels, cells)


def _level_table(pairings: Sequence[Pairing], levels: Grouping | None, side: str) -> Table:
    """Return the pairings by the level of one side, the highest first, and by direction."""
    names = [f"level {level}" for level in reversed(levels.groups)] if levels else []
    counts = Counter(
        (_level(levels, pairing.mentor_id if side == "mentor" else pairing.mentee_id), str(pairing.direction))
        for pairing in pairings
    )
    rows = tuple(name for name in (*names, NOT_STATED) if any(name == level for level, _ in counts))
    columns = tuple(str(direction) for direction in DIRECTIONS if any(direction == way for _, way in counts))
    return Table(side, rows, columns, tuple(tuple(counts[row, column] for column in columns) for row in rows))


def _group(grouping: Grouping, person_id: str) -> str:
    return grouping.group_of.get(person_id, NOT_STATED)


def _level(levels: Grouping | None, person_id: str) -> str:
    level = levels.group_of.get(person_id) if levels else None
    return NOT_STATED if level is None else f"level {level}"


def _relations(tables: Sequence[Table], coverages: int, total: Table) -> Iterator[Relation]:
    """Yield what anybody knows: the groups of each attribute add up to everybody.

    While everybody who is served has one pairing, the columns of the other tables count the served of each group too.
    """
    for table in tables[:coverages]:
        yield from adds_up_to(table, total)
    named = {table.name: table for table in tables}
    pairings = sum(sum(filter(None, row)) for row in named["mentee"].cells)
    if pairings != total.cells[0][1]:
        return
    for table in tables[:coverages]:
        for group in table.rows:
            parts = _served_cells(named, table.name, group)
            if parts:
                yield sum_of(Cell(table.name, group, "served"), parts)


def _served_cells(named: Mapping[str, Table], attribute: str, group: str) -> list[Cell]:
    """Return the cells of pairings whose mentees are those of a group, if a table has them."""
    if attribute == "level" and f"level {group}" in named["mentee"].rows:
        row = f"level {group}"
        return [Cell("mentee", row, column) for column in named["mentee"].columns]
    exchange = named.get("exchange")
    if exchange is not None and attribute in ("department", "division") and group in exchange.columns:
        return [Cell("exchange", row, group) for row in exchange.rows]
    return []


def _level_relations(sides: Iterable[Table], directions: Table) -> Iterator[Relation]:
    """Yield that the levels of either side add up to the pairings of each direction."""
    for side in sides:
        yield from adds_up_to(side, directions)


def _read_coverage(table: Table, total: Table) -> GroupCoverage:
    """Return a table of coverage with shares and intervals where enough people stand behind them."""
    groups = tuple(_share(name, *counts) for name, counts in zip(table.rows, table.cells, strict=True))
    return GroupCoverage(table.name, groups, _share(EVERYBODY, *total.cells[0]))


def _share(group: str, enrolled: int | None, served: int | None) -> GroupShare:
    if enrolled is None or served is None or enrolled < RATE_DENOMINATOR:
        return GroupShare(group, enrolled, served, None, None)
    share = Share(served, enrolled)
    return GroupShare(group, enrolled, served, share.rate, wilson_interval(share) if enrolled >= ENOUGH else None)


def _read_exchange(table: Table, attribute: str) -> Exchange:
    return Exchange(attribute, table.rows, table.cells)


def _read_levels(table: Table, directions: Table) -> LevelTable:
    return LevelTable(table.rows, table.columns, table.cells, tuple(count or 0 for count in directions.cells[0]))
