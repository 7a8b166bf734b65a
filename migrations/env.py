"""How Alembic reaches the database: on the connection it is handed, or on the one that the settings name."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from mentormatch.settings import load_settings
from mentormatch.storage.engines import WRITING, make_engine
from mentormatch.storage.rows import Row
from mentormatch.storage.rows.metadata import Moment

PLUGINS = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write a moment as what the database knows, so that a migration outlives the class."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def run_migrations(connection: Connection) -> None:
    """Carry out the migrations in the transaction of the connection."""
    context.configure(
        connection=connection,
        target_metadata=Row.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        autogenerate_plugins=PLUGINS,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run_migrations(given)
else:
    engine = make_engine(load_settings().database, application="mentormatch migration")
    with engine.connect().execution_options(**{WRITING: True}) as own, own.begin():
        run_migrations(own)
    engine.dispose()
