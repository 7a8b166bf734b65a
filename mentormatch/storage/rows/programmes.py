"""Rows of programmes: standing schemes, versions of their policies, and their rounds."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mentormatch.domain.programme import NOTE_LENGTH, RoundState
from mentormatch.storage.rows.metadata import HASH_LENGTH, PLAIN, S2, S3, S4, Row, holds, one_of, to


class ProgrammeRow(Row):
    """A standing scheme; two programmes have different names even when case and spacing are left out."""

    __tablename__ = "programmes"
    __table_args__ = (holds("named", "folded_name <> ''"),)

    key: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    name: Mapped[str] = mapped_column(String(200), info=PLAIN)
    folded_name: Mapped[str] = mapped_column(String(200), unique=True, info=PLAIN)
    created_at: Mapped[datetime] = mapped_column(info=PLAIN)
    archived_at: Mapped[datetime | None] = mapped_column(info=PLAIN)


class PolicyVersionRow(Row):
    """One version of a policy as TOML, never changed after it is written; numbers count from 1 in each programme."""

    __tablename__ = "policy_versions"
    __table_args__ = (
        UniqueConstraint("programme_key", "number"),
        UniqueConstraint("programme_key", "key"),  # so that a round can name a version of its own programme only
        holds("number_counted", "number >= 1"),
        holds("digest_whole", f"length(digest) = {HASH_LENGTH}"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    programme_key: Mapped[int] = mapped_column(to("programmes.key"), info=PLAIN)
    number: Mapped[int] = mapped_column(info=PLAIN)
    text: Mapped[str] = mapped_column(Text, info=PLAIN)
    digest: Mapped[str] = mapped_column(String(HASH_LENGTH), info=S4)
    author_key: Mapped[int | None] = mapped_column(to("users.key"), info=S3)
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), info=S2)
    created_at: Mapped[datetime] = mapped_column(info=PLAIN)


class RoundRow(Row):
    """One run of a programme. The hash of the seed is public from the start, the seed once the round is published.

    ``revision`` counts changes, so that two people who edit at once learn of each other.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        ForeignKeyConstraint(
            ["programme_key", "policy_version_key"],
            ["policy_versions.programme_key", "policy_versions.key"],
            ondelete="RESTRICT",
        ),
        UniqueConstraint("programme_key", "folded_name"),
        one_of("state", RoundState),
        holds("named", "folded_name <> ''"),
        holds("closes_after_it_opens", "closes_on >= opens_on"),
        holds("ends_after_it_closes", "ends_on >= closes_on"),
        holds("revision_counted", "revision >= 1"),
        holds("seed_hash_whole", f"length(seed_hash) = {HASH_LENGTH}"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    programme_key: Mapped[int] = mapped_column(to("programmes.key"), index=True, info=PLAIN)
    policy_version_key: Mapped[int] = mapped_column(info=PLAIN)
    name: Mapped[str] = mapped_column(String(200), info=PLAIN)
    folded_name: Mapped[str] = mapped_column(String(200), info=PLAIN)
    state: Mapped[str] = mapped_column(String(20), info=PLAIN)
    opens_on: Mapped[date | None] = mapped_column(info=PLAIN)
    closes_on: Mapped[date | None] = mapped_column(info=PLAIN)
    ends_on: Mapped[date | None] = mapped_column(info=PLAIN)
    seed: Mapped[str] = mapped_column(String(100), info=S4)
    seed_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), info=S4)
    revision: Mapped[int] = mapped_column(info=PLAIN)
    created_at: Mapped[datetime] = mapped_column(info=PLAIN)
