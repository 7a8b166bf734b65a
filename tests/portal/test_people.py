"""The list of people and the card of one of them, as HR sees them; for nobody else there are such pages."""

import pytest

from mentormatch.domain.accounts import UserState
from mentormatch.domain.people import Person, Status
from mentormatch.domain.plan import PairingState
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.ports import Unit
from tests.databases import Statements
from tests.factories import a_person
from tests.offices import START
from tests.pages import Portal, said
from tests.participants import CANARY, a_mentor_of, a_secretive_mentee, hold_round, publish

PATHS = (
    "/people",
    "/people/2",
    "/organisation",
    "/organisation?search=emma",
    "/organisation/2",
    "/organisation/2/branch",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", ["employee", "manager", "auditor", "administrator"])
def test_only_hr_browses_and_for_others_there_is_no_such_page_az_01(portal: Portal, role: str, path: str) -> None:
    answer = portal.member(role).get(path)
    assert answer.status_code == 404
    assert "Erik Else" not in answer.text


@pytest.mark.parametrize("number", ["0", "-1", "1e3", "\u0661", "99", "2147483648", "9" * 400])
@pytest.mark.parametrize("path", ["/people/{}", "/organisation/{}", "/organisation/{}/branch"])
def test_the_number_of_nobody_is_the_address_of_nothing_az_03(portal: Portal, path: str, number: str) -> None:
    assert portal.member("hr").get(path.format(number)).status_code == 404


def test_the_list_names_managers_and_says_how_many_there_are(portal: Portal) -> None:
    page = said(portal.member("hr").get("/people"))
    assert "7 people" in page
    assert "Emma Employee – Sales – 4 Manuel Manager" in page
    assert "Ada Top – Board – 1 –" in page


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("search=emma", "1 person"),
        ("search=SALES+er", "2 people"),
        ("search=%25", "0 people"),
        ("search=%00", "0 people"),
        ("search=" + "x" * 5000, "0 people"),
        ("department=Sales", "4 people"),
        ("department=Sales&location=Graz", "1 person"),
        ("division=South", "1 person"),
        ("status=left", "1 person"),
        ("status=nonsense", "9 people"),
        ("odd=no-manager", "1 person"),
        ("odd=nonsense", "9 people"),
        ("manager_key=2", "4 people"),
        ("manager_key=two", "9 people"),
        ("page=nonsense", "9 people"),
        ("page=0", "9 people"),
    ],
)
def test_search_and_filters_can_be_put_together(portal: Portal, question: str, found: str) -> None:
    portal.office.employ(
        Person("q1", "Gina Graz", manager_id="p2", department="Sales", location="Graz", division="South"),
        Person("q2", "Lena Left", manager_id="p2", status=Status.LEFT),
    )
    assert found in said(portal.member("hr").get(f"/people?{question}"))


def test_the_address_holds_what_was_chosen_on_every_page_of_the_list(portal: Portal) -> None:
    portal.office.employ(*(a_person(f"n{n:03}", department="New & old", manager_id="p1") for n in range(101)))
    hr = portal.member("hr")
    first = hr.get("/people?department=New+%26+old&search=person")
    assert "1–50 of 101" in said(first)
    assert 'href="/people?page=2&amp;search=person&amp;department=New+%26+old"' in first.text
    assert '<option value="New &amp; old" selected>' in first.text
    assert "51–100 of 101" in said(hr.get("/people?page=2&search=person&department=New+%26+old"))
    assert hr.get("/people?page=9&department=New+%26+old").location == "/people?department=New+%26+old&page=3"


def test_a_list_of_nobody_says_what_to_do(portal: Portal) -> None:
    page = said(portal.member("hr").get("/people?search=nobody"))
    assert "Nobody fits. Try fewer words, or take a filter away." in page


def test_the_reports_of_one_manager_are_listed_under_that_name(portal: Portal) -> None:
    hr = portal.member("hr")
    page = hr.get("/people?manager_key=2")
    assert "2 people who report to Manuel Manager" in said(page)
    assert '<input type="hidden" name="manager_key" value="2">' in page.text
    assert hr.get("/people?manager_key=99").status_code == 404


def test_a_longer_list_takes_no_more_statements_bl_02(portal: Portal) -> None:
    hr, counts = portal.member("hr"), []
    for size in (5, 50):
        department = f"Of {size}"
        portal.office.employ(*(a_person(f"{size}-{n}", department=department, manager_id="p1") for n in range(size)))
        with Statements(portal.office.store.engine) as statements:
            assert f"{size} people" in said(hr.get(f"/people?department={department.replace(' ', '+')}"))
        counts.append(len(statements.seen))
    assert counts[0] == counts[1] <= 12


def test_names_are_shown_as_they_are_written_and_run_nothing(portal: Portal) -> None:
    portal.office.employ(Person("q1", "<script>alert(1)</script>", manager_id="p1", job_title='"><img src=x>'))
    hr = portal.member("hr")
    for path in ("/people", f"/people/{len(portal.keys) + 1}", "/organisation/1", "/organisation/1/branch"):
        text = hr.get(path).text
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text
        assert "<img src=x>" not in text


def test_a_card_shows_facts_the_line_and_the_reports(portal: Portal) -> None:
    page = said(portal.member("hr").get("/people/2"))
    assert "Manuel Manager Sales" in page
    assert "E-mail address manager@company.example" in page
    assert "Line upwards Ada Top Manuel Manager" in page
    assert "Direct reports 2" in page
    assert "Erik Else" in page


def test_a_card_says_whether_somebody_can_log_in(portal: Portal) -> None:
    hr = portal.member("hr")
    assert "Log-in yes" in said(hr.get("/people/3"))
    assert "Log-in none; an administrator can invite them" in said(hr.get("/people/4"))
    user = portal.office.user(email="ada@company.example")
    portal.office.store.write(lambda unit: unit.accounts.set_state(user.key, UserState.DISABLED))
    assert "Log-in disabled" in said(hr.get("/people/1"))


def test_a_card_lists_rounds_without_what_people_keep_to_themselves_az_04(portal: Portal) -> None:
    key = hold_round(portal.office, "Spring", a_secretive_mentee("p3", "p4"), a_mentor_of("p4"))
    publish(portal.office, key, [("p4", "p3", PairingState.ACCEPTED)])
    answer = portal.member("hr").get("/people/3")
    assert "Spring Company mentoring enrolment mentee – enrolled" in said(answer)
    assert "Spring Company mentoring pairing mentee Erik Else accepted" in said(answer)
    assert CANARY not in answer.text


def test_a_card_names_dotted_lines_evaluators_and_managers_of_before(portal: Portal) -> None:
    portal.office.employ(
        Person(
            "q1",
            "Quin Quest",
            manager_id="p2",
            dotted_manager_ids=("p4", "p5"),
            evaluator_ids=("p1",),
            previous_manager_ids=("p6",),
        )
    )
    page = said(portal.member("hr").get("/people/8"))
    assert "Dotted line to Erik Else , Hanna Human" in page
    assert "Evaluated by Ada Top" in page
    assert "Managed before by Otto Auditor" in page


def test_a_card_leads_to_an_erasure_of_others_and_not_of_oneself(portal: Portal) -> None:
    hr = portal.member("hr")
    assert "hr.erase_person" in portal.app.view_functions
    assert "Erase this person" in said(hr.get("/people/3"))
    assert "Erase this person" not in said(hr.get("/people/5"))


def test_the_card_of_somebody_who_was_erased_says_so(portal: Portal) -> None:
    def work(unit: Unit) -> None:
        unit.own_data.erase(4, "erased-1")
        unit.own_data.add_erasure(4, "erased-1", "h", COMMAND_LINE.user_key, START)

    portal.office.store.write(work)
    page = said(portal.member("hr").get("/people/4"))
    assert "This person was erased on request." in page
    assert "Erase this person" not in page
    assert "Erik" not in page
    assert "Erased person" not in said(portal.member("hr").get("/people"))
