"""mentormatch import: the sentences of ``mentormatch check``, then all of a file or nothing of it."""

from pathlib import Path

import pytest

from mentormatch.bootstrap import open_site
from tests.cli.command import run

HEADER = "person_id,name,email,manager_id,level"
TOP = "T,Tess Top,t@x.example,,3"
ANN = "A,Ann Ash,a@x.example,T,2"
BOB = "B,Bob Birch,b@x.example,T,2"

pytestmark = pytest.mark.usefixtures("installation")


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Return a file of three people."""
    return write(tmp_path / "people.csv", TOP, ANN, BOB)


def write(path: Path, *rows: str) -> Path:
    """Write a file of people."""
    path.write_text("\n".join((HEADER, *rows, "")), encoding="utf-8")
    return path


def names() -> list[str]:
    """Return the names of everybody in the database who has not left."""
    with open_site() as site:
        stored = site.ports.store.read(lambda unit: unit.people.all())
    return sorted(someone.person.name for someone in stored if someone.person.status != "left")


def test_a_file_without_a_problem_is_imported_and_counted(people: Path) -> None:
    result = run("import", people)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == ("3 new, 0 changed, 0 of them moved to another manager, 0 left, 0 unchanged.\nImported.\n")
    assert names() == ["Ann Ash", "Bob Birch", "Tess Top"]


def test_an_import_says_who_changed_moved_and_left(people: Path) -> None:
    assert run("import", people).exit_code == 0
    result = run("import", write(people, TOP, "A,Ann Ash,a@x.example,,2"))
    assert result.stdout.startswith("0 new, 1 changed, 1 of them moved to another manager, 1 left, 1 unchanged.\n")
    assert names() == ["Ann Ash", "Tess Top"]


def test_a_dry_run_says_the_same_and_changes_nothing(people: Path) -> None:
    result = run("import", people, "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "3 new, 0 changed, 0 of them moved to another manager, 0 left, 0 unchanged.",
        "A dry run: nothing was changed.",
    ]
    assert names() == []


def test_a_file_with_problems_changes_nobody_and_names_each_as_check_does(people: Path, organisation: Path) -> None:
    assert run("import", people).exit_code == 0
    bad = write(organisation / "people.csv", TOP, "A,Ann Ash,a@x.example,A,x", "C,Cem Cedar,c@x.example,N,1")
    result = run("import", bad)
    assert result.exit_code == 2
    *sentences, last = result.stdout.splitlines()
    assert last == "3 problems; nothing was changed."
    checked = run("check", organisation).stdout.splitlines()
    assert len(sentences) == 3
    assert [sentence for sentence in sentences if sentence not in checked] == []
    assert names() == ["Ann Ash", "Bob Birch", "Tess Top"]


def test_a_file_that_is_not_there_is_one_sentence() -> None:
    result = run("import", "nowhere.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "nowhere.csv cannot be read: no such file or directory.\n"


def test_a_file_that_is_too_large_is_refused(people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MENTORMATCH_LIMITS__IMPORT_ROWS", "2")
    result = run("import", people)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "2 rows" in result.stderr
    assert names() == []
