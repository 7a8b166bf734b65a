"""The smallest change that would have matched somebody, checked by applying it and matching the round again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from mentormatch.domain.change import Change, Demand
from mentormatch.domain.pairing import Pairing, Role
from mentormatch.domain.vector import Vector, vector_of
from mentormatch.errors import InputError, RefusedError
from mentormatch.explanation.quick_answers import open_quick_answers
from mentormatch.explanation.remedies import Proposal, propose_demands, propose_help, propose_own
from mentormatch.explanation.seeker import Seeker
from mentormatch.explanation.what_if import Baseline, only_in, solve_variant, without_time_limit

MOST_SOLVES = 10
"""So many changes are matched in full, and demands after that."""
LARGE = 5_000_000
"""Mentees times mentors from which a match takes so long that ``LARGE_SOLVES`` have to do."""
LARGE_SOLVES = 2


@dataclass(frozen=True, slots=True)
class Remedy:
    """Changes after which the round pairs the person.

    ``pairing`` is what the person then gets; ``difference`` the changed round's vector less the published one;
    ``ended`` and ``begun`` count the other pairings that it ends and begins.
    """

    changes: tuple[Change, ...]
    is_own: bool
    pairing: Pairing
    difference: Vector
    ended: int
    begun: int


@dataclass(frozen=True, slots=True)
class RemedySearch:
    """What a search came to: the remedy, if one of the ``tried`` changes was one."""

    remedy: Remedy | None
    tried: int


def search_remedy(seeker: Seeker, *, only_own: bool = False) -> RemedySearch:
    """Return the first change of the family that matches somebody, each matched to its proof until one does.

    With ``only_own`` only the person's own answers are changed. Nothing is changed for good.
    """
    base = replace(seeker.first.base, round=without_time_limit(seeker.first.base.round))
    tried = 0
    for proposal in _proposals(seeker, only_own):
        tried += 1
        remedy = _try(base, seeker, proposal)
        if remedy is not None:
            return RemedySearch(remedy, tried)
    return RemedySearch(None, tried)


def _proposals(seeker: Seeker, only_own: bool) -> Iterator[Proposal]:
    """Yield what to try."""
    pairs = len(seeker.first.roster.mentees) * len(seeker.first.roster.mentors)
    most = MOST_SOLVES if pairs < LARGE else LARGE_SOLVES
    if only_own:
        return islice(propose_own(seeker), most)
    return chain(islice(chain(propose_own(seeker), propose_help(seeker)), most), propose_demands(seeker))


def _try(base: Baseline, seeker: Seeker, proposal: Proposal) -> Remedy | None:
    """Return a proposal as a remedy if it is one."""
    try:
        pairings = _pairings_after(base, proposal.changes)
    except (InputError, RefusedError):  # a demand that the locks leave no room for
        return None
    own = _own(pairings, seeker)
    if not own:
        return None
    return Remedy(
        changes=proposal.changes,
        is_own=proposal.is_own,
        pairing=own[0],
        difference=vector_of(pairings, base.round.policy) - base.vector,
        ended=len(only_in(base.pairings, pairings)),
        begun=len(only_in(pairings, base.pairings)) - len(own),
    )


def _pairings_after(base: Baseline, changes: Sequence[Change]) -> Sequence[Pairing]:
    """Return the pairings of a round after changes; a demand alone is answered at once where the proof allows it."""
    if len(changes) == 1 and isinstance(changes[0], Demand):
        return open_quick_answers(base).forced(changes[0].mentor_id, changes[0].mentee_id).pairings
    return solve_variant(base, *changes).outcome.pairings


def _own(pairings: Sequence[Pairing], seeker: Seeker) -> list[Pairing]:
    """Return the pairings of somebody in their role, the first pass first."""
    who, is_mentee = seeker.person.person_id, seeker.role is Role.MENTEE
    own = [pairing for pairing in pairings if who == (pairing.mentee_id if is_mentee else pairing.mentor_id)]
    return sorted(own, key=lambda pairing: pairing.pass_number)
