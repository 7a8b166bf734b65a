"""One-time tokens in the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from mentormatch.domain.accounts import Token, TokenKind
from mentormatch.storage.mapping.accounts import to_token
from mentormatch.storage.repositories.statements import rows_changed
from mentormatch.storage.rows.tokens import TokenRow


@dataclass(frozen=True, slots=True)
class SqlTokens:
    """Implements ``services.ports.Tokens``."""

    transaction: Session

    def add(self, kind: TokenKind, token_hash: str, user_key: int | None, at: datetime, expires_at: datetime) -> None:
        """Add a token."""
        times = {"created_at": at, "expires_at": expires_at}
        row = {"kind": str(kind), "hash": token_hash, "user_key": user_key} | times
        self.transaction.execute(insert(TokenRow), [row])

    def is_good(self, kind: TokenKind, token_hash: str, at: datetime) -> bool:
        """Whether a token of a kind could be used."""
        return bool(self.transaction.scalar(select(func.count()).where(*_good(kind, token_hash, at))))

    def use(self, kind: TokenKind, token_hash: str, at: datetime) -> Token | None:
        """Use a token up, which only one of several that try at once can do."""
        if not rows_changed(self.transaction, update(TokenRow).where(*_good(kind, token_hash, at)).values(used_at=at)):
            return None
        return to_token(self.transaction.scalars(select(TokenRow).where(TokenRow.hash == token_hash)).one())

    def cancel(self, user_key: int | None, kinds: Iterable[TokenKind], at: datetime) -> None:
        """Use up every token of some kinds that a user, or nobody yet, still has."""
        owner = TokenRow.user_key.is_(None) if user_key is None else TokenRow.user_key == user_key
        open_ones = (owner, TokenRow.kind.in_([str(kind) for kind in kinds]), TokenRow.used_at.is_(None))
        rows_changed(self.transaction, update(TokenRow).where(*open_ones).values(used_at=at))

    def forget(self, expired_before: datetime) -> int:
        """Delete tokens that expired."""
        return rows_changed(self.transaction, delete(TokenRow).where(TokenRow.expires_at < expired_before))


def _good(kind: TokenKind, token_hash: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what must hold of a token that works."""
    return TokenRow.hash == token_hash, TokenRow.kind == kind, TokenRow.used_at.is_(None), TokenRow.expires_at > at
