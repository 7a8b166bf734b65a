"""Pairings: those a round chose, those of earlier rounds, and the people left without one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mentormatch.domain.direction import Direction


class Criterion(StrEnum):
    """What a score is made of, in the order in which it is explained."""

    NEEDS = "needs"
    WISHES = "wishes"
    COMMON_GROUND = "common_ground"
    LEVEL_GAP = "level_gap"
    DISTANCE = "distance"
    SHARED_HOURS = "shared_hours"
    RHYTHM = "rhythm"


class Role(StrEnum):
    """The two sides of a pairing, in every direction."""

    MENTOR = "mentor"
    MENTEE = "mentee"


@dataclass(frozen=True, slots=True)
class Pairing:
    """A mentor and a mentee whom a round brings together, with the points of each criterion.

    ``pass_number`` is 1 for a mentee's first place and 2 for a second one; 0 for a locked pairing.
    ``band`` is the quality band of ``points``, 0 for the worst.
    """

    mentor_id: str
    mentee_id: str
    direction: Direction
    pass_number: int
    points: int
    band: int
    components: Mapping[Criterion, int]


@dataclass(frozen=True, slots=True)
class PastPairing:
    """One row of history.csv: two people who were paired in an earlier round."""

    mentor_id: str
    mentee_id: str
    direction: Direction
    round_name: str
    started: date | None = None
    ended: date | None = None
    end_reason: str = ""


class UnpairedReason(StrEnum):
    """Why a person who is enrolled in a role got no place in it."""

    NO_CANDIDATE = "no-candidate"
    CROWDED_OUT = "crowded-out"
    LOST_DRAW = "lost-draw"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True)
class Unpaired:
    """Somebody who is enrolled in a role and got no place: the coded reason, what would help, and the figures."""

    person_id: str
    role: Role
    reason: str
    remedy: str
    detail: str = ""
