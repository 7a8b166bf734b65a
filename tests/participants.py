"""People who take part in rounds, for tests of what others may read of it."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import update
from sqlalchemy.orm import Session

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.plan import PairingState, PlanState, StoredPairing, StoredPlan
from mentormatch.domain.programme import EnrolmentState, RoundDates, RoundRecord, RoundState
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.ports import Unit
from mentormatch.services.programmes import add_programme, list_programmes
from mentormatch.storage.engines import WRITING
from mentormatch.storage.rows.enrolments import EnrolmentRow
from tests.offices import START, Office

SCHEME = "Company mentoring"
CANARY = "canary"
"""Stands in everything that people keep between themselves."""


def a_secretive_mentee(person_id: str, *others: str, hours: float | None = 2.0) -> Enrolment:
    """Return a mentee whose every private answer says the canary, and who names others in every way there is."""
    secret = (f"{CANARY} skill",)
    return Enrolment(
        person_id,
        as_mentee={Direction.UPWARD: 1},
        max_mentees=0,
        skills_wanted=secret,
        skills_offered=secret,
        interests=secret,
        target_area=f"{CANARY} area",
        prefers=others,
        rather_not=others,
        avoids=others,
        conflicts=others,
        hours_per_month=hours,
    )


def a_mentor_of(person_id: str, hours: float | None = 3.5) -> Enrolment:
    """Return somebody who offers two places."""
    return Enrolment(person_id, as_mentor={Direction.UPWARD: 2}, max_mentors=0, hours_per_month=hours)


def hold_round(
    office: Office,
    name: str,
    *enrolments: Enrolment,
    state: RoundState = RoundState.ACTIVE,
    as_what: EnrolmentState = EnrolmentState.ENROLLED,
) -> int:
    """Store a round with its enrolments and return its key."""
    if not list_programmes(office.ports, COMMAND_LINE):
        add_programme(office.ports, COMMAND_LINE, SCHEME)
    record = RoundRecord(0, 1, 1, name, state, RoundDates(), f"{CANARY} seed", "0" * 64, 1, START)

    def work(unit: Unit) -> int:
        key = unit.rounds.add(record).key
        unit.enrolments.add(key, enrolments, as_what, {}, START)
        return key

    key = office.store.write(work)
    with Session(office.store.engine) as session, session.begin():
        session.connection(execution_options={WRITING: True})
        session.execute(update(EnrolmentRow).values(goals=f"{CANARY} goals"))
    return key


def publish(
    office: Office,
    round_key: int,
    pairs: Sequence[tuple[str, str, PairingState]],
    state: PlanState = PlanState.PUBLISHED,
) -> None:
    """Store a plan of a round with pairings of (mentor, mentee, state)."""
    publisher = office.user(email="publisher@company.example").key
    plan = StoredPlan(0, round_key, 1, state, "0" * 64, {}, START)
    if state is PlanState.PUBLISHED:
        plan = replace(plan, published_by=publisher, published_at=START)
    made = [
        StoredPairing(0, 0, Pairing(mentor, mentee, Direction.UPWARD, 0, 871, 3, {}), answer)
        for mentor, mentee, answer in pairs
    ]
    office.store.write(lambda unit: unit.plans.add(plan, made, []))
