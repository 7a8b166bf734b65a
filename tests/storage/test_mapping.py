"""Rows and words: whatever a word says comes back from the database as it went in, on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import Criterion, Pairing, PastPairing, Role, Unpaired
from mentormatch.domain.people import Person
from mentormatch.services.ports import Unit
from mentormatch.services.stored import StoredPerson
from mentormatch.storage.engines import WRITING, make_engine
from mentormatch.storage.mapping.enrolments import enrolment_columns, places_columns, to_enrolment, wish_columns
from mentormatch.storage.mapping.people import person_columns
from mentormatch.storage.mapping.plans import (
    pairing_columns,
    past_pairing_columns,
    to_pairing,
    to_past_pairing,
    to_unpaired,
    unpaired_columns,
)
from mentormatch.storage.rows.accounts import AttemptRow
from mentormatch.storage.rows.enrolments import EnrolmentRow, PlacesRow, WishRow
from mentormatch.storage.rows.organisation import PersonRow
from mentormatch.storage.rows.plans import PairingRow, PastPairingRow, PlanRow, UnpairedRow
from mentormatch.storage.rows.programmes import PolicyVersionRow, ProgrammeRow, RoundRow
from mentormatch.storage.store import SqlStore
from tests.databases import Databases
from tests.factories import a_person
from tests.offices import START
from tests.storage.test_constraints import LAWFUL
from tests.strategies import described, enrolments, forests

IDS = ("A", "B", "C", "D")
KEYS = {person_id: key for key, person_id in enumerate(IDS, 1)}
NAMES = {key: person_id for person_id, key in KEYS.items()}
few = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def organisations(draw: st.DrawFn) -> list[Person]:
    """Return people in trees with everything that people.csv can say, who name nobody unknown and not themselves."""
    people = draw(forests(IDS))
    return [without_self(draw(described(person, IDS))) for person in people]


def without_self(person: Person) -> Person:
    """Return a person who does not stand over themselves."""
    others = {
        name: tuple(i for i in getattr(person, name) if i != person.person_id)
        for name in ("evaluator_ids", "previous_manager_ids")
    }
    return Person(**{name: getattr(person, name) for name in Person.__slots__} | others)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept_engine(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Engine]:
    """A database for many examples, with four people, a round and a plan."""
    engine = make_engine(databases.migrated(request.param))
    with Session(engine) as session, session.begin():
        session.connection(execution_options={WRITING: True})
        session.execute(insert(PersonRow), [person_columns(a_person(person_id)) for person_id in IDS])
        for row in (ProgrammeRow, PolicyVersionRow, RoundRow):
            session.execute(insert(row), LAWFUL[row])
        session.execute(insert(PlanRow), [LAWFUL[PlanRow][0] | {"state": "draft", "published_by": None}])
    yield engine
    engine.dispose()


@few
@given(people=organisations())
def test_people_come_back_with_everything_that_was_said_of_them(kept_engine: Engine, people: list[Person]) -> None:
    store = SqlStore(kept_engine)

    def work(unit: Unit) -> list[Person]:
        repository = unit.people
        stored = {someone.person.person_id: someone for someone in repository.all()}
        repository.change([StoredPerson(stored[p.person_id].key, p) for p in people])
        repository.replace_lines(people)
        return [someone.person for someone in repository.all()]

    assert store.write(work) == sorted(people, key=lambda person: person.person_id)
    assert [someone.person for someone in store.read(lambda unit: unit.people.all())] == people


@few
@given(data=st.data())
def test_an_enrolment_comes_back_with_its_places_and_wishes(kept_engine: Engine, data: st.DataObject) -> None:
    enrolment = data.draw(enrolments("A", IDS))
    state = {"round_key": 1, "person_key": KEYS["A"], "state": "enrolled", "accepted_mentees": 0}
    rest = {"goals": "", "revision": 1, "changed_at": START}
    with Session(kept_engine) as session, session.begin():
        session.connection(execution_options={WRITING: True})
        session.execute(delete(EnrolmentRow))
        row = EnrolmentRow(**enrolment_columns(enrolment), **state, **rest)
        session.add(row)
        session.flush()
        owner = {"enrolment_key": row.key}
        for table, rows in ((PlacesRow, places_columns(enrolment)), (WishRow, wish_columns(enrolment, KEYS))):
            session.execute(insert(table), [columns | owner for columns in rows]) if rows else None
    with Session(kept_engine) as session:
        found = to_enrolment(
            session.scalars(select(EnrolmentRow)).one(),
            session.scalars(select(PlacesRow)).all(),
            session.scalars(select(WishRow)).all(),
            NAMES,
        )
    assert found == enrolment


def test_an_enrolment_without_an_answer_has_none(kept_engine: Engine) -> None:
    columns = enrolment_columns(Enrolment("A"))
    assert columns["meeting_rhythm"] is None
    assert columns["trained"] is None
    assert columns["hours_per_month"] is None
    assert kept_engine.dialect.name


@few
@given(
    pair=st.permutations(IDS).map(lambda ids: ids[:2]),
    direction=st.sampled_from(DIRECTIONS),
    numbers=st.tuples(st.integers(0, 2), st.integers(0, 1000), st.integers(0, 5)),
    components=st.dictionaries(st.sampled_from(Criterion), st.integers(0, 300)),
)
def test_a_pairing_comes_back_with_its_points(
    kept_engine: Engine,
    pair: list[str],
    direction: Direction,
    numbers: tuple[int, int, int],
    components: dict[Criterion, int],
) -> None:
    mentor, mentee = pair
    pairing = Pairing(mentor, mentee, direction, *numbers, components)
    past = PastPairing(mentor, mentee, direction, "r 1", date(2025, 1, 31), None, "moved")
    unpaired = Unpaired(pair[0], Role.MENTEE, "no-candidate", "wait", "1 of 2")
    with Session(kept_engine) as session, session.begin():
        session.connection(execution_options={WRITING: True})
        for row in (PairingRow, PastPairingRow, UnpairedRow):
            session.execute(delete(row))
        session.execute(insert(PairingRow), [pairing_columns(pairing, KEYS) | {"plan_key": 1, "state": "proposed"}])
        session.execute(insert(PastPairingRow), [past_pairing_columns(past, KEYS)])
        session.execute(insert(UnpairedRow), [unpaired_columns(unpaired, KEYS) | {"plan_key": 1}])
    with Session(kept_engine) as session:
        assert to_pairing(session.scalars(select(PairingRow)).one(), NAMES) == pairing
        assert to_past_pairing(session.scalars(select(PastPairingRow)).one(), NAMES) == past
        assert to_unpaired(session.scalars(select(UnpairedRow)).one(), NAMES) == unpaired


@pytest.mark.parametrize("hours", [-11, 0, 14])
def test_a_moment_comes_back_in_utc_from_any_zone(kept_engine: Engine, hours: int) -> None:
    moment = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=timezone(timedelta(hours=hours)))
    with Session(kept_engine) as session, session.begin():
        session.connection(execution_options={WRITING: True})
        session.execute(delete(AttemptRow))
        session.execute(insert(AttemptRow), [{"scope": "s", "name_hash": "h", "started_at": moment, "count": 1}])
    with Session(kept_engine) as session:
        (found,) = session.scalars(select(AttemptRow.started_at))
    assert found == moment
    assert found.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(kept_engine: Engine) -> None:
    with Session(kept_engine) as session, pytest.raises(StatementError, match="needs a time zone"):
        session.execute(select(AttemptRow).where(AttemptRow.started_at == datetime(2026, 1, 1)))  # noqa: DTZ001


def test_names_are_in_the_same_order_on_both_databases(kept_engine: Engine) -> None:
    with Session(kept_engine) as session:
        texts = ["zoë", "ZOE", "zoe", "Ångström", "angel", "a b", "a-b", "", "日本"]
        names = [person_columns(a_person("X", name=name))["sort_name"] for name in texts]
        union = " UNION ALL ".join(f"SELECT '{name}' AS n" for name in names)
        collation = ' COLLATE "C"' if kept_engine.dialect.name == "postgresql" else ""
        found = (
            session.connection().exec_driver_sql(f"SELECT n FROM ({union}) AS t ORDER BY n{collation}").scalars().all()
        )
    assert all(first <= second for first, second in pairwise(found))
