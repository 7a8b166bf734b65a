"""An enrolment: what one person seeks, offers and refuses in one round."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mentormatch.domain.direction import Direction


class Rhythm(StrEnum):
    """How often a pair wants to meet, from the most to the least often."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One person's sign-up in one round, as one row of enrolments.csv says it.

    ``as_mentee`` and ``as_mentor`` map each open direction to the places asked for or offered in it.
    ``skills_wanted``, ``skills_offered`` and ``prefers`` are ranked, the first matters most.
    ``trained`` is ``None`` while the question is unanswered. ``waiting_rounds`` counts the last
    rounds in a row that left this person without a mentor.
    """

    person_id: str
    as_mentee: Mapping[Direction, int] = field(default_factory=dict)
    as_mentor: Mapping[Direction, int] = field(default_factory=dict)
    max_mentors: int = 1
    max_mentees: int = 2
    skills_wanted: tuple[str, ...] = ()
    skills_offered: tuple[str, ...] = ()
    target_area: str = ""
    interests: tuple[str, ...] = ()
    prefers: tuple[str, ...] = ()
    rather_not: tuple[str, ...] = ()
    avoids: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    hours_per_month: float | None = None
    meeting_rhythm: Rhythm | None = None
    trained: bool | None = None
    waiting_rounds: int = 0

    @property
    def is_mentee(self) -> bool:
        """Whether this person asks for at least one mentor."""
        return self.max_mentors > 0 and any(self.as_mentee.values())

    @property
    def is_mentor(self) -> bool:
        """Whether this person offers at least one place."""
        return self.max_mentees > 0 and any(self.as_mentor.values())
