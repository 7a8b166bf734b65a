"""The commands that read a round, match it and verify the result."""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mentormatch.errors import CertificateError, InputError, RefusedError

if TYPE_CHECKING:
    from mentormatch.domain.round import Round
    from mentormatch.files.folder import RoundFolder
    from mentormatch.files.summary import Summary
    from mentormatch.matching.engine import Match

PathOption = click.Path(path_type=Path)


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


policy_option = click.option("--policy", "policy_path", type=PathOption, help="Policy file; else DIR/policy.toml, else the defaults.")
locks_option = click.option("--locks", "locks_path", type=PathOption, help="CSV file of pairings that must be or must not be.")
quarantine_option = click.option("--quarantine", is_flag=True, help="Set people with problems aside and go on without them.")


@click.command()
@click.argument("directory", metavar="DIR", type=PathOption)
@policy_option
@locks_option
@quarantine_option
@click.option("--format", "layout", type=click.Choice(["table", "json"]), default="table", help="How to print what is found.")
def check(directory: Path, policy_path: Path | None, locks_path: Path | None, quarantine: bool, layout: str) -> int:
    """Check the files of a round in DIR and explain every problem."""
    from mentormatch.cli.rendering import Console, count, count_problems, print_line, print_notices, print_problems
    from mentormatch.files.folder import read_round
    from mentormatch.files.problems import write_findings

    folder = read_round(directory, policy_path=policy_path, locks_path=locks_path, quarantine=quarantine)
    code = 2 if folder.round is None else 0
    if layout == "json":
        click.echo(write_findings(folder.problems, folder.notices))
        return code
    return code
