"""Rows of imports: every file that was handed in and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from mentormatch.domain.records import ImportState
from mentormatch.storage.rows.metadata import HASH_LENGTH, PLAIN, S3, S4, Row, holds, one_of, only_one, to


class ImportRow(Row):
    """A file with the report of its preview. Its content is kept until it is applied; one import runs at a time.

    ``attempt`` fences: a worker writes only while it is the number that the worker was given. ``problems`` is the
    file of all problems.
    """

    __tablename__ = "imports"
    __table_args__ = (
        one_of("state", ImportState),
        holds("content_until_applied", "state IN ('applied', 'failed', 'discarded') OR content IS NOT NULL"),
        holds("progress_is_a_share", "done_share BETWEEN 0 AND 1"),
        holds("attempt_counted", "attempt >= 0"),
        only_one("uq_imports_state", "state", where="state = 'applying'"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    state: Mapped[str] = mapped_column(String(20), info=PLAIN)
    file_name: Mapped[str] = mapped_column(String(200), info=PLAIN)
    file_digest: Mapped[str] = mapped_column(String(HASH_LENGTH), info=S4)
    data_digest: Mapped[str] = mapped_column(String(HASH_LENGTH), info=S4)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, info=S3)
    report: Mapped[dict[str, Any]] = mapped_column(info=S3)
    problems: Mapped[bytes | None] = mapped_column(LargeBinary, info=S3)
    counts: Mapped[dict[str, Any]] = mapped_column(info=PLAIN)
    note: Mapped[str] = mapped_column(String(300), info=PLAIN)
    attempt: Mapped[int] = mapped_column(info=PLAIN)
    done_share: Mapped[float] = mapped_column(info=PLAIN)
    author_key: Mapped[int | None] = mapped_column(to("users.key"), info=S3)
    applicant_key: Mapped[int | None] = mapped_column(to("users.key"), info=S3)
    created_at: Mapped[datetime] = mapped_column(info=PLAIN)
    asked_at: Mapped[datetime | None] = mapped_column(info=PLAIN)
    seen_at: Mapped[datetime | None] = mapped_column(info=PLAIN)
    ended_at: Mapped[datetime | None] = mapped_column(info=PLAIN)
