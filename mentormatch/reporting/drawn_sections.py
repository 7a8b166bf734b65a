"""The sections with figures; beside each figure stands a table with the same numbers."""

from collections.abc import Iterator, Sequence
from functools import partial

from mentormatch.charts.drawing import SHADES, draw
from mentormatch.charts.flow import Stream, flow
from mentormatch.charts.marks import (
    Bar,
    CurvePoint,
    HeatCell,
    Interval,
    Stack,
    bars,
    curve,
    heat,
    intervals,
    stacks,
)
from mentormatch.explanation.trade_off import TradeOffPoint
from mentormatch.files.figure_names import band_name
from mentormatch.reporting import notes
from mentormatch.reporting.figures import MentorLoad, Report
from mentormatch.reporting.groups import Exchange, GroupCoverage, LevelTable
from mentormatch.reporting.layout import Panel, Section, TableView, count, number, percent, shown

MOST_MENTORS = 300
"""Mentors whom the table by id lists."""
SAME_NUMBERS = "The table beside it holds the same numbers."


def drawn_sections(report: Report) -> Iterator[Section]:
    """Yield the sections in the order of the page."""
    yield bands_section(report)
    yield load_section(report.loads)
    if report.groups.exchange is not None and report.groups.exchange.labels:
        yield exchange_section(report.groups.exchange)
    if report.groups.coverage:
        yield coverage_section(report.groups.coverage)
    yield flow_section(report.groups.mentor_levels, report.groups.mentee_levels)
    yield trade_off_section(report.trade_off)


def bands_section(report: Report) -> Section:
    """Return how many pairings fall into each quality band, the best on top."""
    found = list(reversed(report.summary.bands))
    data = [Bar(band_name(band), band.pairings) for band in found]
    table = TableView(
        "Pairings in each quality band", ("points", "pairings"), tuple((bar.label, number(bar.count)) for bar in data)
    )
    about = f"Bars: how many pairings fall into each quality band. {SAME_NUMBERS}"
    plot = draw("bands", "Pairings in each quality band", about, partial(bars, data, "pairings"))
    return Section("bands", "Quality of the pairings", notes.BANDS, (Panel(plot, (table,)),))


def load_section(loads: Sequence[MentorLoad]) -> Section:
    """Return how many mentees the mentors take, and who has room."""
    data = list(_load_stacks(loads))
    rows = tuple((one.label, number(one.first), number(one.second), number(one.first + one.second)) for one in data)
    heads = ("mentees of one mentor", "mentors without a place left", "mentors with room", "mentors")
    about = f"Bars: how many mentors have so many mentees, with and without a place left. {SAME_NUMBERS}"
    build = partial(stacks, data, ("no place left", "room for more"), "mentors")
    table = TableView("Mentees of each mentor", heads, rows)
    panel = Panel(draw("load", "Mentees of each mentor", about, build), (table,))
    return Section("load", "Load of the mentors", notes.LOAD, (panel,), (_mentor_table(loads),))


def _load_stacks(loads: Sequence[MentorLoad]) -> Iterator[Stack]:
    """Yield the mentors by their number of mentees, the most on top."""
    most = max((load.mentees for load in loads), default=0)
    for mentees in range(most, -1, -1):
        free = [load.mentees < load.places for load in loads if load.mentees == mentees]
        yield Stack(count(mentees, "mentee", "mentees"), len(free) - sum(free), sum(free))


def _mentor_table(loads: Sequence[MentorLoad]) -> TableView:
    """Return the mentors by id, for HR alone."""
    listed = loads[:MOST_MENTORS]
    caption = "Mentors by id, those with most places left first; for HR only"
    if len(loads) > len(listed):
        caption += f" (the first {len(listed):,} of {len(loads):,}; pairings.csv has all)"
    rows = ((one.mentor_id, *map(number, (one.places, one.mentees, one.mean_points))) for one in listed)
    return TableView(caption, ("mentor", "places", "mentees", "mean points"), tuple(rows), folded=True)


def exchange_section(exchange: Exchange) -> Section:
    """Return between which units the pairings run."""
    unit, labels = exchange.attribute, exchange.labels
    largest = max((cell for row in exchange.counts for cell in row if cell is not None), default=0)
    cells = [
        HeatCell(row, column, cell, 0 if cell is None else _shade(cell, largest))
        for row, counts in enumerate(exchange.counts)
        for column, cell in enumerate(counts)
    ]
    title = f"Pairings by {unit} of mentor and mentee"
    axes = (f"{unit} of the mentor", f"{unit} of the mentee, numbered as the rows")
    about = f"A heat map: the stronger the colour, the more pairings; cells without a number are hidden. {SAME_NUMBERS}"
    plot = draw("exchange", title, about, partial(heat, cells, labels, axes))
    rows = tuple(
        (f"{k} {label}", *map(shown, counts))
        for k, (label, counts) in enumerate(zip(labels, exchange.counts, strict=True), start=1)
    )
    heads = (f"mentor's {unit}", *(str(k) for k in range(1, len(labels) + 1)))
    table = TableView(f"Pairings by {unit}; columns are numbered as the rows", heads, rows)
    return Section("exchange", f"Between {unit}s", notes.EXCHANGE + notes.HIDDEN_COUNTS, (Panel(plot, (table,)),))


def _shade(cell: int, largest: int) -> int:
    """Return the class of a count, in classes of equal width up to the largest; zero is the palest."""
    return 0 if not cell else 1 + (cell - 1) * (SHADES - 1) // largest


def coverage_section(coverages: Sequence[GroupCoverage]) -> Section:
    """Return which share of each group has a mentor."""
    return Section(
        "coverage", "Coverage by group", notes.COVERAGE + notes.HIDDEN_COUNTS, tuple(map(_coverage_panel, coverages))
    )


def _coverage_panel(coverage: GroupCoverage) -> Panel:
    """Return the figure and table of one attribute."""
    title = f"Mentees with a mentor, by {coverage.attribute}"
    drawn = [
        Interval(group.group, group.share, group.interval.low, group.interval.high)
        for group in coverage.groups
        if group.share is not None and group.interval is not None
    ]
    about = f"Dots with intervals: the share of mentees with a mentor in each {coverage.attribute}. {SAME_NUMBERS}"
    build = partial(intervals, drawn, coverage.everybody.share or 0.0, "mentees with a mentor")
    rows = tuple(
        (
            group.group,
            shown(group.enrolled),
            shown(group.served),
            "–" if group.share is None else percent(group.share),
            "–" if group.interval is None else f"{percent(group.interval.low)} to {percent(group.interval.high)}",
        )
        for group in (*coverage.groups, coverage.everybody)
    )
    heads = (coverage.attribute, "mentees", "with a mentor", "share", "95% interval")
    return Panel(draw(f"coverage-{coverage.attribute}", title, about, build), (TableView(title, heads, rows),))


def flow_section(mentors: LevelTable, mentees: LevelTable) -> Section:
    """Return the levels and directions between which the pairings run."""
    title = "Pairings from mentors' levels over directions to mentees' levels"
    streams = [list(_streams(table)) for table in (mentors, mentees)]
    build = partial(flow, streams[0], streams[1], mentors.directions, ("mentors", "direction", "mentees"))
    about = f"Ribbons as wide as the pairings are many. {SAME_NUMBERS}"
    sides = {"mentor": mentors, "mentee": mentees}
    tables = tuple(_level_table(f"Pairings by level of the {side}", levels) for side, levels in sides.items())
    panel = Panel(draw("flow", title, about, build), tables)
    return Section("flow", "Levels and directions", notes.FLOW + notes.HIDDEN_COUNTS, (panel,))


def _streams(table: LevelTable) -> Iterator[Stream]:
    """Yield what is shown of a side, level by level, and the rest of each direction at the end."""
    rest = list(table.totals)
    for level, counts in zip(table.levels, table.counts, strict=True):
        for k, (direction, cell) in enumerate(zip(table.directions, counts, strict=True)):
            if cell:
                rest[k] -= cell
                yield Stream(level, direction, cell)
    for direction, left in zip(table.directions, rest, strict=True):
        if left:
            yield Stream("others", direction, left)


def _level_table(caption: str, table: LevelTable) -> TableView:
    rows = [(level, *map(shown, counts)) for level, counts in zip(table.levels, table.counts, strict=True)]
    rows.append(("all", *map(number, table.totals)))
    return TableView(caption, ("level", *table.directions), tuple(rows))


def trade_off_section(points: Sequence[TradeOffPoint]) -> Section:
    """Return what another quality floor would do; the section says so if that was not worked out."""
    title = "Trade-off between quality and people served"
    if not points:
        return Section("trade-off", title, notes.NO_TRADE_OFF)
    data = [
        CurvePoint(_floor_name(point), point.served, point.mean_points, point.is_current)
        for point in points
        if point.mean_points is not None
    ]
    about = f"A curve: people served and mean points under each quality floor. {SAME_NUMBERS}"
    build = partial(curve, data, ("mentees with a mentor", "mean points"))
    rows = tuple(
        (
            _floor_name(point),
            *map(number, (point.served, point.pairings, point.mean_points)),
            "yes" if point.is_proven else "no",
        )
        for point in points
    )
    heads = ("quality floor", "mentees with a mentor", "pairings", "mean points", "proven")
    panel = Panel(draw("trade-off", title, about, build), (TableView(title, heads, rows),))
    return Section("trade-off", title, notes.TRADE_OFF, (panel,))


def _floor_name(point: TradeOffPoint) -> str:
    return f"{point.floor} (now)" if point.is_current else str(point.floor)
