"""The commands that make up an organisation, and that show the whole way on one."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import click

AnyPath = click.Path(path_type=Path)


@click.command()
@click.argument("directory", metavar="DIR", type=AnyPath)
@click.option("--people", default=400, show_default=True, type=click.IntRange(min=1), help="How many people.")
@click.option("--seed", default=7, show_default=True, type=click.IntRange(min=0), help="Another seed, other people.")
@click.option("--hierarchy", type=AnyPath, help="A people.csv (or .csv.gz) to keep; only enrolments are drawn.")
def generate(directory: Path, people: int, seed: int, hierarchy: Path | None) -> None:
    """Write a made-up organisation with enrolments and past rounds to DIR."""
    from mentormatch.cli.rendering import count, print_contents, print_line
    from mentormatch.cli.rounds import open_consoles
    from mentormatch.files.folder import read_round
    from mentormatch.files.generated_files import write_enrolled, write_generated
    from mentormatch.files.outcome_files import check_organisation_place, write_organisation

    check_organisation_place(directory)
    files = write_generated(people, seed) if hierarchy is None else write_enrolled(hierarchy, seed)
    write_organisation(directory, files)
    console, _ = open_consoles()
    folder = read_round(directory, quarantine=True)
    if folder.round is not None:
        print_contents(console, folder.round)
    if folder.problems:
        problems = count(len(folder.problems), "problem", "problems")
        print_line(console, f"The hierarchy has {problems}; mentormatch check {directory} names each.")
    print_line(console, f"Written to {directory}.")


@click.command()
@click.argument("directory", metavar="[DIR]", required=False, type=AnyPath)
@click.option("--people", default=400, show_default=True, type=click.IntRange(min=1), help="How many people.")
@click.option("--seed", default=7, show_default=True, type=click.IntRange(min=0), help="Another seed, other people.")
def demo(directory: Path | None, people: int, seed: int) -> None:
    """Make up an organisation, match it, verify the proof and print the summary.

    The files stay in DIR, or in a temporary directory.
    """
    with _demo_directory(directory) as place:
        _show_the_way(place, people, seed)


@contextmanager
def _demo_directory(given: Path | None) -> Iterator[Path]:
    """Give the directory for the files of a demonstration; a temporary one stays only if all went well."""
    if given is not None:
        yield given
        return
    place = Path(tempfile.mkdtemp(prefix="mentormatch-demo-"))
    try:
        yield place
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _show_the_way(place: Path, people: int, seed: int) -> None:
    """Go from a made-up organisation to a verified outcome."""
    from mentormatch.cli.rendering import print_line, print_summary
    from mentormatch.cli.rounds import Effort, match_into, open_consoles, verify_outcome
    from mentormatch.files.folder import read_round
    from mentormatch.files.generated_files import write_generated
    from mentormatch.files.outcome_files import check_outcome_place, write_organisation

    console, errors = open_consoles()
    organisation, outcome = place / "organisation", place / "outcome"
    check_outcome_place(outcome, organisation)
    print_line(errors, f"Making up an organisation of {people:,} people ...")
    write_organisation(organisation, write_generated(people, seed))
    print_line(errors, "Matching it ...")
    summary = match_into(
        outcome, read_round(organisation), Effort(perf_counter()), lists_candidates=False, console=errors
    )
    verify_outcome(outcome, console)
    print_summary(console, summary)
    print_line(console, f"Input in {organisation}, outcome in {outcome}.")
