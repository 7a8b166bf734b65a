"""The command that checks the log of changes."""

from typing import Any, override

import click

from mentormatch.bootstrap import open_site
from mentormatch.errors import InputError
from mentormatch.services.audit_log import Anchor, read_anchor, verify


class AnchorType(click.ParamType[Anchor]):
    """An anchor as it is printed: the number of entries and the hash of the last one."""

    name = "COUNT:HEAD"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Anchor:
        """Read an anchor."""
        if isinstance(value, Anchor):
            return value
        try:
            return read_anchor(str(value))
        except InputError:
            wanted = "write the line that an earlier check printed: a count, a colon and 64 hexadecimal digits."
            self.fail(wanted, param, ctx)


@click.group("audit-log")
def audit_log() -> None:
    """Check the log of changes."""


@audit_log.command("verify")
@click.option("--anchor", type=AnchorType(), help="What an earlier check printed; betrays an end that was cut off.")
def verify_log(anchor: Anchor | None) -> int:
    """Check that no entry was changed, taken away or added, and print the anchor to keep elsewhere."""
    with open_site() as site:
        verdict = verify(site.ports, anchor)
    if not verdict.is_sound:
        click.echo(verdict.flaw, err=True)
        return 1
    click.echo(str(verdict.anchor))
    return 0
