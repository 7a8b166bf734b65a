"""Programmes and the versions of their policies in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from mentormatch.domain.programme import PolicyVersion, Programme
from mentormatch.domain.text import fold
from mentormatch.storage.mapping.records import to_policy_version, to_programme
from mentormatch.storage.rows.programmes import PolicyVersionRow, ProgrammeRow


@dataclass(frozen=True, slots=True)
class SqlProgrammes:
    """Implements ``services.ports.Programmes``."""

    transaction: Session

    def listed(self) -> Sequence[Programme]:
        """Return the programmes by name."""
        return self._found(None)

    def get(self, key: int) -> Programme | None:
        """Return a programme."""
        return next(iter(self._found(key)), None)

    def add(self, name: str, at: datetime) -> Programme:
        """Add a programme."""
        row = ProgrammeRow(name=name, folded_name=fold(name), created_at=at)
        self.transaction.add(row)
        self.transaction.flush()
        return to_programme(row, 0)

    def rename(self, key: int, name: str) -> None:
        """Give a programme another name."""
        self._change(key, name=name, folded_name=fold(name))

    def archive(self, key: int, at: datetime | None) -> None:
        """Archive a programme, or bring it back."""
        self._change(key, archived_at=at)

    def versions(self, key: int) -> Sequence[PolicyVersion]:
        """Return the versions of a programme's policy, the latest first."""
        found = select(PolicyVersionRow).where(PolicyVersionRow.programme_key == key)
        return [
            to_policy_version(row) for row in self.transaction.scalars(found.order_by(PolicyVersionRow.number.desc()))
        ]

    def version(self, key: int, number: int) -> PolicyVersion | None:
        """Return one version."""
        one = (PolicyVersionRow.programme_key == key, PolicyVersionRow.number == number)
        row = self.transaction.scalar(select(PolicyVersionRow).where(*one))
        return to_policy_version(row) if row else None

    def add_version(self, version: PolicyVersion) -> None:
        """Add a version."""
        names = ("programme_key", "number", "text", "digest", "author_key", "note", "created_at")
        self.transaction.execute(insert(PolicyVersionRow), [{name: getattr(version, name) for name in names}])

    def _change(self, key: int, **columns: object) -> None:
        self.transaction.execute(update(ProgrammeRow).where(ProgrammeRow.key == key).values(columns))

    def _found(self, key: int | None) -> list[Programme]:
        """Return one programme or all, with how many versions each has, in one statement."""
        versions = func.count(PolicyVersionRow.key)
        counted = select(ProgrammeRow, versions).outerjoin(
            PolicyVersionRow, PolicyVersionRow.programme_key == ProgrammeRow.key
        )
        chosen = counted if key is None else counted.where(ProgrammeRow.key == key)
        ordered = chosen.group_by(ProgrammeRow.key).order_by(ProgrammeRow.folded_name)
        return [to_programme(row, count) for row, count in self.transaction.execute(ordered)]
