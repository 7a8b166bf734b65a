"""The command that sets two outcomes side by side."""

from pathlib import Path

import click

AnyPath = click.Path(path_type=Path)


@click.command()
@click.argument("first", metavar="OUT1", type=AnyPath)
@click.argument("second", metavar="OUT2", type=AnyPath)
@click.option("--format", "layout", type=click.Choice(["table", "json"]), default="table", help="How to print it.")
def compare(first: Path, second: Path, layout: str) -> None:
    """Set two outcomes side by side: pairings, coverage, bands, points, load, stages, and whom each serves."""
    from mentormatch.cli.comparing import compare_outcomes
    from mentormatch.cli.comparison_rendering import print_comparison, write_comparison
    from mentormatch.cli.rounds import open_consoles

    found = compare_outcomes(first, second)
    if layout == "json":
        click.echo(write_comparison(found))
    else:
        print_comparison(open_consoles()[0], found)
