"""Databases for tests: one without a row for each test, on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Self

import psycopg
import pytest
from sqlalchemy import Engine, Table, event, make_url

from mentormatch.storage.engines import make_engine
from mentormatch.storage.migrating import upgrade
from mentormatch.storage.rows import Row
from mentormatch.storage.store import SqlStore

KINDS = ("sqlite", "postgresql")
POSTGRES_URL = os.environ.get("MENTORMATCH_TEST_POSTGRES_URL") or "postgresql://postgres@127.0.0.1:5432/test"
RUN = f"mentormatch_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{os.getpid()}"
NUMBERS = count(1)


class Databases:
    """Hands out databases. On PostgreSQL, where making one is slow, a worker has two and empties them again."""

    def __init__(self, folder: Path) -> None:
        """Keep files in a folder."""
        self.folder = folder
        self._name = f"{RUN}_{next(NUMBERS)}"
        self._made: dict[str, str] = {}

    def empty(self, kind: str) -> str:
        """Return the URL of a database without tables; skip, or fail on a server, where there is no PostgreSQL."""
        if kind == "sqlite":
            return f"sqlite:///{self.folder / str(next(NUMBERS))}.sqlite"
        url = self._postgres("bare")
        _run(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        return url

    def migrated(self, kind: str) -> str:
        """Return the URL of a database with every table and no row."""
        if kind == "sqlite":
            if kind not in self._made:
                self._made[kind] = self.empty(kind)
                upgrade(self._made[kind])
            url = self.empty(kind)
            shutil.copyfile(str(make_url(self._made[kind]).database), str(make_url(url).database))
            return url
        url = self._postgres("migrated")
        upgrade(url)
        triggers = "ALTER TABLE audit_log {} TRIGGER USER"
        tables = [table for table in reversed(Row.metadata.sorted_tables) if table.name != "audit_log"]
        emptied = [f"DELETE FROM {table.name}" for table in tables]  # quicker than to truncate what holds little
        counted = [f"ALTER SEQUENCE {table.name}_key_seq RESTART" for table in tables if _counts_keys(table)]
        sealed = (triggers.format("DISABLE"), "DELETE FROM audit_log", triggers.format("ENABLE"))
        _run(url, "; ".join((*emptied, *counted, *sealed)))
        return url

    def close(self) -> None:
        """Take the databases of PostgreSQL away."""
        for name in self._made.keys() - {"sqlite"}:
            _run(POSTGRES_URL, f'DROP DATABASE IF EXISTS "{self._name}_{name}" WITH (FORCE)')

    def _postgres(self, name: str) -> str:
        """Return the URL of a database of this worker, made when it is first asked for."""
        if name not in self._made:
            _run(POSTGRES_URL, f'CREATE DATABASE "{self._name}_{name}"')
            self._made[name] = _postgres_url(f"{self._name}_{name}")
        return self._made[name]


def _counts_keys(table: Table) -> bool:
    """Whether the database gives the rows of a table their keys."""
    return table.autoincrement_column is not None


def _run(url: str, *statements: str) -> None:
    """Run statements, each by itself."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        reason = f"no PostgreSQL answers at {make_url(url).host}; MENTORMATCH_TEST_POSTGRES_URL names another"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}: {error}")
        pytest.skip(reason)
    with connection:
        for statement in statements:
            connection.execute(statement.encode())


def _postgres_url(name: str) -> str:
    return make_url(POSTGRES_URL).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Make databases for the tests of one worker."""
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Run a test on each kind of database."""
    return str(request.param)


@pytest.fixture
def url(databases: Databases, kind: str) -> str:
    """Return the URL of a migrated database without rows."""
    return databases.migrated(kind)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Return an engine for a migrated database without rows."""
    made = make_engine(url)
    yield made
    made.dispose()


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    """Return the store of a migrated database without rows."""
    return SqlStore(engine)


class Statements:
    """The statements that an engine carries out while the block lasts, those of transactions left out."""

    def __init__(self, engine: Engine) -> None:
        """Watch an engine."""
        self.engine = engine
        self.seen: list[str] = []

    def __enter__(self) -> Self:
        """Begin to count."""
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop counting."""
        event.remove(self.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            self.seen.append(statement)
