"""What must hold over many rows: a sound database breaks nothing, and each planted break is found."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, Update, delete, insert, select, text, update
from sqlalchemy.orm import Session

from mentormatch.domain.plan import PairingState, PlanState
from mentormatch.domain.programme import RoundState
from mentormatch.services.invariants import check_invariants
from mentormatch.services.own_data import erase_person
from mentormatch.services.round_import import FinishedPlan
from mentormatch.storage.engines import WRITING, make_engine
from mentormatch.storage.migrating import upgrade
from mentormatch.storage.rows.enrolments import EnrolmentRow
from mentormatch.storage.rows.organisation import LineRow
from mentormatch.storage.rows.plans import PairingRow, PlanRow
from mentormatch.storage.rows.programmes import PolicyVersionRow, RoundRow
from mentormatch.storage.store import SqlStore
from tests.databases import Databases
from tests.kept_rounds import House, its_outcome, make_house
from tests.offices import START, make_office

Plant = Callable[[House, Session], Any]


@pytest.fixture
def house(store: SqlStore) -> House:
    """An office with an active round (key 1) and one in review (key 2)."""
    made = make_house(make_office(store))
    made.publish(PairingState.ACCEPTED)
    made.bring_in("Autumn", state=RoundState.REVIEW, plan=FinishedPlan(its_outcome()))
    return made


def plant(house: House, engine: Engine, change: Plant) -> None:
    """Change rows past the program."""
    with Session(engine) as session, session.begin():
        session.connection(execution_options={WRITING: True})
        change(house, session)


def mentor_key(house: House) -> int:
    """Return the key of the mentor of the first pairing."""
    return house.keys[its_outcome().pairings[0].mentor_id]


def enrolment_of_mentor(house: House) -> Update:
    """Return an update of that mentor's enrolment in the first round."""
    return update(EnrolmentRow).where(EnrolmentRow.round_key == 1, EnrolmentRow.person_key == mentor_key(house))


def loop(_: House, session: Session) -> None:
    """Let the top report to somebody below."""
    solid = session.execute(select(LineRow.person_key, LineRow.over_key).where(LineRow.kind == "solid")).all()
    managed = {line.person_key for line in solid}
    top = next(line for line in solid if line.over_key not in managed)
    row = {"person_key": top.over_key, "kind": "solid", "position": 0, "over_key": top.person_key}
    session.execute(insert(LineRow), [row])


def crowd(house: House, session: Session) -> None:
    """Propose more mentees to a mentor than they have places."""
    others = sorted({house.keys[pairing.mentee_id] for pairing in its_outcome().pairings} - {mentor_key(house)})
    taken = session.scalars(select(PairingRow.mentee_key).where(PairingRow.mentor_key == mentor_key(house))).all()
    row = {
        "plan_key": 1,
        "mentor_key": mentor_key(house),
        "direction": "peer",
        "pass_number": 1,
        "points": 500,
        "band": 2,
        "components": {},
        "state": "proposed",
    }
    session.execute(insert(PairingRow), [row | {"mentee_key": key} for key in others if key not in taken])


PLANTED: dict[str, tuple[Plant, str]] = {
    "a loop": (loop, "runs in a loop"),
    "too many mentees": (crowd, "more pairings than places"),
    "a place too many is taken": (
        lambda house, session: session.execute(enrolment_of_mentor(house).values(accepted_mentees=0)),
        "mentees and counts 0",
    ),
    "somebody paired withdrew": (
        lambda house, session: session.execute(enrolment_of_mentor(house).values(state="withdrawn")),
        "not enrolled",
    ),
    "somebody paired is not enrolled at all": (
        lambda house, session: session.execute(
            delete(EnrolmentRow).where(EnrolmentRow.round_key == 2, EnrolmentRow.person_key == mentor_key(house))
        ),
        "Round 2: person",
    ),
    "a published round lost its plan": (
        lambda _, session: session.execute(update(PlanRow).where(PlanRow.key == 1).values(state="discarded")),
        "it is active and has 0 published plans",
    ),
    "a round in review is published already": (
        lambda _, session: session.execute(
            update(PlanRow).where(PlanRow.key == 2).values(state="published", published_by=1, published_at=START)
        ),
        "it is review and has 1 published plans",
    ),
    "an open round has a plan": (
        lambda _, session: session.execute(update(RoundRow).where(RoundRow.key == 2).values(state="open")),
        "it is open and has a plan",
    ),
    "another seed": (
        lambda _, session: session.execute(update(RoundRow).where(RoundRow.key == 1).values(seed="mine")),
        "the seed is not the one",
    ),
    "a policy nobody can read": (
        lambda _, session: session.execute(update(PolicyVersionRow).values(text="= nothing")),
        "version 1 of the policy cannot be read",
    ),
    "a version without the one before": (
        lambda _, session: session.execute(update(PolicyVersionRow).values(number=2)),
        "not numbered from 1",
    ),
}


def test_a_sound_database_breaks_nothing(house: House) -> None:
    assert check_invariants(house.ports) == ()


def test_an_erased_person_breaks_nothing(house: House) -> None:
    for key in (mentor_key(house), house.keys[its_outcome().pairings[-1].mentee_id]):
        erase_person(house.ports, house.hr, key)
    assert check_invariants(house.ports) == ()


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_break_is_found(house: House, engine: Engine, name: str) -> None:
    change, said = PLANTED[name]
    plant(house, engine, change)
    found = check_invariants(house.ports)
    assert any(said in sentence for sentence in found), found
    assert all(person_id not in sentence for sentence in found for person_id in house.keys)


def test_a_second_published_plan_is_found_even_where_the_database_lets_it_pass(databases: Databases, kind: str) -> None:
    url = databases.empty(kind)
    upgrade(url)
    engine = make_engine(url)
    house = make_house(make_office(SqlStore(engine)))
    house.publish()

    def publish_again(_: House, session: Session) -> None:
        session.execute(text("DROP INDEX uq_plans_round_key"))
        row = {"round_key": 1, "number": 2, "state": str(PlanState.PUBLISHED), "input_digest": "", "summary": {}}
        times = {"created_at": START, "published_by": house.hr.user_key, "published_at": START}
        session.execute(insert(PlanRow), [row | times])

    plant(house, engine, publish_again)
    assert check_invariants(house.ports) == ("Round 1: it is active and has 2 published plans.",)
    engine.dispose()


def test_a_log_that_was_cut_open_is_found(databases: Databases, kind: str) -> None:
    url = databases.empty(kind)
    upgrade(url)
    engine = make_engine(url)
    house = make_house(make_office(SqlStore(engine)))
    seals = {"postgresql": "audit_log_sealed ON audit_log", "sqlite": "audit_log_not_changed"}

    def damage(_: House, session: Session) -> None:
        session.execute(text(f"DROP TRIGGER {seals[kind]}"))
        session.execute(text("UPDATE audit_log SET subject = 'user:9' WHERE sequence = 2"))

    plant(house, engine, damage)
    (found,) = check_invariants(house.ports)
    assert found.startswith("The audit log is not sound: Entry 2")
    engine.dispose()
