"""Transactions: all or nothing, again after a deadlock, one picture for whoever reads, and waiting that ends."""

import sqlite3
import threading
import time
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from mentormatch.services.ports import Unit
from mentormatch.services.refusals import BrokenPromiseError, BusyError, StorageFullError
from mentormatch.storage import store as store_module
from mentormatch.storage.engines import WRITING, journal_mode, make_engine
from mentormatch.storage.store import TRIES, SqlStore
from tests.databases import Databases
from tests.factories import a_person
from tests.offices import START


def pragma(engine: Engine, name: str) -> Any:
    """Return a setting of SQLite."""
    with engine.connect() as connection:
        return connection.scalar(text(f"PRAGMA {name}"))


def test_what_fails_half_way_leaves_nothing(store: SqlStore) -> None:
    def work(unit: Unit) -> None:
        unit.people.add([a_person("P")])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.write(work)
    assert store.read(lambda unit: unit.people.all()) == []


def test_a_reader_writes_nothing(store: SqlStore) -> None:
    with pytest.raises(DBAPIError):
        store.read(lambda unit: unit.people.add([a_person("P")]))
    store.write(lambda unit: unit.people.add([a_person("P")]))
    assert len(store.read(lambda unit: unit.people.all())) == 1


def test_a_broken_promise_is_named(store: SqlStore) -> None:
    store.write(lambda unit: unit.accounts.add("a@x.example", None, START))
    with pytest.raises(BrokenPromiseError) as refused:
        store.write(lambda unit: unit.accounts.add("a@x.example", None, START))
    assert refused.value.data["constraint"] == "uq_users_email"


def test_a_reader_sees_one_picture_while_others_write(databases: Databases, kind: str) -> None:
    url = databases.migrated(kind)
    engine = make_engine(url)
    store = SqlStore(engine)
    written = threading.Event()

    def write() -> None:
        store.write(lambda unit: unit.people.add([a_person("P")]))
        written.set()

    thread = threading.Thread(target=write)

    def look(unit: Unit) -> tuple[int, int]:
        before = len(unit.people.all())
        thread.start()
        written.wait(timeout=1)
        return before, len(unit.people.all())

    assert store.read(look) == (0, 0)
    thread.join()
    assert len(store.read(lambda unit: unit.people.all())) == 1
    engine.dispose()


class DeadlockError(Exception):
    """What the driver of PostgreSQL raises for a deadlock."""

    sqlstate = "40P01"


@pytest.mark.parametrize(("failures", "succeeds"), [(0, True), (TRIES - 1, True), (TRIES, False)])
def test_a_deadlock_is_tried_again_three_times_at_most_fi_12(store: SqlStore, failures: int, succeeds: bool) -> None:
    seen = []

    def work(unit: Unit) -> int:
        seen.append(unit)
        if len(seen) <= failures:
            raise OperationalError("UPDATE", {}, DeadlockError())
        return 7

    if succeeds:
        assert store.write(work) == 7
    else:
        with pytest.raises(BusyError):
            store.write(work)
    assert len(seen) == min(failures + 1, TRIES)


def test_two_who_lock_in_opposite_order_both_get_through_fi_12(databases: Databases) -> None:
    engine = make_engine(databases.migrated("postgresql"))
    store = SqlStore(engine)
    store.write(lambda unit: [unit.accounts.add(f"{name}@x.example", None, START) for name in "ab"])
    barrier = threading.Barrier(2, timeout=20)
    tries: list[int] = []

    def run(first: int, second: int) -> None:
        met: list[bool] = []

        def work(unit: Unit) -> None:
            tries.append(first)
            unit.accounts.set_password(first, f"by {first}", "invited")  # type: ignore[arg-type]
            if not met:
                met.append(True)
                barrier.wait()
            unit.accounts.set_password(second, f"by {first}", "invited")  # type: ignore[arg-type]

        store.write(work)

    threads = [threading.Thread(target=run, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(tries) == 3
    assert len({user.password_hash for user in store.read(lambda unit: unit.accounts.listed())}) == 1
    engine.dispose()


@pytest.mark.parametrize(("seconds", "succeeds"), [(0.5, True), (None, False)])
def test_a_writer_waits_for_a_lock_but_not_for_ever_fi_10(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, seconds: float | None, succeeds: bool
) -> None:
    monkeypatch.setattr("mentormatch.storage.engines.BUSY_MILLISECONDS", 1500)
    engine = make_engine(databases.migrated("sqlite"))
    holder = sqlite3.connect(str(engine.url.database), isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(seconds or 0, lambda: holder.execute("COMMIT"))
    if seconds:
        timer.start()
    began = time.monotonic()
    store = SqlStore(engine)
    if succeeds:
        store.write(lambda unit: unit.people.add([a_person("P")]))
    else:
        with pytest.raises(BusyError, match="nothing was changed"):
            store.write(lambda unit: unit.people.add([a_person("P")]))
    assert time.monotonic() - began < 10
    if seconds:
        timer.join()
    holder.close()
    engine.dispose()


def test_a_full_disk_is_said_and_nothing_is_saved_fi_07(databases: Databases) -> None:
    engine = make_engine(databases.migrated("sqlite"))
    store = SqlStore(engine)
    store.write(lambda unit: unit.people.add([a_person("P")]))
    pages = pragma(engine, "page_count")
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StorageFullError, match="nothing was saved"):
        store.write(lambda unit: unit.people.add([a_person(f"Q{n}", name="x" * 200) for n in range(500)]))
    assert [stored.person.person_id for stored in store.read(lambda unit: unit.people.all())] == ["P"]
    engine.dispose()


def test_a_connection_that_was_lost_is_replaced_fi_11(databases: Databases) -> None:
    engine = make_engine(databases.migrated("postgresql"))
    store = SqlStore(engine)
    assert store.read(lambda unit: unit.people.all()) == []
    other = make_engine(engine.url.render_as_string(hide_password=False))
    others = "pid <> pg_backend_pid() AND datname = current_database()"
    end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"
    with other.connect() as connection:
        connection.execute(text(end))
    assert store.read(lambda unit: unit.people.all()) == []
    other.dispose()
    engine.dispose()


def test_sqlite_keeps_foreign_keys_and_overwrites_what_is_deleted(databases: Databases) -> None:
    engine = make_engine(databases.migrated("sqlite"))
    assert pragma(engine, "foreign_keys") == 1
    assert pragma(engine, "secure_delete") == 1
    assert pragma(engine, "journal_mode") == journal_mode().lower()
    engine.dispose()


@pytest.mark.parametrize(
    ("version", "mode"), [((3, 40, 1), "DELETE"), ((3, 51, 2), "DELETE"), ((3, 51, 3), "WAL"), ((4, 0, 0), "WAL")]
)
def test_no_write_ahead_log_on_an_sqlite_that_may_corrupt_it_cf_01(version: tuple[int, int, int], mode: str) -> None:
    assert journal_mode(version) == mode


def test_a_writing_transaction_on_sqlite_begins_with_the_lock_f13(databases: Databases) -> None:
    engine = make_engine(databases.migrated("sqlite"))
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        other = sqlite3.connect(str(engine.url.database), timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    engine.dispose()


def test_postgres_knows_who_is_connected_and_how_long_it_may_take(databases: Databases) -> None:
    engine = make_engine(databases.migrated("postgresql"), application="a test")
    with engine.connect() as connection:
        shown = {name: connection.scalar(text(f"SHOW {name}")) for name in ("application_name", "TimeZone")}
        waits = {name: connection.scalar(text(f"SHOW {name}")) for name in ("statement_timeout", "lock_timeout")}
    assert shown == {"application_name": "a test", "TimeZone": "UTC"}
    assert "0" not in waits.values()
    engine.dispose()


def test_no_more_than_three_tries_are_meant() -> None:
    assert store_module.TRIES == 3


def test_a_count_that_is_taken_back_is_one_less_and_never_below_nothing(store: SqlStore) -> None:
    def count() -> int:
        return store.write(lambda unit: unit.attempts.count("log-in", "a" * 64, START, START))

    def take_back(name_hash: str = "a" * 64) -> None:
        store.write(lambda unit: unit.attempts.take_back("log-in", name_hash))

    take_back()
    assert [count(), count(), count()] == [1, 2, 3]
    take_back()
    take_back("b" * 64)
    assert count() == 3
    for _ in range(5):
        take_back()
    assert count() == 1
