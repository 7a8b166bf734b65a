"""The commands for users: the first administrator, invitations, and who there is."""

from collections.abc import Sequence

import click
from rich.text import Text

from mentormatch.bootstrap import Site, open_site
from mentormatch.cli.rendering import new_table
from mentormatch.cli.rounds import open_consoles
from mentormatch.domain.accounts import Role, TokenKind, User
from mentormatch.errors import InputError
from mentormatch.services.accounts import invite, link_of, list_users, make_first_administrator_token, make_token
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.users import find_user, invite_again


@click.group()
def user() -> None:
    """Invite people who may sign in."""


@user.command("first-administrator")
def first_administrator() -> None:
    """Print the one-time link with which the first administrator signs up."""
    with open_site() as site:
        token = make_first_administrator_token(site.ports)
        minutes = site.settings.sessions.first_administrator_minutes
        click.echo(link_of(site.ports, TokenKind.FIRST_ADMINISTRATOR, token))
        click.echo(f"The link works once, for {minutes} minutes.", err=True)


@user.command("invite")
@click.argument("email", metavar="EMAIL")
@click.option(
    "--role",
    "roles",
    type=click.Choice([role.value for role in Role]),
    multiple=True,
    help="A role; may be given again.",
)
@click.option("--again", is_flag=True, help="Invite somebody again who was invited and has no password yet.")
def invite_user(email: str, roles: Sequence[str], again: bool) -> None:
    """Invite somebody: by letter, or with a link that is printed when no mail server is set."""
    if again and roles:
        raise InputError("Whoever is invited again keeps their roles: leave out --role, or leave out --again.")
    with open_site() as site:
        invited = _invite_again(site, email) if again else _invite(site, email, roles)
        if site.settings.mail.host:
            click.echo(f"A letter goes out to {invited.email}.")
            return
        token = make_token(site.ports, TokenKind.INVITATION, invited.key)
        click.echo(link_of(site.ports, TokenKind.INVITATION, token))
        hours = site.settings.sessions.invitation_hours
        click.echo(f"Hand the link to {invited.email}; it works once, for {hours} hours.", err=True)


@user.command("list")
def list_all() -> None:
    """List everybody who may sign in, with their roles."""
    with open_site() as site:
        found = list_users(site.ports, COMMAND_LINE)
    console, _ = open_consoles()
    table = new_table("Users", "address", "state", "roles")
    for someone in found:
        table.add_row(Text(someone.email), someone.state, _roles_of(someone))
    console.print(table)


def _invite(site: Site, email: str, roles: Sequence[str]) -> User:
    """Invite somebody new, and have the letter sent where that is possible."""
    invited = invite(site.ports, COMMAND_LINE, email, frozenset(map(Role, roles)))
    if site.settings.mail.host:
        site.ports.jobs.send_letters()
    return invited


def _invite_again(site: Site, email: str) -> User:
    return invite_again(site.ports, COMMAND_LINE, find_user(site.ports, COMMAND_LINE, email).key)


def _roles_of(someone: User) -> str:
    return ", ".join(sorted(someone.roles)) or "employee"
