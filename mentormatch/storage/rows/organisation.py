"""Rows of the organisation: people, everybody who stands over somebody, and what people chose for themselves."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mentormatch.domain.people import Status
from mentormatch.storage.rows.metadata import EMAIL_LENGTH, ID_LENGTH, PLAIN, S2, S3, Row, holds, one_of, to

NAME_LENGTH = 200
SORTED = String(NAME_LENGTH).with_variant(String(NAME_LENGTH, collation="C"), "postgresql")
"""Folded text in the same order on every database."""


class LineKind(StrEnum):
    """In what way somebody stands over a person, each a column of people.csv."""

    SOLID = "solid"
    DOTTED = "dotted"
    EVALUATOR = "evaluator"
    PREVIOUS = "previous"


class PersonRow(Row):
    """One employee. ``person_id`` is what the company calls them; everything else in the database names the key.

    ``languages`` is a list as it was given, always read and written whole, hence JSON. ``folded_email``,
    ``sort_name`` and ``search_text`` are folded, to find people by.
    """

    __tablename__ = "people"
    __table_args__ = (
        one_of("status", Status),
        holds("person_id_given", "person_id <> ''"),
        holds("level_in_range", "level IS NULL OR level BETWEEN -99 AND 999"),
        Index("ix_people_sort_name_key", "sort_name", "key"),
        Index("ix_people_department_key", "department", "key"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    person_id: Mapped[str] = mapped_column(String(ID_LENGTH), unique=True, info=S3)
    name: Mapped[str] = mapped_column(String(200), info=S3)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), info=S3)
    folded_email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), index=True, info=S3)
    level: Mapped[int | None] = mapped_column(info=S3)
    job_title: Mapped[str] = mapped_column(String(200), info=S3)
    division: Mapped[str] = mapped_column(String(200), info=S3)
    department: Mapped[str] = mapped_column(String(200), info=S3)
    location: Mapped[str] = mapped_column(String(200), info=S3)
    timezone: Mapped[str] = mapped_column(String(64), info=S3)
    languages: Mapped[list[str]] = mapped_column(info=S3)
    start_date: Mapped[date | None] = mapped_column(info=S3)
    status: Mapped[str] = mapped_column(String(20), info=S3)
    sort_name: Mapped[str] = mapped_column(SORTED, info=S3)
    search_text: Mapped[str] = mapped_column(Text, info=S3)


class LineRow(Row):
    """Somebody who stands over a person; ``position`` keeps the order of a list. A person has one solid manager."""

    __tablename__ = "lines"
    __table_args__ = (
        one_of("kind", LineKind),
        holds("over_somebody_else", "person_key <> over_key"),
        holds("one_solid", "kind <> 'solid' OR position = 0"),
        holds("position_counted", "position >= 0"),
        UniqueConstraint("person_key", "kind", "over_key"),
        Index("ix_lines_over_key_kind", "over_key", "kind"),
    )

    person_key: Mapped[int] = mapped_column(to("people.key", on_delete="CASCADE"), primary_key=True, info=S2)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True, info=S2)
    position: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    over_key: Mapped[int] = mapped_column(to("people.key", on_delete="CASCADE"), info=S2)


class PersonSettingsRow(Row):
    """What a person chose for the portal itself."""

    __tablename__ = "person_settings"
    __table_args__ = (one_of("theme", ("light", "dark", "system")),)

    person_key: Mapped[int] = mapped_column(to("people.key", on_delete="CASCADE"), primary_key=True, info=S3)
    locale: Mapped[str] = mapped_column(String(20), info=S3)
    theme: Mapped[str] = mapped_column(String(20), info=S3)
    wants_reminders: Mapped[bool] = mapped_column(info=S3)
