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
    """Where the import of a file stands."""

    PREVIEWED = "previewed"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One file that was handed in. The digests are the SHA-256 of the file and of the people it was compared with."""

    key: int
    state: ImportState
    file_name: str
    file_digest: str
    data_digest: str
    author_key: int | None
    created_at: datetime
    report: Mapping[str, object]
    content: bytes = field(default=b"", repr=False)


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
