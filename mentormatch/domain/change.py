"""Changes to a round: what somebody could have answered, offered or decided otherwise, one at a time."""

from dataclasses import dataclass
from enum import StrEnum

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import Criterion, Role
from mentormatch.domain.people import Person
from mentormatch.domain.reasons import RuleId


class LimitId(StrEnum):
    """The limits of a policy that can be lifted as a whole."""

    DEPARTMENT_SHARE = "department-share"
    TEAM_LIMIT = "team-limit"
    FAVOUR_EXCHANGE = "favour-exchange"
    RECIPROCAL = "reciprocal"


@dataclass(frozen=True, slots=True)
class Demand:
    """HR demands a pairing."""

    mentor_id: str
    mentee_id: str


@dataclass(frozen=True, slots=True)
class Forbid:
    """HR forbids a pairing."""

    mentor_id: str
    mentee_id: str


@dataclass(frozen=True, slots=True)
class LiftLock:
    """HR takes back what it fixed about a pair."""

    mentor_id: str
    mentee_id: str


@dataclass(frozen=True, slots=True)
class SwitchOff:
    """The policy does without a rule."""

    rule: RuleId


@dataclass(frozen=True, slots=True)
class LiftLimit:
    """The policy does without a limit."""

    limit: LimitId


@dataclass(frozen=True, slots=True)
class LiftFloors:
    """The policy does without access floors."""


@dataclass(frozen=True, slots=True)
class OfferPlace:
    """A mentor offers one more place in a direction, and takes one more mentee in all."""

    mentor_id: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class OpenDirection:
    """A person enrols in one more direction, with one place."""

    person_id: str
    role: Role
    direction: Direction


@dataclass(frozen=True, slots=True)
class WantSkill:
    """A mentee names one more skill, after those already named."""

    person_id: str
    skill: str


@dataclass(frozen=True, slots=True)
class NameArea:
    """A mentee names another area or role to move towards."""

    person_id: str
    area: str


@dataclass(frozen=True, slots=True)
class Train:
    """A mentor completes the training."""

    person_id: str


@dataclass(frozen=True, slots=True)
class Recruit:
    """Somebody who is not in the round yet joins it: a new person with an enrolment."""

    person: Person
    enrolment: Enrolment


@dataclass(frozen=True, slots=True)
class Reweigh:
    """A criterion counts for more or less: its points are multiplied and rounded to whole ones."""

    criterion: Criterion
    factor: float


@dataclass(frozen=True, slots=True)
class RaiseFloor:
    """No pairing under so many points is made."""

    points: int


Change = (
    Demand
    | Forbid
    | LiftLock
    | SwitchOff
    | LiftLimit
    | LiftFloors
    | OfferPlace
    | OpenDirection
    | WantSkill
    | NameArea
    | Train
    | Recruit
    | Reweigh
    | RaiseFloor
)
