"""A worker of its own process, for tests that stop or kill it: it can be made to stand still at a step.

Called with the URL of the database, that of the queue, its folder and an action of the audit log; when it is about to
note that action it leaves the file ``reached`` in the folder and waits for the file ``go on``.
"""

import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mentormatch.domain.records import AuditEntry
from mentormatch.jobs.queue import QueuedJobs, make_queue
from mentormatch.jobs.tasks import register_tasks
from mentormatch.jobs.worker import work
from mentormatch.services import audit_log, import_work
from mentormatch.storage.engines import make_engine
from mentormatch.storage.store import SqlStore
from tests.offices import make_office, plain_settings


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


class NoMailer:
    """A way out that nothing takes."""

    def send(self, address: str, subject: str, text: str) -> None:
        """Send nothing."""


def stand_still_at(action: str, folder: Path) -> None:
    """Make the worker stand still before it notes an action, in the middle of its transaction."""

    def append(*parts: Any, **data: Any) -> AuditEntry:
        if action in parts:
            (folder / "reached").touch()
            while not (folder / "go on").exists():
                time.sleep(0.02)
        return audit_log.append(*parts, **data)

    import_work.append = append  # type: ignore[attr-defined]


def main(url: str, queue_url: str, folder: str, action: str) -> None:
    """Work until told to stop."""
    settings = plain_settings(data_folder=folder, database_url=url, jobs={"queue_url": queue_url})
    stand_still_at(action, Path(folder))
    engine, queue = make_engine(url), make_queue(settings)
    ports = replace(make_office(SqlStore(engine)).ports, settings=settings, clock=SystemClock(), jobs=QueuedJobs(queue))
    register_tasks(queue, ports, NoMailer())
    (Path(folder) / "started").touch()
    work(queue)
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
