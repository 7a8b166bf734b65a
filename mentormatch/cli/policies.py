"""The command that shows a policy with all its settings explained, and checks one."""

from pathlib import Path

import click


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--show", is_flag=True, help="Print the whole policy of FILE, or the defaults, with comments.")
@click.option("--check", "checks", is_flag=True, help="Check the settings of FILE.")
def policy(file: Path | None, show: bool, checks: bool) -> int:
    """Show the policy of FILE (without FILE: the defaults) with comments, or check it."""
    from mentormatch.cli.rendering import print_line, print_problems
    from mentormatch.cli.rounds import open_consoles
    from mentormatch.domain.policy import Policy
    from mentormatch.files.folder import read_bytes
    from mentormatch.files.policy_file import read_policy
    from mentormatch.files.policy_text import show_policy
    from mentormatch.files.problems import Findings, order_problems

    if show == checks or (checks and file is None):
        raise click.UsageError("Say either --show or --check FILE.")
    if file is None:
        click.echo(show_policy(Policy()), nl=False)
        return 0
    findings = Findings()
    found = read_policy(read_bytes(file), findings, file.name)
    console, errors = open_consoles()
    if found is None:
        print_problems(errors if show else console, order_problems(findings.problems))
        return 2
    if show:
        click.echo(show_policy(found), nl=False)
    else:
        print_line(console, f"{file}: every setting is known and within its bounds.")
    return 0
