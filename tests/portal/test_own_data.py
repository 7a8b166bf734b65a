"""My data, and erasing somebody: what is stored is shown and handed out, and gone when it is to be gone."""

import json
import re

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from mentormatch.domain.accounts import Role
from mentormatch.domain.people import Person
from mentormatch.portal.employee.holdings import LABELS, OWN_NUMBERS, TITLES, describe_holdings, label_of
from mentormatch.services.audit_log import verify
from mentormatch.storage.repositories.own_data import exported_columns
from mentormatch.storage.rows import Row
from tests.pages import EMPLOYED, Portal, Visitor, said

CANARY = Person(
    "CANARY-ID-77",
    "Zora Kanarienvogel",
    "zora@canary.example",
    manager_id="p2",
    level=4,
    job_title="Kanarienvogel keeper",
    languages=("kanarisch",),
)
MARKS = ("CANARY-ID-77", "Kanarienvogel", "zora@canary", "kanarisch")


def settled(portal: Portal) -> tuple[Visitor, int]:
    """Return the canary, logged in, and their key."""
    key = portal.office.employ(CANARY)[CANARY.person_id]
    portal.office.user(Role.AUDITOR, email=CANARY.email)
    visitor = portal.visitor(CANARY.email)
    assert visitor.log_in().status_code == 302
    return visitor, key


def stored_text(portal: Portal) -> str:
    """Return everything that stands in any table, as text."""
    with portal.office.store.engine.connect() as connection:
        rows = [connection.execute(select(table)).all() for table in Row.metadata.sorted_tables]
    return str(rows).lower()


def erase(portal: Portal, key: int) -> TestResponse:
    """Let HR erase a person."""
    return portal.member("hr").post(f"/people/{key}/erase", {"agreed": "y"}, page=f"/people/{key}/erase")


def test_every_table_and_column_that_is_handed_out_has_a_plain_name(portal: Portal) -> None:
    with portal.app.test_request_context():
        for table in TITLES:
            names = [column.name for column in exported_columns(Row.metadata.tables[table])]
            assert [n for n in names if n not in {*LABELS, *OWN_NUMBERS, "person_key"}] == [], table
            assert any(label_of(table, name) for name in names)
    every = portal.office.store.read(lambda unit: unit.own_data.export(portal.keys["p3"]))
    assert set(every) == set(TITLES)


def test_everybody_reads_what_is_stored_of_them_and_from_where(portal: Portal) -> None:
    page = said(portal.member("employee").get("/my-data"))
    assert "Name Emma Employee" in page
    assert "Kind solid Who p2" in page
    assert "From the files that HR brings in." in page
    assert "Your log-ins" in page
    assert "person_id" not in page
    for person in EMPLOYED:
        assert person.name == "Emma Employee" or person.name not in page


def test_reading_ones_own_data_is_no_event_and_taking_it_along_is(portal: Portal) -> None:
    visitor = portal.member("employee")
    visitor.get("/my-data")
    assert "data-exported" not in portal.office.actions()
    answer = visitor.post("/my-data/download", page="/my-data")
    assert portal.office.actions()[-1] == "data-exported"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert json.loads(answer.text)["people"][0]["name"] == "Emma Employee"


def test_a_user_who_is_no_person_reads_about_their_account(portal: Portal) -> None:
    portal.office.user(email="external@company.example")
    visitor = portal.visitor("external@company.example")
    visitor.log_in()
    page = said(visitor.get("/my-data"))
    assert "Your account" in page
    assert "external@company.example" in page
    assert "You in the organisation" not in page
    assert "write to an administrator" in page
    assert json.loads(visitor.post("/my-data/download", page="/my-data").text)["users"]


def test_the_page_says_how_to_be_erased(portal: Portal) -> None:
    assert "write to HR and name your id, p3" in said(portal.member("employee").get("/my-data"))


def test_what_is_blank_is_left_out_and_the_rest_reads_as_words(portal: Portal) -> None:
    row = {"key": 3, "person_id": "p3", "name": "", "languages": ["de", "en"], "start_date": "2024-02-29"}
    enrolled = {"key": 1, "trained": True, "changed_at": "2026-11-02T09:00:00+00:00", "goals": None}
    with portal.app.test_request_context():
        people, enrolments = describe_holdings({"enrolments": [enrolled], "people": [row]})
    assert dict(zip(people.headings, people.rows[0], strict=True)) == {
        "Number in the portal": "3",
        "Id in the company": "p3",
        "Languages": "de, en",
        "Here since": "29 Feb 2024",
    }
    assert dict(zip(enrolments.headings, enrolments.rows[0], strict=True)) == {
        "Trained as a mentor": "yes",
        "Last changed": "2 Nov 2026, 09:00 UTC",
    }


def test_of_very_many_log_ins_the_latest_are_shown(portal: Portal) -> None:
    rows = [{"key": number, "agent": f"browser {number}"} for number in range(60)]
    with portal.app.test_request_context():
        (section,) = describe_holdings({"sessions": rows})
    assert (section.rows[0], len(section.rows), section.left_out) == (["browser 59"], 50, 10)


def test_before_somebody_is_erased_hr_reads_what_it_means(portal: Portal) -> None:
    page = said(portal.member("hr").get(f"/people/{portal.keys['p2']}/erase"))
    assert "Erase Manuel Manager" in page
    assert "It cannot be undone." in page
    assert "stays sound" in page
    assert "People report to them." in page


def test_nobody_is_erased_without_the_box_being_ticked(portal: Portal) -> None:
    _, key = settled(portal)
    answer = portal.member("hr").post(f"/people/{key}/erase", page=f"/people/{key}/erase")
    assert answer.status_code == 422
    assert "Tick the box to go on." in said(answer)
    assert "kanarienvogel" in stored_text(portal)


def test_of_an_erased_person_nothing_is_left_in_any_table_or_page_pr_08(portal: Portal) -> None:
    visitor, key = settled(portal)
    anchor = verify(portal.office.ports).anchor
    answer = erase(portal, key)
    assert (answer.status_code, answer.location) == (302, "/people/erased")
    assert [mark for mark in MARKS if mark.lower() in stored_text(portal)] == []
    assert verify(portal.office.ports, anchor).is_sound
    assert visitor.get("/").status_code == 302  # logged out
    for role, paths in {
        "hr": ("/people", f"/people/{key}", "/organisation", "/audit-log"),
        "manager": ("/my-line",),
    }.items():
        reader = portal.member(role)
        told = "".join(reader.get(path).text for path in paths).lower()
        assert [mark for mark in MARKS if mark.lower() in told] == []


def test_the_pseudonym_is_shown_once_after_the_step(portal: Portal) -> None:
    _, key = settled(portal)
    hr = portal.member("hr")
    hr.post(f"/people/{key}/erase", {"agreed": "y"}, page=f"/people/{key}/erase")
    pseudonym = re.search(r"erased-[0-9a-f]{10}", hr.get("/people/erased").text)
    assert pseudonym
    assert pseudonym[0] in stored_text(portal)
    assert hr.get("/people/erased").status_code == 404


def test_whoever_was_erased_cannot_be_erased_again(portal: Portal) -> None:
    _, key = settled(portal)
    erase(portal, key)
    answer = portal.member("hr").get(f"/people/{key}/erase")
    assert answer.status_code == 409
    assert "erased already" in said(answer)


def test_hr_does_not_erase_themselves(portal: Portal) -> None:
    hr, key = portal.member("hr"), portal.keys["p5"]
    assert hr.get(f"/people/{key}/erase").status_code == 403
    assert hr.post(f"/people/{key}/erase", {"agreed": "y"}).status_code == 403
    assert "hanna human" in stored_text(portal)


def test_erasing_asks_for_the_password_first_se_09(portal: Portal) -> None:
    _, key = settled(portal)
    hr = portal.member("hr")
    token = hr.token(f"/people/{key}/erase")
    portal.office.clock.move(minutes=16)
    opened = hr.get(f"/people/{key}/erase")
    assert opened.location == f"/confirm?next=/people/{key}/erase"
    sent = hr.client.post(f"/people/{key}/erase", data={"agreed": "y", "csrf_token": token}, headers=hr.headers)
    assert sent.status_code == 401
    assert "Your password, please" in said(sent)
    assert "kanarienvogel" in stored_text(portal)


@pytest.mark.parametrize("role", ["employee", "manager", "auditor", "administrator"])
def test_nobody_but_hr_finds_the_page_for_erasing(portal: Portal, role: str) -> None:
    visitor = portal.member(role)
    for path in ("/people/3/erase", "/people/erased"):
        assert visitor.get(path).status_code == 404
    assert visitor.post("/people/3/erase", {"agreed": "y"}).status_code == 404
    assert "emma employee" in stored_text(portal)


@pytest.mark.parametrize("key", ["99", "0", "x", "9" * 30])
def test_somebody_who_is_not_there_is_not_erased_az_03(portal: Portal, key: str) -> None:
    assert portal.member("hr").get(f"/people/{key}/erase").status_code == 404
