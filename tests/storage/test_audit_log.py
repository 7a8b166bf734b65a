"""The audit log: what was done stays, in an order that shows every meddling (AL-01 to AL-06)."""

import csv
import hashlib
import json
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from mentormatch.domain.accounts import Actor, Role
from mentormatch.errors import InputError
from mentormatch.services import audit_log
from mentormatch.services.audit_log import (
    NOTHING,
    Anchor,
    Verdict,
    append,
    check_chain,
    check_step,
    export_log,
    hash_entry,
    read_anchor,
    read_log,
    verify,
)
from mentormatch.services.ports import Unit
from mentormatch.services.refusals import NotFoundError
from mentormatch.storage.engines import make_engine
from mentormatch.storage.store import SqlStore
from tests.offices import START, Office, make_office
from tests.processes import run_together

ACTOR = Actor(7)
AUDITOR = Actor(1, roles=frozenset({Role.AUDITOR}))
OFF = {
    "sqlite": [f"DROP TRIGGER audit_log_{name}" for name in ("not_changed", "not_deleted", "follows")],
    "postgresql": ["ALTER TABLE audit_log DISABLE TRIGGER USER"],
}
REPLACEMENT = """
INSERT OR REPLACE INTO audit_log
SELECT sequence, at, 'user:1', action, subject, data, previous_hash, hash FROM audit_log WHERE sequence = 2
"""
ON = {"sqlite": [], "postgresql": ["ALTER TABLE audit_log ENABLE TRIGGER USER"]}
MEDDLINGS = {
    "an actor changed": ("UPDATE audit_log SET actor = 'user:1' WHERE sequence = 3", 3),
    "data changed": ("UPDATE audit_log SET data = '{\"n\":99}' WHERE sequence = 4", 4),
    "data made unreadable": ("UPDATE audit_log SET data = 'oops' WHERE sequence = 4", 4),
    "a time changed": ("UPDATE audit_log SET at = '2020-01-01 00:00:00+00:00' WHERE sequence = 2", 2),
    "an entry deleted": ("DELETE FROM audit_log WHERE sequence = 3", 4),
    "the first deleted": ("DELETE FROM audit_log WHERE sequence = 1", 2),
    "a hash changed": (f"UPDATE audit_log SET hash = '{'f' * 64}' WHERE sequence = 2", 2),
}


def fill(store: SqlStore, count: int = 6) -> None:
    """Add entries to a log."""
    for number in range(count):
        store.write(partial(append, at=START, actor=ACTOR, action="tested", subject="thing:1", n=number))


def meddle(engine: Engine, *statements: str) -> None:
    """Do what somebody does who owns the database."""
    with engine.connect().execution_options(mentormatch_writes=True) as connection, connection.begin():
        for statement in statements:
            connection.execute(text(statement.replace(":", "\\:")))


def add_from_elsewhere(url: str, count: int) -> None:
    """Add entries as another process does."""
    engine = make_engine(url)
    fill(SqlStore(engine), count)
    engine.dispose()


def test_a_log_nobody_touched_is_sound(store: SqlStore) -> None:
    office = make_office(store)
    assert verify(office.ports).anchor == Anchor(0, "0" * 64)
    fill(store)
    verdict = verify(office.ports)
    assert verdict.is_sound
    assert verdict.anchor.count == 6


@pytest.mark.parametrize("name", MEDDLINGS)
def test_the_first_entry_that_was_meddled_with_is_named_al_01(store: SqlStore, engine: Engine, name: str) -> None:
    fill(store)
    statement, sequence = MEDDLINGS[name]
    meddle(engine, *OFF[engine.dialect.name], statement, *ON[engine.dialect.name])
    verdict = verify(make_office(store).ports)
    assert not verdict.is_sound
    assert verdict.sequence == sequence
    assert str(sequence) in verdict.flaw


def test_two_entries_that_changed_places_are_found_al_01(store: SqlStore) -> None:
    fill(store)
    entries = list(store.read(lambda unit: unit.audit_log.after(0, 10)))
    second, third = entries[1], entries[2]
    entries[1:3] = [replace(third, sequence=2), replace(second, sequence=3)]
    assert check_chain(entries).sequence == 2


def test_an_entry_forged_together_with_its_hash_is_betrayed_by_the_next_al_01(store: SqlStore) -> None:
    fill(store)
    entries = list(store.read(lambda unit: unit.audit_log.after(0, 10)))
    forged = replace(entries[1], actor="user:1")
    entries[1] = replace(forged, hash=hash_entry(forged))
    verdict = check_chain(entries)
    assert verdict.sequence == 3
    assert verdict.flaw == "Entry 3 does not follow from the entry before it."


def test_an_entry_put_between_others_is_found_al_01(store: SqlStore) -> None:
    fill(store)
    entries = list(store.read(lambda unit: unit.audit_log.after(0, 10)))
    entries.insert(3, replace(entries[2], sequence=4))
    assert check_chain(entries).sequence == 4


def test_an_end_that_was_cut_off_shows_by_an_anchor_from_elsewhere_al_01(store: SqlStore, engine: Engine) -> None:
    office = make_office(store)
    fill(store)
    anchor = verify(office.ports).anchor
    meddle(engine, *OFF[engine.dialect.name], "DELETE FROM audit_log WHERE sequence > 4", *ON[engine.dialect.name])
    assert verify(office.ports).is_sound
    verdict = verify(office.ports, anchor)
    assert verdict.flaw == "The log ends with entry 4, but it had 6 when the anchor was taken."


def test_a_log_that_was_written_anew_shows_by_an_anchor_al_01(store: SqlStore, engine: Engine) -> None:
    office = make_office(store)
    fill(store)
    anchor = verify(office.ports).anchor
    meddle(engine, *OFF[engine.dialect.name], "DELETE FROM audit_log", *ON[engine.dialect.name])
    for _ in range(8):
        store.write(lambda unit: append(unit, START, ACTOR, "forged", "thing:1"))
    assert verify(office.ports).is_sound
    assert verify(office.ports, anchor).sequence == 6


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET actor = 'user:1'",
        "DELETE FROM audit_log WHERE sequence = 2",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        REPLACEMENT,
    ],
)
def test_the_database_refuses_to_change_the_log_al_02(store: SqlStore, engine: Engine, statement: str) -> None:
    fill(store)
    is_sqlite = engine.dialect.name == "sqlite"
    if statement == ("TRUNCATE audit_log" if is_sqlite else REPLACEMENT):
        pytest.skip("the other database has no such statement")
    with pytest.raises(DBAPIError, match="append-only"):
        meddle(engine, statement)
    assert verify(make_office(store).ports).anchor.count == 6


def test_eight_processes_make_one_chain_al_03(store: SqlStore, url: str) -> None:
    run_together(add_from_elsewhere, [(url, 5)] * 8)
    verdict = verify(make_office(store).ports)
    assert verdict.is_sound
    assert verdict.anchor.count == 40


def test_an_entry_and_what_it_tells_of_happen_together_or_not_at_all_al_04(store: SqlStore) -> None:
    def fail_after(unit: Unit) -> None:
        unit.accounts.add("ann@company.example", None, START)
        append(unit, START, ACTOR, "user-invited", "user:1")
        raise RuntimeError("the end of the world")

    with pytest.raises(RuntimeError):
        store.write(fail_after)
    assert store.read(lambda unit: unit.accounts.listed()) == []
    assert store.read(lambda unit: unit.audit_log.after(0, 10)) == []


def test_the_order_is_that_of_the_sequence_even_when_the_clock_goes_back_al_06(store: SqlStore) -> None:
    office = make_office(store)
    for hours in (0, -1, 5):
        office.clock.move(hours=hours)
        store.write(lambda unit: append(unit, office.clock.now(), ACTOR, "tested", "thing:1"))
    entries = store.read(lambda unit: unit.audit_log.after(0, 10))
    assert [entry.sequence for entry in entries] == [1, 2, 3]
    assert entries[1].at < entries[0].at
    assert verify(office.ports).is_sound


def test_the_log_is_read_page_by_page_by_auditors_and_hr_alone(store: SqlStore) -> None:
    office = make_office(store)
    fill(store, 130)
    auditor = Actor(1, roles=frozenset({Role.AUDITOR}))
    page = read_log(office.ports, auditor)
    assert [entry.sequence for entry in page][:2] == [130, 129]
    later = read_log(office.ports, auditor, before=page[-1].sequence)
    assert len(page) + len(later) == 130
    assert read_log(office.ports, auditor, action="nothing") == []
    for role in (frozenset[Role](), frozenset({Role.ADMINISTRATOR})):
        with pytest.raises(NotFoundError):
            read_log(office.ports, Actor(1, roles=role))


def test_the_same_entry_has_the_same_hash_on_every_database(store: SqlStore) -> None:
    fill(store, 1)
    (entry,) = store.read(lambda unit: unit.audit_log.after(0, 10))
    assert entry.at == START
    written = '["' + "0" * 64 + '",1,"2026-11-02T09:00:00.000000+00:00","user:7","tested","thing:1","{\\"n\\":0}"]'
    assert entry.hash == hashlib.sha256(written.encode()).hexdigest()


def check_in_steps(office: Office, anchor: Anchor | None = None) -> list[Verdict]:
    """Check the whole log a step at a time."""
    steps = [check_step(office.ports, AUDITOR, anchor)]
    while not steps[-1].is_complete:
        steps.append(check_step(office.ports, AUDITOR, anchor, steps[-1].anchor))
    return steps


@pytest.fixture
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a step be four entries long, in batches of three."""
    monkeypatch.setattr(audit_log, "STEP", 4)
    monkeypatch.setattr(audit_log, "BATCH", 3)


@pytest.mark.usefixtures("short_steps")
def test_a_check_in_steps_comes_to_the_same_end_as_one_at_once(store: SqlStore) -> None:
    office = make_office(store)
    assert [step.anchor for step in check_in_steps(office)] == [NOTHING]
    fill(store, 9)
    whole = verify(office.ports).anchor
    steps = check_in_steps(office, whole)
    assert [step.anchor.count for step in steps] == [4, 8, 9]
    assert [step.is_complete for step in steps] == [False, False, True]
    assert steps[-1].anchor == whole


@pytest.mark.usefixtures("short_steps")
@pytest.mark.parametrize("name", MEDDLINGS)
def test_a_check_in_steps_finds_what_one_at_once_finds_al_01(store: SqlStore, engine: Engine, name: str) -> None:
    office = make_office(store)
    fill(store, 9)
    statement, sequence = MEDDLINGS[name]
    meddle(engine, *OFF[engine.dialect.name], statement, *ON[engine.dialect.name])
    last = check_in_steps(office)[-1]
    assert (last.sequence, last.flaw) == (sequence, verify(office.ports).flaw)


@pytest.mark.usefixtures("short_steps")
@pytest.mark.parametrize("left", [3, 4, 5])
def test_an_end_that_was_cut_off_shows_in_steps_too_al_01(store: SqlStore, engine: Engine, left: int) -> None:
    office = make_office(store)
    fill(store, 9)
    anchor = verify(office.ports).anchor
    cut = f"DELETE FROM audit_log WHERE sequence > {left}"
    meddle(engine, *OFF[engine.dialect.name], cut, *ON[engine.dialect.name])
    assert check_in_steps(office)[-1].is_sound
    assert check_in_steps(office, anchor)[-1].flaw.startswith(f"The log ends with entry {left}, but it had 9")


def test_entries_on_one_subject_are_found_by_its_name(store: SqlStore) -> None:
    office = make_office(store)
    fill(store)
    store.write(lambda unit: append(unit, START, ACTOR, "tested", "thing:2"))
    assert [entry.sequence for entry in read_log(office.ports, AUDITOR, subject="thing:2")] == [7]
    assert len(read_log(office.ports, AUDITOR, subject="thing:1", action="tested")) == 6
    for odd in ("thing:%", "thing\0", "\ud800"):
        assert read_log(office.ports, AUDITOR, subject=odd) == []


def test_the_log_as_a_file_holds_all_that_its_hashes_were_taken_of(store: SqlStore) -> None:
    office = make_office(store)
    fill(store)
    rows = list(csv.DictReader(b"".join(export_log(office.ports, AUDITOR)).decode().splitlines()))
    assert [row["action"] for row in rows] == ["tested"] * 6 + ["log-exported"]
    previous = "0" * 64
    for row in rows:
        said = [previous, int(row["sequence"]), row["at"], row["actor"], row["action"], row["subject"], row["data"]]
        written = json.dumps(said, separators=(",", ":"))
        assert row["hash"] == hashlib.sha256(written.encode()).hexdigest()
        previous = row["hash"]


def test_a_file_of_the_log_ends_with_the_note_that_it_was_taken(store: SqlStore) -> None:
    office = make_office(store)
    pieces = export_log(office.ports, AUDITOR)
    fill(store)
    assert b"tested" not in b"".join(pieces)


def test_no_cell_of_the_file_begins_a_formula(store: SqlStore) -> None:
    office = make_office(store)
    store.write(lambda unit: append(unit, START, ACTOR, "=1+1", "@thing:1"))
    rows = list(csv.DictReader(b"".join(export_log(office.ports, AUDITOR)).decode().splitlines()))
    assert (rows[0]["action"], rows[0]["subject"]) == ("'=1+1", "'@thing:1")


def test_the_log_is_checked_and_taken_along_by_auditors_and_hr_alone(store: SqlStore) -> None:
    office = make_office(store)
    for role in (frozenset[Role](), frozenset({Role.ADMINISTRATOR})):
        with pytest.raises(NotFoundError):
            check_step(office.ports, Actor(1, roles=role))
        with pytest.raises(NotFoundError):
            export_log(office.ports, Actor(1, roles=role))
    assert office.actions() == []


def test_an_anchor_is_read_as_it_was_written(store: SqlStore) -> None:
    fill(store)
    anchor = verify(make_office(store).ports).anchor
    assert read_anchor(f" {anchor}\n") == anchor
    for odd in ("", "6", f"x:{'0' * 64}", f"6:{'0' * 63}", f"{'9' * 30}:{'0' * 64}", f"٦:{'0' * 64}"):
        with pytest.raises(InputError, match="no anchor"):
            read_anchor(odd)
