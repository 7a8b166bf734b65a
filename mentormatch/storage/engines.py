"""Engines: how each database is talked to, so that a promise of the program is also one of the connection."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

SAFE_WAL = (3, 51, 3)
"""From this version of SQLite on a write-ahead log cannot corrupt a database that several connections use."""
BUSY_MILLISECONDS = 5_000
STATEMENT_MILLISECONDS = 60_000
LOCK_MILLISECONDS = 8_000
IDLE_MILLISECONDS = 120_000
WRITING = "mentormatch_writes"
"""Execution option of a connection whose next transaction writes."""


def make_engine(url: str, *, application: str = "mentormatch") -> Engine:
    """Return an engine for a database URL; ``application`` is the name under which PostgreSQL lists its connections."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _make_sqlite(parsed)
    return _make_postgres(parsed, application)


def journal_mode(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> str:
    """Return the journal that a version of SQLite can be trusted with (SQLite, WAL-reset bug of 3.7.0 to 3.51.2)."""
    return "WAL" if version >= SAFE_WAL else "DELETE"


def _make_sqlite(url: URL) -> Engine:
    """Return an engine whose transactions begin when SQLAlchemy says so, those that write with the lock in hand."""
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_MILLISECONDS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: Any) -> None:
    """Set what SQLite forgets with each connection; deleted values are overwritten."""
    connection.isolation_level = None  # the driver begins no transaction of its own
    for pragma in (
        "foreign_keys = ON",
        f"journal_mode = {journal_mode()}",
        "synchronous = FULL",
        "cache_spill = OFF",  # a long transaction lets others read until it ends
        "secure_delete = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; one that writes takes the lock at once, so that it never has to give up half-way."""
    writes = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("PRAGMA query_only = " + ("OFF" if writes else "ON"))
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _make_postgres(url: URL, application: str) -> Engine:
    """Return an engine that notices a lost connection before it is used and waits for nothing without end."""
    options = {
        "statement_timeout": STATEMENT_MILLISECONDS,
        "lock_timeout": LOCK_MILLISECONDS,
        "idle_in_transaction_session_timeout": IDLE_MILLISECONDS,
        "TimeZone": "UTC",
    }
    given = " ".join(f"-c {name}={value}" for name, value in options.items())
    arguments = {"application_name": application, "options": given}
    return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args=arguments)
