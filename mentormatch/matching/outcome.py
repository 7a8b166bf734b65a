"""From solved passes to the words of the outcome: pairings with their points, stage values, wishes that lost."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.floors import AccessFloors, GroupAccess
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import LostWish, StageValue
from mentormatch.matching.candidates import Candidates
from mentormatch.matching.cases import PassResult
from mentormatch.matching.eligibility import Block
from mentormatch.matching.reference import Reference, build_reference
from mentormatch.matching.roster import Roster
from mentormatch.matching.rows import Columns, concatenate
from mentormatch.matching.stages import FLOORS

PAIRS_AT_ONCE = 128
"""Pairings whose points are counted in one block, of which the diagonal is read."""

FORBIDDEN_BY_LOCK = "lock"
"""Stands for a rule where HR has forbidden the pairing."""


def pairings_of(candidates: Candidates, plans: Sequence[Columns]) -> tuple[Pairing, ...]:
    """Return the pairings of all plans, the locked ones included, in the order of mentor and mentee id."""
    found = [pairing for number, plan in enumerate(plans) for pairing in _pairings(candidates, plan, number)]
    return tuple(sorted(found, key=lambda pairing: (pairing.mentor_id, pairing.mentee_id)))


def _pairings(candidates: Candidates, plan: Columns, number: int) -> Iterator[Pairing]:
    """Yield the pairings of one pass with their components."""
    mentors, mentees = candidates.roster.mentors.ids, candidates.roster.mentees.ids
    band_of = candidates.roster.policy.band_of
    for code, direction in enumerate(DIRECTIONS):
        chosen = np.flatnonzero(plan.direction == code)
        for start in range(0, len(chosen), PAIRS_AT_ONCE):
            part = plan.where(chosen[start : start + PAIRS_AT_ONCE])
            tables = candidates.components(Block(part.mentee, part.mentor), direction)
            pairs = zip(part.mentor.tolist(), part.mentee.tolist(), part.points.tolist(), strict=True)
            for k, (mentor, mentee, points) in enumerate(pairs):
                components = {name: int(table[k, k]) for name, table in tables.items()}
                yield Pairing(mentors[mentor], mentees[mentee], direction, number, points, band_of(points), components)


def stage_values(passes: Sequence[PassResult]) -> tuple[StageValue, ...]:
    """Return the value and bound of each stage of each pass."""
    return tuple(
        StageValue(result.number, proof.stage.name, proof.value, proof.bound)
        for result in passes
        for proof in result.proofs
    )


def access_floors(roster: Roster, passes: Sequence[PassResult], plans: Sequence[Columns]) -> AccessFloors | None:
    """Return what became of a round's access floors, if it has any; ``plans`` are the locked and the first pass."""
    levelling, floors = passes[0].levelling, roster.policy.floors
    if levelling is None or FLOORS not in {proof.stage.name for proof in passes[0].proofs}:
        return None
    groups, mentees = roster.groups, np.unique(concatenate(plans).mentee).tolist()
    served = Counter(groups.own[mentee] for mentee in mentees)
    sizes = {**dict(zip(groups.names, groups.sizes.tolist(), strict=True)), **groups.too_small}
    access = {name: GroupAccess(groups.spelled[name], size, served[name]) for name, size in sizes.items()}
    large, small = (tuple(access[name] for name in names) for names in (groups.names, groups.too_small))
    return AccessFloors(floors.by, floors.percent, levelling.level.percent, levelling.level.rate, large, small)


def lost_wishes(candidates: Candidates) -> tuple[LostWish, ...]:
    """Return the wishes for somebody in the other role that a rule overruled, with the first rule that did."""
    reference = build_reference(candidates.roster.round)
    found = {
        lost
        for mentor, mentee, is_mentees in _wishes(candidates)
        for lost in _lost(reference, mentor, mentee, is_mentees)
    }
    return tuple(sorted(found, key=lambda lost: (lost.person_id, lost.wished_id)))


def _wishes(candidates: Candidates) -> Iterator[tuple[str, str, bool]]:
    """Yield mentor and mentee of each wish whose pair is no candidate, and whether it is the mentee's wish."""
    mentees, mentors = candidates.roster.mentees, candidates.roster.mentors
    for row, entry in enumerate(mentees.enrolments):
        for wished in entry.prefers:
            if wished in mentors.position and not candidates.is_candidate(row, mentors.position[wished]):
                yield wished, entry.person_id, True
    for column, entry in enumerate(mentors.enrolments):
        for wished in entry.prefers:
            if wished in mentees.position and not candidates.is_candidate(mentees.position[wished], column):
                yield entry.person_id, wished, False


def _lost(reference: Reference, mentor_id: str, mentee_id: str, is_mentees: bool) -> Iterator[LostWish]:
    """Yield the lost wish if a direction is open between the two, with the rule in the way of the first one."""
    for direction in DIRECTIONS:
        if reference.is_open(mentor_id, mentee_id, direction):
            person_id, wished_id = (mentee_id, mentor_id) if is_mentees else (mentor_id, mentee_id)
            broken = reference.broken_rules(mentor_id, mentee_id, direction)
            yield LostWish(person_id, wished_id, broken[0].value if broken else FORBIDDEN_BY_LOCK)
            return
