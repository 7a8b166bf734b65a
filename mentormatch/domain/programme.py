"""Programmes: standing schemes, the versions of their policies, and their rounds with who takes part."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from mentormatch.domain.enrolment import Enrolment

NOTE_LENGTH = 500


class RoundState(StrEnum):
    """Where a round stands, in the order of its life."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    MATCHING = "matching"
    REVIEW = "review"
    PUBLISHED = "published"
    ACTIVE = "active"
    CLOSED_OUT = "closed-out"


@dataclass(frozen=True, slots=True)
class Programme:
    """A standing scheme. ``versions`` counts the versions of its policy; the last one is in force."""

    key: int
    name: str
    is_archived: bool
    versions: int


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a programme's policy: its text as TOML, the SHA-256 of its canonical form, who wrote it when.

    ``note`` says why, in at most ``NOTE_LENGTH`` characters; blank where nobody said.
    """

    key: int
    programme_key: int
    number: int
    text: str
    digest: str
    author_key: int | None
    created_at: datetime
    note: str = ""


class EnrolmentState(StrEnum):
    """Whether somebody takes part; a draft is saved and not yet handed in."""

    DRAFT = "draft"
    ENROLLED = "enrolled"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class RoundDates:
    """The first and the last day on which people enrol in a round, and the last day of its pairings."""

    opens_on: date | None = None
    closes_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class RoundRecord:
    """A round as it is kept, without the people who take part.

    ``policy_version`` is the number of the version of the programme's policy that it is matched under. ``seed`` is the
    lottery's seed, which nobody sees before the plan is published; ``seed_hash`` is its SHA-256, which everybody may
    see. ``revision`` counts changes.
    """

    key: int
    programme_key: int
    policy_version: int
    name: str
    state: RoundState
    dates: RoundDates
    seed: str = field(repr=False)
    seed_hash: str
    revision: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredEnrolment:
    """An enrolment as it is kept. ``accepted_mentees`` counts the places of a mentor that are taken by consent."""

    key: int
    person_key: int
    enrolment: Enrolment
    state: EnrolmentState
    accepted_mentees: int


@dataclass(frozen=True, slots=True)
class RoundCounts:
    """How many take part in a round: people who are enrolled, and among them those in each role.

    ``pairings`` counts those of the published plan.
    """

    enrolled: int = 0
    mentees: int = 0
    mentors: int = 0
    pairings: int = 0
