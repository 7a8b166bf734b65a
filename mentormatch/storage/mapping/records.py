"""Records: entries of the audit log, runs of imports, letters, programmes and versions of policies as words."""

import json

from mentormatch.domain.programme import PolicyVersion, Programme
from mentormatch.domain.records import AuditEntry, ImportRun, ImportState, Letter, LetterState
from mentormatch.storage.rows.audit_log import AuditRow
from mentormatch.storage.rows.imports import ImportRow
from mentormatch.storage.rows.outbox import LetterRow
from mentormatch.storage.rows.programmes import PolicyVersionRow, ProgrammeRow


def to_entry(row: AuditRow) -> AuditEntry:
    """Return the entry of a row; data that somebody damaged reads as what it is, so that the chain shows it."""
    try:
        data = json.loads(row.data)
    except ValueError:
        data = None
    kept = data if isinstance(data, dict) else {"unreadable": row.data}
    return AuditEntry(row.sequence, row.at, row.actor, row.action, row.subject, kept, row.previous_hash, row.hash)


def to_import(row: ImportRow, *, with_report: bool = True) -> ImportRun:
    """Return the run of a row, without its file; also without its report, which is long, where nobody reads it."""
    return ImportRun(
        key=row.key,
        state=ImportState(row.state),
        file_name=row.file_name,
        file_digest=row.file_digest,
        data_digest=row.data_digest,
        author_key=row.author_key,
        created_at=row.created_at,
        report=row.report if with_report else {},
        counts=row.counts,
        note=row.note,
        attempt=row.attempt,
        done_share=row.done_share,
        applicant_key=row.applicant_key,
        asked_at=row.asked_at,
        seen_at=row.seen_at,
        ended_at=row.ended_at,
    )


def to_letter(row: LetterRow) -> Letter:
    """Return the letter of a row."""
    return Letter(row.key, row.kind, row.user_key, LetterState(row.state), row.data, row.created_at, row.tries)


def to_programme(row: ProgrammeRow, versions: int) -> Programme:
    """Return the programme of a row, which has so many versions of its policy."""
    return Programme(row.key, row.name, row.archived_at is not None, versions)


def to_policy_version(row: PolicyVersionRow) -> PolicyVersion:
    """Return the version of a row."""
    return PolicyVersion(
        key=row.key,
        programme_key=row.programme_key,
        number=row.number,
        text=row.text,
        digest=row.digest,
        author_key=row.author_key,
        created_at=row.created_at,
        note=row.note,
    )
