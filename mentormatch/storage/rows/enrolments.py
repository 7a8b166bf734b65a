"""Rows of enrolments: what people seek, offer and refuse in a round."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Rhythm
from mentormatch.domain.pairing import Role
from mentormatch.domain.programme import EnrolmentState
from mentormatch.storage.rows.metadata import PLAIN, S2, S3, Row, holds, one_of, to


class WishKind(StrEnum):
    """What one person says of another, each a column of enrolments.csv."""

    PREFERS = "prefers"
    RATHER_NOT = "rather-not"
    AVOIDS = "avoids"
    CONFLICTS = "conflicts"


class EnrolmentRow(Row):
    """One person's sign-up in one round.

    Skills and interests are ranked lists, always read and written whole, hence JSON. ``accepted_mentees`` counts the
    places that mentees have accepted, never more than are offered.
    """

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("round_key", "person_key"),
        one_of("state", EnrolmentState),
        one_of("meeting_rhythm", Rhythm),
        holds("mentors_in_range", "max_mentors BETWEEN 0 AND 20"),
        holds("mentees_in_range", "max_mentees BETWEEN 0 AND 20"),
        holds("places_not_overbooked", "accepted_mentees BETWEEN 0 AND max_mentees"),
        holds("hours_in_range", "hours_per_month BETWEEN 0 AND 744"),
        holds("waiting_counted", "waiting_rounds >= 0"),
        holds("revision_counted", "revision >= 1"),
        Index("ix_enrolments_person_key", "person_key"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    round_key: Mapped[int] = mapped_column(to("rounds.key"), info=PLAIN)
    person_key: Mapped[int] = mapped_column(to("people.key"), info=S3)
    state: Mapped[str] = mapped_column(String(20), info=S3)
    max_mentors: Mapped[int] = mapped_column(info=S3)
    max_mentees: Mapped[int] = mapped_column(info=S3)
    accepted_mentees: Mapped[int] = mapped_column(info=S3)
    skills_wanted: Mapped[list[str]] = mapped_column(info=S2)
    skills_offered: Mapped[list[str]] = mapped_column(info=S2)
    target_area: Mapped[str] = mapped_column(String(200), info=S2)
    interests: Mapped[list[str]] = mapped_column(info=S2)
    goals: Mapped[str] = mapped_column(Text, info=S2)
    hours_per_month: Mapped[float | None] = mapped_column(info=S3)
    meeting_rhythm: Mapped[str | None] = mapped_column(String(20), info=S3)
    trained: Mapped[bool | None] = mapped_column(info=S3)
    waiting_rounds: Mapped[int] = mapped_column(info=S3)
    revision: Mapped[int] = mapped_column(info=PLAIN)
    changed_at: Mapped[datetime] = mapped_column(info=S3)


class PlacesRow(Row):
    """How many places somebody asks for or offers in one direction."""

    __tablename__ = "places"
    __table_args__ = (
        one_of("role", Role),
        one_of("direction", Direction),
        holds("count_in_range", "count BETWEEN 0 AND 20"),
    )

    enrolment_key: Mapped[int] = mapped_column(to("enrolments.key", on_delete="CASCADE"), primary_key=True, info=S3)
    role: Mapped[str] = mapped_column(String(20), primary_key=True, info=S3)
    direction: Mapped[str] = mapped_column(String(20), primary_key=True, info=S3)
    count: Mapped[int] = mapped_column(info=S3)


class WishRow(Row):
    """What somebody who is enrolled says of another person; wishes are ranked by ``position``."""

    __tablename__ = "wishes"
    __table_args__ = (
        one_of("kind", WishKind),
        holds("position_counted", "position >= 0"),
        UniqueConstraint("enrolment_key", "kind", "person_key"),
        Index("ix_wishes_person_key", "person_key"),
    )

    enrolment_key: Mapped[int] = mapped_column(to("enrolments.key", on_delete="CASCADE"), primary_key=True, info=S2)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True, info=S2)
    position: Mapped[int] = mapped_column(primary_key=True, info=S2)
    person_key: Mapped[int] = mapped_column(to("people.key", on_delete="CASCADE"), info=S2)
