"""A manager's own line: there for whoever has reports as of now, with nothing that people keep to themselves."""

import pytest

from mentormatch.domain.people import Person
from mentormatch.domain.plan import PairingState
from tests.databases import Statements
from tests.factories import a_person
from tests.pages import Portal, said
from tests.participants import CANARY, a_mentor_of, a_secretive_mentee, hold_round, publish

PATH = "/my-line"


def move(portal: Portal, person_id: str, name: str, manager_id: str) -> None:
    """Let somebody report to another manager."""
    moved = [Person(person_id, name, manager_id=manager_id)]
    portal.office.store.write(lambda unit: unit.people.replace_lines(moved))


@pytest.mark.parametrize("role", ["employee", "hr", "auditor", "administrator"])
def test_without_reports_there_is_no_such_page_az_01(portal: Portal, role: str) -> None:
    visitor = portal.member(role)
    assert visitor.get(PATH).status_code == 404
    assert f'href="{PATH}"' not in visitor.get("/").text


def test_a_manager_finds_the_page_and_everybody_below(portal: Portal) -> None:
    portal.office.employ(Person("q1", "Dora Deep", manager_id="p4", department="Sales"))
    manager = portal.member("manager")
    assert f'href="{PATH}"' in manager.get("/").text
    page = said(manager.get(PATH))
    assert "People in your line 3" in page
    assert "Emma Employee – Sales you 1 –" in page
    assert "Dora Deep – Sales Erik Else 2 –" in page
    assert "Hanna Human" not in page
    assert "Ada Top" not in page


def test_a_manager_reads_who_takes_part_and_how_az_05(portal: Portal) -> None:
    key = hold_round(portal.office, "Spring", a_secretive_mentee("p3", "p4", "p5"), a_mentor_of("p5"))
    publish(portal.office, key, [("p5", "p3", PairingState.ACCEPTED)])
    page = said(portal.member("manager").get(PATH))
    assert "Take part now 1 Hours a month 2" in page
    assert "Spring Company mentoring : as mentee, 2 hours a month paired" in page


@pytest.mark.parametrize("answer", PairingState)
def test_goals_wishes_scores_partners_and_reasons_never_appear_az_04(portal: Portal, answer: PairingState) -> None:
    key = hold_round(portal.office, "Spring", a_secretive_mentee("p3", "p4", "p5"), a_mentor_of("p5"))
    publish(portal.office, key, [("p5", "p3", answer)])
    got = portal.member("manager").get(PATH)
    assert "as mentee" in said(got)
    for secret in (CANARY, "871", "Hanna", "declined", "proposed", "upward"):
        assert secret not in got.text
        assert secret not in str(got.headers)


def test_somebody_who_moves_is_in_the_other_line_at_the_next_request_az_06(portal: Portal) -> None:
    manager, employee = portal.member("manager"), portal.member("employee")
    assert "Erik Else" in said(manager.get(PATH))
    move(portal, "p4", "Erik Else", "p3")
    assert "Erik Else – Sales you 1" in said(employee.get(PATH))
    move(portal, "p3", "Emma Employee", "p1")
    assert manager.get(PATH).status_code == 404
    assert f'href="{PATH}"' not in manager.get("/").text


def test_a_long_line_comes_in_pages_and_takes_no_more_statements_bl_02(portal: Portal) -> None:
    manager, counts = portal.member("manager"), []
    for size in (3, 60):
        portal.office.employ(*(a_person(f"{size}-{n:02}", manager_id="p3") for n in range(size)))
        with Statements(portal.office.store.engine) as statements:
            manager.get(PATH)
        counts.append(len(statements.seen))
    assert counts[0] == counts[1] <= 12
    first = manager.get(PATH)
    assert "1–50 of 65" in said(first)
    assert f'href="{PATH}?page=2"' in first.text
    assert "51–65 of 65" in said(manager.get(f"{PATH}?page=2"))
    assert "Nobody is on this page." in said(manager.get(f"{PATH}?page=9"))
