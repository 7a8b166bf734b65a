"""An attacker who reads all tables of a report at once, with a linear programme of their own, learns no small count."""

from collections.abc import Iterator, Sequence
from random import Random

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from mentormatch.audit.cells import THRESHOLD, Table
from mentormatch.audit.solved_round import SolvedRound
from mentormatch.domain.direction import Direction
from mentormatch.reporting import groups
from mentormatch.reporting.groups import GroupFigures, LevelTable, group_figures
from tests.factories import Member, a_mentee, a_mentor
from tests.unit.audit.plans import a_plan, an_open_round

Key = tuple[str, str, str]
"""Table, row, column."""
Line = dict[Key, int]
"""A sum of cells times factors."""


def a_firm(seed: int) -> SolvedRound:
    """Return a plan of a firm with departments and levels of very different sizes; every fourth mentee waits."""
    random, members, pairs = Random(seed), list[Member](), list[tuple[str, str]]()
    sizes = [random.choice((1, 2, 3, 6, 12, 30)) for _ in range(random.randint(3, 5))]
    for number in range(random.randint(60, 120)):
        way = random.choice((Direction.UPWARD, Direction.UPWARD, Direction.PEER))
        unit, home = (f"D{random.choices(range(len(sizes)), sizes)[0]}" for _ in range(2))
        low, high = random.choice((1, 1, 1, 1, 2, 2, 3)), random.choice((2, 3, 3, 3, 4, 5))
        members.append(a_mentee(f"E{number:03}", way, department=unit, level=low))
        if number % 4:
            members.append(a_mentor(f"M{number:03}", way, department=home, level=high))
            pairs.append((f"M{number:03}", f"E{number:03}"))
    return a_plan(an_open_round(members, []), *pairs)


def cells_of(figures: GroupFigures) -> dict[Key, int | None]:
    """Return every count of the tables."""
    found: dict[Key, int | None] = {}
    for coverage in figures.coverage:
        for group in coverage.groups:
            found[coverage.attribute, group.group, "enrolled"] = group.enrolled
            found[coverage.attribute, group.group, "served"] = group.served
    assert figures.exchange is not None
    for row, counts in zip(figures.exchange.labels, figures.exchange.counts, strict=True):
        found |= {("exchange", row, column): n for column, n in zip(figures.exchange.labels, counts, strict=True)}
    for side, table in (("mentor", figures.mentor_levels), ("mentee", figures.mentee_levels)):
        for row, counts in zip(table.levels, table.counts, strict=True):
            found |= {(side, row, column): n for column, n in zip(table.directions, counts, strict=True)}
    return found


def knowledge(figures: GroupFigures, keys: Sequence[Key]) -> Iterator[tuple[Line, int]]:
    """Yield what adds up to what, for anybody who reads the page; everybody served has one pairing."""
    for coverage in figures.coverage:
        for column, total in (("enrolled", coverage.everybody.enrolled), ("served", coverage.everybody.served)):
            assert total is not None
            yield {key: 1 for key in keys if key[0] == coverage.attribute and key[2] == column}, total
    for side, table in (("mentor", figures.mentor_levels), ("mentee", figures.mentee_levels)):
        yield from _totals(side, table, keys)
    for key in keys:
        if key[0] == "department" and key[2] == "served":
            parts = {part: -1 for part in keys if part[0] == "exchange" and part[2] == key[1]}
            yield {key: 1} | parts, 0
        if key[0] == "level" and key[2] == "served":
            parts = {part: -1 for part in keys if part[0] == "mentee" and part[1] == f"level {key[1]}"}
            yield {key: 1} | parts, 0


def _totals(side: str, table: LevelTable, keys: Sequence[Key]) -> Iterator[tuple[Line, int]]:
    for direction, total in zip(table.directions, table.totals, strict=True):
        yield {key: 1 for key in keys if key[0] == side and key[2] == direction}, total


def largest_possible(figures: GroupFigures, cell: Key) -> int:
    """Return the largest count that a cell may have, as far as anybody can tell from the page."""
    cells = cells_of(figures)
    keys = list(cells)
    place = {key: number for number, key in enumerate(keys)}
    known = np.array([np.nan if cells[key] is None else float(cells[key] or 0) for key in keys])
    bounds = Bounds(np.nan_to_num(known, nan=0.0), np.nan_to_num(known, nan=np.inf))
    rows, low, high = list[np.ndarray](), list[float](), list[float]()
    for line, total in knowledge(figures, keys):
        rows.append(_row(line, place))
        low.append(total)
        high.append(total)
    for key in keys:
        if key[2] == "served":
            rows.append(_row({(key[0], key[1], "enrolled"): 1, key: -1}, place))
            low.append(0)
            high.append(np.inf)
    answer = milp(
        -_row({cell: 1}, place),
        integrality=np.ones(len(keys)),
        bounds=bounds,
        constraints=LinearConstraint(np.array(rows), low, high),
    )
    assert answer.success, answer.message
    return round(float(-answer.fun))


def _row(line: Line, place: dict[Key, int]) -> np.ndarray:
    row = np.zeros(len(place))
    for key, factor in line.items():
        row[place[key]] = factor
    return row


def _show_all(tables: Sequence[Table], *_: object) -> tuple[Table, ...]:
    return tuple(tables)


def _hide_small(tables: Sequence[Table], *_: object) -> tuple[Table, ...]:
    """Hide small counts and nothing else."""
    hidden = [tuple(tuple(None if 0 < (n or 0) < THRESHOLD else n for n in row) for row in t.cells) for t in tables]
    return tuple(
        Table(t.name, t.rows, t.columns, cells, t.threshold, t.is_funnel)
        for t, cells in zip(tables, hidden, strict=True)
    )


def small_cells(solved: SolvedRound, monkeypatch: pytest.MonkeyPatch) -> list[Key]:
    """Return the cells whose true count is small."""
    with monkeypatch.context() as patch:
        patch.setattr(groups, "suppress", _show_all)
        true = cells_of(group_figures(solved))
    return [key for key, count in true.items() if 0 < (count or 0) < THRESHOLD]


@pytest.mark.parametrize("seed", range(12))
def test_no_small_count_can_be_told_from_all_tables_together(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    solved = a_firm(seed)
    small = small_cells(solved, monkeypatch)
    figures = group_figures(solved)
    shown = cells_of(figures)
    assert small
    assert [key for key in small if shown[key] is not None] == []
    assert [key for key in small if largest_possible(figures, key) < THRESHOLD] == []


def test_the_attack_succeeds_where_only_small_counts_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    told = 0
    for seed in range(6):
        solved = a_firm(seed)
        small = small_cells(solved, monkeypatch)
        with monkeypatch.context() as patch:
            patch.setattr(groups, "suppress", _hide_small)
            figures = group_figures(solved)
        told += sum(largest_possible(figures, key) < THRESHOLD for key in small)
    assert told > 10
