"""What a repair came to: who is new, what became of those whose pairing ended, what it costs against a full solve."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mentormatch.domain.pairing import Pairing, Role, Unpaired
from mentormatch.domain.policy import Policy
from mentormatch.domain.vector import Vector, vector_of
from mentormatch.matching.repair import RepairPlan, pair_of


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody of a pairing that ended: their new partners, those they still have, and, without any, why.

    ``remedy`` is what would help somebody without a place.
    """

    person_id: str
    role: Role
    new: tuple[str, ...]
    still: tuple[str, ...]
    why: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """What keeping the pairings costs: the vectors of the old plan, of the repair and of a full solve.

    The full solve is that of the repaired round without locks that keep pairings; it would end ``ended`` of those that
    the repair keeps.
    """

    before: Vector
    repair: Vector
    full: Vector
    ended: int


def new_pairings(old: Sequence[Pairing], repaired: Sequence[Pairing]) -> tuple[Pairing, ...]:
    """Return the pairings that a repair has made, in the order of mentor and mentee id."""
    known = set(map(pair_of, old))
    return tuple(sorted((p for p in repaired if pair_of(p) not in known), key=pair_of))


def find_concerned(
    plan: RepairPlan, old: Sequence[Pairing], repaired: Sequence[Pairing], unpaired: Sequence[Unpaired]
) -> tuple[Concerned, ...]:
    """Return what became of everybody whose pairing ended and who is still enrolled, mentees first, by id."""
    enrolled = {entry.person_id for entry in plan.round.enrolments}
    kept = set(map(pair_of, plan.kept))
    ended = [pairing for pairing in old if pair_of(pairing) not in kept]
    mentees = sorted({p.mentee_id for p in ended} & enrolled)
    mentors = sorted({p.mentor_id for p in ended} & enrolled)
    left_out = {(one.person_id, one.role): one for one in unpaired}
    return (
        *(_concerned(who, Role.MENTEE, kept, repaired, left_out.get((who, Role.MENTEE))) for who in mentees),
        *(_concerned(who, Role.MENTOR, kept, repaired, left_out.get((who, Role.MENTOR))) for who in mentors),
    )


def count_cost(plan: RepairPlan, old: Sequence[Pairing], repaired: Sequence[Pairing], full: Sequence[Pairing]) -> Cost:
    """Return what a repair costs, against the pairings of a full solve."""
    policy: Policy = plan.round.policy
    ended = set(map(pair_of, plan.kept)) - set(map(pair_of, full))
    return Cost(vector_of(old, policy), vector_of(repaired, policy), vector_of(full, policy), len(ended))


def _concerned(
    person_id: str, role: Role, kept: set[tuple[str, str]], repaired: Sequence[Pairing], left_out: Unpaired | None
) -> Concerned:
    """Return what became of one person in one role."""
    partners = list(_partners(person_id, role, repaired))
    return Concerned(
        person_id,
        role,
        new=tuple(sorted(other for pair, other in partners if pair not in kept)),
        still=tuple(sorted(other for pair, other in partners if pair in kept)),
        why=f"{left_out.reason}: {left_out.detail}" if left_out else "",
        remedy=left_out.remedy if left_out else "",
    )


def _partners(person_id: str, role: Role, repaired: Sequence[Pairing]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the pairs of somebody in a role, and the other one of each."""
    for pairing in repaired:
        mine, other = pair_of(pairing) if role is Role.MENTOR else pair_of(pairing)[::-1]
        if mine == person_id:
            yield pair_of(pairing), other
