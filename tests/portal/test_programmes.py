"""The pages of programmes: made, read, renamed and put away by HR; read by auditors; for nobody else."""

from datetime import date

import pytest

from mentormatch.domain.programme import RoundDates, RoundRecord, RoundState
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.programmes import add_programme
from tests.databases import Statements
from tests.offices import START
from tests.pages import Portal, said

PATHS = (
    "/programmes",
    "/programmes/1",
    "/programmes/1/policy/1",
    "/programmes/1/policy/1/file",
    "/programmes/1/policy/compare",
)
EDITED_AT = ("/programmes/new", "/programmes/1/name", "/programmes/1/policy", "/programmes/1/policy/file")


@pytest.fixture
def scheme(portal: Portal) -> Portal:
    """A portal with one programme."""
    add_programme(portal.office.ports, COMMAND_LINE, "Company mentoring")
    return portal


def add_round(portal: Portal, name: str, state: RoundState) -> None:
    """Store a round of the first programme."""
    dates = RoundDates(date(2026, 11, 2), date(2026, 11, 30), date(2027, 5, 31))
    record = RoundRecord(0, 1, 1, name, state, dates, "a secret seed", "0" * 64, 1, START)
    portal.office.store.write(lambda unit: unit.rounds.add(record))


def test_where_there_is_no_programme_the_page_says_what_to_do(portal: Portal) -> None:
    assert "There is no programme yet" in said(portal.member("hr").get("/programmes"))


def test_hr_makes_a_programme_that_begins_with_the_default_policy(portal: Portal) -> None:
    hr = portal.member("hr")
    answer = hr.post("/programmes/new", {"name": " Graduates  2027 "}, page="/programmes/new")
    assert answer.location == "/programmes/1"
    page = said(hr.get("/programmes/1"))
    assert "Graduates 2027" in page
    assert "The policy in force: version 1" in page
    assert "What differs from the defaults Name of the programme Graduates 2027" in page
    assert "upward, downward, reverse, peer, forward" in page


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Type a name."),
        ("x" * 201, "Give the programme a name of at most 200 characters."),
        ("company MENTORING", "There is a programme of this name already; choose another name."),
    ],
)
def test_a_name_that_cannot_be_is_told_and_kept(scheme: Portal, name: str, sentence: str) -> None:
    answer = scheme.member("hr").post("/programmes/new", {"name": name}, page="/programmes/new")
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert f'value="{name}"' in answer.text


def test_a_programme_shows_its_rounds_with_state_and_dates_and_never_the_seed(scheme: Portal) -> None:
    add_round(scheme, "Spring 2027", RoundState.OPEN)
    for role in ("hr", "auditor"):
        answer = scheme.member(role).get("/programmes/1")
        assert "Spring 2027 open 2 Nov 2026 30 Nov 2026 31 May 2027 0 0 version 1" in said(answer)
        assert "a secret seed" not in answer.text


def test_a_programme_is_renamed(scheme: Portal) -> None:
    hr = scheme.member("hr")
    assert hr.post("/programmes/1/name", {"name": "Mentoring for all"}, page="/programmes/1/name").status_code == 302
    assert "Mentoring for all" in said(hr.get("/programmes"))
    assert "programme-renamed" in scheme.office.actions()


def test_a_programme_is_put_away_and_brought_back(scheme: Portal) -> None:
    hr = scheme.member("hr")
    assert hr.post("/programmes/1/archive").location == "/programmes/1"
    page = hr.get("/programmes/1")
    assert "Nothing in it can be changed" in said(page)
    assert '/programmes/1/policy"' not in page.text
    assert "archived" in said(hr.get("/programmes"))
    hr.post("/programmes/1/restore")
    assert "Edit the policy" in said(hr.get("/programmes/1"))


def test_a_programme_with_a_round_under_way_is_not_put_away_az_12(scheme: Portal) -> None:
    add_round(scheme, "Spring 2027", RoundState.REVIEW)
    answer = scheme.member("hr").post("/programmes/1/archive")
    assert answer.status_code == 409
    assert "The round Spring 2027 is under way; close it out before you archive the programme." in said(answer)


def test_auditors_read_and_find_nothing_to_change(scheme: Portal) -> None:
    auditor = scheme.member("auditor")
    for path in PATHS:
        answer = auditor.get(path)
        assert answer.status_code == 200, path
        assert "/name" not in answer.text
        assert "@" not in answer.text.replace("auditor@company.example", "")
    for path in EDITED_AT:
        assert auditor.get(path).status_code == 404
        assert auditor.post(path).status_code == 404


@pytest.mark.parametrize("role", ["employee", "manager", "administrator"])
def test_for_others_there_are_no_programmes(scheme: Portal, role: str) -> None:
    visitor = scheme.member(role)
    assert {visitor.get(path).status_code for path in (*PATHS, *EDITED_AT)} == {404}
    assert {visitor.post(f"/programmes/1/{step}").status_code for step in ("archive", "restore")} == {404}


@pytest.mark.parametrize(
    "path",
    [
        "/programmes/2",
        "/programmes/0",
        "/programmes/-1",
        "/programmes/1e3",
        "/programmes/2/name",
        "/programmes/2/policy",
        "/programmes/2/policy/file",
        "/programmes/1/policy/9",
        "/programmes/1/policy/9/file",
        "/programmes/1/policy/compare?old=1&new=9",
        "/programmes/2/policy/compare",
    ],
)
def test_what_is_not_there_is_not_found_az_03(scheme: Portal, path: str) -> None:
    assert scheme.member("hr").get(path).status_code == 404


def test_the_list_asks_the_database_the_same_however_many_programmes_there_are_bl_02(scheme: Portal) -> None:
    hr = scheme.member("hr")
    counted: list[int] = []
    for _ in range(2):
        engine = scheme.office.store.engine
        with Statements(engine) as statements:
            hr.get("/programmes")
        counted.append(len(statements.seen))
        for number in range(20):
            add_programme(scheme.office.ports, COMMAND_LINE, f"Programme {len(counted)}-{number}")
    assert counted[0] == counted[1]
