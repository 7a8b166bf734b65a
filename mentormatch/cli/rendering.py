"""Problems and figures as tables for people, within 80 columns on a terminal and one line each elsewhere."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mentormatch.domain.round import Round, StageValue
from mentormatch.files.figure_names import band_name, what_counts
from mentormatch.files.folder import RoundFolder
from mentormatch.files.problems import Notice, Problem
from mentormatch.files.summary import BandFigures, DirectionFigures, FloorFigures, Summary

DRAWN_PROBLEMS = 200
"""Problems that are drawn as a table; more are printed as lines, which is quicker to print and to search."""
SHOWN_WISHES = 10
SHOWN_GROUPS = 10


def print_problems(console: Console, problems: Sequence[Problem]) -> None:
    """Print problems: a table for each file on a terminal, else a line each."""
    if not console.is_terminal or len(problems) > DRAWN_PROBLEMS:
        for problem in problems:
            print_line(console, problem.sentence)
        return
    for file, group in groupby(problems, key=lambda problem: problem.file):
        table = new_table(file, "row", "column", "value", "what is wrong", "what to do")
        for problem in group:
            cells = str(problem.row or ""), problem.column, problem.value, problem.wrong, problem.remedy
            table.add_row(*map(Text, cells))
        console.print(table)


def print_notices(console: Console, notices: Iterable[Notice]) -> None:
    """Print what the readers noticed and what stops nothing."""
    for notice in notices:
        print_line(console, f"{notice.file}: {notice.text}")


def print_line(console: Console, line: str) -> None:
    """Print a sentence as it is: no markup, no breaks."""
    console.print(Text(line), soft_wrap=True)


def count(number: int, one: str, many: str) -> str:
    """Return a number with its noun: ``1 problem``, ``1,482 problems``."""
    return f"{number:,} {one if number == 1 else many}"


def count_problems(folder: RoundFolder) -> str:
    """Return how much is wrong with a folder, and how much of that could be set aside."""
    concerned = {person_id for problem in folder.problems for person_id in problem.person_ids}
    blocking = sum(not problem.can_be_quarantined for problem in folder.problems)
    text = count(len(folder.problems), "problem", "problems")
    if blocking == 0:
        return f"{text}; {count(len(concerned), 'person', 'people')} concerned: --quarantine sets them aside."
    return f"{text}; {blocking:,} of them cannot be helped by --quarantine."


def print_contents(console: Console, matching_round: Round) -> None:
    """Print how much a round holds."""
    enrolments = matching_round.enrolments
    mentees = count(sum(enrolment.is_mentee for enrolment in enrolments), "mentee", "mentees")
    mentors = count(sum(enrolment.is_mentor for enrolment in enrolments), "mentor", "mentors")
    people = count(len(matching_round.people), "person", "people")
    print_line(console, f"{people}, {len(enrolments):,} enrolled: {mentees}, {mentors}.")
    if matching_round.history:
        print_line(console, f"{count(len(matching_round.history), 'past pairing', 'past pairings')}.")
    if matching_round.locks:
        print_line(console, f"{count(len(matching_round.locks), 'lock', 'locks')}.")


def print_summary(console: Console, summary: Summary) -> None:
    """Print the figures of a match."""
    console.print(_headline(summary))
    console.print(_directions(summary.directions))
    console.print(_bands(summary.bands))
    if summary.floors is not None:
        print_floors(console, summary.floors)
    if summary.unpaired:
        console.print(_unpaired(summary))
    _print_wishes(console, summary)
    if summary.quarantined:
        people = count(len(summary.quarantined), "person was", "people were")
        print_line(console, f"{people} set aside for problems in their data; summary.json names them.")
    if summary.stages:
        console.print(_stages(summary))


def new_table(title: str, *columns: str, right: bool = False) -> Table:
    """Return an empty table; with ``right`` all columns but the first hold numbers."""
    table = Table(title=Text(title, "bold"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if right and place else "left", overflow="fold")
    return table


def _headline(summary: Summary) -> Table:
    """Return the figures that matter first."""
    coverage, load = summary.coverage, summary.load
    table = Table(show_header=False, box=box.SIMPLE_HEAD, pad_edge=False)
    proven = "proven: no better round exists" if summary.status == "proven" else "stopped before the proof was complete"
    rows = {
        "outcome": proven,
        "mentees served": share_of(coverage.served, coverage.mentees),
        "mentors used": share_of(load.used, load.mentors),
        "pairings": f"{coverage.pairings:,}, chosen from {summary.candidates:,} candidates",
        "places left": share_of(load.places_left, load.places),
        "time, memory": f"{summary.total_seconds:.1f} s, {summary.memory_mb:,.0f} MB",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def share_of(part: int, whole: int) -> str:
    """Return a part of a whole as numbers and, where there is any, as a share: ``3 of 4 (75%)``."""
    return f"{part:,} of {whole:,}" + (f" ({part / whole:.0%})" if whole else "")


def _directions(directions: Sequence[DirectionFigures]) -> Table:
    """Return the directions side by side."""
    table = new_table("Directions", "", *(figures.direction for figures in directions), right=True)
    table.add_row("mentees who asked", *(f"{figures.mentees:,}" for figures in directions))
    table.add_row("mentors who offered", *(f"{figures.mentors:,}" for figures in directions))
    table.add_row("places offered", *(f"{figures.places:,}" for figures in directions))
    table.add_row("pairings", *(f"{figures.pairings:,}" for figures in directions))
    table.add_row("mean points", *("-" if f.mean_points is None else f"{f.mean_points:.0f}" for f in directions))
    return table


def _bands(bands: Sequence[BandFigures]) -> Table:
    """Return the pairings of each quality band, the best on top."""
    table = new_table("Quality bands", "points", "pairings", right=True)
    for figures in reversed(bands):
        table.add_row(band_name(figures), f"{figures.pairings:,}")
    return table


def print_floors(console: Console, floors: FloorFigures) -> None:
    """Print how each group fared, and the groups that are too small for a floor."""
    table = new_table(f"Access by {floors.by}", "group", "mentees served", right=True)
    for group in floors.groups:
        table.add_row(Text(group.name), share_of(group.served, group.size))
    console.print(table)
    asked = "" if floors.reached == floors.asked else f" The policy asks for {floors.asked} %: no plan reaches that."
    print_line(console, f"Each group gets at least {floors.reached} % of the best rate, first places counted.{asked}")
    small = [f"{group.name} ({group.size})" for group in floors.too_small]
    if small:
        more = f" and {len(small) - SHOWN_GROUPS} more, all in summary.json" if len(small) > SHOWN_GROUPS else ""
        print_line(console, f"Too small for an access floor: {', '.join(small[:SHOWN_GROUPS])}{more}.")


def _unpaired(summary: Summary) -> Table:
    """Return how many people are left out, by role and reason."""
    table = new_table("Without a place", "role", "reason", "people")
    table.columns[-1].justify = "right"
    for role, reasons in summary.unpaired.items():
        for reason, people in reasons.items():
            table.add_row(Text(role), Text(reason), f"{people:,}")
    return table


def _print_wishes(console: Console, summary: Summary) -> None:
    """Print the wishes that a rule overruled."""
    wishes = summary.lost_wishes
    if wishes:
        print_line(console, f"{count(len(wishes), 'wish', 'wishes')} that a rule overruled:")
    for wish in wishes[:SHOWN_WISHES]:
        print_line(console, f"  {wish.person_id} wished for {wish.wished_id}: {wish.rule}")
    if len(wishes) > SHOWN_WISHES:
        print_line(console, f"  and {len(wishes) - SHOWN_WISHES:,} more, all in summary.json")


def _stages(summary: Summary) -> Table:
    """Return what each stage reached, in words, a column for each pass."""
    passes = sorted({stage.pass_number for stage in summary.stages})
    values = {(stage.name, stage.pass_number): _stage_value(stage) for stage in summary.stages}
    table = new_table("Stages, the most important first", "stage", *(f"pass {number}" for number in passes), right=True)
    for column in table.columns:
        column.no_wrap = True
    table.add_column("what counts", overflow="fold")
    for name in dict.fromkeys(stage.name for stage in summary.stages):
        table.add_row(name, *(values.get((name, number), "") for number in passes), what_counts(name, summary.bands))
    return table


def _stage_value(stage: StageValue) -> str:
    if stage.value == stage.bound:
        return f"{stage.value:,} proven"
    return f"{stage.value:,} of at most {stage.bound:,}"
