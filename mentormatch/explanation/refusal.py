"""Why not this pairing: the rule that forbids it, or what it would cost, at least and at once, or exactly."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.reasons import PRIVATE, SENTENCES, RuleId
from mentormatch.domain.round import LockKind
from mentormatch.explanation.certified_cases import NO_LOSS, Loss, certified_pass
from mentormatch.explanation.pair_answer import candidates_of, find_pairing
from mentormatch.explanation.stage_words import say_loss
from mentormatch.explanation.what_if import Baseline
from mentormatch.matching.lock_conflicts import find_conflicts
from mentormatch.matching.lock_words import say_wrong
from mentormatch.matching.reference import Candidate, Reference, build_reference
from mentormatch.matching.roster import Roster, build_roster

if TYPE_CHECKING:
    from mentormatch.explanation.quick_answers import QuickAnswer


class RefusalKind(StrEnum):
    """What stands between two people."""

    PAIRED = "paired"
    NOT_ENROLLED = "not-enrolled"
    NO_DIRECTION = "no-direction"
    RULE = "rule"
    LOCK = "lock"
    LIMIT = "limit"
    LOSS = "loss"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a pair is not in a round, in a sentence for HR and one for the employee.

    ``rule`` and ``direction`` are the rule that forbids the pair and the first direction open to both; ``candidate``
    is what the pair would be worth where no rule forbids it. ``loss`` then is what every plan with the pair loses at
    least, in the first stage where the proof's prices show a loss; ``NO_LOSS`` when they show none.
    """

    mentor_id: str
    mentee_id: str
    kind: RefusalKind
    for_hr: str
    for_employee: str
    direction: Direction | None = None
    rule: RuleId | None = None
    candidate: Candidate | None = None
    loss: Loss = NO_LOSS

    @property
    def can_be_forced(self) -> bool:
        """Whether HR could demand the pair."""
        return self.kind is RefusalKind.LOSS


def explain_refusal(base: Baseline, mentor_id: str, mentee_id: str) -> Refusal:
    """Return why two people are not paired in a round. Raises InputError for the id of nobody."""
    question = Question(base, build_reference(base.round), mentor_id, mentee_id)
    return next(filter(None, (look(question) for look in LOOKS)))


def solve_refused(base: Baseline, mentor_id: str, mentee_id: str) -> "QuickAnswer":
    """Return the round with a pair demanded: what it costs exactly, and which pairings change.

    Raises InputError or RefusedError when the pair cannot be demanded, StoppedError when a time limit ends the work.
    """
    from mentormatch.explanation.quick_answers import open_quick_answers  # brings the solver, which a bound never needs

    return open_quick_answers(base).forced(mentor_id, mentee_id)


@dataclass(frozen=True, slots=True)
class Question:
    """The question why two people are not paired."""

    base: Baseline
    reference: Reference
    mentor_id: str
    mentee_id: str

    def refuse(self, kind: RefusalKind, for_hr: str, for_employee: str = PRIVATE) -> Refusal:
        """Return an answer."""
        return Refusal(self.mentor_id, self.mentee_id, kind, for_hr, for_employee)


def _paired(question: Question) -> Refusal | None:
    """Say so when they are."""
    if find_pairing(question.base, question.mentor_id, question.mentee_id) is None:
        return None
    for_hr = f"{question.mentor_id} mentors {question.mentee_id} in this round."
    return question.refuse(RefusalKind.PAIRED, for_hr, "You are paired in this round.")


def _without_direction(question: Question) -> Refusal | None:
    """Look whether the two are enrolled in one direction."""
    reference, mentor_id, mentee_id = question.reference, question.mentor_id, question.mentee_id
    if any(reference.is_open(mentor_id, mentee_id, direction) for direction in DIRECTIONS):
        return None
    offer, request = reference.enrolments.get(mentor_id), reference.enrolments.get(mentee_id)
    if offer is None or not offer.is_mentor:
        return question.refuse(
            RefusalKind.NOT_ENROLLED,
            f"{mentor_id} is not enrolled as a mentor.",
            "This person is not a mentor in this round.",
        )
    if request is None or not request.is_mentee:
        return question.refuse(
            RefusalKind.NOT_ENROLLED,
            f"{mentee_id} is not enrolled as a mentee.",
            "This person is not a mentee in this round.",
        )
    return question.refuse(
        RefusalKind.NO_DIRECTION,
        f"{mentor_id} and {mentee_id} are not enrolled in one direction.",
        "You are not enrolled in one direction.",
    )


def _against_a_rule(question: Question) -> Refusal | None:
    """Look for the rule that forbids the pair in the first direction open to both."""
    reference, mentor_id, mentee_id = question.reference, question.mentor_id, question.mentee_id
    if reference.candidate(mentor_id, mentee_id) is not None:
        return None
    direction = next(d for d in DIRECTIONS if reference.is_open(mentor_id, mentee_id, d))
    rule = reference.broken_rules(mentor_id, mentee_id, direction)[0]
    refusal = question.refuse(RefusalKind.RULE, SENTENCES[rule].for_hr, SENTENCES[rule].for_employee)
    return replace(refusal, direction=direction, rule=rule)


def _against_a_lock(question: Question) -> Refusal | None:
    """Look for a lock that forbids the pair."""
    pair = (question.mentor_id, question.mentee_id)
    for lock in question.base.round.locks:
        if lock.kind is LockKind.MUST_NOT and (lock.mentor_id, lock.mentee_id) == pair:
            reason = f" ({lock.reason})" if lock.reason else ""
            return question.refuse(RefusalKind.LOCK, f"HR has forbidden this pairing{reason}.")
    return None


def _against_locked_pairings(question: Question) -> Refusal | None:
    """Look whether the pairings that HR demanded leave room for the pair."""
    locks = [lock for lock in question.base.round.locks if lock.kind is not LockKind.MUST_NOT]
    pairs = [*((lock.mentor_id, lock.mentee_id) for lock in locks), (question.mentor_id, question.mentee_id)]
    candidates = [question.reference.candidate(*pair) for pair in pairs]
    conflicts = find_conflicts(question.reference, [one for one in candidates if one is not None], ())
    if not conflicts:
        return None
    return question.refuse(RefusalKind.LIMIT, f"Beside what HR demands, it cannot be: {say_wrong(conflicts[0])}.")


def _at_a_loss(question: Question) -> Refusal | None:
    """Return what the pair would be worth, and what every plan with it loses at least."""
    candidate = question.reference.candidate(question.mentor_id, question.mentee_id)
    roster = build_roster(question.base.round)
    loss = _least_loss(question, roster)
    words = say_loss(loss, roster.policy) if loss is not NO_LOSS else ""
    least = f"At least {words}." if words else "The proof's prices show no loss; --exact tells what it would cost."
    if loss.stage.startswith("lottery"):
        least = "The proof's prices show a loss in the draw alone; --exact tells whether it would cost more."
    refusal = question.refuse(RefusalKind.LOSS, least, "Other pairings serve the round better, or as well by the draw.")
    return replace(refusal, candidate=candidate, direction=candidate.direction if candidate else None, loss=loss)


def _least_loss(question: Question, roster: Roster) -> Loss:
    """Return what every plan with a pair loses at least in the first pass, by the prices of its proof."""
    first = certified_pass(roster, question.base.certificate, question.base.pairings, 1)
    if first is None:
        return NO_LOSS
    row, column = roster.mentees.position[question.mentee_id], roster.mentors.position[question.mentor_id]
    own = candidates_of(roster, row)
    return first.losses(own.where(own.mentor == column), takes_mentee=row not in first.taken.mentee)[0]


LOOKS: tuple[Callable[[Question], Refusal | None], ...] = (
    _paired,
    _without_direction,
    _against_a_rule,
    _against_a_lock,
    _against_locked_pairings,
    _at_a_loss,
)
"""Where an answer is looked for, in this order; the last one always has one."""
