"""Rows of one-time tokens."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mentormatch.domain.accounts import TokenKind
from mentormatch.storage.rows.metadata import HASH_LENGTH, PLAIN, S3, S4, Row, holds, one_of, to


class TokenRow(Row):
    """A token that works once and not for long; only its SHA-256 is kept. The first administrator has no user yet."""

    __tablename__ = "tokens"
    __table_args__ = (
        one_of("kind", TokenKind),
        holds("expires_after_it_began", "expires_at > created_at"),
        holds("for_somebody", "(user_key IS NULL) = (kind = 'first-administrator')"),
        Index("ix_tokens_user_key_kind", "user_key", "kind"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    kind: Mapped[str] = mapped_column(String(24), info=PLAIN)
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True, info=S4)
    user_key: Mapped[int | None] = mapped_column(to("users.key", on_delete="CASCADE"), info=S3)
    created_at: Mapped[datetime] = mapped_column(info=PLAIN)
    expires_at: Mapped[datetime] = mapped_column(info=PLAIN)
    used_at: Mapped[datetime | None] = mapped_column(info=PLAIN)
