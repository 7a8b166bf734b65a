"""How the parts of the portal are put together: the only module that knows storage, jobs and pages at once."""

from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import Engine

from mentormatch.jobs.mail import SmtpMailer
from mentormatch.jobs.queue import QueuedJobs, WorkQueue, make_queue
from mentormatch.jobs.tasks import register_tasks
from mentormatch.services.hashing import Argon2Passwords, RandomSecrets
from mentormatch.services.ports import Ports
from mentormatch.settings import Settings, load_settings
from mentormatch.storage.engines import make_engine
from mentormatch.storage.migrating import require_current
from mentormatch.storage.reaching import reaching_database
from mentormatch.storage.store import SqlStore

if TYPE_CHECKING:
    from flask import Flask


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Site:
    """One installation as one process holds it; leaving its block closes the connections."""

    settings: Settings
    engine: Engine
    ports: Ports
    queue: WorkQueue

    def __enter__(self) -> Self:
        """Use the site for as long as a block lasts."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections to the database and to the queue."""
        self.queue.close()
        self.engine.dispose()


def open_site(settings: Settings | None = None) -> Site:
    """Return the installation that the settings describe, with its background work ready to be asked for.

    Raises ``InputError`` when a setting cannot be used and when the database has another schema than this release.
    """
    chosen = settings or load_settings()
    with reaching_database():
        engine = make_engine(chosen.database)
    try:
        with reaching_database():
            require_current(engine)
        queue = make_queue(chosen)
        ports = Ports(
            store=SqlStore(engine),
            clock=SystemClock(),
            passwords=Argon2Passwords(),
            secrets=RandomSecrets(chosen.signing_keys),
            settings=chosen,
            jobs=QueuedJobs(queue),
        )
        register_tasks(queue, ports, SmtpMailer(chosen.mail))
    except BaseException:
        engine.dispose()
        raise
    return Site(chosen, engine, ports, queue)


def make_app(site: Site) -> "Flask":
    """Return the pages of an installation as an application for a web server."""
    from mentormatch.portal.application import create_app  # what works in the background needs no pages

    return create_app(site.ports)
