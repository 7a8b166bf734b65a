"""What a match came to, as plain figures: the same for the screen and for summary.json."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pydantic import TypeAdapter, ValidationError

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.floors import AccessFloors, GroupAccess
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import Figures, LostWish, Outcome, Round, StageValue
from mentormatch.errors import InputError


@dataclass(frozen=True, slots=True)
class DirectionFigures:
    """One direction: mentees who asked, mentors who offered and their places, pairings and their mean points."""

    direction: Direction
    mentees: int
    mentors: int
    places: int
    pairings: int
    mean_points: float | None


@dataclass(frozen=True, slots=True)
class BandFigures:
    """One quality band: its lower and upper bound in points (``None``: open) and its pairings."""

    lowest: int | None
    below: int | None
    pairings: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Mentees who asked and who got a place, and all pairings, second places included."""

    mentees: int
    served: int
    pairings: int


@dataclass(frozen=True, slots=True)
class Load:
    """Mentors who offered and who got a mentee, and their places, each counted within the limits."""

    mentors: int
    used: int
    places: int
    places_left: int


@dataclass(frozen=True, slots=True)
class FloorFigures:
    """The access floors: share asked for and reached, in percent, and the rate of places that each group stays under.

    Groups are those with a floor; those that are ``too_small`` have none. Served is counted after the first pass.
    """

    by: str
    asked: int
    reached: int
    rate: float
    groups: tuple[GroupAccess, ...]
    too_small: tuple[GroupAccess, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one match.

    ``unpaired`` counts people by role and reason; ``seconds`` are by step of the work, ``total_seconds`` from reading
    the files to writing the outcome.
    """

    status: str
    coverage: Coverage
    load: Load
    directions: tuple[DirectionFigures, ...]
    bands: tuple[BandFigures, ...]
    unpaired: Mapping[str, Mapping[str, int]]
    lost_wishes: tuple[LostWish, ...]
    quarantined: tuple[str, ...]
    stages: tuple[StageValue, ...]
    candidates: int
    seconds: Mapping[str, float]
    total_seconds: float
    memory_mb: float
    floors: FloorFigures | None = None


def summarise(round_: Round, outcome: Outcome, total_seconds: float, memory_mb: float) -> Summary:
    """Return the figures of a match; ``memory_mb`` is the most memory that the process held."""
    pairings, figures = outcome.pairings, outcome.figures
    return Summary(
        status=str(outcome.status),
        coverage=Coverage(figures.mentees, len({pairing.mentee_id for pairing in pairings}), len(pairings)),
        load=_load(figures, pairings),
        directions=tuple(_direction(direction, round_, pairings) for direction in DIRECTIONS),
        bands=_bands(round_.policy.bands, pairings),
        unpaired=_count_unpaired(outcome),
        lost_wishes=outcome.lost_wishes,
        quarantined=tuple(sorted(round_.quarantined)),
        stages=outcome.stages,
        candidates=figures.candidates,
        seconds={step: round(seconds, 3) for step, seconds in figures.seconds.items()},
        total_seconds=round(total_seconds, 3),
        memory_mb=round(memory_mb, 1),
        floors=_floors(outcome.floors),
    )


def write_summary(summary: Summary) -> bytes:
    """Return summary.json."""
    return (json.dumps(asdict(summary), ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def read_summary(data: bytes) -> Summary:
    """Return the figures of a summary.json, or raise ``InputError``."""
    try:
        return TypeAdapter(Summary).validate_json(data)
    except ValidationError as error:
        raise InputError("summary.json is not one that match has written.") from error


def _floors(floors: AccessFloors | None) -> FloorFigures | None:
    """Return the figures of the access floors, if there are any."""
    if floors is None:
        return None
    rate = round(float(floors.rate), 4)
    return FloorFigures(floors.by, floors.asked, floors.share, rate, floors.groups, floors.too_small)


def _load(figures: Figures, pairings: Sequence[Pairing]) -> Load:
    used = {pairing.mentor_id for pairing in pairings}
    return Load(figures.mentors, len(used), figures.places, figures.places - len(pairings))


def _direction(direction: Direction, round_: Round, pairings: Sequence[Pairing]) -> DirectionFigures:
    """Return the figures of one direction; a direction that the policy closes is asked for in vain."""
    points = [pairing.points for pairing in pairings if pairing.direction is direction]
    offers = [e.as_mentor.get(direction, 0) for e in round_.enrolments if e.is_mentor]
    return DirectionFigures(
        direction=direction,
        mentees=sum(e.is_mentee and e.as_mentee.get(direction, 0) > 0 for e in round_.enrolments),
        mentors=sum(places > 0 for places in offers),
        places=sum(offers),
        pairings=len(points),
        mean_points=round(sum(points) / len(points), 1) if points else None,
    )


def _bands(bounds: Sequence[int], pairings: Sequence[Pairing]) -> tuple[BandFigures, ...]:
    """Return the pairings of each quality band, the worst first."""
    counts = Counter(pairing.band for pairing in pairings)
    edges = (None, *bounds, None)
    return tuple(BandFigures(edges[band], edges[band + 1], counts[band]) for band in range(len(bounds) + 1))


def _count_unpaired(outcome: Outcome) -> dict[str, dict[str, int]]:
    """Return how many people of each role are left out for each reason, the most frequent reason first."""
    counts: dict[str, Counter[str]] = {}
    for unpaired in outcome.unpaired:
        counts.setdefault(str(unpaired.role), Counter())[unpaired.reason] += 1
    return {role: dict(_most_first(reasons)) for role, reasons in sorted(counts.items())}


def _most_first(reasons: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(reasons.items(), key=lambda entry: (-entry[1], entry[0]))
