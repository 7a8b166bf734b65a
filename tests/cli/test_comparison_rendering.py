"""Two outcomes in tables: a row for each figure of either, with the difference, and long lists cut short."""

import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from mentormatch.cli.comparison_rendering import SHOWN_PAIRINGS, print_comparison, write_comparison
from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.pairing import Criterion, Pairing, Role
from mentormatch.domain.vector import Vector
from mentormatch.matching.comparison import (
    ChangedPairing,
    Comparison,
    DirectionFigures,
    GroupCoverage,
    Share,
    SideFigures,
)

NOTHING = dict.fromkeys(DIRECTIONS, DirectionFigures(0, 0))
BEFORE = SideFigures(
    mentees=10,
    mentors=6,
    vector=Vector(5, (1, 4), 1, 3_000),
    locked=0,
    mentors_used=4,
    loads=(2, 3, 1),
    band_bounds=(600,),
    directions={**NOTHING, Direction.PEER: DirectionFigures(5, 3_001)},
    unpaired={(Role.MENTEE, "crowded-out"): 5},
    stages={(1, "coverage"): 5},
)
AFTER = replace(
    BEFORE,
    mentees=8,
    vector=Vector(6, (1, 5), 0, 3_600),
    mentors_used=6,
    loads=(0, 6),
    directions={**NOTHING, Direction.UPWARD: DirectionFigures(6, 3_600)},
    unpaired={(Role.MENTEE, "no-candidate"): 2},
    stages={(1, "coverage"): 6, (2, "coverage"): 0},
)


def a_pairing(pair: str, points: int = 612) -> Pairing:
    """Return a pairing, written ``M-A`` with the mentor first."""
    mentor, mentee = pair.split("-")
    return Pairing(mentor, mentee, Direction.PEER, 1, points, 1, dict.fromkeys(Criterion, 0))


def a_comparison(**changes: Any) -> Comparison:
    """Return two outcomes side by side."""
    found = Comparison(
        before=BEFORE,
        after=AFTER,
        added=(a_pairing("M-B"),),
        removed=(a_pairing("M-A", 1_001),),
        kept=(a_pairing("N-C"), a_pairing("O-D", 700)),
        changed=(ChangedPairing(a_pairing("O-D", 690), a_pairing("O-D", 700)),),
        groups=(
            GroupCoverage("department", "Law", Share(1, 4), Share(2, 4)),
            GroupCoverage("department", "Tax", Share(0, 0), Share(1, 1)),
            GroupCoverage("level", "3", Share(2, 2), Share(1, 2)),
        ),
    )
    return replace(found, **changes)


def shown(found: Comparison, width: int = 120) -> str:
    """Return what is printed of a comparison."""
    console = Console(file=io.StringIO(), width=width, color_system=None, highlight=False)
    print_comparison(console, found)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def row(text: str, name: str) -> str:
    """Return a row of a table, each blank once."""
    return " ".join(re.findall(rf"^ *{re.escape(name)}  +(.*)$", text, re.MULTILINE)[0].split())


def test_the_first_line_counts_the_pairings() -> None:
    first = "Pairings: 2 kept, 1 added, 1 removed; 1 kept pairing has another direction or other points."
    assert shown(a_comparison()).splitlines()[0] == first


def test_pairings_that_came_and_went_are_lines() -> None:
    text = shown(a_comparison())
    assert "  Removed: M mentors A (peer, 1,001 points)\n" in text
    assert "  Added: M mentors B (peer, 612 points)\n" in text


@pytest.mark.parametrize(("number", "left"), [(SHOWN_PAIRINGS, 0), (SHOWN_PAIRINGS + 3, 3)])
def test_a_long_list_is_cut(number: int, left: int) -> None:
    text = shown(a_comparison(added=tuple(a_pairing(f"M-X{k}") for k in range(number))))
    assert text.count("Added: M mentors X") == SHOWN_PAIRINGS
    assert (f"Added: {left} more, all with --format json" in text) is (left > 0)


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("coverage", "5 of 10 (50%) 6 of 8 (75%) +25.0 pp"),
        ("mentees served", "5 6 +1"),
        ("pairings", "5 6 +1"),
        ("pairings at 600 and more", "4 5 +1"),
        ("pairings at under 600", "1 1 +0"),
        ("second and further places", "1 0 -1"),
        ("points", "3,000 3,600 +600"),
        ("mentors used", "4 6 +2"),
        ("most mentees of one mentor", "2 1 -1"),
        ("peer", "5 0 -5"),
        ("upward", "0 6 +6"),
        ("0", "2 0 -2"),
        ("2", "1 0 -1"),
        ("mentee crowded-out", "5 -"),
        ("mentee no-candidate", "- 2"),
        ("1 coverage", "5 6 +1"),
        ("2 coverage", "- 0"),
        ("Law", "1 of 4 (25%) 2 of 4 (50%) +25.0 pp"),
        ("Tax", "0 of 0 1 of 1 (100%)"),
        ("3", "2 of 2 (100%) 1 of 2 (50%) -50.0 pp"),
    ],
)
def test_each_figure_is_a_row_with_both_sides_and_the_difference(name: str, cells: str) -> None:
    assert row(shown(a_comparison()), name) == cells


def test_mean_points_are_those_of_the_pairings_there_are() -> None:
    means = re.findall(r"^ +mean points +(.*)$", shown(a_comparison()), re.MULTILINE)
    assert [" ".join(cells.split()) for cells in means] == ["- 600", "- -", "- -", "600 -", "- -"]


def test_bands_are_left_out_where_the_policies_have_others() -> None:
    text = shown(a_comparison(after=replace(AFTER, band_bounds=(500,))))
    assert "pairings at" not in text
    assert row(text, "second and further places") == "1 0 -1"


def test_demanded_pairings_are_explained_where_there_are_any() -> None:
    sentence = "Pairings that locks demand stand before the first pass and count in no stage."
    assert sentence not in shown(a_comparison())
    assert sentence in shown(a_comparison(after=replace(AFTER, locked=2)))


def test_each_attribute_has_a_table() -> None:
    text = shown(a_comparison())
    assert [line.strip() for line in text.splitlines() if "served by" in line] == [
        "Mentees served by department",
        "Mentees served by level",
    ]


@pytest.mark.parametrize("width", [60, 80])
def test_no_table_is_wider_than_its_terminal(width: int) -> None:
    tables = shown(a_comparison(), width).split("Figures")[1]
    assert max(map(len, tables.splitlines())) <= width


def test_names_are_never_taken_for_markup() -> None:
    text = shown(a_comparison(groups=(GroupCoverage("department", "[red]Law[/]", Share(1, 1), Share(1, 1)),)))
    assert "[red]Law[/]" in text


def test_the_data_has_the_rates_and_the_pairings() -> None:
    told = json.loads(write_comparison(a_comparison()))
    assert told["kept"] == 2
    assert [(one["mentor_id"], one["mentee_id"]) for one in told["removed"]] == [("M", "A")]
    assert (told["changed"][0]["before"]["points"], told["changed"][0]["after"]["points"]) == (690, 700)
    assert (told["before"]["coverage"], told["after"]["coverage"]) == (0.5, 0.75)
    assert told["before"]["loads"] == [2, 3, 1]
    assert told["before"]["unpaired"] == [{"role": "mentee", "reason": "crowded-out", "people": 5}]
    assert told["after"]["stages"][1] == {"pass": 2, "stage": "coverage", "value": 0}
    assert told["before"]["directions"]["peer"] == {"pairings": 5, "points": 3_001}
    rates = [(one["group"], one["before_rate"], one["after_rate"], one["difference"]) for one in told["groups"]]
    assert rates == [("Law", 0.25, 0.5, 0.25), ("Tax", None, 1.0, None), ("3", 1.0, 0.5, -0.5)]
