"""The commands that make up an organisation, and that show the whole way on one."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from mentormatch.files.summary import Summary

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
@click.option("--portal/--no-portal", "with_portal", default=True, help="Whether to show the portal as well.")
@click.option("--exit", "exits", is_flag=True, envvar="DEMO_EXIT", help="End when the portal has answered once.")
def demo(directory: Path | None, people: int, seed: int, with_portal: bool, exits: bool) -> None:
    """Make up an organisation, match it, verify the proof, print the summary and start the portal.

    The portal runs on this machine only until Ctrl-C. The files stay in DIR, or in a temporary directory.
    """
    with _demo_directory(directory) as place:
        _show_the_way(place, people, seed)
        if with_portal:
            _show_portal(place, people, seed, exits)


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


def _show_portal(place: Path, people: int, seed: int, exits: bool) -> None:
    """Start the portal on the same organisation, or say how to get it."""
    from mentormatch.cli.portal_commands import MissingPortalError, load_part

    try:
        show_portal = load_part("mentormatch.operating.demonstration:show_portal")
    except MissingPortalError:
        click.echo("The portal is not installed and so is not shown: pip install 'mentormatch[portal]' brings it.")
        return
    show_portal(place, people, seed, exits=exits)


def _show_the_way(place: Path, people: int, seed: int) -> None:
    """Go from a made-up organisation to a verified outcome; one that is there already is verified again."""
    from mentormatch.cli.rendering import print_line, print_summary
    from mentormatch.cli.rounds import open_consoles, verify_outcome
    from mentormatch.files.generated_files import write_generated
    from mentormatch.files.outcome_files import check_outcome_place

    console, errors = open_consoles()
    organisation, outcome = place / "organisation", place / "outcome"
    check_outcome_place(outcome, organisation)
    print_line(errors, f"Making up an organisation of {people:,} people ...")
    files = write_generated(people, seed)
    summary = _verified_again(place, files, console)
    if summary is None:
        summary = _match_anew(place, files, errors)
        verify_outcome(outcome, console)
    print_summary(console, summary)
    print_line(console, f"Input in {organisation}, outcome in {outcome}.")


def _verified_again(place: Path, files: Mapping[str, bytes], console: "Console") -> "Summary | None":
    """Verify what a demonstration of the same organisation has left and return its figures, if it still holds."""
    from mentormatch.cli.rounds import verify_outcome
    from mentormatch.errors import InputError, RefusedError
    from mentormatch.files.folder import read_bytes
    from mentormatch.files.summary import read_summary

    try:
        if any(read_bytes(place / "organisation" / name) != data for name, data in files.items()):
            return None
        summary = read_summary(read_bytes(place / "outcome" / "summary.json"))
        verify_outcome(place / "outcome", console)
    except (InputError, RefusedError):
        return None
    return summary


def _match_anew(place: Path, files: Mapping[str, bytes], errors: "Console") -> "Summary":
    """Write an organisation and match it."""
    from mentormatch.cli.rendering import print_line
    from mentormatch.cli.rounds import Effort, match_into
    from mentormatch.files.folder import read_round
    from mentormatch.files.outcome_files import write_organisation

    write_organisation(place / "organisation", files)
    print_line(errors, "Matching it ...")
    folder = read_round(place / "organisation")
    return match_into(place / "outcome", folder, Effort(perf_counter()), lists_candidates=False, console=errors)
