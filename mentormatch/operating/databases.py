"""The commands that make the database and bring it to the schema of this release."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Engine

from mentormatch.settings import load_settings
from mentormatch.storage.engines import make_engine
from mentormatch.storage.migrating import current_revision, newest_revision, upgrade
from mentormatch.storage.reaching import reaching_database


@contextmanager
def disposing(engine: Engine) -> Iterator[Engine]:
    """Give an engine and close its connections afterwards."""
    try:
        yield engine
    finally:
        engine.dispose()


@click.group()
def db() -> None:
    """Make the database, or bring it to the schema of this release."""


@db.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to the schema of this release, all of it or nothing."""
    settings = load_settings()
    with reaching_database():
        upgrade(settings.database)
    click.echo(f"The database has the schema {newest_revision()}.")


@db.command("current")
def show_revision() -> int:
    """Say which schema the database has; exit code 1 when this release needs another one."""
    with reaching_database(), disposing(make_engine(load_settings().database)) as engine:
        found, wanted = current_revision(engine), newest_revision()
    click.echo(f"The database has {f'the schema {found}' if found else 'no tables yet'}; this release needs {wanted}.")
    return int(found != wanted)
