"""The audit log in the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from mentormatch.domain.records import AuditEntry
from mentormatch.domain.text import is_storable
from mentormatch.services.audit_log import canonical_data
from mentormatch.storage.mapping.records import to_entry
from mentormatch.storage.rows.audit_log import AuditRow

APPEND_LOCK = 71_001
"""Number of the advisory lock of PostgreSQL that whoever appends holds until the end of the transaction."""


@dataclass(frozen=True, slots=True)
class SqlAuditLog:
    """Implements ``services.ports.AuditLog``."""

    transaction: Session

    def last_for_update(self) -> AuditEntry | None:
        """Return the last entry; nobody else appends until this transaction ends (on SQLite nobody else writes)."""
        if self.transaction.get_bind().dialect.name == "postgresql":
            self.transaction.execute(select(func.pg_advisory_xact_lock(APPEND_LOCK)))
        row = self.transaction.scalar(select(AuditRow).order_by(AuditRow.sequence.desc()).limit(1))
        return to_entry(row) if row else None

    def add(self, entry: AuditEntry) -> None:
        """Add an entry."""
        names = ("sequence", "at", "actor", "action", "subject", "previous_hash", "hash")
        row = {name: getattr(entry, name) for name in names} | {"data": canonical_data(entry.data)}
        self.transaction.execute(insert(AuditRow), [row])

    def after(self, sequence: int, limit: int) -> Sequence[AuditEntry]:
        """Return the entries after one, in their order."""
        later = select(AuditRow).where(AuditRow.sequence > sequence).order_by(AuditRow.sequence).limit(limit)
        return [to_entry(row) for row in self.transaction.scalars(later)]

    def page(self, action: str, before: int | None, limit: int, subject: str = "") -> Sequence[AuditEntry]:
        """Return the latest entries, of one action or on one subject or of any, that come before one."""
        if not is_storable(action + subject):
            return []
        chosen = select(AuditRow).order_by(AuditRow.sequence.desc()).limit(limit)
        chosen = chosen.where(AuditRow.action == action) if action else chosen
        chosen = chosen.where(AuditRow.subject == subject) if subject else chosen
        chosen = chosen.where(AuditRow.sequence < before) if before is not None else chosen
        return [to_entry(row) for row in self.transaction.scalars(chosen)]
