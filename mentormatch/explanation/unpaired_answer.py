"""Why somebody has no place: no candidate, crowded out, lost the draw, not needed; and what would have helped."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import Role, UnpairedReason
from mentormatch.domain.policy import Policy
from mentormatch.errors import InputError
from mentormatch.explanation.certified_cases import NO_LOSS, Loss, least_of
from mentormatch.explanation.crowd import Crowd, describe_crowd
from mentormatch.explanation.draw import LostDraw, find_lost_draw
from mentormatch.explanation.first_pass import FirstPass, read_first_pass
from mentormatch.explanation.removal import Removal, find_removal
from mentormatch.explanation.seeker import Seeker
from mentormatch.explanation.what_if import Baseline

if TYPE_CHECKING:
    from mentormatch.explanation.remedy_search import RemedySearch


@dataclass(frozen=True, slots=True)
class UnpairedAnswer:
    """Why somebody has no place in a role.

    ``candidates`` counts those in the other role with whom a pairing keeps every rule and lock, ``placed`` how many of
    them have a place. ``removal`` says for somebody without candidates what became of everybody. ``draw`` is the draw
    that was lost. For a mentee who was crowded out ``crowd`` is the crowd, nothing where it is small; ``has_way`` says
    that there is none: a place can be reached. ``loss`` is what every plan with the person loses at least, in the first
    stage where the prices of the proof show a loss; without a proof (``is_stopped``) they show none. ``enrolment`` is
    the person's own, as is whether they are active for the whole term and their line is known. ``search`` holds what
    would have helped, once it was looked for.
    """

    person_id: str
    role: Role
    reason: UnpairedReason
    enrolment: Enrolment
    policy: Policy
    is_active: bool
    is_line_known: bool
    candidates: int = 0
    placed: int = 0
    removal: Removal | None = None
    draw: LostDraw | None = None
    crowd: Crowd | None = None
    has_way: bool = False
    loss: Loss = NO_LOSS
    is_stopped: bool = False
    search: "RemedySearch | None" = None


def explain_unpaired(base: Baseline, person_id: str, role: Role | None = None) -> UnpairedAnswer:
    """Return why a person has no place in a role; without a role, in the one that has none, as a mentee first.

    Raises InputError when the person is not enrolled in the role, or has a place in it.
    """
    return _explain(_seeker(read_first_pass(base), person_id, role))


def explain_with_remedy(
    base: Baseline, person_id: str, role: Role | None = None, *, only_own: bool = False
) -> UnpairedAnswer:
    """Return the same together with the smallest change that would have matched the person, checked by applying it.

    With ``only_own`` only answers of the person's own are looked at. Raises InputError as ``explain_unpaired`` does.
    """
    from mentormatch.explanation.remedy_search import search_remedy  # brings the solver, which a reason never needs

    seeker = _seeker(read_first_pass(base), person_id, role)
    return replace(_explain(seeker), search=search_remedy(seeker, only_own=only_own))


def unpaired_roles(base: Baseline, person_id: str) -> tuple[Role, ...]:
    """Return the roles in which a person is enrolled and has no place, mentee first."""
    return _unpaired_roles(read_first_pass(base), person_id)


def _unpaired_roles(first: FirstPass, person_id: str) -> tuple[Role, ...]:
    """Return the same of a round that is laid out."""
    roster = first.roster
    mentee, mentor = roster.mentees.position.get(person_id), roster.mentors.position.get(person_id)
    found = []
    if mentee is not None and not (first.whole_plan.mentee == mentee).any():
        found.append(Role.MENTEE)
    if mentor is not None and not (first.whole_plan.mentor == mentor).any():
        found.append(Role.MENTOR)
    return tuple(found)


def _seeker(first: FirstPass, person_id: str, role: Role | None) -> Seeker:
    """Find a person without a place. Raises InputError where there is none."""
    roles = _unpaired_roles(first, person_id)
    if not roles or (role is not None and role not in roles):
        raise InputError(_why_not_unpaired(first, person_id, role), person_id=person_id)
    chosen = roles[0] if role is None else role
    side = first.roster.mentees if chosen is Role.MENTEE else first.roster.mentors
    return Seeker(first, chosen, side.position[person_id])


def _why_not_unpaired(first: FirstPass, person_id: str, role: Role | None) -> str:
    """Return what is wrong with asking why somebody has no place."""
    if all(person.person_id != person_id for person in first.base.round.people):
        return f"There is nobody with the id {person_id!r} in this round."
    words = "a mentee or mentor" if role is None else f"a {role.value}"
    sides = {Role.MENTEE: first.roster.mentees, Role.MENTOR: first.roster.mentors}
    asked = [side for found, side in sides.items() if role in (None, found)]
    if not any(person_id in side.position for side in asked):
        return f"{person_id} is not enrolled as {words} in a direction that the programme offers."
    return f"{person_id} has a place as {words} in this round."


def _explain(seeker: Seeker) -> UnpairedAnswer:
    """Return why somebody has no place."""
    first, found = seeker.first, seeker.all_candidates
    is_mentee = seeker.role is Role.MENTEE
    others, placed = (found.mentor, first.whole_plan.mentor) if is_mentee else (found.mentee, first.whole_plan.mentee)
    answer = UnpairedAnswer(
        person_id=seeker.person.person_id,
        role=seeker.role,
        reason=UnpairedReason.NOT_NEEDED,
        enrolment=seeker.enrolment,
        policy=first.roster.policy,
        is_active=bool(seeker.side.is_active[seeker.number]),
        is_line_known=bool(seeker.side.is_line_known[seeker.number]),
        candidates=len(found),
        placed=int(np.isin(others, placed).sum()),
        is_stopped=first.proof is None,
    )
    if not len(found):
        removal = find_removal(first, seeker.role, seeker.number)
        return replace(answer, reason=UnpairedReason.NO_CANDIDATE, removal=removal)
    answer = replace(answer, loss=least_of(first.losses(seeker.candidates)))
    return _explain_mentee(seeker, answer) if is_mentee else answer


def _explain_mentee(seeker: Seeker, answer: UnpairedAnswer) -> UnpairedAnswer:
    """Return why a mentee with candidates has no place."""
    draw = find_lost_draw(seeker.first, seeker.number)
    if draw is not None:
        return replace(answer, reason=UnpairedReason.LOST_DRAW, draw=draw)
    crowd = None if seeker.crowd is None else describe_crowd(seeker.first, seeker.crowd)
    return replace(answer, reason=UnpairedReason.CROWDED_OUT, crowd=crowd, has_way=seeker.crowd is None)
