"""Users in the database: pages of them, whom nobody has invited yet, and inviting very many."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert

from mentormatch.domain.accounts import Role, UserState
from mentormatch.domain.people import Status
from mentormatch.services import accounts
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.refusals import ConflictError
from mentormatch.services.stored import UsersPage, UsersQuery
from mentormatch.services.users import invite_people
from mentormatch.storage.mapping.people import person_columns
from mentormatch.storage.repositories.accounts import SqlAccounts
from mentormatch.storage.rows.organisation import PersonRow
from mentormatch.storage.store import SqlStore
from tests.databases import Statements
from tests.factories import a_person
from tests.offices import START, make_office
from tests.storage.test_constraints import write


def page(store: SqlStore, query: UsersQuery, size: int = 50) -> UsersPage:
    """Return a page of users."""
    return store.read(lambda unit: unit.accounts.page(query, size))


def emails(found: UsersPage) -> list[str]:
    """Return the addresses on a page."""
    return [listed.user.email for listed in found.users]


def test_a_list_of_users_is_searched_and_filtered(store: SqlStore) -> None:
    office = make_office(store)
    office.user(Role.HR, Role.AUDITOR, email="ann@north.example")
    office.user(Role.HR, email="bob@south.example")
    accounts.invite(office.ports, COMMAND_LINE, "a_nn@south.example")
    assert emails(page(store, UsersQuery())) == ["a_nn@south.example", "ann@north.example", "bob@south.example"]
    assert emails(page(store, UsersQuery(" SOUTH bob"))) == ["bob@south.example"]
    assert emails(page(store, UsersQuery("a_n"))) == ["a_nn@south.example"]
    assert emails(page(store, UsersQuery(state=UserState.INVITED))) == ["a_nn@south.example"]
    assert emails(page(store, UsersQuery(role=Role.AUDITOR))) == ["ann@north.example"]
    assert page(store, UsersQuery(role=Role.HR)).users[0].user.roles == {Role.HR, Role.AUDITOR}
    for odd in ("\0", "\ud800", "%", "nobody"):
        assert page(store, UsersQuery(odd)) == UsersPage((), 0)


def test_a_role_that_was_taken_away_finds_nobody(store: SqlStore) -> None:
    office = make_office(store)
    user = office.user(Role.HR, email="ann@x.example")
    accounts.revoke_role(office.ports, COMMAND_LINE, user.key, Role.HR)
    assert page(store, UsersQuery(role=Role.HR)).total == 0


def test_the_last_log_in_is_the_latest_one(store: SqlStore) -> None:
    office = make_office(store)
    office.actor(email="ann@x.example")
    office.user(email="bob@x.example")
    store.write(lambda unit: unit.accounts.end_sessions(1, START))
    assert [listed.last_log_in for listed in page(store, UsersQuery()).users] == [START, None]


def test_pages_of_users_hold_everybody_once_in_as_many_statements(store: SqlStore, engine: Engine) -> None:
    office = make_office(store)
    for number in range(23):
        office.user(*list(Role)[: number % 3], email=f"user{number:02}@x.example")
    counts, seen = set(), []
    for number in range(1, 4):
        with Statements(engine) as statements:
            found = page(store, UsersQuery(page=number), 10)
        counts.add(len(statements.seen))
        seen += emails(found)
        assert found.total == 23
    assert seen == [f"user{number:02}@x.example" for number in range(23)]
    assert counts == {4}
    assert page(store, UsersQuery(page=4), 10).users == ()


def test_whoever_works_here_and_is_no_user_is_without_an_account(store: SqlStore) -> None:
    office = make_office(store)
    keys = office.employ(
        a_person("a", email="Ann@x.example"),
        a_person("b", email="shared@x.example"),
        a_person("c", email="SHARED@x.example"),
        a_person("d", email=""),
        a_person("e", email="gone@x.example", status=Status.LEFT),
        a_person("f", email="away@x.example", status=Status.LEAVE),
        a_person("g", email="taken@x.example"),
    )
    accounts.invite(office.ports, COMMAND_LINE, "taken@x.example")
    assert store.read(lambda unit: unit.accounts.people_without()) == {
        "ann@x.example": [keys["a"]],
        "away@x.example": [keys["f"]],
        "shared@x.example": [keys["b"], keys["c"]],
    }


def test_a_user_who_goes_by_another_address_is_not_without_an_account(store: SqlStore) -> None:
    office = make_office(store)
    (key,) = office.employ(a_person("a", email="ann@x.example")).values()
    accounts.invite(office.ports, COMMAND_LINE, "ann@x.example")
    (stored,) = store.read(lambda unit: unit.people.some([key]))
    moved = a_person("a", email="ann.new@x.example")
    store.write(lambda unit: unit.people.change([type(stored)(key, moved)]))
    assert store.read(lambda unit: unit.accounts.people_without()) == {}


def test_two_who_invite_the_same_people_at_once_do_not_invite_them_twice(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make_office(store)
    (key,) = office.employ(a_person("a", email="ann@x.example")).values()
    accounts.invite(office.ports, COMMAND_LINE, "ann@x.example")
    monkeypatch.setattr(SqlAccounts, "people_without", lambda _: {"ann@x.example": [key]})  # as seen a moment ago
    with pytest.raises(ConflictError, match="at the same moment"):
        invite_people(office.ports, COMMAND_LINE)
    assert page(store, UsersQuery()).total == 1
    assert office.actions() == ["user-invited"]


@pytest.mark.parametrize("count", [0, 1, 2_000])
def test_very_many_are_invited_in_a_moment_each_with_a_letter(store: SqlStore, engine: Engine, count: int) -> None:
    office = make_office(store)
    rows = [person_columns(a_person(f"p{n}", email=f"p{n}@x.example")) for n in range(count)]
    if rows:
        write(engine, (insert(PersonRow), rows))
    began = time.perf_counter()
    assert invite_people(office.ports, COMMAND_LINE) == count
    assert time.perf_counter() - began < 10
    due = store.read(lambda unit: unit.outbox.due(START + timedelta(days=1), 10_000))
    assert len({letter.user_key for letter in due}) == len(due) == count
    assert page(store, UsersQuery(state=UserState.INVITED), 10).total == count
    assert invite_people(office.ports, COMMAND_LINE) == 0
    assert office.actions() == ["people-invited"] * (count > 0)
