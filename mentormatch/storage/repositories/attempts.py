"""Counts of attempts in the database: one statement counts and answers, so no worker counts past another."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, delete, update
from sqlalchemy.orm import Session

from mentormatch.storage.repositories.statements import insertion_into, rows_changed
from mentormatch.storage.rows.accounts import AttemptRow


@dataclass(frozen=True, slots=True)
class SqlAttempts:
    """Implements ``services.ports.Attempts``."""

    transaction: Session

    def count(self, scope: str, name_hash: str, at: datetime, since: datetime) -> int:
        """Count one more attempt and return how many there are since the first that is not older than ``since``.

        A first attempt in the future, which a clock set back makes, is older too: it would never be over.
        """
        first = {"scope": str(scope), "name_hash": name_hash, "started_at": at, "count": 1}
        is_over = (AttemptRow.started_at < since) | (AttemptRow.started_at > at)
        counted = (
            insertion_into(self.transaction, AttemptRow)
            .values(first)
            .on_conflict_do_update(
                index_elements=["scope", "name_hash"],
                set_={
                    "count": case((is_over, 1), else_=AttemptRow.count + 1),
                    "started_at": case((is_over, at), else_=AttemptRow.started_at),
                },
            )
        )
        return self.transaction.scalars(counted.returning(AttemptRow.count)).one()

    def take_back(self, scope: str, name_hash: str) -> None:
        """Count one attempt less; the last one leaves no row, unless another worker counts it meanwhile."""
        named, fewer = _named(scope, name_hash), AttemptRow.count - 1
        if not rows_changed(self.transaction, delete(AttemptRow).where(*named, AttemptRow.count == 1)):
            rows_changed(self.transaction, update(AttemptRow).where(*named, AttemptRow.count > 1).values(count=fewer))

    def forget(self, scope: str, name_hash: str) -> None:
        """Start counting anew."""
        rows_changed(self.transaction, delete(AttemptRow).where(*_named(scope, name_hash)))


def _named(scope: str, name_hash: str) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of one count."""
    return AttemptRow.scope == str(scope), AttemptRow.name_hash == name_hash
