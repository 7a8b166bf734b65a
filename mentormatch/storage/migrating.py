"""Migrations: bringing a database to the schema of this release, all of it or none, and one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from mentormatch.errors import InputError
from mentormatch.files.carried_folders import find_folder
from mentormatch.storage.engines import WRITING, make_engine

MIGRATION_LOCK = 71_002
"""Number of the advisory lock of PostgreSQL that whoever migrates holds."""


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database to a revision above its own, the newest by default. Does nothing where it is that already."""
    with _migration(url) as connection:
        command.upgrade(make_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Bring a database back to a revision below its own; ``base`` takes every table away."""
    with _migration(url) as connection:
        command.downgrade(make_config(connection), revision)


def current_revision(engine: Engine) -> str | None:
    """Return the revision of a database, or ``None`` for one without tables."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Return the revision that this release works with."""
    return ScriptDirectory.from_config(make_config()).get_current_head()


def require_current(engine: Engine) -> None:
    """Raise ``InputError`` unless the database has the schema of this release: an older or newer one is not touched."""
    found, wanted = current_revision(engine), newest_revision()
    if found != wanted:
        what = f"has the schema {found}" if found else "has no tables yet"
        raise InputError(f"The database {what}, this release needs {wanted}; run mentormatch db upgrade.")


def make_config(connection: Connection | None = None) -> Config:
    """Return the configuration of Alembic, which is all in code: where the migrations lie, and the connection."""
    config = Config()
    config.set_main_option("script_location", str(find_folder("migrations")).replace("%", "%%"))
    config.set_main_option("file_template", "%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _migration(url: str) -> Iterator[Connection]:
    """Give a connection in whose one transaction a database is migrated while nobody else migrates it."""
    engine = make_engine(url, application="mentormatch migration")
    is_sqlite = engine.dialect.name == "sqlite"
    try:
        with engine.connect().execution_options(**{WRITING: True}) as connection:
            if is_sqlite:  # tables are copied to be changed; what points to them is checked at the end
                _run_outside(connection, "PRAGMA foreign_keys = OFF")
            with connection.begin():
                if not is_sqlite:
                    connection.execute(text("SET LOCAL lock_timeout = 0"))
                    connection.execute(text("SET LOCAL statement_timeout = 0"))
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
                yield connection
                if is_sqlite:
                    _check_foreign_keys(connection)
    finally:
        engine.dispose()


def _run_outside(connection: Connection, statement: str) -> None:
    """Run a statement before any transaction begins."""
    cursor = connection.connection.cursor()
    cursor.execute(statement)
    cursor.close()


def _check_foreign_keys(connection: Connection) -> None:
    """Refuse a migration that leaves a row pointing to nothing."""
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise InputError(f"The migration would leave {len(broken):,} rows that point to nothing; nothing was changed.")
