"""Why this pairing: what its points are made of, the stage that decided, and what the mentor's place is worth."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mentormatch.domain.direction import DIRECTION_INDEX
from mentormatch.domain.pairing import Pairing
from mentormatch.errors import InputError
from mentormatch.explanation.certified_cases import CertifiedPass, Loss, certified_pass, columns_of, least_of
from mentormatch.explanation.what_if import Baseline
from mentormatch.matching.reference import build_reference
from mentormatch.matching.roster import Roster, build_roster
from mentormatch.matching.rows import Columns


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """Why a pairing is in a round.

    ``decided_by`` is the stage from which on every best plan holds the pairing, at the latest; empty where the prices
    do not tell. ``ruled_out`` counts the mentee's other possible mentors by the first stage in which a plan with them
    loses, ``taken_before`` those whose places locks or earlier passes had given away. ``place_prices`` are the duals of
    the mentor's place by stage: in the order of the stages, one place fewer costs at least as much, and one more brings
    at most as much. For a locked pairing (pass 0) nothing was decided, and ``lock_reason`` is what HR wrote.
    """

    pairing: Pairing
    decided_by: str
    ruled_out: Mapping[str, int]
    taken_before: int
    place_prices: Mapping[str, int]
    lock_reason: str


def explain_pair(base: Baseline, mentor_id: str, mentee_id: str) -> PairAnswer:
    """Return why a pairing is in a round. Raises InputError when it is not."""
    pairing = find_pairing(base, mentor_id, mentee_id)
    if pairing is None:
        raise InputError(
            f"{mentor_id} does not mentor {mentee_id} in this round; --why-not {mentor_id} {mentee_id} says why."
        )
    roster = build_roster(base.round)
    certified = certified_pass(roster, base.certificate, base.pairings, pairing.pass_number)
    if certified is None:
        return PairAnswer(pairing, "", {}, 0, {}, _lock_reason(base, pairing))
    row = roster.mentees.position[mentee_id]
    rivals = _rivals(roster, row, roster.mentors.position[mentor_id])
    is_open = certified.is_open(rivals)
    losses = certified.losses(rivals.where(is_open))
    return PairAnswer(
        pairing=pairing,
        decided_by=least_of([*losses, certified.loss_without(row)]).stage,
        ruled_out=_count_stages(certified, losses),
        taken_before=int((~is_open).sum()),
        place_prices=certified.place_prices(columns_of(roster, [pairing]))[0],
        lock_reason="",
    )


def find_pairing(base: Baseline, mentor_id: str, mentee_id: str) -> Pairing | None:
    """Return the pairing of two people, if there is one."""
    pair = (mentor_id, mentee_id)
    return next((one for one in base.pairings if (one.mentor_id, one.mentee_id) == pair), None)


def _lock_reason(base: Baseline, pairing: Pairing) -> str:
    """Return what HR wrote about a locked pairing."""
    pair = (pairing.mentor_id, pairing.mentee_id)
    return next((lock.reason for lock in base.round.locks if (lock.mentor_id, lock.mentee_id) == pair), "")


def _rivals(roster: Roster, row: int, column: int) -> Columns:
    """Return a mentee's candidates with other mentors."""
    own = candidates_of(roster, row)
    return own.where(own.mentor != column)


def candidates_of(roster: Roster, row: int) -> Columns:
    """Return the candidates of one mentee, read pair by pair."""
    reference, mentee = build_reference(roster.round), roster.mentees.ids[row]
    found = [(column, reference.candidate(mentor, mentee)) for column, mentor in enumerate(roster.mentors.ids)]
    rows = [(row, column, DIRECTION_INDEX[one.direction], one.points) for column, one in found if one is not None]
    return Columns(*np.array(rows, np.int64).reshape(-1, 4).T)


def _count_stages(certified: CertifiedPass, losses: list[Loss]) -> dict[str, int]:
    """Return how many losses come first in each stage, in the order of the stages; unknown ones under no name."""
    counts = Counter(loss.stage for loss in losses)
    return {name: counts[name] for name in (*certified.values, "") if counts[name]}
