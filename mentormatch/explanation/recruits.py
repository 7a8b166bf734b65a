"""Whom to recruit for somebody without a mentor: a plausible person whom the round does not have yet."""

from collections import Counter
from collections.abc import Iterator, Sequence

from mentormatch.domain.change import Recruit
from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.people import Person
from mentormatch.domain.text import fold
from mentormatch.explanation.seeker import Seeker
from mentormatch.matching.candidates import NO_CANDIDATE

NEWCOMER = "new-mentor"


def recruits_for(seeker: Seeker) -> Iterator[Recruit]:
    """Yield for each direction that a mentee asks for a mentor with one place who would be a candidate.

    The newcomer stands on the best level that exists, is in a unit of the mentors there are (or in the area asked for),
    offers the skill that the mentee wants first, shares language and time zone, and has no lines to anybody.
    """
    for direction in DIRECTIONS:
        if seeker.enrolment.as_mentee.get(direction, 0) and seeker.first.roster.policy.is_open(direction):
            recruit = _recruit(seeker, direction)
            if recruit is not None and _is_candidate(seeker, recruit):
                yield recruit


def _recruit(seeker: Seeker, direction: Direction) -> Recruit | None:
    """Return a newcomer for one direction; nothing where there is no level or no unit for one."""
    person, entry, level = seeker.person, seeker.enrolment, _level(seeker, direction)
    model = _model(seeker, direction)
    if level is None or model is None:
        return None
    newcomer = Person(
        person_id=_new_id(seeker),
        name="A new mentor",
        level=level,
        job_title=model.job_title,
        division=model.division,
        department=model.department,
        location=person.location,
        timezone=person.timezone,
        languages=person.languages[:1],
    )
    enrolment = Enrolment(
        person_id=newcomer.person_id,
        as_mentor={direction: 1},
        max_mentees=1,
        skills_offered=entry.skills_wanted[:1],
        trained=True,
    )
    return Recruit(newcomer, enrolment)


def _level(seeker: Seeker, direction: Direction) -> int | None:
    """Return the level with the best gap among those that somebody has; nothing where there is none."""
    own, levels = seeker.person.level, {person.level for person in seeker.first.base.round.people}
    worths = seeker.first.roster.policy.directions[direction].level_gap
    gaps = [gap for gap in worths if own is not None and own + gap in levels]
    best = max(gaps, key=lambda gap: (worths[gap], -abs(gap), gap), default=None)
    return None if own is None or best is None else own + best


def _model(seeker: Seeker, direction: Direction) -> Person | None:
    """Return somebody whose unit the newcomer has; nothing where nobody is in the area asked for.

    Forward: somebody of the area, by department or job title. Otherwise somebody of the department that most of the
    crowd's mentors, or of all mentors, are in; another one than the mentee's own where there is one.
    """
    own, area = fold(seeker.person.department), fold(seeker.enrolment.target_area)
    if direction is Direction.FORWARD:
        people = seeker.first.base.round.people
        fitting = [one for one in people if area in (fold(one.department), fold(one.job_title))] if area else []
        return _first([one for one in fitting if fold(one.department) != own or not own])
    mentors = seeker.first.roster.mentors.people
    crowd = [mentors[row] for row in seeker.crowd.mentors.tolist()] if seeker.crowd else list(mentors)
    others = [one for one in crowd if fold(one.department) != own]
    return _first(others or crowd) or seeker.person


def _first(people: Sequence[Person]) -> Person | None:
    """Return the first by id of those in the most frequent department."""
    counts = Counter(fold(one.department) for one in people)
    return min(people, key=lambda one: (-counts[fold(one.department)], one.person_id), default=None)


def _new_id(seeker: Seeker) -> str:
    """Return an id that nobody has."""
    taken = {person.person_id for person in seeker.first.base.round.people}
    numbered = (f"{NEWCOMER}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (NEWCOMER, *numbered) if name not in taken)


def _is_candidate(seeker: Seeker, recruit: Recruit) -> bool:
    """Whether the newcomer would be a candidate of the mentee."""
    found = seeker.alone_after(recruit)
    column = found.roster.mentors.position[recruit.person.person_id]
    return bool((found.codes[:, column] != NO_CANDIDATE).any())
