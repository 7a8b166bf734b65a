"""The command that draws an outcome as a page."""

from pathlib import Path

import click

AnyPath = click.Path(path_type=Path)


@click.command()
@click.argument("out", metavar="OUT", type=AnyPath)
@click.option("--out", "target", type=AnyPath, help="File to write; without it OUT/report.html.")
@click.option(
    "--trade-off/--no-trade-off",
    "with_trade_off",
    default=True,
    help="Solve the round again under each quality floor, for the trade-off curve (the default).",
)
def report(out: Path, target: Path | None, with_trade_off: bool) -> None:
    """Draw the outcome in OUT as one HTML page, for HR.

    The page opens without a network, in a browser or on paper. It needs the extra named report.
    """
    from mentormatch.cli.rendering import print_line
    from mentormatch.cli.report_writing import check_parts, write_report
    from mentormatch.cli.rounds import open_consoles
    from mentormatch.files.outcome_files import REPORT_FILE

    check_parts()
    console, errors = open_consoles()
    place = target or out / REPORT_FILE
    write_report(out, place, with_trade_off=with_trade_off, console=errors)
    print_line(console, f"Written to {place}.")
