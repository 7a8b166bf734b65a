"""Runs of imports in the database."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased, defer

from mentormatch.domain.records import ImportRun, ImportState
from mentormatch.storage.mapping.records import to_import
from mentormatch.storage.repositories.statements import rows_changed
from mentormatch.storage.rows.imports import ImportRow


@dataclass(frozen=True, slots=True)
class SqlImports:
    """Implements ``services.ports.Imports``."""

    transaction: Session

    def add(self, run: ImportRun) -> ImportRun:
        """Add a run."""
        names = ("state", "file_name", "file_digest", "data_digest", "author_key", "created_at", "content")
        columns = {name: getattr(run, name) for name in names}
        row = ImportRow(**columns, report=dict(run.report), done_share=0.0)
        self.transaction.add(row)
        self.transaction.flush()
        return replace(run, key=row.key, content=b"")

    def get(self, key: int) -> ImportRun | None:
        """Return a run without its content."""
        row = self.transaction.scalar(select(ImportRow).where(ImportRow.key == key).options(defer(ImportRow.content)))
        return to_import(row) if row else None

    def content(self, key: int) -> bytes:
        """Return the file of a run, empty once it is forgotten."""
        return self.transaction.scalar(select(ImportRow.content).where(ImportRow.key == key)) or b""

    def running(self) -> ImportRun | None:
        """Return the run that is being applied."""
        applying = select(ImportRow).where(ImportRow.state == ImportState.APPLYING).options(defer(ImportRow.content))
        row = self.transaction.scalar(applying)
        return to_import(row) if row else None

    def abandon(self, seen_before: datetime, at: datetime) -> int:
        """Give up runs of which nothing was heard for long: whoever applied them is gone, and changed nothing."""
        silent = (ImportRow.state == ImportState.APPLYING, ImportRow.seen_at < seen_before)
        failed: dict[str, object] = {"state": str(ImportState.FAILED), "ended_at": at, "content": None, "report": {}}
        return rows_changed(self.transaction, update(ImportRow).where(*silent).values(failed))

    def claim(self, key: int, at: datetime) -> bool:
        """Start to apply a run, which only one of several that try at once can do."""
        other = aliased(ImportRow)
        is_free = ~exists().where(other.state == ImportState.APPLYING)
        previewed = (ImportRow.key == key, ImportRow.state == ImportState.PREVIEWED, is_free)
        change = update(ImportRow).where(*previewed).values(state=str(ImportState.APPLYING), started_at=at, seen_at=at)
        return rows_changed(self.transaction, change) > 0

    def end(self, key: int, state: ImportState, at: datetime, report: Mapping[str, object]) -> None:
        """Note how a run ended, and forget its file."""
        ended = {"state": str(state), "ended_at": at, "report": dict(report), "content": None, "done_share": 1.0}
        rows_changed(self.transaction, update(ImportRow).where(ImportRow.key == key).values(ended))

    def progress(self, key: int, done_share: float, at: datetime) -> None:
        """Note how far a run is, and that somebody is still at it."""
        noted = update(ImportRow).where(ImportRow.key == key).values(done_share=done_share, seen_at=at)
        rows_changed(self.transaction, noted)

    def forget_content(self, before: datetime) -> int:
        """Drop files of previews that nobody applied, with the problems that quote them; return how many."""
        old = (ImportRow.state == ImportState.PREVIEWED, ImportRow.created_at < before)
        failed: dict[str, object] = {"state": str(ImportState.FAILED), "ended_at": before}
        change = update(ImportRow).where(*old).values(failed | {"content": None, "report": {}})
        return rows_changed(self.transaction, change)
