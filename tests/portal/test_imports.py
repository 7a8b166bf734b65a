"""Imports: a file is handed in, its preview read, and everything in it done or nothing."""

import io
from typing import Any

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from mentormatch.domain.records import ImportRun, ImportState
from mentormatch.files.people_file import PEOPLE_COLUMNS
from mentormatch.portal.hr.import_columns import explain_columns
from mentormatch.portal.hr.imports import describe_states
from mentormatch.services import import_work
from mentormatch.services.import_upkeep import give_up_silent
from tests.databases import Statements
from tests.import_stages import a_file
from tests.offices import START
from tests.pages import Portal, Visitor, said


def hand_in(visitor: Visitor, content: bytes, name: str = "people.csv") -> TestResponse:
    """Hand a file in through the page."""
    data: dict[str, Any] = {"file": (io.BytesIO(content), name)}
    return visitor.post("/imports/new", data, page="/imports/new", content_type="multipart/form-data")


def previewed(portal: Portal, visitor: Visitor, content: bytes) -> TestResponse:
    """Hand a file in, let a worker preview it, and return the page of the run."""
    answer = hand_in(visitor, content)
    assert answer.status_code == 302
    import_work.preview(portal.office.ports, int(answer.location.rpartition("/")[2]))
    return visitor.get(answer.location)


CHANGES = a_file("p2,Manuel Manager,manager@company.example,Sales,p5,2", "n1,Nina New,,Works,p1,5", but=("p2", "p4"))


def test_a_file_is_handed_in_and_waits_for_its_preview(portal: Portal) -> None:
    hr = portal.member("hr")
    answer = hand_in(hr, a_file())
    assert (answer.status_code, answer.location) == (302, "/imports/1")
    page = hr.get("/imports/1")
    assert "waits for its preview" in said(page)
    assert 'data-follow="/imports/1/progress"' in page.text
    assert "Look again" in said(page)
    assert ("preview", 1) in portal.office.jobs.asked


def test_the_script_of_a_page_is_told_how_far_the_work_is(portal: Portal) -> None:
    hr = portal.member("hr")
    hand_in(hr, a_file())
    waiting = {"state": "received", "words": "waits for its preview", "done_share": 0.0, "is_under_way": True}
    assert hr.get("/imports/1/progress").json == waiting
    import_work.preview(portal.office.ports, 1)
    told = hr.get("/imports/1/progress").json
    assert told == {"state": "previewed", "words": "ready to import", "done_share": 1.0, "is_under_way": False}


def test_a_preview_names_who_is_new_moved_and_gone(portal: Portal) -> None:
    page = previewed(portal, portal.member("hr"), CHANGES)
    text = said(page)
    assert "New: 1" in text
    assert "Nina New n1 Works Ada Top p1" in text
    assert "To another manager: 1" in text
    assert "Manuel Manager p2 Ada Top p1 Hanna Human p5" in text
    assert "Left: 1" in text
    assert "Erik Else p4" in text
    assert "Import these 3 changes" in text


def test_a_change_shows_what_was_and_what_will_be(portal: Portal) -> None:
    line = "p3,Emma Employee,employee@company.example,Marketing,p2,4"
    page = previewed(portal, portal.member("hr"), a_file(line, but=("p3",)))
    assert "Emma Employee p3 department Sales becomes Marketing" in said(page)
    assert "Import this change" in said(page)


def test_what_is_confirmed_is_imported(portal: Portal) -> None:
    hr = portal.member("hr")
    previewed(portal, hr, CHANGES)
    question = hr.get("/imports/1/apply")
    assert "Import 3 changes?" in said(question)
    assert "1 person is not in the file and will count as having left." in said(question)
    digest = question.text.partition('name="file_digest" type="hidden" value="')[2][:64]
    answer = hr.post("/imports/1/apply", {"file_digest": digest}, page="/imports/1/apply")
    assert (answer.status_code, answer.location) == (302, "/imports/1")
    assert "waits to be imported" in said(hr.get("/imports/1"))
    import_work.apply(portal.office.ports, 1)
    assert "Everything in this file was imported." in said(hr.get("/imports/1"))
    assert "by hr@company.example" in said(hr.get("/imports/1"))
    people = portal.office.store.read(lambda unit: unit.people.all())
    assert "Nina New" in {one.person.name for one in people}


def test_a_confirmation_of_another_file_imports_nothing(portal: Portal) -> None:
    hr = portal.member("hr")
    previewed(portal, hr, CHANGES)
    answer = hr.post("/imports/1/apply", {"file_digest": "0" * 64}, page="/imports/1/apply")
    assert answer.status_code == 422
    assert "changed since the preview" in said(answer)
    assert ("apply", 1) not in portal.office.jobs.asked


def test_a_second_import_is_told_who_is_first(portal: Portal) -> None:
    hr, administrator = portal.member("hr"), portal.member("administrator")
    for visitor in (hr, administrator):
        previewed(portal, visitor, CHANGES)
    digest = hr.get("/imports/1/apply").text.partition('name="file_digest" type="hidden" value="')[2][:64]
    hr.post("/imports/1/apply", {"file_digest": digest}, page="/imports/1/apply")
    answer = administrator.post("/imports/2/apply", {"file_digest": digest}, page="/imports/2/apply")
    assert "hr@company.example is importing since 09:00 (UTC). Try again when it is finished." in said(answer)


def test_an_import_with_problems_changes_nobody_and_lists_every_row(portal: Portal) -> None:
    hr = portal.member("hr")
    page = previewed(portal, hr, a_file("n1,,no address,Works,p99,x"))
    text = said(page)
    assert "4 problems to mend" in text
    assert "9 manager_id p99 nobody in people.csv has this id" in text
    assert "Import these" not in text
    table = hr.get("/imports/1/problems.csv")
    assert table.headers["Content-Disposition"] == 'attachment; filename="problems-1.csv"'
    assert len(table.text.splitlines()) == 5
    assert hr.get("/imports/1/apply").location == "/imports/1"


def test_a_file_without_problems_has_no_list_of_them(portal: Portal) -> None:
    hr = portal.member("hr")
    previewed(portal, hr, a_file())
    assert hr.get("/imports/1/problems.csv").status_code == 404
    assert "there is nothing to import" in said(hr.get("/imports/1"))


def test_markup_in_a_file_is_shown_as_it_is_wb_07(portal: Portal) -> None:
    page = previewed(portal, portal.member("hr"), a_file("n1,<script>x()</script>,,{{7*7}},p1,5"))
    assert "<script>x()" not in page.text
    assert "<script>x()</script> n1 {{7*7}}" in page.text.replace("&lt;", "<").replace("&gt;", ">").replace(
        '<span class="quiet">', ""
    ).replace("</span></th><td>", " ")


@pytest.mark.parametrize(("name", "shown"), [("/etc/people.csv", "people.csv"), ("x" * 300, "x" * 200)])
def test_the_name_of_a_file_is_a_name_only_wb_09(portal: Portal, name: str, shown: str) -> None:
    hr = portal.member("hr")
    hand_in(hr, a_file(), name)
    run = portal.office.store.read(lambda unit: unit.imports.brief(1))
    assert run is not None
    assert run.file_name == shown


def test_no_file_and_one_that_is_too_large_are_told_at_the_field(portal: Portal) -> None:
    hr = portal.member("hr")
    nothing = hr.post("/imports/new", page="/imports/new")
    assert nothing.status_code == 422
    assert "Choose a file first." in said(nothing)
    many = hand_in(hr, b"a\n" * 50_002)
    assert many.status_code == 422
    assert "more than 50,000 rows" in said(many)


def test_a_file_can_be_discarded_and_a_run_without_its_worker_previewed_again(portal: Portal) -> None:
    hr = portal.member("hr")
    hand_in(hr, CHANGES)
    portal.office.store.write(lambda unit: unit.imports.claim(1, ImportState.RECEIVED, portal.office.clock.now()))
    portal.office.clock.move(seconds=61)
    give_up_silent(portal.office.ports)
    page = hr.get("/imports/1")
    assert "The worker that was at this file is gone; nothing was changed." in said(page)
    assert hr.post("/imports/1/again", page="/imports/1").location == "/imports/1"
    assert "waits for its preview" in said(hr.get("/imports/1"))
    assert hr.post("/imports/1/discard", page="/imports/1").location == "/imports"
    assert "The file and its preview are forgotten." in said(hr.get("/imports"))
    assert "Nobody was changed by it." in said(hr.get("/imports/1"))
    assert hr.post("/imports/1/again").status_code == 409


def test_the_columns_are_explained_and_the_example_can_be_handed_in(portal: Portal) -> None:
    hr = portal.member("hr")
    with portal.app.test_request_context():
        explained = list(explain_columns())
    assert [column.name for column in explained] == list(PEOPLE_COLUMNS)
    assert [column.name for column in explained if column.is_required] == ["person_id", "name", "manager_id"]
    page = said(hr.get("/imports/new"))
    assert all(f"{column.name} {'yes' if column.is_required else '–'} {column.text}" in page for column in explained)
    example = hr.get("/imports/example.csv")
    assert "problems to mend" not in said(previewed(portal, hr, example.data))


def test_every_state_of_an_import_has_words(portal: Portal) -> None:
    with portal.app.test_request_context():
        assert set(describe_states()) == set(ImportState)


@pytest.mark.parametrize("role", ["employee", "manager", "auditor"])
def test_for_others_there_are_no_imports(portal: Portal, role: str) -> None:
    hand_in(portal.member("hr"), a_file())
    visitor = portal.member(role)
    reading = ("", "/new", "/example.csv", "/1", "/1/progress", "/1/problems.csv", "/1/apply")
    assert [visitor.get(f"/imports{path}").status_code for path in reading] == [404] * len(reading)
    steps = ("/new", "/1/apply", "/1/again", "/1/discard")
    assert [visitor.post(f"/imports{path}").status_code for path in steps] == [404] * len(steps)


@pytest.mark.parametrize("key", ["0", "99", "-1", "1e3", "99999999999999999999", "x" * 400, "١"])
def test_an_import_that_there_is_not_is_not_found_az_03(portal: Portal, key: str) -> None:
    hr = portal.member("hr")
    for path in ("", "/progress", "/problems.csv", "/apply"):
        assert hr.get(f"/imports/{key}{path}").status_code == 404
    assert hr.get("/imports?before=" + key).status_code == 200


def test_more_imports_need_no_more_statements(portal: Portal) -> None:
    hr = portal.member("hr")
    counts = []
    for _ in range(2):
        for _ in range(3):
            hand_in(hr, a_file())
        with Session(portal.office.store.engine), Statements(portal.office.store.engine) as statements:
            assert hr.get("/imports").status_code == 200
        counts.append(len(statements.seen))
    assert counts[0] == counts[1]


def test_a_long_list_goes_on_on_another_page(portal: Portal) -> None:
    hr = portal.member("hr")
    run = ImportRun(0, ImportState.DISCARDED, "p.csv", "a" * 64, "", None, START, {})
    for _ in range(51):
        portal.office.store.write(lambda unit: unit.imports.add(run))
    first = hr.get("/imports")
    assert 'href="/imports?before=2"' in first.text
    last = hr.get("/imports?before=2")
    assert last.text.count("p.csv") == 1
    assert "Earlier" not in said(last)
