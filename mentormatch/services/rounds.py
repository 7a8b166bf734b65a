"""Rounds as they are kept: the list of a programme, and a round as the engine takes it."""

import hashlib
from collections.abc import Iterable, Sequence

from mentormatch.domain.accounts import Actor
from mentormatch.domain.pairing import PastPairing
from mentormatch.domain.programme import EnrolmentState, RoundCounts, RoundRecord
from mentormatch.domain.round import Round
from mentormatch.files.policy_file import canonical_policy
from mentormatch.files.round_tables import write_enrolments, write_history, write_people
from mentormatch.services.permissions import can_see_programmes
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.programmes import get_programme, get_version, policy_of
from mentormatch.services.refusals import NotFoundError

NO_ROUND = "There is no such round."


def list_rounds(ports: Ports, actor: Actor, programme_key: int) -> Sequence[tuple[RoundRecord, RoundCounts]]:
    """Return the rounds of a programme with how many take part, the latest first."""
    if not can_see_programmes(actor):
        raise NotFoundError("There is no such page.")

    def look(unit: Unit) -> Sequence[tuple[RoundRecord, RoundCounts]]:
        get_programme(unit, programme_key)
        return unit.rounds.listed(programme_key)

    return ports.store.read(look)


def load_round(unit: Unit, round_key: int) -> Round:
    """Return a round as of now: everybody in the order of ids, and those who are enrolled as they were added.

    The history is what files told of and what people lived in earlier rounds of the programme, each pairing once; a
    round is no history of its own. Raises ``NotFoundError`` for a round that is not there.
    """
    record = unit.rounds.get(round_key)
    if record is None:
        raise NotFoundError(NO_ROUND)
    enrolled = (one for one in unit.enrolments.of_round(round_key) if one.state is EnrolmentState.ENROLLED)
    past = (*unit.history.told(), *unit.history.before(round_key))
    return Round(
        people=tuple(stored.person for stored in unit.people.all()),
        enrolments=tuple(stored.enrolment for stored in enrolled),
        history=tuple(_each_once(pairing for pairing in past if pairing.round_name != record.name)),
        policy=policy_of(get_version(unit, record.programme_key, record.policy_version)),
        seed=record.seed,
    )


def digest_round(matching_round: Round) -> str:
    """Return the SHA-256 of everything on which the outcome of a round without locks depends."""
    digest = hashlib.sha256()
    for part in (
        write_people(matching_round.people),
        write_enrolments(matching_round.enrolments),
        write_history(matching_round.history),
        canonical_policy(matching_round.policy),
        matching_round.seed.encode(),
    ):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def past_name(past: PastPairing) -> tuple[str, str, str, str]:
    """Return what tells a pairing of the past from every other one."""
    return past.mentor_id, past.mentee_id, past.direction, past.round_name


def _each_once(history: Iterable[PastPairing]) -> Iterable[PastPairing]:
    """Return each pairing of the past once, as it is told first."""
    told: dict[tuple[str, str, str, str], PastPairing] = {}
    for past in history:
        told.setdefault(past_name(past), past)
    return told.values()
