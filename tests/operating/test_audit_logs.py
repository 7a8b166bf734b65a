"""mentormatch audit-log verify: the log of changes betrays every change of itself."""

import sqlite3
from contextlib import closing

import pytest

from tests.cli.command import run

HASH = "0" * 64


def invite(*names: str) -> None:
    """Do something that the log tells of."""
    for name in names:
        assert run("user", "invite", f"{name}@x.example").exit_code == 0


def tamper(statement: str) -> None:
    """Change the log behind the back of the program, as whoever holds the database can."""
    with closing(sqlite3.connect("var/mentormatch.sqlite", isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)


@pytest.fixture
def spoilt() -> None:
    """Make a database of its own for a test that spoils it."""
    assert run("db", "upgrade").exit_code == 0
    invite("ann", "bob")


@pytest.mark.usefixtures("installation")
def test_a_sound_log_prints_its_anchor_and_keeps_to_it_as_it_grows() -> None:
    invite("ann")
    first = run("audit-log", "verify")
    assert first.exit_code == 0
    anchor = first.stdout.strip()
    assert anchor.startswith("1:")
    invite("bob")
    later = run("audit-log", "verify", "--anchor", anchor)
    assert later.exit_code == 0
    assert later.stdout.startswith("2:")


@pytest.mark.usefixtures("spoilt")
def test_a_changed_entry_is_named_with_exit_code_one() -> None:
    tamper("UPDATE audit_log SET action = 'nothing' WHERE sequence = 1")
    result = run("audit-log", "verify")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Entry 1 was changed after it was written.\n"


@pytest.mark.usefixtures("spoilt")
def test_an_end_that_was_cut_off_shows_against_an_anchor_alone() -> None:
    anchor = run("audit-log", "verify").stdout.strip()
    tamper("DELETE FROM audit_log WHERE sequence = 2")
    assert run("audit-log", "verify").exit_code == 0
    result = run("audit-log", "verify", "--anchor", anchor)
    assert result.exit_code == 1
    assert result.stderr == "The log ends with entry 1, but it had 2 when the anchor was taken.\n"


@pytest.mark.parametrize("anchor", ["", "2", "2:abc", f"x:{HASH}", f"1:{'G' * 64}", f"٣:{HASH}", f"1:{HASH}0"])
def test_what_is_no_anchor_is_refused_with_what_to_write(anchor: str) -> None:
    result = run("audit-log", "verify", "--anchor", anchor)
    assert result.exit_code == 2
    assert "a count, a colon and 64 hexadecimal digits" in result.stderr
