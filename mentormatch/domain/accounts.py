"""Accounts: who can sign in, with which granted roles, and the sessions and one-time tokens that stand for them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What is granted to a user. Everybody is an employee and managers follow from the lines, so neither is granted."""

    HR = "hr"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class UserState(StrEnum):
    """Whether a user can sign in: only an active one can."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"
    ERASED = "erased"


class TokenKind(StrEnum):
    """What a one-time token lets its holder do."""

    INVITATION = "invitation"
    RESET = "reset"
    FIRST_ADMINISTRATOR = "first-administrator"


NO_HASH = ""
"""Stands for the hash of a password that there is not."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can sign in. ``key`` is the number in the database, ``person_key`` that of the person they are.

    ``email`` is folded. ``password_hash`` is empty before the first password.
    """

    key: int
    email: str
    state: UserState
    person_key: int | None = None
    password_hash: str = field(default=NO_HASH, repr=False)
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Session:
    """One log-in on one device. ``confirmed_at`` is when the password was last given; all times are aware UTC."""

    key: int
    user_key: int
    created_at: datetime
    confirmed_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A one-time token as it is kept: only the hash of it is known. ``user_key`` is ``None`` before there is a user."""

    key: int
    kind: TokenKind
    user_key: int | None
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a user with their roles as of now, or the command line, which has no user.

    ``session_key`` is the session in which they act, ``confirmed_at`` when they last gave their password there.
    """

    user_key: int | None
    person_key: int | None = None
    roles: frozenset[Role] = frozenset()
    session_key: int | None = None
    confirmed_at: datetime | None = None

    @property
    def name(self) -> str:
        """The actor as the audit log names them: by number, so that nobody's name stands in the log."""
        return "command-line" if self.user_key is None else f"user:{self.user_key}"
