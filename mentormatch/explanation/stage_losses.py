"""What a changed round loses in each stage of the first pass, against the published one."""

from collections.abc import Mapping

import numpy as np

from mentormatch.domain.change import Demand
from mentormatch.domain.pairing import Pairing
from mentormatch.explanation.certified_cases import NO_LOSS, Loss, columns_of
from mentormatch.explanation.what_if import Baseline, Variant
from mentormatch.matching.roster import Roster, build_roster
from mentormatch.matching.stages import Lottery, draw, stages_of

FIRST_DRAW = "lottery:1"


def first_loss(base: Baseline, variant: Variant) -> Loss:
    """Return the first stage of the first pass in which a variant is not worth what the round is, and by how much.

    A demanded pairing counts as one of the first pass where its mentee has no other place that HR demanded, so that a
    loss can be held against what the prices of the proof say. The amount is below zero where the variant gains.
    """
    losses = stage_losses(base, variant)
    return next((Loss(number, name, lost) for number, (name, lost) in enumerate(losses.items()) if lost), NO_LOSS)


def stage_losses(base: Baseline, variant: Variant) -> Mapping[str, int]:
    """Return what a variant loses in each stage of the first pass, up to the first draw, in the order of the stages."""
    published = next((part.values for part in base.certificate.passes if part.pass_number == 1), {})
    reached = {stage.name: stage.value for stage in variant.outcome.stages if stage.pass_number == 1}
    shift = _demanded_worth(base, variant)
    names = list(published)[: list(published).index(FIRST_DRAW) + 1] if FIRST_DRAW in published else []
    return {name: published[name] - reached.get(name, 0) - shift.get(name, 0) for name in names}


def _demanded_worth(base: Baseline, variant: Variant) -> Mapping[str, int]:
    """Return what the demanded pairings of a variant add to its first pass."""
    roster = build_roster(base.round)
    total: dict[str, int] = {}
    for change in variant.changes:
        if isinstance(change, Demand):
            pairing = next(one for one in variant.outcome.pairings if _is_pair(one, change.mentor_id, change.mentee_id))
            for name, worth in _worth(base, roster, pairing).items():
                total[name] = total.get(name, 0) + worth
    return total


def _worth(base: Baseline, roster: Roster, pairing: Pairing) -> Mapping[str, int]:
    """Return what a demanded pairing is worth in each stage, as a pairing of the first pass."""
    locked = [one for one in base.pairings if one.pass_number == 0]
    held = sum(one.mentor_id == pairing.mentor_id for one in locked)
    load = {"load": -held} if "load" in roster.policy.stages else {}
    if any(one.mentee_id == pairing.mentee_id for one in locked):
        return load
    columns = columns_of(roster, [pairing])
    stages = [*stages_of(roster), draw(Lottery(roster), 0)]
    return {stage.name: int(np.sum(stage.weigh(columns))) for stage in stages} | load


def _is_pair(pairing: Pairing, mentor_id: str, mentee_id: str) -> bool:
    return (pairing.mentor_id, pairing.mentee_id) == (mentor_id, mentee_id)
