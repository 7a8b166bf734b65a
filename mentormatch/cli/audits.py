"""The command that audits the fairness of an outcome."""

from pathlib import Path

import click

AnyPath = click.Path(path_type=Path)


@click.command()
@click.argument("out", metavar="OUT", type=AnyPath)
@click.option(
    "--attributes",
    "attributes_path",
    metavar="FILE",
    type=AnyPath,
    help="CSV file of protected attributes by person_id; nothing but this audit reads it.",
)
@click.option("--format", "layout", type=click.Choice(["table", "json"]), default="table", help="How to print it.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the random plans.")
@click.option("--quick", is_flag=True, help="Leave out the sensitivity to the weights, which solves the round again.")
def audit(out: Path, attributes_path: Path | None, layout: str, seed: int, quick: bool) -> int:
    """Audit the fairness of the outcome in OUT: groups, concentration, favouritism, overrides."""
    from mentormatch.cli.audit_rendering import print_audit, write_audit
    from mentormatch.cli.auditing import audit_outcome, read_stated
    from mentormatch.cli.rounds import open_consoles
    from mentormatch.files.outcome_folder import read_outcome

    console, errors = open_consoles()
    outcome = read_outcome(out)
    attributes = read_stated(attributes_path, outcome, errors)
    if attributes is None:
        return 2
    shown = audit_outcome(outcome, attributes, seed=seed, is_quick=quick, console=errors)
    if layout == "json":
        click.echo(write_audit(shown))
    else:
        print_audit(console, shown)
    return 0
