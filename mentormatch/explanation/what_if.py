"""What a round would have been after a change: solved again, proven like the round itself, and compared with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mentormatch.domain.change import Change
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import Outcome, Round, SolveStatus
from mentormatch.domain.vector import Vector, vector_of
from mentormatch.errors import StoppedError
from mentormatch.explanation.changes import apply_changes
from mentormatch.matching.certificate import Certificate
from mentormatch.matching.start import Start


@dataclass(frozen=True, eq=False)
class Baseline:
    """A solved round, from which changes are looked at."""

    round: Round
    pairings: tuple[Pairing, ...]
    certificate: Certificate

    @property
    def vector(self) -> Vector:
        """What the round is worth."""
        return vector_of(self.pairings, self.round.policy)


@dataclass(frozen=True, eq=False)
class Variant:
    """The same round after changes.

    ``difference`` is the variant's vector minus the baseline's, both counted in the baseline's bands. ``removed`` and
    ``added`` are the pairings by which the two differ, in the order of mentor and mentee id.
    """

    changes: tuple[Change, ...]
    round: Round
    outcome: Outcome
    vector: Vector
    difference: Vector
    removed: tuple[Pairing, ...]
    added: tuple[Pairing, ...]


def solve_variant(base: Baseline, *changes: Change) -> Variant:
    """Solve a round again after changes, from where the solved round stands, to its proven end.

    Raises InputError or RefusedError when a demanded pairing cannot stand, StoppedError when the policy's time limit
    ends the work before the proof.
    """
    from mentormatch.matching.engine import match  # the solver is loaded when there is something to solve

    changed = apply_changes(base.round, *changes)
    outcome = match(changed, digests={}, start=Start(base.pairings, base.certificate)).outcome
    if outcome.status is not SolveStatus.PROVEN:
        raise StoppedError("The time limit of the policy was reached before the changed round was proven.")
    return compare_with(base, changed, outcome, changes)


def compare_with(base: Baseline, changed: Round, outcome: Outcome, changes: tuple[Change, ...] = ()) -> Variant:
    """Return a solved round as a variant of another one."""
    vector = vector_of(outcome.pairings, base.round.policy)
    return Variant(
        changes=changes,
        round=changed,
        outcome=outcome,
        vector=vector,
        difference=vector - base.vector,
        removed=only_in(base.pairings, outcome.pairings),
        added=only_in(outcome.pairings, base.pairings),
    )


def only_in(these: Sequence[Pairing], others: Sequence[Pairing]) -> tuple[Pairing, ...]:
    """Return the pairings whose pair is not among others, in the order of mentor and mentee id."""
    known = {(pairing.mentor_id, pairing.mentee_id) for pairing in others}
    found = [pairing for pairing in these if (pairing.mentor_id, pairing.mentee_id) not in known]
    return tuple(sorted(found, key=lambda pairing: (pairing.mentor_id, pairing.mentee_id)))


def without_time_limit(matching_round: Round) -> Round:
    """Return a round whose solve is not cut short."""
    solve = replace(matching_round.policy.solve, time_limit_seconds=None)
    return replace(matching_round, policy=replace(matching_round.policy, solve=solve))
