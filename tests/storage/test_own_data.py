"""One's own data: complete, without anybody else's, and gone on request (PR-07, PR-08)."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from mentormatch.domain.accounts import Actor, Role, UserState
from mentormatch.services import sign_in
from mentormatch.services.audit_log import verify
from mentormatch.services.own_data import (
    erase_again,
    erase_person,
    erase_user,
    export_own_data,
    list_erasures,
    preview_erasure,
    show_own_data,
)
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.refusals import (
    ConfirmationNeededError,
    ConflictError,
    LogInRefusedError,
    NotAllowedError,
    NotFoundError,
)
from mentormatch.storage.engines import make_engine
from mentormatch.storage.repositories.own_data import LEFT_OUT, exported_columns
from mentormatch.storage.rows import Row
from mentormatch.storage.rows.enrolments import EnrolmentRow, PlacesRow, WishRow
from mentormatch.storage.rows.organisation import LineRow, PersonRow
from mentormatch.storage.rows.plans import PairingRow, PastPairingRow, PlanRow
from mentormatch.storage.rows.programmes import PolicyVersionRow, ProgrammeRow, RoundRow
from mentormatch.storage.store import SqlStore
from tests.databases import Databases
from tests.factories import a_person
from tests.offices import ORIGIN, PASSWORD, START, Office, make_office
from tests.storage.test_constraints import LAWFUL, write

CANARY = "Canary-Ann"
EMAIL = "canary-ann@x.example"
OTHER = "Canary-Bob"


@pytest.fixture
def life(store: SqlStore, engine: Engine) -> tuple[Office, Actor]:
    """An office in which Ann (key 1) has a manager, an account, an enrolment, pairings, and opinions on Bob (key 2)."""
    office = make_office(store)
    office.employ(
        a_person("E1", name=CANARY, email=EMAIL, manager_id="E2", job_title=f"{CANARY} clerk"),
        a_person("E2", name=OTHER, email="canary-bob@x.example", evaluator_ids=("E1",)),
        a_person("E3", name="Canary-Cem"),
    )
    actor = office.actor(Role.AUDITOR, email=EMAIL)
    enrolled = [row | {"round_key": 1} for row in LAWFUL[EnrolmentRow]]
    enrolled[0] |= {"skills_wanted": [f"{CANARY} skill"], "goals": f"{CANARY} goals"}
    enrolled[1] |= {"goals": f"{OTHER} goals"}
    plan = LAWFUL[PlanRow][0] | {"published_by": actor.user_key}
    write(
        engine,
        *((insert(row), LAWFUL[row]) for row in (ProgrammeRow, PolicyVersionRow, RoundRow)),
        (insert(EnrolmentRow), enrolled),
        (insert(PlacesRow), LAWFUL[PlacesRow]),
        (insert(WishRow), [{"enrolment_key": 1, "kind": "avoids", "position": 0, "person_key": 3}]),
        (insert(WishRow), [{"enrolment_key": 2, "kind": "avoids", "position": 0, "person_key": 1}]),
        (insert(PlanRow), [plan, plan | {"number": 2, "state": "draft", "published_by": None, "published_at": None}]),
        (insert(PairingRow), [LAWFUL[PairingRow][0], LAWFUL[PairingRow][0] | {"plan_key": 2, "mentee_key": 3}]),
        (insert(PastPairingRow), [LAWFUL[PastPairingRow][0] | {"end_reason": f"{CANARY} moved"}]),
    )
    return office, actor


def hr_of(office: Office) -> Actor:
    """Return somebody of HR who just gave their password."""
    return office.actor(Role.HR, email="hr@x.example")


def test_every_column_says_what_class_of_data_it_holds_pr_07() -> None:
    unmarked = [
        f"{table.name}.{column.name}"
        for table in Row.metadata.tables.values()
        for column in table.columns
        if column.info.get("data") not in {"plain", "S2", "S3", "S4"}
    ]
    assert unmarked == []


def test_an_export_holds_every_personal_column_or_says_why_not_pr_07(life: tuple[Office, Actor]) -> None:
    office, actor = life
    exported = json.loads(export_own_data(office.ports, actor))
    personal = {
        (table.name, column.name)
        for table in Row.metadata.tables.values()
        for column in table.columns
        if column.info["data"] in {"S2", "S3"}
    }
    shown = {(name, c.name) for name in exported for c in exported_columns(Row.metadata.tables[name])}
    assert {f"{table}.{column}" for table, column in personal - shown} == set(LEFT_OUT)


def test_an_export_holds_what_was_said_and_done(life: tuple[Office, Actor]) -> None:
    office, actor = life
    exported = json.loads(export_own_data(office.ports, actor))
    assert exported["people"][0]["name"] == CANARY
    assert exported["lines"][0]["over_key"] == "E2"
    assert exported["users"][0]["email"] == EMAIL
    assert exported["grants"][0]["role"] == "auditor"
    assert exported["enrolments"][0]["goals"] == f"{CANARY} goals"
    assert exported["wishes"] == [
        {"enrolment_key": 1, "kind": "avoids", "position": 0, "person_key": "E3"},
    ]
    assert [pairing["mentee_key"] for pairing in exported["pairings"]] == ["E2"]  # not the draft
    assert exported["past_pairings"][0]["end_reason"] == f"{CANARY} moved"
    assert exported["sessions"]


def test_an_export_holds_no_secret_and_nobody_else_pr_07(life: tuple[Office, Actor]) -> None:
    office, actor = life
    text = export_own_data(office.ports, actor).decode()
    assert OTHER not in text
    assert "canary-bob" not in text
    assert PASSWORD not in text
    assert "id_hash" not in text
    assert office.actions()[-1] == "data-exported"


def test_whoever_is_no_person_has_their_account_alone_to_export(life: tuple[Office, Actor]) -> None:
    office, _ = life
    hr = hr_of(office)
    exported = json.loads(export_own_data(office.ports, hr))
    assert exported.keys() == {"users", "grants", "sessions", "letters"}
    assert [user["email"] for user in exported["users"]] == ["hr@x.example"]
    assert [grant["role"] for grant in exported["grants"]] == ["hr"]
    assert "canary" not in str(exported).lower()
    with pytest.raises(NotFoundError):
        export_own_data(office.ports, COMMAND_LINE)


def test_what_one_reads_of_oneself_is_what_one_takes_along(life: tuple[Office, Actor]) -> None:
    office, actor = life
    before = office.actions()
    shown = show_own_data(office.ports, actor)
    assert office.actions() == before  # looking is no event
    assert json.loads(export_own_data(office.ports, actor)) == json.loads(json.dumps(shown))


def test_a_preview_says_what_an_erasure_reaches_and_changes_nothing(life: tuple[Office, Actor]) -> None:
    office, actor = life
    before = office.actions()
    hr = hr_of(office)
    preview = preview_erasure(office.ports, hr, 1)
    assert (preview.person.name, preview.enrolments, preview.pairings) == (CANARY, 1, 1)
    assert not preview.has_reports
    assert preview_erasure(office.ports, hr, 2).has_reports
    assert set(office.actions()) - set(before) <= {"log-in", "user-invited", "password-by-invitation"}
    with pytest.raises(NotAllowedError):
        preview_erasure(office.ports, actor, 1)
    with pytest.raises(NotFoundError):
        preview_erasure(office.ports, hr, 99)


def test_an_erased_person_is_a_pseudonym_everywhere_pr_08(life: tuple[Office, Actor], engine: Engine) -> None:
    office, _ = life
    pseudonym = erase_person(office.ports, hr_of(office), 1)
    with Session(engine) as session:
        everything = str(
            [session.execute(select(table)).all() for table in Row.metadata.sorted_tables if table.name != "erasures"]
        )
        person = session.get(PersonRow, 1)
        states = session.scalars(select(PairingRow.mentor_key)).all()
        lines = session.scalars(select(LineRow.person_key)).all()
    assert "canary-ann" not in everything.lower()
    assert "E1" not in everything
    assert person is not None
    assert person.person_id == pseudonym
    assert states == [1, 1]  # pairings stay and lead to the pseudonym
    assert lines == [2]


def test_the_chain_of_the_log_stays_valid_after_an_erasure_pr_08(life: tuple[Office, Actor]) -> None:
    office, _ = life
    anchor = verify(office.ports).anchor
    erase_person(office.ports, hr_of(office), 1)
    assert verify(office.ports, anchor).is_sound
    last = office.store.read(lambda unit: unit.audit_log.page("", None, 1))[0]
    assert (last.action, last.subject) == ("person-erased", "person:1")
    assert last.data == {
        "enrolments": 1,
        "letters": 1,
        "lines": 1,
        "person_settings": 0,
        "sessions": 1,
        "tokens": 1,
        "wishes": 1,
    }


def test_an_erased_person_is_signed_out_and_cannot_come_back(life: tuple[Office, Actor]) -> None:
    office, actor = life
    erase_person(office.ports, hr_of(office), 1)
    user = office.store.read(lambda unit: unit.accounts.get(actor.user_key or 0))
    assert user is not None
    assert (user.state, user.roles) == (UserState.ERASED, frozenset())
    with pytest.raises(LogInRefusedError):
        sign_in.log_in(office.ports, EMAIL, PASSWORD, ORIGIN)
    assert office.store.read(lambda unit: unit.accounts.running_sessions(user.key)) == []


def test_the_others_keep_what_is_theirs(life: tuple[Office, Actor], engine: Engine) -> None:
    office, _ = life
    erase_person(office.ports, hr_of(office), 1)
    with Session(engine) as session:
        assert session.scalars(select(EnrolmentRow.goals)).all() == [f"{OTHER} goals"]
        assert session.scalars(select(PersonRow.name).where(PersonRow.key == 2)).all() == [OTHER]


def test_the_bytes_of_an_erased_person_are_gone_from_the_file_pr_08(life: tuple[Office, Actor]) -> None:
    office, _ = life
    if office.store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps its own files; its vacuum does this")
    database = Path(str(office.store.engine.url.database))
    assert CANARY.encode() in database.read_bytes()
    erase_person(office.ports, hr_of(office), 1)
    assert CANARY.encode() not in database.read_bytes()
    assert EMAIL.encode() not in database.read_bytes()


def test_a_backup_from_before_an_erasure_is_erased_again_fi_20(databases: Databases) -> None:
    backup, live = (make_engine(databases.migrated("sqlite")) for _ in range(2))
    for engine in (backup, live):
        make_office(SqlStore(engine)).employ(a_person("E1", name=CANARY), a_person("E2", name=OTHER))
    erased, restored = make_office(SqlStore(live)), make_office(SqlStore(backup))
    pseudonym = erase_person(erased.ports, COMMAND_LINE, 1)
    kept = list_erasures(erased.ports)
    assert CANARY not in str(kept)
    assert [erase_again(restored.ports, kept) for _ in range(2)] == [1, 0]
    people = restored.store.read(lambda unit: (unit.people.get(1), unit.people.get(2)))
    assert [stored.person.person_id for stored in people if stored] == [pseudonym, "E2"]
    assert list_erasures(restored.ports) == kept
    for engine in (backup, live):
        engine.dispose()


def test_of_an_erased_user_who_is_no_person_nothing_is_left(life: tuple[Office, Actor], engine: Engine) -> None:
    office, person = life
    guest = office.actor(Role.HR, email="canary-guest@x.example")
    administrator = office.actor(Role.ADMINISTRATOR, email="admin@x.example")
    erase_user(office.ports, administrator, guest.user_key or 0)
    with Session(engine) as session:
        everything = str([session.execute(select(table)).all() for table in Row.metadata.sorted_tables])
    assert "canary-guest" not in everything
    user = office.store.read(lambda unit: unit.accounts.get(guest.user_key or 0))
    assert user is not None
    assert (user.state, user.roles) == (UserState.ERASED, frozenset())
    with pytest.raises(LogInRefusedError):
        sign_in.log_in(office.ports, "canary-guest@x.example", PASSWORD, ORIGIN)
    last = office.store.read(lambda unit: unit.audit_log.page("", None, 5))
    erased = next(entry for entry in last if entry.action == "user-erased")
    assert erased.data == {"letters": 1, "sessions": 1, "tokens": 1}
    assert verify(office.ports).is_sound
    assert office.store.read(lambda unit: unit.accounts.get(person.user_key or 0)) is not None
    with pytest.raises(NotFoundError):
        erase_user(office.ports, administrator, guest.user_key or 0)


def test_a_user_who_is_a_person_is_erased_with_the_person(life: tuple[Office, Actor]) -> None:
    office, actor = life
    administrator = office.actor(Role.ADMINISTRATOR, email="admin@x.example")
    with pytest.raises(ConflictError, match="HR erases them"):
        erase_user(office.ports, administrator, actor.user_key or 0)
    for other, key in ((administrator, administrator.user_key), (hr_of(office), actor.user_key)):
        with pytest.raises(NotAllowedError):
            erase_user(office.ports, other, key or 0)
    office.clock.move(minutes=16)
    with pytest.raises(ConfirmationNeededError):
        erase_user(office.ports, administrator, actor.user_key or 0)


def test_erasing_needs_hr_somebody_else_and_a_fresh_password_se_09(life: tuple[Office, Actor]) -> None:
    office, actor = life
    hr = hr_of(office)
    for other in (actor, Actor(9, 1, frozenset({Role.HR})), Actor(9, 3, frozenset({Role.ADMINISTRATOR}))):
        with pytest.raises(NotAllowedError):
            erase_person(office.ports, other, 1)
    office.clock.move(minutes=16)
    with pytest.raises(ConfirmationNeededError):
        erase_person(office.ports, hr, 1)
    again = sign_in.confirm(office.ports, hr, PASSWORD, ORIGIN).actor
    with pytest.raises(NotFoundError):
        erase_person(office.ports, again, 99)
    erase_person(office.ports, again, 1)
    with pytest.raises(ConflictError, match="already"):
        erase_person(office.ports, again, 1)
    assert office.clock.now() - START == timedelta(minutes=16)
