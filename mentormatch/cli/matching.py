"""The commands that read a round, match it and verify the result."""

import math
from pathlib import Path
from time import perf_counter

import click

AnyPath = click.Path(path_type=Path)


def _check_seed(_context: click.Context, _parameter: click.Parameter, seed: str) -> str:
    """Refuse a seed that could not be published with the round."""
    if not seed.strip() or not seed.isprintable():
        raise click.BadParameter("give a short text that can be printed.")
    return seed


def _check_seconds(_context: click.Context, _parameter: click.Parameter, seconds: float | None) -> float | None:
    """Refuse a time limit that is no length of time."""
    if seconds is not None and not (math.isfinite(seconds) and seconds > 0):
        raise click.BadParameter("give a number of seconds above 0.")
    return seconds


directory_argument = click.argument("directory", metavar="DIR", type=AnyPath)
policy_option = click.option(
    "--policy", "policy_path", type=AnyPath, help="Policy file; without it DIR/policy.toml, else the defaults."
)
locks_option = click.option(
    "--locks", "locks_path", type=AnyPath, help="CSV file of pairings that must be, or must not be."
)
quarantine_option = click.option(
    "--quarantine", is_flag=True, help="Set people with problems in their data aside and go on without them."
)


@click.command()
@directory_argument
@policy_option
@locks_option
@quarantine_option
@click.option("--format", "layout", type=click.Choice(["table", "json"]), default="table", help="How to print it.")
def check(directory: Path, policy_path: Path | None, locks_path: Path | None, quarantine: bool, layout: str) -> int:
    """Check the files of a round in DIR and explain every problem."""
    from mentormatch.cli.rendering import print_contents
    from mentormatch.cli.rounds import open_consoles, report_folder
    from mentormatch.files.folder import read_round
    from mentormatch.files.problems import write_findings

    folder = read_round(directory, policy_path=policy_path, locks_path=locks_path, quarantine=quarantine)
    if layout == "json":
        click.echo(write_findings(folder.problems, folder.notices))
    else:
        console, _ = open_consoles()
        report_folder(console, folder)
        if folder.round is not None:
            print_contents(console, folder.round)
    return 2 if folder.round is None else 0


@click.command()
@directory_argument
@click.option("--out", required=True, type=AnyPath, help="Directory for the outcome; an earlier outcome is replaced.")
@policy_option
@click.option("--seed", default="0", show_default=True, callback=_check_seed, help="Seed of the lottery among equals.")
@locks_option
@quarantine_option
@click.option("--candidates", is_flag=True, help="Write candidates.csv as well.")
@click.option(
    "--time-limit", type=float, metavar="SECONDS", callback=_check_seconds, help="Stop after so many seconds."
)
@click.option("--threads", type=click.IntRange(1, 1024), help="Processor cores to use; without it, as the policy says.")
def match(
    directory: Path,
    out: Path,
    policy_path: Path | None,
    seed: str,
    locks_path: Path | None,
    quarantine: bool,
    candidates: bool,
    time_limit: float | None,
    threads: int | None,
) -> int:
    """Match the round in DIR and write pairings, proof and summary to OUT."""
    from mentormatch.cli.rendering import print_line, print_summary
    from mentormatch.cli.rounds import Effort, match_into, open_consoles, report_folder
    from mentormatch.files.folder import read_round
    from mentormatch.files.outcome_files import check_outcome_place

    started = perf_counter()
    console, errors = open_consoles()
    check_outcome_place(out, directory)
    folder = read_round(directory, policy_path=policy_path, locks_path=locks_path, seed=seed, quarantine=quarantine)
    report_folder(errors, folder)
    if folder.round is None:
        return 2
    summary = match_into(out, folder, Effort(started, threads, time_limit), lists_candidates=candidates, console=errors)
    print_summary(console, summary)
    print_line(console, f"Written to {out}.")
    return 0 if summary.status == "proven" else 3


@click.command()
@click.argument("out", metavar="OUT", type=AnyPath)
def verify(out: Path) -> None:
    """Check the proof of an outcome in OUT without a solver."""
    from mentormatch.cli.rounds import open_consoles, verify_outcome

    verify_outcome(out, open_consoles()[0])
