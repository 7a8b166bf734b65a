"""What must hold over many rows at once, which no constraint of the database can say: looked for after faults."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mentormatch.domain.hierarchy import build_hierarchy
from mentormatch.domain.people import Person
from mentormatch.domain.plan import PairingState, PlanState, StoredPairing, StoredPlan
from mentormatch.domain.programme import EnrolmentState, RoundRecord, StoredEnrolment
from mentormatch.errors import InputError
from mentormatch.services.audit_log import verify
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.programmes import policy_of
from mentormatch.services.round_checks import AFTER_PUBLICATION, BEFORE_MATCH

LIVE = frozenset({PairingState.PROPOSED, PairingState.ACCEPTED})


@dataclass(frozen=True, slots=True)
class _Picture:
    """A round with its enrolments by the id of the person, its plans, and the pairings of each plan by its key.

    ``keys`` maps the ids of everybody who is not erased to their keys, by which sentences name them.
    """

    record: RoundRecord
    enrolments: Mapping[str, StoredEnrolment]
    plans: Sequence[StoredPlan]
    pairings: Mapping[int, Sequence[StoredPairing]]
    keys: Mapping[str, int]

    def published(self) -> Iterator[StoredPairing]:
        """Yield the pairings of the published plan."""
        for plan in self.plans:
            if plan.state is PlanState.PUBLISHED:
                yield from self.pairings[plan.key]


def check_invariants(ports: Ports) -> tuple[str, ...]:
    """Return a sentence for each promise that is broken; people are named by number. Nothing when all hold."""
    log = verify(ports)
    flaws = () if log.is_sound else (f"The audit log is not sound: {log.flaw}",)
    return (*flaws, *ports.store.read(lambda unit: tuple(_all_flaws(unit))))


def _all_flaws(unit: Unit) -> Iterator[str]:
    """Yield what is wrong with the lines, the policies and each round."""
    people = unit.people.all()
    keys = {stored.person.person_id: stored.key for stored in people}
    everybody = [stored.person for stored in people]
    erased = {person.manager_id for person in everybody} - {"", *keys}
    hierarchy = build_hierarchy([*everybody, *(Person(person_id, "") for person_id in sorted(erased))])
    yield from (f"The line of person {keys[person_id]} runs in a loop." for person_id in sorted(hierarchy.unknown))
    for programme in unit.programmes.listed():
        yield from _flaws_of_policies(unit, programme.key)
    for round_key in unit.rounds.all_keys():
        picture = _look_at(unit, round_key, keys)
        for check in CHECKS:
            yield from (f"Round {round_key}: {flaw}" for flaw in check(picture))


def _look_at(unit: Unit, round_key: int, keys: Mapping[str, int]) -> _Picture:
    """Return all that belongs to a round."""
    record = unit.rounds.get(round_key)
    if record is None:
        raise InputError(f"Round {round_key} is listed and cannot be read.")
    plans = unit.plans.of_round(round_key)
    return _Picture(
        record=record,
        enrolments={stored.enrolment.person_id: stored for stored in unit.enrolments.of_round(round_key)},
        plans=plans,
        pairings={plan.key: unit.plans.pairings(plan.key) for plan in plans},
        keys=keys,
    )


def _flaws_of_policies(unit: Unit, programme_key: int) -> Iterator[str]:
    """Yield which versions of a policy cannot be read, and which number is missing."""
    versions = unit.programmes.versions(programme_key)
    if [version.number for version in versions] != list(range(len(versions), 0, -1)):
        yield f"Programme {programme_key}: the versions of the policy are not numbered from 1 without a gap."
    for version in versions:
        try:
            policy_of(version)
        except InputError:
            yield f"Programme {programme_key}: version {version.number} of the policy cannot be read."


def _published_once(picture: _Picture) -> Iterator[str]:
    """A round has one published plan after its publication, and none before; before the match it has no plan."""
    published, state = Counter(plan.state for plan in picture.plans)[PlanState.PUBLISHED], picture.record.state
    if published != (state in AFTER_PUBLICATION):
        yield f"it is {state} and has {published} published plans."
    if picture.plans and state in BEFORE_MATCH:
        yield f"it is {state} and has a plan."


def _seed_is_hashed(picture: _Picture) -> Iterator[str]:
    """The hash that everybody saw is that of the seed."""
    if hashlib.sha256(picture.record.seed.encode()).hexdigest() != picture.record.seed_hash:
        yield "the seed is not the one whose hash is shown."


def _places_kept(picture: _Picture) -> Iterator[str]:
    """Nobody has more living pairings than they offer and ask for."""
    live = [stored.pairing for stored in picture.published() if stored.state in LIVE]
    mentees = Counter(pairing.mentor_id for pairing in live)
    mentors = Counter(pairing.mentee_id for pairing in live)
    for person_id, stored in picture.enrolments.items():
        if mentees[person_id] > stored.enrolment.max_mentees or mentors[person_id] > stored.enrolment.max_mentors:
            yield f"person {stored.person_key} has more pairings than places."


def _accepted_counted(picture: _Picture) -> Iterator[str]:
    """The places that count as taken are those of accepted pairings."""
    accepted = (stored for stored in picture.published() if stored.state is PairingState.ACCEPTED)
    taken = Counter(stored.pairing.mentor_id for stored in accepted)
    for person_id, stored in picture.enrolments.items():
        if stored.accepted_mentees != taken[person_id]:
            yield f"person {stored.person_key} has {taken[person_id]} mentees and counts {stored.accepted_mentees}."


def _paired_are_enrolled(picture: _Picture) -> Iterator[str]:
    """Whoever is paired and not erased has an enrolment; in a living pairing of the published plan it is in force."""
    published = {stored.key for stored in picture.published() if stored.state in LIVE}
    for stored in (pairing for pairings in picture.pairings.values() for pairing in pairings):
        for person_id in {stored.pairing.mentor_id, stored.pairing.mentee_id} & picture.keys.keys():
            enrolled = picture.enrolments.get(person_id)
            if enrolled is None or (stored.key in published and enrolled.state is not EnrolmentState.ENROLLED):
                yield f"person {picture.keys[person_id]} is in pairing {stored.key} and not enrolled."


CHECKS: tuple[Callable[[_Picture], Iterator[str]], ...] = (
    _published_once,
    _seed_is_hashed,
    _places_kept,
    _accepted_counted,
    _paired_are_enrolled,
)
