"""Reporting lines as people read them: who stands over somebody, what is odd about the lines, and who stands below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from mentormatch.domain.people import Status


class OddLine(StrEnum):
    """What HR may want to mend about the solid line of somebody."""

    NO_MANAGER = "no-manager"
    MANAGER_LEFT = "manager-left"
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class Superior:
    """Somebody who stands over a person. ``kind`` is solid, dotted, evaluator or previous."""

    kind: str
    key: int
    person_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many people there are by status, and how many have a manager who left or a line that runs in a loop.

    The erased count nowhere.
    """

    by_status: Mapping[Status, int]
    with_manager_left: int
    in_loops: int

    @property
    def here(self) -> int:
        """Return how many have not left."""
        return sum(count for status, count in self.by_status.items() if status is not Status.LEFT)


@dataclass(frozen=True, slots=True)
class TakingPart:
    """What a manager reads of somebody's part in a round that is not over.

    ``role`` is mentee, mentor or both; ``state`` is that of the enrolment, or ``paired`` once both sides agreed.
    Hours are those a month that the person set aside, ``None`` where they did not say.
    """

    programme: str
    round_name: str
    role: str
    state: str
    hours_per_month: float | None


@dataclass(frozen=True, slots=True)
class LineMember:
    """Somebody below a manager on solid lines. ``distance`` is 1 for a direct report; ``manager`` is their own."""

    key: int
    person_id: str
    name: str
    job_title: str
    department: str
    status: Status
    distance: int
    manager: str
    taking_part: tuple[TakingPart, ...] = ()


@dataclass(frozen=True, slots=True)
class LinePage:
    """One page of those below a manager, the nearest first, with how many there are in all.

    ``participants`` counts those who are enrolled in a round that is not over, ``hours`` what they set aside a month.
    """

    members: tuple[LineMember, ...]
    total: int
    participants: int
    hours: float


class Lines(Protocol):
    """Who stands over whom. Solid lines alone make a manager."""

    def superiors(self, key: int) -> Sequence[Superior]:
        """Return everybody who stands over a person, by kind and in the order of each list."""

    def solid_managers(self, keys: Sequence[int]) -> Mapping[int, Superior]:
        """Return the managers of some people by the keys of those people."""

    def has_reports(self, key: int) -> bool:
        """Whether anybody reports to a person on a solid line."""

    def below(self, key: int, page: int, size: int) -> LinePage:
        """Return a page, counted from 1, of everybody below a person whose own line upwards is known."""

    def headcount(self) -> Headcount:
        """Return how many people there are and how many lines are odd."""
