"""Tables for people: within eighty columns on a terminal, one line each elsewhere, and never markup from the data."""

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from mentormatch.cli.rendering import DRAWN_PROBLEMS, count, print_problems, print_summary
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.floors import GroupAccess
from mentormatch.domain.round import LostWish, StageValue
from mentormatch.files.problems import Problem
from mentormatch.files.summary import BandFigures, Coverage, DirectionFigures, FloorFigures, Load, Summary

SUMMARY = Summary(
    status="proven",
    coverage=Coverage(mentees=12_345, served=9_876, pairings=10_432),
    load=Load(mentors=2_063, used=2_001, places=10_500, places_left=68),
    directions=tuple(DirectionFigures(d, 9_999, 1_999, 12_345, 5_432, 612.345) for d in DIRECTIONS),
    bands=(BandFigures(None, 350, 0), BandFigures(350, 650, 12), BandFigures(650, None, 10_420)),
    unpaired={"mentee": {"crowded-out": 2_000, "no-candidate": 469}, "mentor": {"nobody-asked": 62}},
    lost_wishes=(LostWish("E1", "M1", "reporting-line"),),
    quarantined=("Q",),
    stages=(
        StageValue(1, "waiting:3", 17, 17),
        StageValue(1, "points", 6_543_210, 6_543_219),
        StageValue(2, "points", 12, 12),
    ),
    candidates=16_800_000,
    seconds={"scoring": 1.25, "solving": 40.0},
    total_seconds=43.21,
    memory_mb=874.6,
)


def drawn(*problems: Problem, is_terminal: bool = True, width: int = 80) -> str:
    """Return what is printed of problems."""
    console = Console(file=io.StringIO(), force_terminal=is_terminal, width=width, color_system=None, highlight=False)
    print_problems(console, problems)
    return printed(console)


def shown(summary: Summary, width: int = 80) -> str:
    """Return what is printed of a summary."""
    console = Console(file=io.StringIO(), width=width, color_system=None, highlight=False)
    print_summary(console, summary)
    return printed(console)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return re.sub("\x1b\\[[0-9;]*m", "", console.file.getvalue())


def a_problem(row: int = 2, file: str = "people.csv", **changes: str) -> Problem:
    texts = {"value": "x", "wrong": "not a whole number", "remedy": "write one"} | changes
    return Problem(file, row, "level", texts["value"], "code", texts["wrong"], texts["remedy"], ("A",))


def test_problems_stand_in_a_table_for_each_file_on_a_terminal() -> None:
    text = drawn(a_problem(file="enrolments.csv"), a_problem(), a_problem(3))
    assert [line.strip() for line in text.splitlines() if line.strip().endswith(".csv")] == [
        "enrolments.csv",
        "people.csv",
    ]
    assert re.search(r"^ 3 +level +x +not a whole number +write one", text, re.MULTILINE)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_table_is_wider_than_its_terminal_and_no_word_is_lost(width: int) -> None:
    long = a_problem(wrong=" ".join(f"word{k}" for k in range(30)), value="v" * 40)
    text = drawn(long, width=width)
    assert max(map(len, text.splitlines())) <= width
    for k in range(30):
        assert f"word{k}" in text


def test_many_problems_are_printed_as_lines_even_on_a_terminal() -> None:
    problems = [a_problem(row) for row in range(1, DRAWN_PROBLEMS + 2)]
    assert len(drawn(*problems, width=300).splitlines()) == len(problems)


def test_elsewhere_each_problem_is_one_line_however_long() -> None:
    long = a_problem(wrong="long " * 100)
    assert drawn(long, is_terminal=False) == f"{long.sentence}\n"


@pytest.mark.parametrize("is_terminal", [True, False])
def test_what_the_data_says_is_never_taken_for_markup(is_terminal: bool) -> None:
    assert "[red]x[/red]" in drawn(a_problem(value="[red]x[/red]"), is_terminal=is_terminal, width=120)


def test_numbers_have_their_nouns() -> None:
    assert [count(n, "wish", "wishes") for n in (0, 1, 2, 1_000)] == ["0 wishes", "1 wish", "2 wishes", "1,000 wishes"]


@pytest.mark.parametrize(
    "words",
    [
        r"outcome +proven: no better round exists",
        r"mentees served +9,876 of 12,345 \(80%\)",
        r"mentors used +2,001 of 2,063 \(97%\)",
        r"pairings +10,432, chosen from 16,800,000 candidates",
        r"places left +68 of 10,500 \(1%\)",
        r"time, memory +43.2 s, 875 MB",
        r"upward +downward +reverse +peer +forward",
        r"mean points +612 +612 +612 +612 +612",
        r"650 and more +10,420",
        r"350 to 649 +12",
        r"under 350 +0",
        r"mentee +crowded-out +2,000",
        r"mentor +nobody-asked +62",
        r"1 wish that a rule overruled:\n  E1 wished for M1: reporting-line",
        r"1 person was set aside",
        r"waiting:3 +17 proven +served who",
        r"points +6,543,210 of at most 6,543,219 +12 proven +points",
    ],
)
def test_the_summary_says_it_all(words: str) -> None:
    assert re.search(words, shown(SUMMARY))


def test_the_summary_fits_into_eighty_columns_whatever_its_size() -> None:
    assert max(map(len, shown(SUMMARY).splitlines())) <= 80


def test_an_empty_round_has_a_summary_without_divisions_by_zero() -> None:
    one_band = (BandFigures(None, None, 0),)
    nobody, nothing = Coverage(0, 0, 0), Load(0, 0, 0, 0)
    empty = Summary("proven", nobody, nothing, (), one_band, {}, (), (), (), 0, {}, 0.0, 0.0)
    text = shown(empty)
    assert re.search(r"mentees served +0 of 0 *\n", text)
    assert re.search(r"any +0", text)
    assert "Without a place" not in text


def test_of_many_lost_wishes_the_first_are_shown_and_the_rest_counted() -> None:
    wishes = tuple(LostWish(f"E{k}", "M", "avoid") for k in range(25))
    text = shown(Summary(**{name: getattr(SUMMARY, name) for name in SUMMARY.__slots__} | {"lost_wishes": wishes}))
    assert "25 wishes that a rule overruled:" in text
    assert "E9 wished" in text
    assert "E10 wished" not in text
    assert "and 15 more, all in summary.json" in text


def test_the_access_of_each_group_is_told_and_which_groups_are_too_small() -> None:
    small = tuple(GroupAccess(f"Team {n}", n + 1, 0) for n in range(12))
    figures = FloorFigures("department", 80, 73, 0.61, (GroupAccess("[red]Sales[/red]", 1_000, 610),), small)
    text = drawn_summary(replace(SUMMARY, floors=figures))
    assert "Access by department" in text
    assert re.search(r"\[red\]Sales\[/red\] +610 of 1,000 \(61%\)", text)
    told = "Each group gets at least 73 % of the best rate, first places counted."
    assert f"{told} The policy asks for 80 %: no plan reaches that." in text
    assert "Too small for an access floor: Team 0 (1), Team 1 (2)" in text
    assert "Team 9 (10) and 2 more, all in summary.json." in text


def test_a_share_that_is_reached_needs_no_word_about_what_was_asked() -> None:
    figures = FloorFigures("level", 80, 80, 0.5, (GroupAccess("3", 20, 10),), ())
    text = drawn_summary(replace(SUMMARY, floors=figures))
    assert "asks for" not in text
    assert "Too small" not in text


def drawn_summary(summary: Summary) -> str:
    """Return what is printed of a summary on a wide terminal."""
    console = Console(file=io.StringIO(), force_terminal=True, width=200, color_system=None, highlight=False)
    print_summary(console, summary)
    return printed(console)
