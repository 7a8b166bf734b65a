"""Bringing people in: the preview says what would happen, and the import does that or nothing."""

import io
import random
import time
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from mentormatch.domain.accounts import Actor, Role
from mentormatch.domain.people import Person, Status
from mentormatch.domain.records import AuditEntry, ImportState
from mentormatch.errors import InputError
from mentormatch.files.csv_text import write_csv
from mentormatch.files.folder import read_round
from mentormatch.files.problems import Findings
from mentormatch.services import audit_log, import_work
from mentormatch.services.import_upkeep import forget_old
from mentormatch.services.import_work import Preview
from mentormatch.services.own_data import erase_person
from mentormatch.services.people_changes import Changes
from mentormatch.services.people_import import hand_in, list_problems, request_apply, show_import
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.ports import Ports
from mentormatch.services.refusals import NotAllowedError, NotFoundError, StaleError
from mentormatch.services.workbook import read_workbook
from tests.offices import Office, with_limits

HEADER = ("person_id", "name", "email", "manager_id", "level", "department", "status")
TOP = ("T", "Tess Top", "t@x.example", "", 3, "Board", "active")
ANN = ("A", "Ann Ash", "a@x.example", "T", 2, "Sales", "active")
BOB = ("B", "Bob Birch", "b@x.example", "T", 2, "Works", "active")
CEM = ("C", "Cem Cedar", "c@x.example", "A", 1, "Sales", "active")
HR = Actor(None, roles=frozenset({Role.HR}))


def a_file(*rows: tuple[Any, ...]) -> bytes:
    """Return a file of people."""
    return write_csv(HEADER, rows)


def preview_import(ports: Ports, actor: Actor, file_name: str, content: bytes) -> Preview:
    """Hand a file in and do the preview as a worker does."""
    found = import_work.preview(ports, hand_in(ports, actor, file_name, content).key)
    assert found is not None
    return found


def apply_import(ports: Ports, actor: Actor, run_key: int, file_digest: str) -> Changes:
    """Ask for what a preview showed and do it as a worker does."""
    request_apply(ports, actor, run_key, file_digest)
    changes = import_work.apply(ports, run_key)
    assert changes is not None
    return changes


def content_of(office: Office, key: int) -> bytes:
    """Return the file of a run."""
    return office.store.read(lambda unit: unit.imports.content(key))


def bring_in(office: Office, *rows: tuple[Any, ...]) -> Changes:
    """Import a file without a problem."""
    preview = preview_import(office.ports, HR, "people.csv", a_file(*rows))
    assert preview.reading.problems == ()
    return apply_import(office.ports, HR, preview.run.key, preview.run.file_digest)


def people_in(office: Office) -> dict[str, Person]:
    """Return everybody by id."""
    return {someone.person.person_id: someone.person for someone in office.store.read(lambda unit: unit.people.all())}


def test_a_first_import_makes_everybody_new(office: Office) -> None:
    changes = bring_in(office, TOP, ANN, BOB, CEM)
    assert changes.counts() == {"new": 4, "changed": 0, "moved": 0, "left": 0, "unchanged": 0}
    assert people_in(office)["C"] == Person(
        "C", "Cem Cedar", email="c@x.example", manager_id="A", level=1, department="Sales"
    )


def test_a_preview_names_who_is_new_changed_moved_and_gone(office: Office) -> None:
    bring_in(office, TOP, ANN, BOB, CEM)
    dee = ("D", "Dee Dale", "", "T", 1, "Works", "active")
    ann = ("A", "Ann Ash", "a@x.example", "T", 2, "Marketing", "active")
    cem = ("C", "Cem Cedar", "c@x.example", "T", 1, "Sales", "active")
    preview = preview_import(office.ports, HR, "people.csv", a_file(TOP, ann, cem, dee))
    assert preview.changes.counts() == {"new": 1, "changed": 2, "moved": 1, "left": 1, "unchanged": 1}
    report = show_import(office.ports, HR, preview.run.key).report
    assert report["new"] == [
        {"person_id": "D", "name": "Dee Dale", "department": "Works", "manager_id": "T", "manager_name": "Tess Top"}
    ]
    fields = [{"field": "department", "old": "Sales", "new": "Marketing"}]
    assert report["changed"] == [{"person_id": "A", "name": "Ann Ash", "fields": fields, "has_new_lines": False}]
    managers = {"from": "A", "from_name": "Ann Ash", "to": "T", "to_name": "Tess Top"}
    assert report["moved"] == [{"person_id": "C", "name": "Cem Cedar"} | managers]
    assert report["left"] == [{"person_id": "B", "name": "Bob Birch"}]
    assert report["problem_count"] == 0


def test_a_preview_changes_nobody(office: Office) -> None:
    bring_in(office, TOP, ANN)
    before = people_in(office)
    preview_import(office.ports, HR, "people.csv", a_file(TOP, BOB))
    assert people_in(office) == before


def test_an_import_does_what_its_preview_said(office: Office) -> None:
    bring_in(office, TOP, ANN, BOB, CEM)
    cem = ("C", "Cem Cedar", "c@x.example", "T", 1, "Sales", "active")
    preview = preview_import(office.ports, HR, "people.csv", a_file(TOP, ANN, cem))
    applied = apply_import(office.ports, HR, preview.run.key, preview.run.file_digest)
    assert applied == preview.changes
    assert people_in(office)["C"].manager_id == "T"
    assert people_in(office)["B"].status is Status.LEFT
    assert people_in(office)["B"].manager_id == ""


def test_whoever_left_comes_back_under_their_old_key(office: Office) -> None:
    bring_in(office, TOP, ANN, BOB)
    keys = {s.person.person_id: s.key for s in office.store.read(lambda unit: unit.people.all())}
    bring_in(office, TOP, ANN)
    assert bring_in(office, TOP, ANN).counts()["left"] == 0
    bring_in(office, TOP, ANN, BOB)
    found = {s.person.person_id: s for s in office.store.read(lambda unit: unit.people.all())}
    assert found["B"].key == keys["B"]
    assert found["B"].person.status is Status.ACTIVE


def test_the_problems_are_those_of_the_check_command(office: Office, tmp_path: Any) -> None:
    rows = (TOP, ("A", "", "no address", "Z", "x", "Sales", "asleep"), ("T", "Again", "", "T", 1, "", ""))
    content = a_file(*rows)
    (tmp_path / "people.csv").write_bytes(content)
    (tmp_path / "enrolments.csv").write_text("person_id\n", encoding="utf-8")
    checked = [p for p in read_round(tmp_path).problems if p.file == "people.csv"]
    preview = preview_import(office.ports, HR, "people.csv", content)
    assert len(checked) > 4
    assert list(preview.reading.problems) == checked


def test_one_bad_row_stops_every_other_in_08(office: Office) -> None:
    rows = [(f"P{n}", f"Person {n}", "", "T", 1, "Works", "active") for n in range(999)]
    preview = preview_import(office.ports, HR, "p.csv", a_file(TOP, *rows, ("X", "Xia", "", "nobody", 1, "", "")))
    assert preview.run.state is ImportState.FAILED
    assert [problem.row for problem in preview.reading.problems] == [1002]
    with pytest.raises(StaleError):
        apply_import(office.ports, HR, preview.run.key, preview.run.file_digest)
    assert people_in(office) == {}


def test_a_name_that_no_row_can_hold_is_a_problem(office: Office) -> None:
    preview = preview_import(office.ports, HR, "p.csv", a_file(("T", "x" * 201, "", "", 1, "", "")))
    assert [problem.code for problem in preview.reading.problems] == ["too-long"]
    assert preview_import(office.ports, HR, "p.csv", a_file(("T", "x" * 200, "", "", 1, "", ""))).reading.can_be_applied


def test_a_changed_file_asks_again(office: Office) -> None:
    preview = preview_import(office.ports, HR, "people.csv", a_file(TOP))
    with pytest.raises(StaleError, match="changed since the preview"):
        apply_import(office.ports, HR, preview.run.key, "0" * 64)
    assert people_in(office) == {}


def test_data_that_changed_since_the_preview_asks_again(office: Office) -> None:
    bring_in(office, TOP, ANN)
    preview = preview_import(office.ports, HR, "people.csv", a_file(TOP, BOB))
    bring_in(office, TOP, ANN, CEM)
    before = people_in(office)
    with pytest.raises(StaleError, match="changed since the preview"):
        apply_import(office.ports, HR, preview.run.key, preview.run.file_digest)
    assert people_in(office) == before
    run = show_import(office.ports, HR, preview.run.key)
    assert (run.state, run.note) == (ImportState.STALE, import_work.STALE_SENTENCE)


def test_an_import_is_applied_once(office: Office) -> None:
    preview = preview_import(office.ports, HR, "people.csv", a_file(TOP))
    apply_import(office.ports, HR, preview.run.key, preview.run.file_digest)
    with pytest.raises(StaleError):
        apply_import(office.ports, HR, preview.run.key, preview.run.file_digest)


def test_an_import_that_fails_half_way_changes_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    preview = preview_import(office.ports, HR, "people.csv", a_file(TOP, ANN))

    failures = [OSError("the disk is full")]

    def fail_once(*entry: Any, **data: Any) -> AuditEntry:
        if failures:
            raise failures.pop()
        return audit_log.append(*entry, **data)

    monkeypatch.setattr(import_work, "append", fail_once)
    with pytest.raises(OSError, match="disk is full"):
        apply_import(office.ports, HR, preview.run.key, preview.run.file_digest)
    assert people_in(office) == {}
    run = show_import(office.ports, HR, preview.run.key)
    assert (run.state, run.note) == (ImportState.INTERRUPTED, import_work.FAULT_SENTENCE)


def test_the_file_is_forgotten_when_it_is_applied_or_a_day_old(office: Office) -> None:
    applied = preview_import(office.ports, HR, "people.csv", a_file(TOP))
    apply_import(office.ports, HR, applied.run.key, applied.run.file_digest)
    left_alone = preview_import(office.ports, HR, "people.csv", a_file(TOP, ANN))
    wrong = preview_import(office.ports, HR, "people.csv", a_file(("T", "Tess", "", "X", 1, "", "")))
    office.clock.move(hours=23)
    assert forget_old(office.ports) == 0
    assert b"X" in list_problems(office.ports, HR, wrong.run.key)
    office.clock.move(hours=2)
    assert forget_old(office.ports) == 2
    for run in (applied.run, left_alone.run, wrong.run):
        assert content_of(office, run.key) == b""
        assert list_problems(office.ports, HR, run.key) == b""
        assert show_import(office.ports, HR, run.key).report == {}


def test_nobody_but_hr_and_administrators_brings_people_in(office: Office) -> None:
    for role in (None, Role.AUDITOR):
        actor = Actor(1, roles=frozenset({role} if role else set()))
        with pytest.raises(NotAllowedError):
            preview_import(office.ports, actor, "people.csv", a_file(TOP))
    with pytest.raises(NotFoundError):
        show_import(office.ports, COMMAND_LINE, 99)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(office: Office) -> None:
    with pytest.raises(InputError, match="more than 3 rows"):
        preview_import(with_limits(office, import_rows=3), HR, "p.csv", a_file(TOP, ANN, BOB, CEM))
    with pytest.raises(InputError, match="larger than 1 MB"):
        preview_import(with_limits(office, upload_megabytes=1), HR, "p.csv", b"x" * 1_000_001)
    assert preview_import(with_limits(office, import_rows=4), HR, "p.csv", a_file(TOP, ANN, BOB, CEM)).run.key


def test_an_erased_person_is_not_brought_back_pr_08(office: Office) -> None:
    bring_in(office, TOP, ANN)
    ann = next(s for s in office.store.read(lambda unit: unit.people.all()) if s.person.person_id == "A")
    erase_person(office.ports, replace(COMMAND_LINE), ann.key)
    preview = preview_import(office.ports, HR, "people.csv", a_file(TOP, ANN))
    assert [problem.code for problem in preview.reading.problems] == ["erased-person"]
    assert preview.reading.problems[0].row == 3
    assert bring_in(office, TOP).counts() == {"new": 0, "changed": 0, "moved": 0, "left": 0, "unchanged": 1}


def test_the_log_counts_and_names_nobody(office: Office) -> None:
    bring_in(office, TOP, ANN)
    entries = office.store.read(lambda unit: unit.audit_log.after(0, 10))
    assert [entry.action.removeprefix("import-") for entry in entries] == [
        "handed-in",
        "previewed",
        "requested",
        "applied",
    ]
    assert entries[3].data["new"] == 2
    assert not any(word in str(entries) for word in ("Tess", "t@x.example"))


def a_workbook(rows: list[list[Any]]) -> bytes:
    """Return a workbook with one sheet."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"strings_to_formulas": False})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return data.getvalue()


def an_archive(**entries: bytes) -> bytes:
    """Return an archive with entries of some names."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return data.getvalue()


def test_a_workbook_says_the_same_as_a_csv_file(office: Office) -> None:
    book = a_workbook([list(HEADER), list(TOP), [], list(ANN)])
    preview = preview_import(office.ports, HR, "people.xlsx", book)
    assert preview.reading.problems == ()
    apply_import(office.ports, HR, preview.run.key, preview.run.file_digest)
    from_book = people_in(office)
    assert bring_in(office, TOP, ANN).counts()["unchanged"] == 2
    assert people_in(office) == from_book
    assert openpyxl.DEFUSEDXML


def test_problems_of_a_workbook_name_the_row_of_the_sheet(office: Office) -> None:
    book = a_workbook([list(HEADER), list(TOP), [], ["A", "Ann", "", "nobody", 1, "", ""]])
    preview = preview_import(office.ports, HR, "people.xlsx", book)
    assert [(problem.row, problem.code) for problem in preview.reading.problems] == [(4, "unknown-person")]


def test_a_formula_is_a_problem_and_a_text_that_looks_like_one_is_none(office: Office) -> None:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write_row(1, 0, TOP)
    sheet.write_string(1, 1, "=Tess")
    sheet.write_formula(1, 4, "=1+2")
    book.close()
    preview = preview_import(office.ports, HR, "people.xlsx", data.getvalue())
    assert "formula" in {problem.code for problem in preview.reading.problems}
    assert preview.reading.people[0].name == "=Tess"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xd0\xcf\x11\xe0 old", "old-workbook"),
        (b"name,level\n", "not-a-workbook"),
        (b"PK\x03\x04 broken", "not-a-workbook"),
        (an_archive(hello=b"x"), "not-a-workbook"),
        (an_archive(xl__workbook_xml=b"<x/>"), "broken-workbook"),
        (an_archive(xl__workbook_xml=b"<x/>", **{"xl/vbaProject.bin": b"x"}), "macros"),
        (an_archive(xl__workbook_xml=b"<x/>", xl__big_xml=b" " * 60_000_000), "too-large"),
        (an_archive(xl__workbook_xml=b"<x/>", xl__big_xml=b" " * 2_000_000), "too-large"),
        (an_archive(xl__workbook_xml=b"<x/>", **{f"e{n}": b"" for n in range(201)}), "too-large"),
    ],
)
def test_what_is_no_plain_workbook_is_refused_with_the_reason_in_05_in_06(content: bytes, code: str) -> None:
    findings = Findings()
    began = time.perf_counter()
    assert read_workbook(content, findings) is None
    assert [problem.code for problem in findings.problems] == [code]
    assert time.perf_counter() - began < 1


def test_entities_in_a_workbook_are_not_unfolded_in_05() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    book = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_workbook([["name"]]))) as good, zipfile.ZipFile(book, "w") as bad:
        for entry in good.infolist():
            bad.writestr(entry.filename, bomb if entry.filename == "xl/workbook.xml" else good.read(entry))
    findings = Findings()
    assert read_workbook(book.getvalue(), findings) is None
    assert [problem.code for problem in findings.problems] == ["broken-workbook"]


def test_twenty_thousand_rows_are_previewed_in_seconds(office: Office) -> None:
    draw = random.Random(7)
    rows = [
        (f"P{n}", f"Person {n}", f"p{n}@x.example", f"P{draw.randrange(n)}", 1, "Works", "") for n in range(1, 20_000)
    ]
    content = a_file(("P0", "Top", "", "", 9, "Board", "active"), *rows)
    began = time.perf_counter()
    preview = preview_import(office.ports, HR, "people.csv", content)
    assert preview.reading.problems == ()
    assert time.perf_counter() - began < 20
