"""The command that brings people into the portal from a file."""

from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console

from mentormatch.bootstrap import open_site
from mentormatch.cli.progress import run_interruptibly, show_steps
from mentormatch.cli.rendering import count, print_line, print_notices, print_problems
from mentormatch.cli.rounds import open_consoles
from mentormatch.files.folder import read_bytes
from mentormatch.services.import_work import Preview
from mentormatch.services.people_import import import_now
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.ports import Ports


@click.command("import")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Say what would change, and change nothing.")
def import_people(file: Path, is_dry_run: bool) -> int:
    """Bring the people of FILE (CSV or XLSX) into the portal: all of it or, when it has problems, nothing.

    Whoever is not in FILE counts as having left.
    """
    content = read_bytes(file)
    console, errors = open_consoles()
    with open_site() as site:
        found = _bring_in(site.ports, file.name, content, errors, is_dry_run=is_dry_run)
    print_notices(errors, found.reading.notices)
    print_problems(console, found.reading.problems)
    if not found.reading.can_be_applied:
        print_line(console, f"{count(len(found.reading.problems), 'problem', 'problems')}; nothing was changed.")
        return 2
    print_line(console, say_counts(found.changes.counts()))
    print_line(console, "A dry run: nothing was changed." if is_dry_run else "Imported.")
    return 0


def say_counts(counts: Mapping[str, int]) -> str:
    """Return what a file changes, in one line."""
    changed = f"{counts['changed']:,} changed, {counts['moved']:,} of them moved to another manager"
    return f"{counts['new']:,} new, {changed}, {counts['left']:,} left, {counts['unchanged']:,} unchanged."


def _bring_in(ports: Ports, name: str, content: bytes, errors: Console, *, is_dry_run: bool) -> Preview:
    """Preview a file and apply it, showing on a terminal how far it is."""
    with show_steps(errors) as show:

        def tell(share: float) -> None:
            """Move the bar; elsewhere each share would be a line."""
            if errors.is_terminal:
                show("importing", share)

        return run_interruptibly(
            lambda: import_now(ports, COMMAND_LINE, name, content, is_dry_run=is_dry_run, on_progress=tell)
        )
