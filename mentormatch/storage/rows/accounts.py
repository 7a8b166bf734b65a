"""Rows of accounts: users, the roles granted to them, their sessions, and attempts that are counted."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mentormatch.domain.accounts import Role, UserState
from mentormatch.storage.rows.metadata import EMAIL_LENGTH, HASH_LENGTH, PLAIN, S3, S4, Row, holds, one_of, only_one, to


class UserRow(Row):
    """Somebody who can sign in; ``email`` is folded, ``password_hash`` is empty before the first password."""

    __tablename__ = "users"
    __table_args__ = (
        one_of("state", UserState),
        holds("active_has_password", "state <> 'active' OR password_hash <> ''"),
        holds("email_given", "email <> ''"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), unique=True, info=S3)
    person_key: Mapped[int | None] = mapped_column(to("people.key"), unique=True, info=S3)
    password_hash: Mapped[str] = mapped_column(String(200), info=S4)
    state: Mapped[str] = mapped_column(String(20), info=PLAIN)
    created_at: Mapped[datetime] = mapped_column(info=S3)


class GrantRow(Row):
    """A role that was granted, by whom and until when. Nobody grants to themselves; blank is the command line."""

    __tablename__ = "grants"
    __table_args__ = (
        one_of("role", Role),
        holds("by_somebody_else", "granted_by <> user_key"),
        holds("ends_after_it_began", "ended_at >= granted_at"),
        only_one("uq_grants_user_key_role", "user_key", "role", where="ended_at IS NULL"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    user_key: Mapped[int] = mapped_column(to("users.key"), info=S3)
    role: Mapped[str] = mapped_column(String(20), info=S3)
    granted_by: Mapped[int | None] = mapped_column(to("users.key"), info=S3)
    granted_at: Mapped[datetime] = mapped_column(info=S3)
    ended_by: Mapped[int | None] = mapped_column(to("users.key"), info=S3)
    ended_at: Mapped[datetime | None] = mapped_column(info=S3)


class SessionRow(Row):
    """One log-in on one device; only the SHA-256 of the identifier in the cookie is kept."""

    __tablename__ = "sessions"
    __table_args__ = (
        holds("expires_after_it_began", "expires_at > created_at"),
        Index("ix_sessions_user_key_ended_at", "user_key", "ended_at"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    id_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True, info=S4)
    user_key: Mapped[int] = mapped_column(to("users.key", on_delete="CASCADE"), info=S3)
    created_at: Mapped[datetime] = mapped_column(info=S3)
    confirmed_at: Mapped[datetime] = mapped_column(info=S3)
    last_seen_at: Mapped[datetime] = mapped_column(info=S3)
    expires_at: Mapped[datetime] = mapped_column(info=S3)
    ended_at: Mapped[datetime | None] = mapped_column(info=S3)
    agent: Mapped[str] = mapped_column(String(80), info=S3)


class AttemptRow(Row):
    """How often something limited was tried since ``started_at``; what is limited is named by its hash alone."""

    __tablename__ = "attempts"
    __table_args__ = (holds("counted", "count >= 1"),)

    scope: Mapped[str] = mapped_column(String(40), primary_key=True, info=PLAIN)
    name_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), primary_key=True, info=S3)
    started_at: Mapped[datetime] = mapped_column(info=PLAIN)
    count: Mapped[int] = mapped_column(info=PLAIN)
