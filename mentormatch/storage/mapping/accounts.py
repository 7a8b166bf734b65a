"""Accounts: users, sessions and tokens as words."""

from collections.abc import Iterable

from mentormatch.domain.accounts import Role, Session, Token, TokenKind, User, UserState
from mentormatch.storage.rows.accounts import SessionRow, UserRow
from mentormatch.storage.rows.tokens import TokenRow


def to_user(row: UserRow, roles: Iterable[str]) -> User:
    """Return the user of a row with the roles that are granted now."""
    granted = frozenset(Role(role) for role in roles)
    return User(row.key, row.email, UserState(row.state), row.person_key, row.password_hash, granted)


def to_session(row: SessionRow) -> Session:
    """Return the session of a row."""
    return Session(
        key=row.key,
        user_key=row.user_key,
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        agent=row.agent,
    )


def to_token(row: TokenRow) -> Token:
    """Return the token of a row."""
    return Token(row.key, TokenKind(row.kind), row.user_key, row.expires_at, row.used_at)
