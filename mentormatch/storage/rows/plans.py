"""Rows of plans: the drafts of a round, the one that is published, their pairings, and pairings of earlier schemes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Role
from mentormatch.domain.plan import PairingState, PlanState
from mentormatch.storage.rows.metadata import HASH_LENGTH, PLAIN, S2, S3, S4, Row, holds, one_of, only_one, to


class PlanRow(Row):
    """One draft of a round, stamped with the digest of the inputs from which it was solved."""

    __tablename__ = "plans"
    __table_args__ = (
        UniqueConstraint("round_key", "number"),
        one_of("state", PlanState),
        holds("number_counted", "number >= 1"),
        holds("published_by_somebody", "state <> 'published' OR published_by IS NOT NULL"),
        holds("published_at_some_time", "state <> 'published' OR published_at IS NOT NULL"),
        only_one("uq_plans_round_key", "round_key", where="state = 'published'"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    round_key: Mapped[int] = mapped_column(to("rounds.key"), info=PLAIN)
    number: Mapped[int] = mapped_column(info=PLAIN)
    state: Mapped[str] = mapped_column(String(20), info=PLAIN)
    input_digest: Mapped[str] = mapped_column(String(HASH_LENGTH), info=S4)
    summary: Mapped[dict[str, Any]] = mapped_column(info=S4)
    created_at: Mapped[datetime] = mapped_column(info=PLAIN)
    published_by: Mapped[int | None] = mapped_column(to("users.key"), info=S3)
    published_at: Mapped[datetime | None] = mapped_column(info=PLAIN)


class PairingRow(Row):
    """A mentor and a mentee whom a plan brings together; ``components`` are the points by criterion, read whole."""

    __tablename__ = "pairings"
    __table_args__ = (
        UniqueConstraint("plan_key", "mentor_key", "mentee_key"),
        one_of("direction", Direction),
        one_of("state", PairingState),
        holds("not_with_oneself", "mentor_key <> mentee_key"),
        holds("pass_known", "pass_number BETWEEN 0 AND 2"),
        holds("points_in_range", "points >= 0"),
        holds("band_in_range", "band >= 0"),
        Index("ix_pairings_mentor_key", "mentor_key"),
        Index("ix_pairings_mentee_key", "mentee_key"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    plan_key: Mapped[int] = mapped_column(to("plans.key", on_delete="CASCADE"), info=PLAIN)
    mentor_key: Mapped[int] = mapped_column(to("people.key"), info=S2)
    mentee_key: Mapped[int] = mapped_column(to("people.key"), info=S2)
    direction: Mapped[str] = mapped_column(String(20), info=S2)
    pass_number: Mapped[int] = mapped_column(info=S2)
    points: Mapped[int] = mapped_column(info=S2)
    band: Mapped[int] = mapped_column(info=S2)
    components: Mapped[dict[str, Any]] = mapped_column(info=S2)
    state: Mapped[str] = mapped_column(String(20), info=S2)
    answered_at: Mapped[datetime | None] = mapped_column(info=S2)


class UnpairedRow(Row):
    """Somebody whom a plan leaves without a place in a role, the coded reason and what would help."""

    __tablename__ = "unpaired"
    __table_args__ = (one_of("role", Role), Index("ix_unpaired_person_key", "person_key"))

    plan_key: Mapped[int] = mapped_column(to("plans.key", on_delete="CASCADE"), primary_key=True, info=PLAIN)
    person_key: Mapped[int] = mapped_column(to("people.key"), primary_key=True, info=S2)
    role: Mapped[str] = mapped_column(String(20), primary_key=True, info=S2)
    reason: Mapped[str] = mapped_column(String(60), info=S2)
    remedy: Mapped[str] = mapped_column(Text, info=S2)
    detail: Mapped[str] = mapped_column(Text, info=S2)


class PastPairingRow(Row):
    """Two people who were paired before the portal was there, as history.csv says it."""

    __tablename__ = "past_pairings"
    __table_args__ = (
        one_of("direction", Direction),
        holds("not_with_oneself", "mentor_key <> mentee_key"),
        holds("ends_after_it_began", "ended >= started"),
        UniqueConstraint("mentor_key", "mentee_key", "direction", "round_name"),
        Index("ix_past_pairings_mentee_key", "mentee_key"),
    )

    key: Mapped[int] = mapped_column(primary_key=True, info=PLAIN)
    mentor_key: Mapped[int] = mapped_column(to("people.key"), info=S2)
    mentee_key: Mapped[int] = mapped_column(to("people.key"), info=S2)
    direction: Mapped[str] = mapped_column(String(20), info=S2)
    round_name: Mapped[str] = mapped_column(String(200), info=S2)
    started: Mapped[date | None] = mapped_column(info=S2)
    ended: Mapped[date | None] = mapped_column(info=S2)
    end_reason: Mapped[str] = mapped_column(String(200), info=S2)
