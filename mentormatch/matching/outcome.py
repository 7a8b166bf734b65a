"""From solved passes to the words of the outcome: pairings with their points, people left out, wishes that lost."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Criterion, Pairing, Role, Unpaired
from mentormatch.domain.reasons import SENTENCES, RuleId
from mentormatch.domain.round import LostWish, StageValue
from mentormatch.matching.branching import PassResult
from mentormatch.matching.candidates import Candidates
from mentormatch.matching.eligibility import Block
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import Columns


def pairings_of(candidates: Candidates, plans: Sequence[Columns]) -> tuple[Pairing, ...]:
    """Return the pairings of all passes, in the order of mentor and mentee id."""
    found = [pairing for number, plan in enumerate(plans, start=1) for pairing in _pairings(candidates, plan, number)]
    return tuple(sorted(found, key=lambda pairing: (pairing.mentor_id, pairing.mentee_id)))


def _pairings(candidates: Candidates, plan: Columns, number: int) -> Iterator[Pairing]:
    """Yield the pairings of one pass with their components."""
    mentors, mentees = candidates.roster.mentors.ids, candidates.roster.mentees.ids
    for code, direction in enumerate(DIRECTIONS):
        part = plan.where(plan.direction == code)
        for k, (mentor, mentee, points) in enumerate(
            zip(part.mentor.tolist(), part.mentee.tolist(), part.points.tolist(), strict=True)
        ):
            del k
            block = Block(np.array([mentee]), np.array([mentor]))
            components = {name: int(table[0, 0]) for name, table in candidates.components(block, direction).items()}
            band = candidates.roster.policy.band_of(points)
            yield Pairing(mentors[mentor], mentees[mentee], direction, number, points, band, components)


def stage_values(passes: Sequence[PassResult]) -> tuple[StageValue, ...]:
    """Return the value and bound of each stage of each pass."""
    return tuple(
        StageValue(number, proof.stage.name, proof.value, proof.bound)
        for number, result in enumerate(passes, start=1)
        for proof in result.proofs
    )


def unpaired_people(candidates: Candidates, passes: Sequence[PassResult]) -> tuple[Unpaired, ...]:
    """Return the enrolled people without a place, with the reason and what would help."""
    return ()


def lost_wishes(candidates: Candidates) -> tuple[LostWish, ...]:
    """Return the wishes that a rule overruled."""
    return ()


__all__ = ["Counter", "SENTENCES", "RuleId", "Role", "Criterion", "Ints", "Unpaired"]
