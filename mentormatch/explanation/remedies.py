"""What could have matched somebody: a finite family of changes, from the person's own answers outwards."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from mentormatch.domain.change import Change, Demand, NameArea, OfferPlace, OpenDirection, Train, WantSkill
from mentormatch.domain.direction import DIRECTION_INDEX, DIRECTIONS, Direction
from mentormatch.domain.pairing import Role
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.text import fold
from mentormatch.explanation.recruits import recruits_for
from mentormatch.explanation.removal import removals
from mentormatch.explanation.seeker import Seeker
from mentormatch.matching.rows import Columns

MOST_OF_A_KIND = 2
"""So many changes of one kind are tried, the most promising first."""
MOST_NAMES = 12
"""So many skills or areas are looked at, those that most mentors offer first."""
MOST_NEW_PLACES = 5
"""More new places at once are no small change."""
MOST_DEMANDS = 5


@dataclass(frozen=True, slots=True)
class Proposal:
    """Changes, made together, that might match somebody; ``is_own`` when they are answers of that person."""

    changes: tuple[Change, ...]
    is_own: bool = False


def propose_own(seeker: Seeker) -> Iterator[Proposal]:
    """Yield answers of their own that might match somebody, the smallest change first."""
    for kind in OWN_KINDS[seeker.role]:
        promising = (changes for changes in kind(seeker) if seeker.could_be_paired_after(*changes))
        yield from (Proposal(changes, is_own=True) for changes in islice(promising, MOST_OF_A_KIND))


def propose_help(seeker: Seeker) -> Iterator[Proposal]:
    """Yield what HR could do for a mentee, short of a demand."""
    for kind in HR_KINDS if seeker.role is Role.MENTEE else ():
        yield from map(Proposal, islice(kind(seeker), MOST_OF_A_KIND))


def propose_demands(seeker: Seeker) -> Iterator[Proposal]:
    """Yield the pairings of somebody that HR could demand, the cheapest by the prices of the proof first."""
    roster = seeker.first.roster
    pairs = zip(seeker.candidates.mentor.tolist(), seeker.candidates.mentee.tolist(), strict=True)
    for mentor, mentee in islice(pairs, MOST_DEMANDS):
        yield Proposal((Demand(roster.mentors.ids[mentor], roster.mentees.ids[mentee]),))


def _open_directions(seeker: Seeker) -> Iterator[tuple[Change, ...]]:
    """Yield each direction that the programme offers and the person does not name."""
    for direction in _unnamed_directions(seeker):
        yield (OpenDirection(seeker.person.person_id, seeker.role, direction),)


def _want_skills(seeker: Seeker) -> Iterator[tuple[Change, ...]]:
    """Yield further skills that mentors offer, the most frequent first."""
    wanted = {fold(skill) for skill in seeker.enrolment.skills_wanted}
    offers = Counter(fold(skill) for entry in seeker.first.roster.mentors.enrolments for skill in entry.skills_offered)
    for skill in islice(_most_frequent(offers, wanted), MOST_NAMES):
        yield (WantSkill(seeker.person.person_id, skill),)


def _name_areas(seeker: Seeker) -> Iterator[tuple[Change, ...]]:
    """Yield other areas in which mentors offer forward places; that direction is opened with it where need be."""
    mentors, person_id = seeker.first.roster.mentors, seeker.person.person_id
    if not seeker.first.roster.policy.is_open(Direction.FORWARD):
        return
    offering = np.flatnonzero(mentors.places[:, DIRECTION_INDEX[Direction.FORWARD]]).tolist()
    areas = Counter(fold(mentors.people[row].department) for row in offering)
    is_closed = Direction.FORWARD in _unnamed_directions(seeker)
    opening = (OpenDirection(person_id, Role.MENTEE, Direction.FORWARD),) if is_closed else ()
    known = {fold(seeker.enrolment.target_area), fold(seeker.person.department)}
    for area in islice(_most_frequent(areas, known), MOST_NAMES):
        yield (*opening, NameArea(person_id, area))


def _train_oneself(seeker: Seeker) -> Iterator[tuple[Change, ...]]:
    """Yield the training for a mentor who lacks it."""
    if not seeker.side.is_trained[seeker.number] and seeker.first.roster.policy.is_on(RuleId.UNTRAINED):
        yield (Train(seeker.person.person_id),)


def _train(seeker: Seeker) -> Iterator[tuple[Change, ...]]:
    """Yield the training of mentors whom nothing else stands in the way of, the best for the mentee first."""
    for mentor in _hanging_on(seeker, RuleId.UNTRAINED):
        yield (Train(seeker.first.roster.mentors.ids[mentor]),)


def _offer_place(seeker: Seeker) -> Iterator[tuple[Change, ...]]:
    """Yield one more place with a possible mentor, where the programme lets the mentor have one more."""
    return ((place,) for place in _new_places(seeker))


def _offer_places(seeker: Seeker) -> Iterator[tuple[Change, ...]]:
    """Yield as many more places as the crowd lacks, with possible mentors of this mentee."""
    short = 0 if seeker.crowd is None else len(seeker.crowd.mentees) - seeker.crowd.places
    places = tuple(islice(_new_places(seeker), short)) if 1 < short <= MOST_NEW_PLACES else ()
    if places and len(places) == short:
        yield places


def _recruit(seeker: Seeker) -> Iterator[tuple[Change, ...]]:
    """Yield a new mentor."""
    return ((recruit,) for recruit in recruits_for(seeker))


def _unnamed_directions(seeker: Seeker) -> list[Direction]:
    """Return the directions of the programme in which somebody has no place."""
    places = seeker.side.places[seeker.number]
    is_open = seeker.first.roster.policy.is_open
    return [d for d in DIRECTIONS if is_open(d) and not places[DIRECTION_INDEX[d]]]


def _most_frequent(counts: Counter[str], known: set[str]) -> Iterator[str]:
    """Yield the names that are not known yet, the most frequent first."""
    names = sorted(counts, key=lambda name: (-counts[name], name))
    return (name for name in names if name and name not in known)


def _hanging_on(seeker: Seeker, rule: RuleId) -> list[int]:
    """Return the mentors whom one rule alone keeps from a mentee."""
    found = removals(seeker.first, seeker.role, seeker.number)
    return np.flatnonzero(np.logical_or.reduce([removal.hangs_on(rule) for removal in found.values()])).tolist()


def _new_places(seeker: Seeker) -> Iterator[OfferPlace]:
    """Yield one more place with each possible mentor who may have one more, the least loss first."""
    roster, most = seeker.first.roster, seeker.first.roster.policy.capacity.mentor_limit
    for mentor, direction in _pairs(seeker.candidates):
        if roster.mentors.enrolments[mentor].max_mentees < most:
            yield OfferPlace(roster.mentors.ids[mentor], DIRECTIONS[direction])


def _pairs(columns: Columns) -> Iterator[tuple[int, int]]:
    """Yield mentor and direction of candidates."""
    return zip(columns.mentor.tolist(), columns.direction.tolist(), strict=True)


Kind = Callable[[Seeker], Iterator[tuple[Change, ...]]]
OWN_KINDS: dict[Role, tuple[Kind, ...]] = {
    Role.MENTEE: (_open_directions, _want_skills, _name_areas),
    Role.MENTOR: (_train_oneself, _open_directions),
}
"""What somebody could have answered otherwise, by role."""
HR_KINDS: tuple[Kind, ...] = (_train, _offer_place, _offer_places, _recruit)
"""What HR could do for a mentee."""
