"""Who may do what: each permission is one function, the actor first. Whatever none permits is not done."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from mentormatch.domain.accounts import Actor, Role

COMMAND_LINE = Actor(None, roles=frozenset(Role))
"""Whoever can start the command line can read the database itself."""


def can_browse_people(actor: Actor) -> bool:
    """HR sees everybody's card and the organisation."""
    return Role.HR in actor.roles


def can_import_people(actor: Actor) -> bool:
    """HR and administrators bring data in."""
    return bool(actor.roles & {Role.HR, Role.ADMINISTRATOR})


def can_edit_programmes(actor: Actor) -> bool:
    """HR makes programmes and versions of policies."""
    return Role.HR in actor.roles


def can_bring_in_rounds(actor: Actor) -> bool:
    """HR brings in rounds that were run from files."""
    return Role.HR in actor.roles


def can_see_programmes(actor: Actor) -> bool:
    """HR and auditors read policies."""
    return bool(actor.roles & {Role.HR, Role.AUDITOR})


def can_invite_users(actor: Actor) -> bool:
    """Administrators invite."""
    return Role.ADMINISTRATOR in actor.roles


def can_list_users(actor: Actor) -> bool:
    """Administrators see who can sign in."""
    return Role.ADMINISTRATOR in actor.roles


def can_change_roles(actor: Actor, user_key: int) -> bool:
    """Administrators grant and revoke; nobody their own."""
    return Role.ADMINISTRATOR in actor.roles and actor.user_key != user_key


def can_disable_user(actor: Actor, user_key: int) -> bool:
    """Administrators disable and enable; nobody themselves."""
    return Role.ADMINISTRATOR in actor.roles and actor.user_key != user_key


def can_erase_user(actor: Actor, user_key: int) -> bool:
    """Administrators erase a user who asks for it and is no person of the organisation; nobody themselves."""
    return Role.ADMINISTRATOR in actor.roles and actor.user_key != user_key


def can_end_session(actor: Actor, owner_key: int) -> bool:
    """Everybody ends their own sessions, an administrator anybody's."""
    return actor.user_key == owner_key or Role.ADMINISTRATOR in actor.roles


def can_read_audit_log(actor: Actor) -> bool:
    """HR and auditors read the log, in which nobody is named."""
    return bool(actor.roles & {Role.HR, Role.AUDITOR})


def can_export_data(actor: Actor, person_key: int) -> bool:
    """Everybody exports their own data, nobody another's."""
    return actor.person_key == person_key


def can_erase_person(actor: Actor, person_key: int) -> bool:
    """HR erases a person who asks for it; for somebody of HR another one does it."""
    return Role.HR in actor.roles and actor.person_key != person_key


def can_see_line_report(actor: Actor, person_key: int, manager_of: Mapping[int, int]) -> bool:
    """A manager reads the report on their own line: everybody below on solid lines as of now, at any distance.

    ``manager_of`` holds the solid line of the person from them upwards.
    """
    return actor.person_key is not None and actor.person_key in line_above(person_key, manager_of)


def can_read_own_line(actor: Actor, manager_of: Mapping[int, int], *, has_reports: bool) -> bool:
    """Whoever has reports as of now reads about their own line, unless it hangs on a loop and proves nothing.

    ``manager_of`` holds the solid line of the actor from them upwards.
    """
    key = actor.person_key
    return key is not None and has_reports and (key not in manager_of or bool(line_above(key, manager_of)))


def line_above(person_key: int, manager_of: Mapping[int, int]) -> tuple[int, ...]:
    """Return the managers above a person on the solid line, the nearest first.

    A line that runs into a loop says nothing about who manages whom: then nobody stands above.
    """
    above: dict[int, None] = {}
    current = manager_of.get(person_key)
    while current is not None:
        if current in above or current == person_key:
            return ()
        above[current] = None
        current = manager_of.get(current)
    return tuple(above)


def is_confirmed(actor: Actor, now: datetime, minutes: int) -> bool:
    """Whether the actor gave their password within so many minutes; the command line has no password to ask for."""
    if actor.user_key is None:
        return True
    confirmed = actor.confirmed_at
    return confirmed is not None and timedelta(0) <= now - confirmed < timedelta(minutes=minutes)
