"""Runs of imports in the database. Each step of a run is one conditional update, so that only one of several wins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, select, update
from sqlalchemy.orm import Session, aliased, defer

from mentormatch.domain.records import AT_WORK, ON_ITS_WAY_IN, WAITING, ImportRun, ImportState
from mentormatch.storage.mapping.records import to_import
from mentormatch.storage.repositories.statements import rows_changed
from mentormatch.storage.rows.imports import ImportRow

OVER = (ImportState.APPLIED, ImportState.DISCARDED)
ENDED = (*OVER, ImportState.FAILED)
FORGOTTEN: Mapping[str, object] = {"content": None, "problems": None, "report": {}}
"""What is left of the personal data of a run when it is of no more use: nothing."""


@dataclass(frozen=True, slots=True)
class SqlImports:
    """Implements ``services.ports.Imports``."""

    transaction: Session

    def add(self, run: ImportRun) -> ImportRun:
        """Add a run."""
        names = ("state", "file_name", "file_digest", "data_digest", "author_key", "created_at", "content", "note")
        columns = {name: getattr(run, name) for name in (*names, "attempt", "asked_at")}
        row = ImportRow(**columns, report=dict(run.report), counts=dict(run.counts), done_share=0.0)
        self.transaction.add(row)
        self.transaction.flush()
        return replace(run, key=row.key, content=b"")

    def get(self, key: int) -> ImportRun | None:
        """Return a run without its content."""
        options = defer(ImportRow.content), defer(ImportRow.problems)
        row = self.transaction.scalar(select(ImportRow).where(ImportRow.key == key).options(*options))
        return to_import(row) if row else None

    def brief(self, key: int) -> ImportRun | None:
        """Return a run without its content and its report."""
        return next(iter(self._brief(ImportRow.key == key, 1)), None)

    def listed(self, before: int | None, limit: int) -> Sequence[ImportRun]:
        """Return the latest runs that come before one, without their reports."""
        return self._brief(ImportRow.key > 0 if before is None else ImportRow.key < before, limit)

    def waiting(self, asked_before: datetime, limit: int) -> Sequence[ImportRun]:
        """Return runs that wait for a worker since a moment, without their reports."""
        return self._brief(_is_one_of(WAITING) & (ImportRow.asked_at <= asked_before), limit)

    def content(self, key: int) -> bytes:
        """Return the file of a run, empty once it is forgotten."""
        return self.transaction.scalar(select(ImportRow.content).where(ImportRow.key == key)) or b""

    def problems(self, key: int) -> bytes:
        """Return the file of all problems of a run, empty where there are none or they are forgotten."""
        return self.transaction.scalar(select(ImportRow.problems).where(ImportRow.key == key)) or b""

    def in_the_way(self, key: int) -> ImportRun | None:
        """Return another run that is being applied or waits for it."""
        ahead = _is_one_of(ON_ITS_WAY_IN) & (ImportRow.key != key)
        return next(iter(self._brief(ahead, 1)), None)

    def ask(
        self, key: int, sources: Iterable[ImportState], target: ImportState, at: datetime, by: int | None = None
    ) -> bool:
        """Hand a run that is in one of some states to the workers; ``by`` asks for it to be applied."""
        asked: dict[str, object] = {"state": str(target), "asked_at": at, "applicant_key": by, "note": ""}
        change = update(ImportRow).where(ImportRow.key == key, _is_one_of(sources))
        return rows_changed(self.transaction, change.values(asked | {"done_share": 0.0, "ended_at": None})) > 0

    def claim(self, key: int, source: ImportState, at: datetime) -> ImportRun | None:
        """Take a run that waits, which only one of several workers can do; one run is applied at a time."""
        target = ImportState.PREVIEWING if source is ImportState.RECEIVED else ImportState.APPLYING
        other = aliased(ImportRow)
        is_taken = exists().where(other.state == target) if target is ImportState.APPLYING else false()
        taken = {"state": str(target), "seen_at": at, "done_share": 0.0, "attempt": ImportRow.attempt + 1}
        change = update(ImportRow).where(ImportRow.key == key, ImportRow.state == source, ~is_taken).values(taken)
        return self.brief(key) if rows_changed(self.transaction, change) else None

    def progress(self, run: ImportRun, done_share: float, at: datetime) -> bool:
        """Note how far a run is, and that somebody is still at it; false for a worker that has lost it."""
        noted = update(ImportRow).where(*_is_held(run)).values(done_share=done_share, seen_at=at)
        return rows_changed(self.transaction, noted) > 0

    def previewed(self, run: ImportRun, problems: bytes) -> bool:
        """Keep the report of a preview; false for a worker that has lost the run."""
        names = ("state", "report", "counts", "data_digest", "note", "ended_at")
        columns = {name: getattr(run, name) for name in names}
        content = {"content": None} if run.state in ENDED else {}
        change = update(ImportRow).where(*_is_held(run)).values(columns | content | {"problems": problems or None})
        return rows_changed(self.transaction, change.values(done_share=1.0)) > 0

    def end(
        self,
        run: ImportRun,
        state: ImportState,
        at: datetime,
        *,
        note: str = "",
        counts: Mapping[str, int] | None = None,
    ) -> bool:
        """Note how a run ended; one that is over is forgotten. False for a worker that has lost the run."""
        ended: dict[str, object] = {"state": str(state), "ended_at": at, "note": note}
        ended |= FORGOTTEN if state in ENDED else {}
        ended |= {"done_share": 1.0, "counts": dict(counts)} if counts is not None else {}
        return rows_changed(self.transaction, update(ImportRow).where(*_is_held(run)).values(ended)) > 0

    def give_up(self, seen_before: datetime, at: datetime, note: str) -> Sequence[int]:
        """Give up runs of which nothing was heard for long: whoever is at them has changed nothing, and cannot now."""
        silent = _is_one_of(AT_WORK) & (ImportRow.seen_at < seen_before)
        given_up = {"state": str(ImportState.INTERRUPTED), "ended_at": at, "note": note}
        change = update(ImportRow).where(silent).values(given_up).returning(ImportRow.key)
        return self.transaction.scalars(change, execution_options={"synchronize_session": False}).all()

    def discard(self, key: int, at: datetime) -> bool:
        """Forget a run that was not applied; a worker that is at it loses it."""
        change = update(ImportRow).where(ImportRow.key == key, ~_is_one_of(OVER))
        return rows_changed(self.transaction, change.values(_discarded(at))) > 0

    def forget(self, before: datetime, at: datetime) -> int:
        """Discard runs that nobody went on with, problems and all; return how many."""
        resting = (ImportState.PREVIEWED, ImportState.STALE, ImportState.INTERRUPTED, ImportState.FAILED)
        change = update(ImportRow).where(_is_one_of(resting), ImportRow.created_at < before)
        return rows_changed(self.transaction, change.values(_discarded(at)))

    def forget_all(self) -> None:
        """Discard every run that is not applied: each may hold somebody who is to be forgotten."""
        discarded = {"state": str(ImportState.DISCARDED), **FORGOTTEN}
        rows_changed(self.transaction, update(ImportRow).where(~_is_one_of(OVER)).values(discarded))

    def _brief(self, condition: ColumnElement[bool], limit: int) -> list[ImportRun]:
        options = defer(ImportRow.content), defer(ImportRow.problems), defer(ImportRow.report)
        chosen = select(ImportRow).where(condition).order_by(ImportRow.key.desc()).limit(limit).options(*options)
        return [to_import(row, with_report=False) for row in self.transaction.scalars(chosen)]


def _is_one_of(states: Iterable[ImportState]) -> ColumnElement[bool]:
    return ImportRow.state.in_(sorted(map(str, states)))


def _is_held(run: ImportRun) -> tuple[ColumnElement[bool], ...]:
    """Return what holds while the worker that took a run still has it."""
    return ImportRow.key == run.key, ImportRow.attempt == run.attempt, _is_one_of(AT_WORK)


def _discarded(at: datetime) -> dict[str, object]:
    return {"state": str(ImportState.DISCARDED), "ended_at": at, **FORGOTTEN}
