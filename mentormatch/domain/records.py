"""What is kept of things done: entries of the audit log, runs of an import, letters to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry of the audit log: who did what to what, and the hashes that chain it to the entry before.

    ``actor`` and ``subject`` name people and things by number only. ``sequence`` counts from 1 without a gap and is
    the order of the log, whatever the clock says.
    """

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    data: Mapping[str, object]
    previous_hash: str
    hash: str


class ImportState(StrEnum):
    """Where the import of a file stands.

    Received, it waits for its preview and queued for being applied; a worker is at it while it is previewing or
    applying. A stale run was overtaken by changes, an interrupted one lost its worker: both can be previewed again. A
    file with problems has failed.
    """

    RECEIVED = "received"
    PREVIEWING = "previewing"
    PREVIEWED = "previewed"
    QUEUED = "queued"
    APPLYING = "applying"
    APPLIED = "applied"
    STALE = "stale"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    DISCARDED = "discarded"


WAITING = frozenset({ImportState.RECEIVED, ImportState.QUEUED})
"""States in which a run waits for a worker."""
AT_WORK = frozenset({ImportState.PREVIEWING, ImportState.APPLYING})
"""States in which a worker is at a run."""
ON_ITS_WAY_IN = frozenset({ImportState.QUEUED, ImportState.APPLYING})
"""States in which a run is about to change people: only one run at a time is in one of them."""


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One file that was handed in. The digests are the SHA-256 of the file and of the people it was compared with.

    ``attempt`` counts how often a worker took the run: whoever holds an older number has lost it. ``applicant_key`` is
    the user who asked for it to be applied, ``done_share`` how far the present step is, ``note`` a sentence on why the
    run did not go on. ``asked_at`` is when it was last handed to the workers, ``seen_at`` when one gave a sign of life.
    """

    key: int
    state: ImportState
    file_name: str
    file_digest: str
    data_digest: str
    author_key: int | None
    created_at: datetime
    report: Mapping[str, object]
    content: bytes = field(default=b"", repr=False)
    counts: Mapping[str, int] = field(default_factory=dict)
    note: str = ""
    attempt: int = 0
    done_share: float = 0.0
    applicant_key: int | None = None
    asked_at: datetime | None = None
    seen_at: datetime | None = None
    ended_at: datetime | None = None


class LetterState(StrEnum):
    """Where a letter stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in the outbox: what it is about and for whom; its text, and any token in it, is made when it is sent."""

    key: int
    kind: str
    user_key: int
    state: LetterState
    data: Mapping[str, object]
    created_at: datetime
    tries: int = 0
