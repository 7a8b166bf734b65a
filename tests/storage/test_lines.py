"""Lines in the database, on both kinds: everybody below a manager, and what is odd about who reports to whom."""

import random
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, delete, insert
from sqlalchemy.orm import Session

from mentormatch.domain.accounts import Actor, Role
from mentormatch.domain.pairing import Role as Side
from mentormatch.domain.people import Person, Status
from mentormatch.domain.plan import PairingState, PlanState
from mentormatch.domain.programme import EnrolmentState, RoundState
from mentormatch.services import organisation
from mentormatch.services.home import introduce
from mentormatch.services.line import show_line
from mentormatch.services.permissions import can_see_line_report
from mentormatch.services.refusals import NotFoundError
from mentormatch.services.reporting_lines import LinePage, OddLine, Superior, TakingPart
from mentormatch.services.stored import Participation, PeopleQuery
from mentormatch.storage.engines import WRITING
from mentormatch.storage.rows.organisation import LineRow
from mentormatch.storage.store import SqlStore
from tests.databases import Statements
from tests.factories import a_person
from tests.offices import Office, make_office
from tests.participants import CANARY, SCHEME, a_mentor_of, a_secretive_mentee, hold_round, publish

HR = Actor(None, roles=frozenset({Role.HR}))
FAMILY = (
    a_person("T", name="Tom Top", division="North"),
    a_person("M", name="Mia Middle", manager_id="T", division="north", location="Graz"),
    a_person("C", name="Cem Clerk", manager_id="M", location="Bonn", status=Status.LEAVE),
    a_person("B", name="Bea Clerk", manager_id="M", dotted_manager_ids=("T",), evaluator_ids=("T", "C")),
    a_person("X", name="Xaver Gone", status=Status.LEFT),
    a_person("Y", name="Ynes Orphan", manager_id="X"),
    a_person("Z", name="Zac Gone", status=Status.LEFT),
)


@pytest.fixture
def house(store: SqlStore) -> tuple[Office, dict[str, int]]:
    """An office with people two of whom have left, one of these with a report."""
    made = make_office(store)
    return made, made.employ(*FAMILY)


def set_lines(office: Office, over: dict[int, int]) -> None:
    """Let people report to others, whatever comes of it."""
    rows = [{"person_key": key, "kind": "solid", "position": 0, "over_key": above} for key, above in over.items()]
    with Session(office.store.engine) as session, session.begin():
        session.connection(execution_options={WRITING: True})
        session.execute(delete(LineRow))
        session.execute(insert(LineRow), rows)


def whole_line(office: Office, key: int) -> dict[int, int]:
    """Return everybody on the pages of somebody's line with the distance."""
    found: dict[int, int] = {}
    page = LinePage((), 1, 0, 0)
    while len(found) < page.total:
        page = show_line(office.ports, Actor(1, key), len(found) // office.ports.settings.limits.page_rows + 1)
        found |= {member.key: member.distance for member in page.members}
    return found


def odd(office: Office, what: OddLine) -> list[str]:
    """Return the ids of those on whose line something is odd."""
    return [s.person.person_id for s in organisation.find_people(office.ports, HR, PeopleQuery(odd=what)).people]


@pytest.mark.parametrize("seed", range(6))
def test_a_line_holds_whoever_may_be_read_about_whatever_the_graph_az_07(store: SqlStore, seed: int) -> None:
    office, drawn = make_office(store, limits={"page_rows": 7}), random.Random(seed)
    keys = sorted(office.employ(*(a_person(f"P{n}") for n in range(24))).values())
    over = {key: above for key in keys if (above := drawn.choice(keys)) != key and drawn.random() < 0.9 - 0.1 * seed}
    set_lines(office, over)
    for reader in keys:
        actor = Actor(1, reader)
        wanted = {who for who in keys if can_see_line_report(actor, who, over)}
        if wanted:
            assert set(whole_line(office, reader)) == wanted
        else:
            with pytest.raises(NotFoundError):
                show_line(office.ports, actor, 1)
        assert introduce(office.ports, actor).is_manager is bool(wanted)


def test_a_line_says_how_far_away_people_are_the_nearest_first(house: tuple[Office, dict[str, int]]) -> None:
    office, keys = house
    page = show_line(office.ports, Actor(1, keys["T"]), 1)
    told = [(one.name, one.distance, one.manager, one.status) for one in page.members]
    assert told == [
        ("Mia Middle", 1, "Tom Top", Status.ACTIVE),
        ("Bea Clerk", 2, "Mia Middle", Status.ACTIVE),
        ("Cem Clerk", 2, "Mia Middle", Status.LEAVE),
    ]
    assert page.total == 3


def test_a_line_five_hundred_deep_is_read_at_once_az_07(store: SqlStore) -> None:
    office = make_office(store, limits={"page_rows": 500})
    keys = office.employ(*(a_person(f"P{n}", manager_id=f"P{n - 1}" if n else "") for n in range(500)))
    began = time.perf_counter()
    page = show_line(office.ports, Actor(1, keys["P0"]), 1)
    assert time.perf_counter() - began < 1
    assert [member.distance for member in page.members] == list(range(1, 500))


def test_whoever_moves_is_in_the_other_line_at_the_next_request_az_06(house: tuple[Office, dict[str, int]]) -> None:
    office, keys = house
    old, new = Actor(1, keys["M"]), Actor(2, keys["B"])
    assert keys["C"] in whole_line(office, keys["M"])
    office.store.write(lambda unit: unit.people.replace_lines([Person("C", "Cem Clerk", manager_id="B")]))
    assert whole_line(office, keys["B"]) == {keys["C"]: 1}
    office.store.write(lambda unit: unit.people.replace_lines([Person("B", "Bea Clerk", manager_id="T")]))
    with pytest.raises(NotFoundError):
        show_line(office.ports, old, 1)
    assert show_line(office.ports, new, 1).total == 1


def test_dotted_lines_and_roles_give_nobody_a_line_az_05(house: tuple[Office, dict[str, int]]) -> None:
    office, keys = house
    for actor in (Actor(1, keys["C"], frozenset(Role)), Actor(1, None, frozenset(Role))):
        with pytest.raises(NotFoundError):
            show_line(office.ports, actor, 1)


def test_a_manager_reads_role_round_state_and_hours(house: tuple[Office, dict[str, int]]) -> None:
    office, keys = house
    first = hold_round(office, "Spring", a_secretive_mentee("C", "T", "B"), a_mentor_of("M"), a_mentor_of("Y"))
    hold_round(office, "Over", a_secretive_mentee("B"), state=RoundState.CLOSED_OUT)
    hold_round(office, "Draft", a_secretive_mentee("B"), as_what=EnrolmentState.DRAFT)
    hold_round(office, "Left", a_mentor_of("B", hours=None), as_what=EnrolmentState.WITHDRAWN)
    publish(office, first, [("M", "C", PairingState.ACCEPTED)])
    page = show_line(office.ports, Actor(1, keys["T"]), 1)
    assert {one.person_id: one.taking_part for one in page.members} == {
        "M": (TakingPart(SCHEME, "Spring", "mentor", "paired", 3.5),),
        "B": (TakingPart(SCHEME, "Left", "mentor", "withdrawn", None),),
        "C": (TakingPart(SCHEME, "Spring", "mentee", "paired", 2.0),),
    }
    assert (page.participants, page.hours) == (2, 5.5)


@pytest.mark.parametrize(
    ("state", "plan"),
    [(answer, PlanState.PUBLISHED) for answer in PairingState if answer is not PairingState.ACCEPTED]
    + [(PairingState.ACCEPTED, PlanState.DRAFT)],
)
def test_what_is_not_agreed_by_both_is_no_pairing_to_a_manager_az_04(
    house: tuple[Office, dict[str, int]], state: PairingState, plan: PlanState
) -> None:
    office, keys = house
    key = hold_round(office, "Spring", a_secretive_mentee("C", "T"), a_mentor_of("M"))
    publish(office, key, [("M", "C", state)], plan)
    page = show_line(office.ports, Actor(1, keys["T"]), 1)
    assert {part.state for one in page.members for part in one.taking_part} == {"enrolled"}
    assert CANARY not in repr(page)


def test_hr_reads_who_is_paired_with_whom_over_the_rounds(house: tuple[Office, dict[str, int]]) -> None:
    office, keys = house
    first = hold_round(office, "Spring", a_secretive_mentee("C"), a_mentor_of("M"))
    hold_round(office, "Autumn", a_mentor_of("C"))
    publish(office, first, [("M", "C", PairingState.DECLINED)])
    card = organisation.show_card(office.ports, HR, keys["C"])
    assert card.participation == (
        Participation("enrolment", SCHEME, "Autumn", "enrolled", Side.MENTOR),
        Participation("enrolment", SCHEME, "Spring", "enrolled", Side.MENTEE),
        Participation("pairing", SCHEME, "Spring", "declined", Side.MENTEE, keys["M"], "Mia Middle"),
    )
    assert organisation.show_card(office.ports, HR, keys["M"]).participation[-1].partner == "Cem Clerk"


def test_a_card_names_everybody_above_in_whatever_way(house: tuple[Office, dict[str, int]]) -> None:
    office, keys = house
    assert set(organisation.show_card(office.ports, HR, keys["B"]).superiors) == {
        Superior("solid", keys["M"], "M", "Mia Middle"),
        Superior("dotted", keys["T"], "T", "Tom Top"),
        Superior("evaluator", keys["T"], "T", "Tom Top"),
        Superior("evaluator", keys["C"], "C", "Cem Clerk"),
    }


def test_whoever_left_with_reports_is_still_a_top_so_that_these_are_found(
    house: tuple[Office, dict[str, int]],
) -> None:
    tops = organisation.open_branch(house[0].ports, HR, None).nodes
    assert [(node.person_id, node.reports, node.status) for node in tops] == [
        ("T", 1, Status.ACTIVE),
        ("X", 1, Status.LEFT),
    ]


def test_odd_lines_can_be_listed_and_are_counted(house: tuple[Office, dict[str, int]]) -> None:
    office, keys = house
    assert odd(office, OddLine.NO_MANAGER) == ["T", "X"]
    assert odd(office, OddLine.MANAGER_LEFT) == ["Y"]
    assert odd(office, OddLine.LOOP) == []
    set_lines(office, {keys["T"]: keys["M"], keys["M"]: keys["T"], keys["C"]: keys["M"], keys["Y"]: keys["X"]})
    assert odd(office, OddLine.LOOP) == ["C", "M", "T"]
    assert odd(office, OddLine.NO_MANAGER) == ["B", "X"]
    counts = organisation.show_organisation(office.ports, HR).headcount
    assert (counts.here, counts.by_status[Status.LEFT]) == (5, 2)
    assert (counts.with_manager_left, counts.in_loops) == (1, 3)


def test_a_list_of_one_managers_reports_names_the_manager(house: tuple[Office, dict[str, int]]) -> None:
    office, keys = house
    page = organisation.find_people(office.ports, HR, PeopleQuery(manager_key=keys["M"]))
    assert [stored.person.person_id for stored in page.people] == ["B", "C"]
    assert page.managers[keys["C"]] == Superior("solid", keys["M"], "M", "Mia Middle")


def test_units_are_listed_as_they_are_written(house: tuple[Office, dict[str, int]]) -> None:
    names = organisation.list_unit_names(house[0].ports, HR)
    assert names.divisions == ("North", "north")
    assert names.locations == ("Bonn", "Graz")
    assert names.departments == ()


@pytest.mark.parametrize("step", [organisation.find_place, organisation.name_person])
def test_only_hr_sees_where_somebody_stands(house: tuple[Office, dict[str, int]], step: Callable[..., object]) -> None:
    office, keys = house
    with pytest.raises(NotFoundError):
        step(office.ports, Actor(1, keys["T"], frozenset({Role.AUDITOR, Role.ADMINISTRATOR})), keys["T"])


def test_only_hr_sees_the_tree(house: tuple[Office, dict[str, int]]) -> None:
    office, keys = house
    with pytest.raises(NotFoundError):
        organisation.show_organisation(office.ports, Actor(1, keys["T"], frozenset({Role.ADMINISTRATOR})))


def test_a_longer_line_takes_no_more_statements_bl_02(store: SqlStore, engine: Engine) -> None:
    office = make_office(store)
    counts = []
    for size in (5, 200):
        people = [a_person(f"{size}-{n}", manager_id=f"{size}-0" if n else "") for n in range(size)]
        keys = office.employ(*people)
        with Statements(engine) as line:
            show_line(office.ports, Actor(1, keys[f"{size}-0"]), 1)
        with Statements(engine) as whole:
            organisation.show_organisation(office.ports, HR)
        counts.append((len(line.seen), len(whole.seen)))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 5
