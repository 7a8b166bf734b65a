"""The organisation as a tree: tops, branches, the place of one person, and what is odd about the lines."""

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from mentormatch.domain.people import Person, Status
from mentormatch.services import organisation
from mentormatch.storage.engines import WRITING
from mentormatch.storage.rows.organisation import LineRow
from tests.factories import a_person
from tests.pages import Portal, said


def close_loop(portal: Portal) -> None:
    """Let the top report to somebody at the bottom."""
    with Session(portal.office.store.engine) as session, session.begin():
        session.connection(execution_options={WRITING: True})
        session.execute(insert(LineRow), [{"person_key": 1, "kind": "solid", "position": 0, "over_key": 3}])


def test_the_tree_opens_with_the_tops_and_how_many_report_to_them(portal: Portal) -> None:
    answer = portal.member("hr").get("/organisation")
    assert "People here 7 Without a manager 1 Have left 0" in said(answer)
    assert "Reports of Ada Top: 4" in said(answer)
    assert "Worth a look" not in said(answer)
    assert 'href="/organisation/1" data-branch="/organisation/1/branch"' in answer.text


def test_a_branch_is_a_page_of_its_own_with_the_chain_above_it(portal: Portal) -> None:
    answer = portal.member("hr").get("/organisation/2")
    page = said(answer)
    assert page.index("All reports of Ada Top") < page.index("Emma Employee")
    assert "Reports of Ada Top" not in page.replace("All reports of Ada Top", "")
    assert answer.text.count('<ul class="tree">') == answer.text.count("</ul>", answer.text.index("data-key")) == 3
    assert "Nobody reports to this person." in said(portal.member("hr").get("/organisation/3"))


def test_a_branch_for_scripts_is_the_bare_list(portal: Portal) -> None:
    answer = portal.member("hr").get("/organisation/2/branch")
    assert answer.text.strip().startswith('<ul class="tree">')
    assert "<html" not in answer.text
    assert said(answer) == "· Emma Employee · Erik Else"


def test_a_search_that_finds_one_person_leads_to_their_place(portal: Portal) -> None:
    hr = portal.member("hr")
    assert hr.get("/organisation?search=emma").location == "/organisation/3"
    several = said(hr.get("/organisation?search=sales+er"))
    assert "Erik Else Sales · reports to Manuel Manager" in several
    assert "Nobody fits." in said(hr.get("/organisation?search=nobody"))
    assert "People here 7" in said(hr.get("/organisation?search=+"))


def test_a_search_that_finds_more_than_a_page_leads_to_the_list(portal: Portal) -> None:
    portal.office.employ(*(a_person(f"n{n}", manager_id="p1") for n in range(60)))
    answer = portal.member("hr").get("/organisation?search=person")
    assert 'href="/people?search=person"' in answer.text


@pytest.mark.parametrize("path", ["/organisation/1", "/organisation/1/branch", "/people/1"])
def test_a_branch_shows_so_many_and_leads_to_the_list_of_all(
    portal: Portal, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(organisation, "BRANCH_LIMIT", 3)
    answer = portal.member("hr").get(path)
    assert "These are the first 3." in said(answer)
    assert 'href="/people?manager_key=1"' in answer.text
    assert "Otto Auditor" not in said(answer)


def test_more_tops_than_are_shown_lead_to_the_list_of_all(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(organisation, "BRANCH_LIMIT", 3)
    portal.office.employ(*(a_person(f"n{n}") for n in range(4)))
    answer = portal.member("hr").get("/organisation")
    assert "Without a manager more than 3 Have left 0" in said(answer)
    assert 'href="/people?odd=no-manager"' in answer.text


def test_whoever_left_and_those_below_are_within_reach(portal: Portal) -> None:
    portal.office.employ(
        Person("q1", "Lena Left", status=Status.LEFT),
        Person("q2", "Olaf Orphan", manager_id="q1"),
    )
    answer = portal.member("hr").get("/organisation")
    assert "Reports of Lena Left: 1 Lena Left has left" in said(answer)
    assert "Manager has left 1" in said(answer)
    assert "Have left 1" in said(answer)
    for question in ("odd=manager-left", "odd=no-manager", "status=left"):
        assert f'href="/people?{question}"' in answer.text
    assert "1 person" in said(portal.member("hr").get("/people?odd=manager-left"))


def test_a_loop_is_named_and_its_people_are_within_reach_az_07(portal: Portal) -> None:
    close_loop(portal)
    hr = portal.member("hr")
    whole = said(hr.get("/organisation"))
    assert "Line in a loop; these people are not in the tree below 7" in whole
    assert "Nobody stands at a top." in whole
    assert "The managers of these people report to each other in a circle" in said(hr.get("/people?odd=loop"))
    for path in ("/people/4", "/organisation/4"):
        assert "runs in a circle, so nobody is known to stand above" in said(hr.get(path))


def test_a_line_two_hundred_deep_is_shown_whole(portal: Portal) -> None:
    portal.office.employ(*(a_person(f"n{n}", manager_id=f"n{n - 1}" if n else "p1") for n in range(200)))
    key = portal.office.employ()["n199"]
    answer = portal.member("hr").get(f"/organisation/{key}")
    assert answer.text.count("All reports of Person n") == 199
