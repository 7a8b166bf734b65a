"""Bringing in a whole round that was run from files: those who took part, its plan, and the history it knew.

So a company that matched on the command line before brings its rounds along, the first one first: each is the history
of the next.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mentormatch.domain.accounts import Actor
from mentormatch.domain.plan import PairingState, PlanState, StoredPairing, StoredPlan
from mentormatch.domain.policy import Policy
from mentormatch.domain.programme import EnrolmentState, RoundDates, RoundRecord, RoundState
from mentormatch.domain.round import Outcome, Round
from mentormatch.errors import InputError
from mentormatch.services.audit_log import append
from mentormatch.services.naming import clean_name, refused_where_taken
from mentormatch.services.one_transaction import within
from mentormatch.services.permissions import can_bring_in_rounds
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.programmes import get_programme, policy_of, save_policy
from mentormatch.services.refusals import ConflictError, NotAllowedError
from mentormatch.services.round_checks import (
    check_dates,
    check_holdable,
    check_outcome,
    check_people,
    check_state,
)
from mentormatch.services.rounds import digest_round, past_name
from mentormatch.services.sign_in import require_confirmation


@dataclass(frozen=True, slots=True)
class NewRound:
    """What a round is called, where it stands, and its dates."""

    name: str
    state: RoundState
    dates: RoundDates = field(default_factory=RoundDates)


@dataclass(frozen=True, slots=True)
class FinishedPlan:
    """The outcome of a match, the state of its plan, and what all its pairings have become.

    ``published_by`` is the user who published it, for the command line to name; anybody else publishes in their own
    name. ``at`` is when it was published, or made; now by default.
    """

    outcome: Outcome
    state: PlanState = PlanState.DRAFT
    pairings: PairingState = PairingState.PROPOSED
    published_by: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """The round as it is kept, how many pairings of the past were new, and how many name people nobody knows."""

    record: RoundRecord
    history_added: int
    history_left_out: int


def bring_in_round(
    ports: Ports,
    actor: Actor,
    programme_key: int,
    new: NewRound,
    matching_round: Round,
    plan: FinishedPlan | None = None,
) -> BroughtIn:
    """Keep a whole round with its enrolments and, if it was matched, its plan: all of it or nothing.

    Everybody who takes part must be among the people of the portal; the people of ``matching_round`` are those of the
    time at which it was matched, by whom its pairings are checked, and are not kept. A policy that the programme does
    not have yet becomes its next version. Raises ``InputError`` for what cannot be, ``RefusedError`` for a pairing that
    breaks a rule, ``ConflictError`` for a name that is taken, ``ConfirmationNeededError`` when a plan is published by
    somebody who did not give their password a short time ago.
    """
    if not can_bring_in_rounds(actor):
        raise NotAllowedError("Only HR brings rounds in.")
    if plan is not None and plan.state is PlanState.PUBLISHED:
        require_confirmation(ports, actor)
    name = clean_name(new.name, "round")
    check_dates(new.dates)
    check_state(new.state, plan.state if plan else None, plan.pairings if plan else PairingState.PROPOSED)
    check_holdable(matching_round)
    if plan is not None:
        check_outcome(matching_round, plan.outcome)

    def work(unit: Unit) -> BroughtIn:
        known = {stored.person.person_id for stored in unit.people.all()}
        check_people(matching_round, known)
        version = _find_version(unit, ports, actor, programme_key, matching_round.policy)
        record = unit.rounds.add(_record(ports, programme_key, version, name, new, matching_round.seed))
        accepted = _count_accepted(plan) if plan else {}
        now = ports.clock.now()
        unit.enrolments.add(record.key, matching_round.enrolments, EnrolmentState.ENROLLED, accepted, now)
        if plan is not None:
            _add_plan(unit, ports, actor, record.key, matching_round, plan)
        added, left_out = _add_history(unit, record.key, matching_round, known)
        append(unit, now, actor, "round-brought-in", f"round:{record.key}", **_told(new, version, matching_round, plan))
        return BroughtIn(record, added, left_out)

    taken = ConflictError("The programme has a round of this name already; choose another name.", field="name")
    with refused_where_taken("uq_rounds_programme_key_folded_name", taken):
        return ports.store.write(work)


def _find_version(unit: Unit, ports: Ports, actor: Actor, programme_key: int, policy: Policy) -> int:
    """Return the number of the version that is a policy, added as the next one where the programme has none."""
    get_programme(unit, programme_key)
    versions = unit.programmes.versions(programme_key)
    same = next((version for version in versions if policy_of(version) == policy), None)
    if same is None:
        same = save_policy(within(ports, unit), actor, programme_key, policy, versions[0].number)
    return same.number


def _record(ports: Ports, programme_key: int, policy_version: int, name: str, new: NewRound, seed: str) -> RoundRecord:
    """Return the round as it is to be kept."""
    return RoundRecord(
        key=0,
        programme_key=programme_key,
        policy_version=policy_version,
        name=name,
        state=new.state,
        dates=new.dates,
        seed=seed,
        seed_hash=hashlib.sha256(seed.encode()).hexdigest(),
        revision=1,
        created_at=ports.clock.now(),
    )


def _count_accepted(plan: FinishedPlan) -> Mapping[str, int]:
    """Return how many places of each mentor are taken by consent."""
    taken = plan.outcome.pairings if plan.pairings is PairingState.ACCEPTED else ()
    return Counter(pairing.mentor_id for pairing in taken)


def _add_plan(
    unit: Unit, ports: Ports, actor: Actor, round_key: int, matching_round: Round, plan: FinishedPlan
) -> None:
    """Keep a plan with its pairings and those whom it leaves out."""
    at = plan.at or ports.clock.now()
    is_published = plan.state is PlanState.PUBLISHED
    stored = StoredPlan(
        key=0,
        round_key=round_key,
        number=1,
        state=plan.state,
        input_digest=digest_round(matching_round),
        summary=summarise(plan.outcome),
        created_at=at,
        published_by=_publisher(unit, actor, plan) if is_published else None,
        published_at=at if is_published else None,
    )
    answered_at = None if plan.pairings is PairingState.PROPOSED else at
    pairings = [StoredPairing(0, 0, pairing, plan.pairings, answered_at) for pairing in plan.outcome.pairings]
    unit.plans.add(stored, pairings, plan.outcome.unpaired)


def _publisher(unit: Unit, actor: Actor, plan: FinishedPlan) -> int:
    """Return the user in whose name a plan is published."""
    key = plan.published_by if actor.user_key is None else actor.user_key
    if key is None or unit.accounts.get(key) is None:
        raise InputError("Name the user who published the plan.", field="published_by")
    return key


def summarise(outcome: Outcome) -> dict[str, object]:
    """Return what is kept of an outcome beside its pairings: figures and proven values, nothing about one person."""
    figures = outcome.figures
    return {
        "status": str(outcome.status),
        "figures": {name: getattr(figures, name) for name in ("mentees", "mentors", "candidates", "places")},
        "stages": [[stage.pass_number, stage.name, stage.value, stage.bound] for stage in outcome.stages],
    }


def _add_history(unit: Unit, round_key: int, matching_round: Round, known: Collection[str]) -> tuple[int, int]:
    """Keep the pairings of the past, but for those of rounds that are kept themselves.

    Return how many are new, and how many name somebody who is not in the portal.
    """
    lived = {past_name(past) for past in unit.history.before(round_key)}
    kept = [past for past in matching_round.history if past.mentor_id in known and past.mentee_id in known]
    left_out = len(matching_round.history) - len(kept)
    return unit.history.add([past for past in kept if past_name(past) not in lived]), left_out


def _told(new: NewRound, version: int, matching_round: Round, plan: FinishedPlan | None) -> dict[str, object]:
    """Return what the log says of a round that was brought in."""
    counts = {"enrolments": len(matching_round.enrolments), "input": digest_round(matching_round)}
    told: dict[str, object] = {"state": str(new.state), "policy_version": version} | counts
    return told if plan is None else told | {"plan": str(plan.state), "pairings": len(plan.outcome.pairings)}
