"""A round: everything that its outcome depends on, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.floors import AccessFloors
from mentormatch.domain.pairing import Pairing, PastPairing, Unpaired
from mentormatch.domain.people import Person
from mentormatch.domain.policy import Policy


class LockKind(StrEnum):
    """What HR fixes by hand before the round is solved."""

    MUST = "must"
    MUST_NOT = "must-not"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Lock:
    """A pairing that HR demands or forbids; ``keep`` is a ``must`` that carries on from an earlier draft."""

    kind: LockKind
    mentor_id: str
    mentee_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """The input of a match: people, enrolments, history, policy, locks and the lottery's seed.

    ``quarantined`` names people who stay in the data and are paired with nobody, because a problem of
    theirs could not be resolved. A line that passes through them is unknown, unless they are in ``settled_lines``:
    set aside for something that leaves no doubt about whom they report to.
    """

    people: tuple[Person, ...]
    enrolments: tuple[Enrolment, ...]
    history: tuple[PastPairing, ...] = ()
    policy: Policy = field(default_factory=Policy)
    seed: str = "0"
    locks: tuple[Lock, ...] = ()
    quarantined: frozenset[str] = frozenset()
    settled_lines: frozenset[str] = frozenset()

    @property
    def doubtful_lines(self) -> frozenset[str]:
        """The people whose own reporting line is in doubt."""
        return self.quarantined - self.settled_lines


class SolveStatus(StrEnum):
    """How a match ended."""

    PROVEN = "proven"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class StageValue:
    """What one stage reached and the bound that no plan can pass (equal when proven)."""

    pass_number: int
    name: str
    value: int
    bound: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a match stands: the stage, its value so far, its proven bound, and the share of the work done (0 to 1)."""

    pass_number: int
    stage: str
    value: int | None
    bound: int | None
    done_share: float


@dataclass(frozen=True, slots=True)
class LostWish:
    """A wish that a rule overruled: who wished for whom, and the rule."""

    person_id: str
    wished_id: str
    rule: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts that the summary shows; ``seconds`` by step of the work."""

    mentees: int
    mentors: int
    candidates: int
    places: int
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a match returns: the pairings, who is left out and why, and the proof's stage values."""

    status: SolveStatus
    pairings: tuple[Pairing, ...]
    unpaired: tuple[Unpaired, ...]
    stages: tuple[StageValue, ...]
    lost_wishes: tuple[LostWish, ...]
    figures: Figures
    floors: AccessFloors | None = None
