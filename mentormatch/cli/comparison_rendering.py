"""A comparison of two outcomes as tables for people, and as JSON for programs."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mentormatch.cli.rendering import count, new_table, print_line, share_of
from mentormatch.cli.repair_rendering import band_names, vector_figures
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Pairing
from mentormatch.matching.comparison import Comparison, GroupCoverage, Share, SideFigures

SHOWN_PAIRINGS = 20
"""Pairings that are printed of each kind; JSON holds all of them."""
Cells = tuple[str, str, str, str]
"""What is counted, both figures, and the difference."""


def print_comparison(console: Console, found: Comparison) -> None:
    """Print two outcomes side by side."""
    kinds = (f"{len(found.kept):,} kept", f"{len(found.added):,} added", f"{len(found.removed):,} removed")
    changed = count(len(found.changed), "kept pairing has", "kept pairings have")
    print_line(console, f"Pairings: {', '.join(kinds)}; {changed} another direction or other points.")
    _print_pairings(console, "Removed", found.removed)
    _print_pairings(console, "Added", found.added)
    before, after = found.before, found.after
    console.print(_figures("Figures", _rows(before, after)))
    console.print(_figures("Directions: pairings and mean points", _directions(before, after)))
    console.print(_figures("Mentors by the number of their mentees", _loads(before, after)))
    _print_counts(console, "Without a place", before.unpaired, after.unpaired)
    _print_counts(console, "Stage values by pass", before.stages, after.stages)
    if before.locked or after.locked:
        print_line(console, "Pairings that locks demand stand before the first pass and count in no stage.")
    for attribute, groups in groupby(found.groups, key=lambda group: group.attribute):
        console.print(_figures(f"Mentees served by {attribute}", map(_group, groups)))


def write_comparison(found: Comparison) -> str:
    """Return a comparison as JSON; of the kept pairings those are listed that have changed."""
    data = {
        "added": [asdict(pairing) for pairing in found.added],
        "removed": [asdict(pairing) for pairing in found.removed],
        "kept": len(found.kept),
        "changed": [asdict(one) for one in found.changed],
        "before": _side_data(found.before),
        "after": _side_data(found.after),
        "groups": [_group_data(group) for group in found.groups],
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _print_pairings(console: Console, title: str, pairings: Sequence[Pairing]) -> None:
    """Print the first pairings of a kind, a line each."""
    for pairing in pairings[:SHOWN_PAIRINGS]:
        who = f"{pairing.mentor_id} mentors {pairing.mentee_id}"
        print_line(console, f"  {title}: {who} ({pairing.direction}, {pairing.points:,} points)")
    if len(pairings) > SHOWN_PAIRINGS:
        print_line(console, f"  {title}: {len(pairings) - SHOWN_PAIRINGS:,} more, all with --format json")


def _print_counts[T](
    console: Console, title: str, before: Mapping[tuple[T, str], int], after: Mapping[tuple[T, str], int]
) -> None:
    """Print counts by two words, those of either side."""
    keys = list(dict.fromkeys([*before, *after]))
    if keys:
        named = ((f"{one} {other}", before.get((one, other)), after.get((one, other))) for one, other in keys)
        console.print(_figures(title, (_counted(*row) for row in named)))


def _figures(title: str, rows: Iterable[Cells]) -> Table:
    """Return a table of figures side by side."""
    table = new_table(title, "", "first", "second", "difference", right=True)
    for name, *cells in rows:
        table.add_row(Text(name), *cells)
    return table


def _counted(name: str, before: int | None, after: int | None) -> Cells:
    """Return a row of whole numbers; a figure that one side does not have is a dash."""
    difference = "" if before is None or after is None else f"{after - before:+,}"
    return name, _shown(before), _shown(after), difference


def _shown(figure: int | None) -> str:
    return "-" if figure is None else f"{figure:,}"


def _rows(before: SideFigures, after: SideFigures) -> Iterator[Cells]:
    """Yield coverage, load, points and bands; bands only where both policies have the same."""
    yield _group(GroupCoverage("", "coverage", *(Share(side.vector.served, side.mentees) for side in (before, after))))
    names = ["mentees served", "pairings", "second and further places", "points"]
    vectors = [vector_figures(side.vector) for side in (before, after)]
    if before.band_bounds == after.band_bounds:
        names[2:2] = [f"pairings at {name}" for name in band_names(before.band_bounds)]
    else:
        vectors = [[*figures[:2], *figures[-2:]] for figures in vectors]
    for name, old, new in zip(names, *vectors, strict=True):
        yield _counted(name, old, new)
    yield _counted("pairings that locks demand", before.locked, after.locked)
    yield _counted("mentors", before.mentors, after.mentors)
    yield _counted("mentors used", before.mentors_used, after.mentors_used)
    yield _counted("most mentees of one mentor", before.most, after.most)


def _directions(before: SideFigures, after: SideFigures) -> Iterator[Cells]:
    """Yield pairings and mean points of each direction."""
    for direction in DIRECTIONS:
        old, new = before.directions[direction], after.directions[direction]
        yield _counted(direction, old.pairings, new.pairings)
        means = [round(one.points / one.pairings) if one.pairings else None for one in (old, new)]
        yield _counted("  mean points", *means)


def _loads(before: SideFigures, after: SideFigures) -> Iterator[Cells]:
    """Yield how many mentors have no mentee, one, two, and so on."""
    for load in range(max(len(before.loads), len(after.loads))):
        counts = (side.loads[load] if load < len(side.loads) else 0 for side in (before, after))
        yield _counted(f"{load}", *counts)


def _group(group: GroupCoverage) -> Cells:
    """Return a row of one group."""
    before, after = group.before, group.after
    shown = share_of(before.served, before.mentees), share_of(after.served, after.mentees)
    return group.group, *shown, _points_of_rate(before, after)


def _points_of_rate(before: Share, after: Share) -> str:
    """Return the difference of two shares in percentage points (pp)."""
    if before.rate is None or after.rate is None:
        return ""
    return f"{100 * (after.rate - before.rate):+.1f} pp"


def _group_data(group: GroupCoverage) -> dict[str, object]:
    """Return a group with its rates and their difference."""
    rates = {"before_rate": group.before.rate, "after_rate": group.after.rate, "difference": group.difference}
    return {**asdict(group), **rates}


def _side_data(side: SideFigures) -> dict[str, object]:
    """Return one outcome's figures."""
    return {
        **asdict(side),
        "coverage": side.coverage,
        "unpaired": [{"role": role, "reason": reason, "people": n} for (role, reason), n in side.unpaired.items()],
        "stages": [{"pass": number, "stage": name, "value": value} for (number, name), value in side.stages.items()],
    }
