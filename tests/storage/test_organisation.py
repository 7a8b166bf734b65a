"""The organisation as HR sees it, on both databases: search, pages, cards, the tree; more rows, no more statements."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from mentormatch.domain.accounts import Actor, Role
from mentormatch.domain.people import Person, Status
from mentormatch.services import organisation
from mentormatch.services.ports import Unit
from mentormatch.services.refusals import NotFoundError
from mentormatch.services.stored import PeopleQuery, StoredPerson
from mentormatch.storage.engines import WRITING
from mentormatch.storage.rows.organisation import LineRow
from mentormatch.storage.store import SqlStore
from tests.databases import Statements
from tests.factories import a_person
from tests.offices import Office, make_office

HR = Actor(None, roles=frozenset({Role.HR}))
FAMILY = (
    a_person("T", name="Zoë Top", department="Board"),
    a_person("A", name="ann Ash", manager_id="T", department="Sales", email="ann@x.example", evaluator_ids=("T",)),
    a_person("B", name="Bob_Birch 100%", manager_id="T", department="Works", dotted_manager_ids=("A",)),
    a_person("C", name="Cem Ash", manager_id="A", department="Sales", job_title="Clerk"),
    a_person("L", name="Lou Left", manager_id="A", status=Status.LEFT),
)


@pytest.fixture
def house(store: SqlStore) -> tuple[Office, dict[str, int]]:
    """An office with five people, and their keys."""
    made = make_office(store)
    return made, made.employ(*FAMILY)


def found(office: Office, query: PeopleQuery) -> list[str]:
    """Return the ids on a page."""
    return [stored.person.person_id for stored in organisation.find_people(office.ports, HR, query).people]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        (PeopleQuery(), ["A", "B", "C", "L", "T"]),
        (PeopleQuery("ash"), ["A", "C"]),
        (PeopleQuery("ASH clerk"), ["C"]),
        (PeopleQuery("ann@x"), ["A"]),
        (PeopleQuery("100%"), ["B"]),
        (PeopleQuery("b_b"), ["B"]),
        (PeopleQuery("a_h"), []),
        (PeopleQuery("%"), ["B"]),
        (PeopleQuery("'; DROP TABLE people --"), []),
        (PeopleQuery("\0"), []),
        (PeopleQuery("\ud800"), []),
        (PeopleQuery("zoe\u0308"), ["T"]),
        (PeopleQuery(department="Sales"), ["A", "C"]),
        (PeopleQuery(department="sales"), []),
        (PeopleQuery(department="\0"), []),
        (PeopleQuery(status=Status.LEFT), ["L"]),
        (PeopleQuery(division="North"), []),
        (PeopleQuery(page=2), []),
    ],
    ids=repr,
)
def test_a_search_finds_every_word_wherever_it_stands_in_10(
    house: tuple[Office, dict[str, int]], query: PeopleQuery, ids: list[str]
) -> None:
    assert found(house[0], query) == ids


def test_a_page_says_how_many_there_are_in_all(store: SqlStore) -> None:
    office = make_office(store, limits={"page_rows": 5})
    office.employ(*(a_person(f"P{n:02}") for n in range(12)))
    pages = [organisation.find_people(office.ports, HR, PeopleQuery(page=page)) for page in (1, 2, 3, 4)]
    assert [len(page.people) for page in pages] == [5, 5, 2, 0]
    assert {page.total for page in pages} == {12}
    assert [s.person.person_id for page in pages for s in page.people] == [f"P{n:02}" for n in range(12)]


def test_a_card_shows_the_lines_up_and_down(house: tuple[Office, dict[str, int]]) -> None:
    office, keys = house
    card = organisation.show_card(office.ports, HR, keys["C"])
    assert card.stored.person == FAMILY[3]
    assert [stored.person.person_id for stored in card.above] == ["A", "T"]
    assert not card.is_line_unknown
    top = organisation.show_card(office.ports, HR, keys["T"])
    assert [node.person_id for node in top.below.nodes] == ["A", "B"]
    assert top.above == ()
    assert not top.is_line_unknown


def test_a_loop_in_the_data_shows_as_an_unknown_line_az_07(
    house: tuple[Office, dict[str, int]], engine: Engine
) -> None:
    office, keys = house
    with Session(engine) as session, session.begin():
        session.connection(execution_options={WRITING: True})
        loop = {"person_key": keys["T"], "kind": "solid", "position": 0, "over_key": keys["C"]}
        session.execute(insert(LineRow), [loop])
    card = organisation.show_card(office.ports, HR, keys["B"])
    assert card.is_line_unknown
    assert card.above == ()
    for person in "TACB":
        for reader in "TACB":
            with pytest.raises(NotFoundError):
                organisation.require_own_line(office.ports, Actor(1, keys[reader]), keys[person])


def test_the_tree_opens_branch_by_branch(house: tuple[Office, dict[str, int]]) -> None:
    office, keys = house
    tops = organisation.open_branch(office.ports, HR, None)
    assert [(node.person_id, node.reports) for node in tops.nodes] == [("T", 2)]
    below = organisation.open_branch(office.ports, HR, keys["T"])
    assert [(node.person_id, node.reports) for node in below.nodes] == [("A", 2), ("B", 0)]
    assert not below.is_cut
    with pytest.raises(NotFoundError):
        organisation.open_branch(office.ports, HR, 999)


def test_a_manager_loses_a_line_in_the_moment_somebody_moves_az_06(house: tuple[Office, dict[str, int]]) -> None:
    office, keys = house
    old, new = Actor(1, keys["A"]), Actor(2, keys["B"])
    organisation.require_own_line(office.ports, old, keys["C"])
    moved = Person("C", "Cem Ash", manager_id="B")
    office.store.write(lambda unit: unit.people.replace_lines([moved]))
    organisation.require_own_line(office.ports, new, keys["C"])
    with pytest.raises(NotFoundError):
        organisation.require_own_line(office.ports, old, keys["C"])


def test_dotted_lines_and_evaluators_give_nobody_a_report_az_05(house: tuple[Office, dict[str, int]]) -> None:
    office, keys = house
    with pytest.raises(NotFoundError):
        organisation.require_own_line(office.ports, Actor(1, keys["A"]), keys["B"])
    organisation.require_own_line(office.ports, Actor(1, keys["T"]), keys["C"])
    with pytest.raises(NotFoundError):
        organisation.require_own_line(office.ports, Actor(1, keys["C"]), keys["C"])


def test_a_line_five_hundred_deep_is_found_in_one_statement_az_07(store: SqlStore, engine: Engine) -> None:
    office = make_office(store)
    keys = office.employ(*(a_person(f"P{n}", manager_id=f"P{n - 1}" if n else "") for n in range(500)))
    began = time.perf_counter()
    with Statements(engine) as statements:
        organisation.require_own_line(office.ports, Actor(1, keys["P0"]), keys["P499"])
    assert time.perf_counter() - began < 1
    assert len(statements.seen) == 1


@pytest.mark.parametrize("role", [None, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_but_hr_browses(house: tuple[Office, dict[str, int]], role: Role | None) -> None:
    office, keys = house
    actor = Actor(1, keys["T"], frozenset({role} if role else set()))
    with pytest.raises(NotFoundError):
        organisation.find_people(office.ports, actor, PeopleQuery())
    with pytest.raises(NotFoundError):
        organisation.show_card(office.ports, actor, keys["A"])
    with pytest.raises(NotFoundError):
        organisation.open_branch(office.ports, actor, None)
    with pytest.raises(NotFoundError):
        organisation.list_unit_names(office.ports, actor)


def test_departments_are_listed_once(house: tuple[Office, dict[str, int]]) -> None:
    assert organisation.list_unit_names(house[0].ports, HR).departments == ("Board", "Sales", "Works")


def count_statements(store: SqlStore, engine: Engine, people: int) -> dict[str, int]:
    """Return how many statements each list costs with so many people more."""
    office = make_office(store)
    office.employ(*(a_person(f"{people}-{n}", manager_id=f"{people}-0" if n else "") for n in range(people)))
    key = next(s.key for s in store.read(lambda unit: unit.people.all()) if s.person.person_id == f"{people}-0")
    counts = {}
    lists: dict[str, Callable[[], object]] = {
        "page": lambda: organisation.find_people(office.ports, HR, PeopleQuery()),
        "card": lambda: organisation.show_card(office.ports, HR, key),
        "branch": lambda: organisation.open_branch(office.ports, HR, key),
        "everybody": lambda: store.read(lambda unit: unit.people.all()),
        "users": lambda: store.read(lambda unit: unit.accounts.listed()),
        "programmes": lambda: store.read(lambda unit: unit.programmes.listed()),
    }
    for name, show in lists.items():
        with Statements(engine) as statements:
            show()
        counts[name] = len(statements.seen)
    return counts


def test_no_list_takes_more_statements_with_more_rows_bl_02(store: SqlStore, engine: Engine) -> None:
    few = count_statements(store, engine, 10)
    many = count_statements(store, engine, 1000)
    assert few == many
    assert max(many.values()) <= 8


def test_a_change_of_anybody_changes_the_digest_and_a_change_back_undoes_it(store: SqlStore) -> None:
    one, other = a_person("A", name="Ann"), a_person("B", manager_id="A", evaluator_ids=("A",))

    def digest_with(*people: Person) -> str:
        def work(unit: Unit) -> str:
            keys = {stored.person.person_id: stored.key for stored in unit.people.all()}
            unit.people.add([person for person in people if person.person_id not in keys])
            unit.people.change([StoredPerson(keys[p.person_id], p) for p in people if p.person_id in keys])
            unit.people.replace_lines(people)
            return unit.people.digest()

        return store.write(work)

    empty = store.read(lambda unit: unit.people.digest())
    first = digest_with(one, other)
    changed = [
        digest_with(replace(one, name="Anne"), other),
        digest_with(replace(one, level=None), other),
        digest_with(one, replace(other, evaluator_ids=())),
        digest_with(one, replace(other, status=Status.LEAVE)),
        digest_with(one, replace(other, manager_id="")),
    ]
    assert len({empty, first, *changed}) == 7
    assert digest_with(one, other) == first
