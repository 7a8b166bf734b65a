"""A repair in words and tables for people, and as JSON for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mentormatch.cli.mending import Repaired
from mentormatch.cli.rendering import count, new_table, print_line
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.vector import Vector
from mentormatch.files.figure_names import band_name
from mentormatch.files.summary import BandFigures
from mentormatch.matching.repair import pair_of
from mentormatch.matching.repair_report import Concerned, Cost


def print_repair(console: Console, done: Repaired) -> None:
    """Print what stays, what ended, what is new, who is concerned, and what it costs."""
    for line in _lines(done):
        print_line(console, line)
    if done.new:
        console.print(_new(done.new))
    if done.concerned:
        console.print(_concerned(done.concerned))
    console.print(_cost(done.cost, done.plan.round.policy.bands))
    kept = count(len(done.plan.kept), "pairing that was kept", "pairings that were kept")
    if done.full_status != "proven":
        print_line(console, "The full solve was stopped before its proof was complete; this is the best it found.")
    print_line(console, f"A full solve would end {done.cost.ended:,} of the {kept}.")
    print_line(console, f"Written to {done.target}.")


def write_repair(done: Repaired) -> str:
    """Return a repair as JSON; pairs are written mentor first."""
    plan = done.plan
    data = {
        "status": done.status,
        "written_to": str(done.target),
        "kept": len(plan.kept),
        "declined": [pair_of(pairing) for pairing in plan.declined],
        "left": [pair_of(pairing) for pairing in plan.left],
        "let_go": [asdict(one) for one in plan.let_go],
        "new": [asdict(pairing) for pairing in done.new],
        "concerned": [asdict(one) for one in done.concerned],
        "cost": asdict(done.cost),
        "full_status": done.full_status,
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _lines(done: Repaired) -> Iterator[str]:
    """Yield what became of the old pairings, a sentence each."""
    plan = done.plan
    if done.status != "proven":
        yield "Stopped before the proof was complete: this is the best that was found."
    yield f"{count(len(plan.kept), 'pairing stays as it was', 'pairings stay as they were')}."
    for pairing in plan.declined:
        yield f"{pairing.mentor_id} and {pairing.mentee_id}: declined, and not to be paired again in this round."
    for pairing in plan.left:
        yield f"{pairing.mentor_id} and {pairing.mentee_id}: ended, as one of the two has left."
    for one in plan.let_go:
        yield f"{one.mentor_id} and {one.mentee_id}: let go; {one.why}."
    if not done.new:
        yield "Nobody new could be paired."


def _new(pairings: Sequence[Pairing]) -> Table:
    """Return the new pairings."""
    table = new_table("New pairings", "mentor", "mentee", "direction", "points")
    table.columns[-1].justify = "right"
    for pairing in pairings:
        table.add_row(Text(pairing.mentor_id), Text(pairing.mentee_id), pairing.direction, f"{pairing.points:,}")
    return table


def _concerned(people: Sequence[Concerned]) -> Table:
    """Return what became of the people whose pairing ended."""
    table = new_table("People whose pairing ended", "person", "role", "now")
    for one in people:
        table.add_row(Text(one.person_id), one.role, Text(_now(one)))
    return table


def _now(one: Concerned) -> str:
    """Return whom somebody has now, or why nobody."""
    parts = [f"new: {', '.join(one.new)}"] if one.new else []
    parts += [f"still: {', '.join(one.still)}"] if one.still else []
    return "; ".join(parts) or f"nobody ({one.why}). {one.remedy}"


def _cost(cost: Cost, bounds: Sequence[int]) -> Table:
    """Return the vectors of the plans beside each other, and how far the repair stays behind a full solve."""
    columns = "before", "repaired", "full solve", "repaired less full"
    table = new_table("What it costs to keep", "", *columns, right=True)
    vectors = cost.before, cost.repair, cost.full, cost.repair - cost.full
    for name, *figures in zip(_names(bounds), *(vector_figures(vector) for vector in vectors), strict=True):
        table.add_row(name, *(f"{figure:,}" for figure in figures))
    return table


def _names(bounds: Sequence[int]) -> list[str]:
    """Return what the figures of a vector are called."""
    return ["mentees served", "pairings", *band_names(bounds), "second and further places", "points"]


def band_names(bounds: Sequence[int]) -> list[str]:
    """Return the bands of a policy in words, the best first."""
    edges = (None, *bounds, None)
    return [band_name(BandFigures(edges[band], edges[band + 1], 0)) for band in reversed(range(len(bounds) + 1))]


def vector_figures(vector: Vector) -> list[int]:
    """Return the figures of a vector in the order in which they are shown, the best band first."""
    return [vector.served, vector.pairings, *reversed(vector.bands), vector.load, vector.points]
