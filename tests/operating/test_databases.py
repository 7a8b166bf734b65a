"""mentormatch db: the database is made and updated by one command, and says which schema it has."""

from pathlib import Path

import pytest

from mentormatch.storage.migrating import downgrade
from tests.cli.command import run
from tests.databases import Databases

NEWEST = "create_the_portal"


@pytest.fixture
def empty(databases: Databases, kind: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the URL of a database without tables, which the environment names."""
    url = databases.empty(kind)
    monkeypatch.setenv("MENTORMATCH_DATABASE_URL", url)
    return url


@pytest.mark.usefixtures("empty")
def test_an_upgrade_makes_every_table_and_says_which_schema_it_is() -> None:
    before = run("db", "current")
    assert (before.exit_code, before.stdout) == (
        1,
        f"The database has no tables yet; this release needs {NEWEST}.\n",
    )
    done = run("db", "upgrade")
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"The database has the schema {NEWEST}.\n", "")
    after = run("db", "current")
    assert (after.exit_code, after.stdout) == (
        0,
        f"The database has the schema {NEWEST}; this release needs {NEWEST}.\n",
    )


@pytest.mark.usefixtures("installation")
def test_a_second_upgrade_changes_nothing() -> None:
    assert run("user", "invite", "ann@x.example").exit_code == 0
    assert run("db", "upgrade").exit_code == 0
    assert "ann@x.example" in run("user", "list").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("serve",),
        ("work",),
        ("user", "list"),
        ("user", "first-administrator"),
        ("import", "people.csv"),
        ("audit-log", "verify"),
        ("erasures", "export"),
    ],
    ids=" ".join,
)
def test_whatever_needs_the_database_says_how_to_make_it_first(words: tuple[str, ...]) -> None:
    Path("people.csv").write_text("person_id,name\nA,Ann\n")
    result = run(*words)
    assert result.exit_code == 2
    assert result.stderr == (
        f"The database has no tables yet, this release needs {NEWEST}; run mentormatch db upgrade.\n"
    )


def test_a_database_that_was_brought_back_is_not_touched(installation: str) -> None:
    downgrade(installation, "base")
    result = run("user", "invite", "ann@x.example")
    assert result.exit_code == 2
    assert "run mentormatch db upgrade" in result.stderr


@pytest.mark.parametrize("words", [("db", "upgrade"), ("db", "current"), ("user", "list")], ids=" ".join)
@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://nobody:Secret@127.0.0.1:1/none", "The database cannot be reached: "),
        ("sqlite:////dev/null/x.sqlite", "/dev/null cannot be used: "),
        ("nonsense Secret", "The setting database_url is no address of a database.\n"),
    ],
    ids=["unreachable", "no-folder", "no-address"],
)
def test_a_database_that_cannot_be_had_is_one_sentence_without_secrets(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], url: str, sentence: str
) -> None:
    monkeypatch.setenv("MENTORMATCH_DATABASE_URL", url)
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1
    assert "Secret" not in result.stderr
