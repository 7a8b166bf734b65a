"""Checks of a round that is brought in: what the database could not hold, and what no round can be."""

from collections.abc import Collection, Iterator

from mentormatch.domain.plan import PairingState, PlanState
from mentormatch.domain.policy import Policy
from mentormatch.domain.programme import RoundDates, RoundState
from mentormatch.domain.round import Outcome, Round
from mentormatch.domain.text import is_storable
from mentormatch.errors import InputError
from mentormatch.files.policy_text import show_policy
from mentormatch.files.problems import join_briefly
from mentormatch.matching.reference import build_reference
from mentormatch.matching.verified_limits import read_limits
from mentormatch.matching.verified_pairings import check_pairings
from mentormatch.services.programmes import check_policy

TEXT_LENGTH = 200
SEED_LENGTH = 100
REASON_LENGTH = 60
BEFORE_MATCH = frozenset({RoundState.DRAFT, RoundState.OPEN, RoundState.CLOSED})
AFTER_PUBLICATION = frozenset({RoundState.PUBLISHED, RoundState.ACTIVE, RoundState.CLOSED_OUT})


def check_dates(dates: RoundDates) -> None:
    """Raise ``InputError`` for a round that closes before it opens or ends before it closes."""
    known = [day for day in (dates.opens_on, dates.closes_on, dates.ends_on) if day is not None]
    if known != sorted(known):
        raise InputError("The round opens, closes and ends in another order; correct its dates.", field="dates")


def check_state(state: RoundState, plan: PlanState | None, pairings: PairingState) -> None:
    """Raise ``InputError`` when round, plan and pairings cannot stand beside each other in these states."""
    if state is RoundState.MATCHING:
        raise InputError("A round that is being matched cannot be brought in; bring it in as closed.", field="state")
    if plan is not None and state in BEFORE_MATCH:
        raise InputError(f"A round that is {state} has no plan yet; choose another state.", field="state")
    if (plan is PlanState.PUBLISHED) != (state in AFTER_PUBLICATION):
        wanted = "needs" if state in AFTER_PUBLICATION else "cannot have"
        raise InputError(f"A round that is {state} {wanted} a published plan; choose another state.", field="state")
    if plan is not PlanState.PUBLISHED and pairings is not PairingState.PROPOSED:
        raise InputError("Only the pairings of a published plan can have been answered.", field="pairings")
    if state is RoundState.CLOSED_OUT and pairings in (PairingState.PROPOSED, PairingState.ACCEPTED):
        raise InputError("In a round that is closed-out no pairing goes on; bring them in as ended.", field="pairings")


def check_holdable(matching_round: Round) -> None:
    """Raise ``InputError`` for what is not kept with a round: locks, people set aside, texts that are too long."""
    if matching_round.locks:
        raise InputError("A round with locks cannot be brought in yet; bring it in without its locks file.")
    if matching_round.quarantined:
        raise InputError("People of this round are set aside; solve their problems before it is brought in.")
    _check_policy(matching_round.policy)
    if len(matching_round.seed) > SEED_LENGTH:
        raise InputError(f"The seed has more than {SEED_LENGTH} characters; choose a shorter one.", field="seed")
    for where, text in _texts(matching_round):
        if len(text) > TEXT_LENGTH or not is_storable(text):
            raise InputError(f"The {where} cannot be kept; write it in at most {TEXT_LENGTH} characters.")


def _check_policy(policy: Policy) -> None:
    """Raise ``InputError`` for a policy that would not come back from its text as it is."""
    read, problems = check_policy(show_policy(policy))
    if read != policy:
        what = problems[0].sentence if problems else "Its text says something else."
        raise InputError(f"The policy of this round cannot be kept. {what}", field="policy")


def _texts(matching_round: Round) -> Iterator[tuple[str, str]]:
    """Yield each text that has its place in a column, and where it stands."""
    yield "seed", matching_round.seed
    for enrolment in matching_round.enrolments:
        yield f"target_area of {enrolment.person_id}", enrolment.target_area
        for text in (*enrolment.skills_wanted, *enrolment.skills_offered, *enrolment.interests):
            yield f"skill or interest of {enrolment.person_id}", text
    for past in matching_round.history:
        yield "round of a pairing in the history", past.round_name
        yield "end_reason of a pairing in the history", past.end_reason


def check_people(matching_round: Round, known: Collection[str]) -> None:
    """Raise ``InputError`` when somebody who takes part, or whom they name, is not among the people of the portal."""
    named: dict[str, None] = {}
    for one in matching_round.enrolments:
        named |= dict.fromkeys((one.person_id, *one.prefers, *one.rather_not, *one.avoids, *one.conflicts))
    unknown = [person_id for person_id in named if person_id not in known]
    if unknown:
        raise InputError(f"Nobody in the portal has these ids: {join_briefly(unknown)}; import the people first.")


def check_outcome(matching_round: Round, outcome: Outcome) -> None:
    """Raise ``RefusedError`` with the first pairing that breaks a rule or a limit: what is brought in passes them all.

    Also for somebody left out who takes no part, or a reason that is none.
    """
    passes = max(matching_round.policy.capacity.mentee_limit, 1)
    check_pairings(build_reference(matching_round), read_limits(matching_round), outcome.pairings, passes)
    enrolled = {enrolment.person_id for enrolment in matching_round.enrolments}
    strangers = [left.person_id for left in outcome.unpaired if left.person_id not in enrolled]
    if strangers:
        raise InputError(f"People are left out who are not enrolled: {join_briefly(strangers)}; correct the outcome.")
    if any(len(left.reason) > REASON_LENGTH for left in outcome.unpaired):
        raise InputError(f"A reason has more than {REASON_LENGTH} characters; write its code alone.")
