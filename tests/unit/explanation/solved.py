"""Solved rounds for tests of explanations."""

from mentormatch.domain.round import Round
from mentormatch.explanation.what_if import Baseline
from mentormatch.matching.engine import match


def solved(matching_round: Round) -> Baseline:
    """Return a round with its outcome and proof, matched from cold."""
    done = match(matching_round, digests={})
    return Baseline(matching_round, done.outcome.pairings, done.certificate)


def pairs_of(base: Baseline) -> set[tuple[str, str]]:
    """Return mentor and mentee of each pairing."""
    return {(pairing.mentor_id, pairing.mentee_id) for pairing in base.pairings}
