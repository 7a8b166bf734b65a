"""The commands of the portal as the command line knows them: a name, a line of help and where they are found.

The command line reaches no web framework and no database. These commands stand in a room above it and are loaded only
when one of them is asked for, so that help stays quick and the rest works where the portal is not installed.
"""

from importlib import import_module
from typing import Any, override

import click

from mentormatch.errors import InputError

MISSING = "This command needs the portal: pip install 'mentormatch[portal]'."


class MissingPortalError(InputError):
    """The portal is not installed."""

    code = "missing-portal"


class PortalCommand(click.Command):
    """Stands for a command that is loaded when it is asked for; ``place`` is ``module:function``."""

    def __init__(self, name: str, place: str, short_help: str) -> None:
        """Remember what is asked for and where it is found."""
        super().__init__(name, short_help=short_help)
        self.place = place

    @override
    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Load the command and let it read its words."""
        return self.load().make_context(info_name, args, parent, **extra)

    def load(self) -> click.Command:
        """Return the command itself. Raises ``MissingPortalError`` where the portal is not installed."""
        command = load_part(self.place)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.place} is no command.")
        return command


def load_part(place: str) -> Any:
    """Return what stands at ``module:name`` above the command line.

    Raises ``MissingPortalError`` where the portal is not installed.
    """
    module, _, name = place.partition(":")
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("mentormatch"):
            raise
        raise MissingPortalError(MISSING) from error


def list_portal_commands() -> list[PortalCommand]:
    """Return the commands of the portal, none of them loaded."""
    return [
        PortalCommand("serve", "mentormatch.operating.serving:serve", "Run the portal."),
        PortalCommand("work", "mentormatch.operating.background:work", "Run one background worker."),
        PortalCommand("db", "mentormatch.operating.databases:db", "Make or update the database."),
        PortalCommand("user", "mentormatch.operating.users:user", "Invite people who may sign in."),
        PortalCommand("import", "mentormatch.operating.people:import_people", "Bring people into the portal."),
        PortalCommand("audit-log", "mentormatch.operating.audit_logs:audit_log", "Check the log of changes."),
        PortalCommand("erasures", "mentormatch.operating.erasures:erasures", "Keep erasures across a restore."),
    ]
