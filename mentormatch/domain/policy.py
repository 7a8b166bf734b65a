"""A policy: every choice of a programme as data. The defaults are those of the scheme as published."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Criterion
from mentormatch.domain.reasons import RuleId

STAGES: tuple[str, ...] = ("waiting", "coverage", "floors", "bands", "load", "points", "lottery")

GROUPINGS: tuple[str, ...] = ("department", "division", "location", "level")
"""What may part the mentees into groups for access floors; never more than one, as floors of two would cross."""


@dataclass(frozen=True, slots=True)
class DirectionPolicy:
    """One direction: whether it is open, and the worth of each level gap (mentor minus mentee).

    ``level_gap`` maps a gap to its worth between 0 and 1; a gap it does not list is outside the band.
    """

    level_gap: Mapping[int, float]
    open: bool = True


def _default_directions() -> dict[Direction, DirectionPolicy]:
    """Return the bands and curves of the five directions (Raabe and Beehr 2003: a hypothesis, to be re-fitted)."""
    above = {1: 0.7, 2: 1.0, 3: 0.85, 4: 0.5}
    return {
        Direction.UPWARD: DirectionPolicy(above),
        Direction.DOWNWARD: DirectionPolicy(above),
        Direction.REVERSE: DirectionPolicy({-1: 0.5, -2: 1.0, -3: 1.0, -4: 1.0, -5: 0.8, -6: 0.6}),
        Direction.PEER: DirectionPolicy({-1: 0.6, 0: 1.0, 1: 0.6}),
        Direction.FORWARD: DirectionPolicy({-1: 0.6, 0: 0.7, 1: 0.8, 2: 1.0, 3: 1.0, 4: 0.8, 5: 0.6, 6: 0.6}),
    }


def _default_weights() -> dict[Criterion, int]:
    """Return the points of each criterion; together they make 1000."""
    points = (300, 250, 150, 100, 80, 70, 50)
    return dict(zip(Criterion, points, strict=True))


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """The numbers that the rules use."""

    same_manager_includes_peers: bool = True
    repeat_rounds: int = 3
    training_needs_answer: bool = False
    shared_hours_min: float = 2.0
    floor_points: int = 350
    working_day_start: float = 9.0
    working_day_end: float = 17.0
    hours_year: int = 2026


@dataclass(frozen=True, slots=True)
class CapacityPolicy:
    """How many places one person may give and take, and how far they may be concentrated."""

    mentor_limit: int = 3
    mentee_limit: int = 2
    mentee_direction_limit: int = 1
    department_share: float = 0.5
    team_limit: int = 1
    forbid_favour_exchange: bool = True
    forbid_reciprocal: bool = True


@dataclass(frozen=True, slots=True)
class FloorPolicy:
    """Access floors (the four-fifths rule): in what share of the best group's rate each group gets its places.

    ``by`` names what parts the mentees into groups, one of ``GROUPINGS``, or nothing for no floors. Groups of fewer
    than ``group_min`` mentees have no floor: one place would move their rate too far.
    """

    by: str = ""
    share: float = 0.8
    group_min: int = 20

    @property
    def percent(self) -> int:
        """The share in whole percent."""
        return round(100 * self.share)


@dataclass(frozen=True, slots=True)
class Measures:
    """The curves of the criteria: each number is a share of the criterion's points, between 0 and 1."""

    needs: tuple[float, ...] = (0.6, 0.25, 0.15)
    wish_ranks: tuple[float, ...] = (1.0, 0.9, 0.8)
    wish_later: float = 0.6
    wish_not_listed: float = 0.4
    wish_rather_not: float = 0.1
    wish_mentee_share: float = 0.6
    interest_halving: float = 0.5
    interests_counted: int = 3
    same_department: float = 0.2
    same_division: float = 0.6
    other_division: float = 1.0
    full_hours: float = 3.0
    rhythm: tuple[float, ...] = (1.0, 0.5, 0.0)
    unanswered: float = 0.5


@dataclass(frozen=True, slots=True)
class SolvePolicy:
    """How the optimiser works; none of these numbers changes the outcome, only the time it takes."""

    shortlist: int = 4
    threads: int = 2
    time_limit_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """Every choice of a programme: directions, rules, weights, caps, stages.

    ``rules`` maps each rule to whether it is on; a rule that is not listed is on. ``bands`` are the lower
    bounds of the quality bands from the second on: points under the first bound are band 0.
    """

    programme: str = "Mentoring"
    round_name: str = "round"
    directions: Mapping[Direction, DirectionPolicy] = field(default_factory=_default_directions)
    rules: Mapping[RuleId, bool] = field(default_factory=lambda: dict.fromkeys(RuleId, True))
    rule_settings: RuleSettings = RuleSettings()
    capacity: CapacityPolicy = CapacityPolicy()
    floors: FloorPolicy = FloorPolicy()
    weights: Mapping[Criterion, int] = field(default_factory=_default_weights)
    measures: Measures = Measures()
    bands: tuple[int, ...] = (350, 450, 550, 650, 750)
    stages: tuple[str, ...] = STAGES
    solve: SolvePolicy = SolvePolicy()

    def is_on(self, rule: RuleId) -> bool:
        """Whether the rule deletes candidates in this programme."""
        return self.rules.get(rule, True)

    def is_open(self, direction: Direction) -> bool:
        """Whether the programme offers the direction at all."""
        return direction in self.directions and self.directions[direction].open

    def band_of(self, points: int) -> int:
        """Return the quality band of a score: 0 under the first bound, then 1, 2, and so on."""
        return sum(points >= bound for bound in self.bands)

    @property
    def has_floors(self) -> bool:
        """Whether the first pass keeps access floors."""
        return bool(self.floors.by) and "floors" in self.stages
