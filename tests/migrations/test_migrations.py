"""Migrations go up, down and up again with data in the tables, and end at the schema that the program knows (MG-01)."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine.interfaces import ReflectedIndex

from mentormatch.errors import InputError
from mentormatch.storage.engines import make_engine
from mentormatch.storage.migrating import (
    current_revision,
    downgrade,
    make_config,
    newest_revision,
    require_current,
    upgrade,
)
from mentormatch.storage.rows import Row
from mentormatch.storage.rows.accounts import UserRow
from mentormatch.storage.rows.organisation import PersonRow
from mentormatch.storage.store import SqlStore
from tests.databases import Databases
from tests.factories import a_person

REVISIONS = [script.revision for script in ScriptDirectory.from_config(make_config()).walk_revisions()][::-1]
PLUGINS = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]
NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def empty_url(databases: Databases, kind: str) -> str:
    """Return the URL of a database without tables."""
    return databases.empty(kind)


@pytest.fixture
def empty_engine(empty_url: str) -> Iterator[Engine]:
    """Return an engine for a database without tables."""
    made = make_engine(empty_url)
    yield made
    made.dispose()


def schema_of(engine: Engine) -> dict[str, object]:
    """Return everything that a database knows of its tables, in a form that can be compared."""
    inspector = inspect(engine)
    schema: dict[str, object] = {}
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        schema[table] = {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"], c.get("autoincrement")) for c in inspector.get_columns(table)
            ],
            "primary key": inspector.get_pk_constraint(table),
            "unique": sorted(map(str, inspector.get_unique_constraints(table))),
            "checks": sorted((str(c["name"]), str(c["sqltext"])) for c in inspector.get_check_constraints(table)),
            "foreign keys": sorted(map(str, inspector.get_foreign_keys(table))),
            "indexes": sorted(index_of(index) for index in inspector.get_indexes(table)),
        }
    return schema


def index_of(index: ReflectedIndex) -> str:
    """Return an index as text, with what its rows must fulfil."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return str({**index, "dialect_options": options})


def triggers_of(engine: Engine) -> list[str]:
    """Return the names of the triggers of a database."""
    statement = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1"
        if engine.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
    )
    with engine.connect() as connection:
        return list(connection.scalars(text(statement)))


def test_the_migrations_end_at_the_schema_of_the_rows(engine: Engine, databases: Databases, kind: str) -> None:
    made = make_engine(databases.empty(kind))
    with made.connect().execution_options(mentormatch_writes=True) as connection, connection.begin():
        Row.metadata.create_all(connection)
    assert schema_of(engine) == schema_of(made)
    made.dispose()


def test_alembic_finds_nothing_to_add_either(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"autogenerate_plugins": PLUGINS})
        assert compare_metadata(context, Row.metadata) == []


def test_every_check_of_the_rows_is_in_the_database_by_its_name(engine: Engine) -> None:
    known = {str(c.name) for table in Row.metadata.tables.values() for c in table.constraints}
    inspector = inspect(engine)
    found = {str(c["name"]) for table in Row.metadata.tables for c in inspector.get_check_constraints(table)}
    assert found
    assert found <= known
    assert {name for name in known if name.startswith("ck_")} == found


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_migration_goes_up_down_and_up_again(empty_url: str, empty_engine: Engine, revision: str) -> None:
    below = REVISIONS[REVISIONS.index(revision) - 1] if revision != REVISIONS[0] else "base"
    if below != "base":
        upgrade(empty_url, below)
    before = schema_of(empty_engine), triggers_of(empty_engine)
    upgrade(empty_url, revision)
    after = schema_of(empty_engine), triggers_of(empty_engine)
    assert after != before
    downgrade(empty_url, below)
    assert (schema_of(empty_engine), triggers_of(empty_engine)) == before
    upgrade(empty_url, revision)
    assert (schema_of(empty_engine), triggers_of(empty_engine)) == after


def test_a_database_with_data_goes_down_and_up_again(empty_url: str, empty_engine: Engine) -> None:
    store = SqlStore(empty_engine)
    upgrade(empty_url)
    store.write(lambda unit: unit.people.add([a_person("P"), a_person("Q")]))
    store.write(lambda unit: unit.accounts.add("p@company.example", 1, NOW))
    downgrade(empty_url, "base")
    assert schema_of(empty_engine) == {}
    upgrade(empty_url)
    assert store.read(lambda unit: unit.people.all()) == []


def test_an_upgrade_of_a_current_database_keeps_every_row(url: str, store: SqlStore) -> None:
    store.write(lambda unit: unit.people.add([a_person("P")]))
    upgrade(url)
    assert [stored.person for stored in store.read(lambda unit: unit.people.all())] == [a_person("P")]


def test_two_upgrades_at_once_make_one_schema_rc_09(empty_url: str, empty_engine: Engine) -> None:
    errors: list[BaseException] = []

    def run() -> None:
        try:
            upgrade(empty_url)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert current_revision(empty_engine) == newest_revision()


def test_a_migration_that_fails_half_way_changes_nothing(empty_url: str, empty_engine: Engine) -> None:
    with empty_engine.connect().execution_options(mentormatch_writes=True) as connection, connection.begin():
        connection.execute(text("CREATE TABLE letters (something integer)"))
    with pytest.raises(Exception, match="letters"):
        upgrade(empty_url)
    assert set(schema_of(empty_engine)) == {"letters"}
    assert current_revision(empty_engine) is None


def test_a_database_of_another_release_is_not_used(empty_url: str, empty_engine: Engine) -> None:
    with pytest.raises(InputError, match="has no tables yet"):
        require_current(empty_engine)
    upgrade(empty_url)
    require_current(empty_engine)
    with empty_engine.connect().execution_options(mentormatch_writes=True) as connection, connection.begin():
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    with pytest.raises(InputError, match="has the schema from_the_future"):
        require_current(empty_engine)


def test_migrations_are_named_for_what_they_change() -> None:
    scripts = ScriptDirectory.from_config(make_config()).walk_revisions()
    assert all(script.path.endswith(f"/{script.revision}.py") for script in scripts)
    assert all(not any(letter.isdigit() for letter in revision) for revision in REVISIONS)


def test_rows_are_typed_and_named_for_one_subject() -> None:
    assert UserRow.__tablename__ == "users"
    assert PersonRow.__tablename__ == "people"
    assert all(table.name == table.name.lower() for table in Row.metadata.tables.values())
