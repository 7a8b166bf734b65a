"""Workers that are processes: they do what the rows say, end when told to, and may be killed (FI-02, FI-06)."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mentormatch.domain.records import ImportRun, ImportState
from mentormatch.jobs.queue import QueuedJobs, WorkQueue, make_queue
from mentormatch.jobs.tasks import look_after, register_tasks
from mentormatch.services.audit_log import verify
from mentormatch.services.import_upkeep import give_up_silent
from mentormatch.services.people_import import follow_import, hand_in, preview_again, request_apply
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.ports import Ports
from mentormatch.storage.store import SqlStore
from tests.architecture.source import ROOT
from tests.databases import Databases
from tests.jobs.a_worker import NoMailer
from tests.offices import MovableClock, make_office, plain_settings

PEOPLE = b"person_id,name,manager_id,level\nT,Tess Top,,2\nA,Ann Ash,T,1\n"
PATIENCE = 30.0
"""Seconds after which a test gives up on a worker."""


@dataclass(slots=True)
class Yard:
    """A database and a queue, and the processes that work on them."""

    ports: Ports
    clock: MovableClock
    queue: WorkQueue
    url: str
    queue_url: str
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_worker(self, stand_still_at: str = "nothing") -> subprocess.Popen[bytes]:
        """Start a worker and wait until it works."""
        for name in ("started", "reached", "go on"):
            (self.folder / name).unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.jobs.a_worker", self.url, self.queue_url, str(self.folder)]
        worker = subprocess.Popen([*command, stand_still_at], cwd=ROOT)
        self.workers.append(worker)
        wait_for((self.folder / "started").exists)
        return worker

    def state_of(self, run: ImportRun) -> ImportState:
        """Return where a run stands."""
        return follow_import(self.ports, COMMAND_LINE, run.key).state

    def names(self) -> list[str]:
        """Return the names of everybody who is stored."""
        return sorted(one.person.name for one in self.ports.store.read(lambda unit: unit.people.all()))


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is so, and fail when it takes too long."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "the worker did not do it in time"
        time.sleep(0.02)


@pytest.fixture
def yard(databases: Databases, kind: str, url: str, store: SqlStore, tmp_path: Path) -> Iterator[Yard]:
    """A yard without a worker, on each kind of database, the queue being of the same kind."""
    queue_url = "" if kind == "sqlite" else databases.empty(kind)
    settings = plain_settings(data_folder=tmp_path, database_url=url, jobs={"queue_url": queue_url})
    queue, clock = make_queue(settings), MovableClock(datetime.now(UTC))
    ports = replace(make_office(store).ports, settings=settings, clock=clock, jobs=QueuedJobs(queue))
    register_tasks(queue, ports, NoMailer())
    yard = Yard(ports, clock, queue, url, queue_url, tmp_path)
    yield yard
    for worker in yard.workers:
        worker.kill()
        worker.wait()
    queue.close()


def test_a_worker_previews_and_applies_and_ends_when_told_to(yard: Yard) -> None:
    worker = yard.start_worker()
    run = hand_in(yard.ports, COMMAND_LINE, "people.csv", PEOPLE)
    wait_for(lambda: yard.state_of(run) is ImportState.PREVIEWED)
    assert yard.names() == []
    request_apply(yard.ports, COMMAND_LINE, run.key, run.file_digest)
    wait_for(lambda: yard.state_of(run) is ImportState.APPLIED)
    assert yard.names() == ["Ann Ash", "Tess Top"]
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0


def test_a_worker_that_is_killed_while_it_applies_changes_nobody_fi_02(yard: Yard) -> None:
    worker = yard.start_worker(stand_still_at="import-applied")
    run = hand_in(yard.ports, COMMAND_LINE, "people.csv", PEOPLE)
    wait_for(lambda: yard.state_of(run) is ImportState.PREVIEWED)
    request_apply(yard.ports, COMMAND_LINE, run.key, run.file_digest)
    wait_for((yard.folder / "reached").exists)
    worker.kill()
    worker.wait()
    assert yard.names() == []
    assert yard.state_of(run) is ImportState.APPLYING
    yard.clock.at = datetime.now(UTC)
    assert give_up_silent(yard.ports) == 0
    yard.clock.move(seconds=61)
    assert give_up_silent(yard.ports) == 1
    assert yard.state_of(run) is ImportState.INTERRUPTED

    yard.start_worker()
    preview_again(yard.ports, COMMAND_LINE, run.key)
    wait_for(lambda: yard.state_of(run) is ImportState.PREVIEWED)
    request_apply(yard.ports, COMMAND_LINE, run.key, run.file_digest)
    wait_for(lambda: yard.state_of(run) is ImportState.APPLIED)
    assert yard.names() == ["Ann Ash", "Tess Top"]
    assert verify(yard.ports).is_sound


def test_a_preview_whose_worker_is_killed_is_done_by_another_fi_02(yard: Yard) -> None:
    worker = yard.start_worker(stand_still_at="import-previewed")
    run = hand_in(yard.ports, COMMAND_LINE, "people.csv", PEOPLE)
    wait_for((yard.folder / "reached").exists)
    worker.kill()
    worker.wait()
    yard.clock.at = datetime.now(UTC)
    yard.clock.move(seconds=61)
    look_after(yard.ports)
    assert yard.state_of(run) is ImportState.INTERRUPTED
    preview_again(yard.ports, COMMAND_LINE, run.key)
    yard.start_worker()
    wait_for(lambda: yard.state_of(run) is ImportState.PREVIEWED)
    assert follow_import(yard.ports, COMMAND_LINE, run.key).attempt == 2


def test_a_worker_ends_what_it_is_at_before_it_stops_fi_06(yard: Yard) -> None:
    worker = yard.start_worker(stand_still_at="import-previewed")
    run = hand_in(yard.ports, COMMAND_LINE, "people.csv", PEOPLE)
    wait_for((yard.folder / "reached").exists)
    worker.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        worker.wait(0.5)
    (yard.folder / "go on").touch()
    assert worker.wait(PATIENCE) == 0
    assert yard.state_of(run) is ImportState.PREVIEWED


def test_what_no_bell_was_rung_for_is_found_in_the_rows(yard: Yard) -> None:
    deaf = replace(yard.ports, jobs=make_office(SqlStore(yard.ports.store.engine)).jobs)  # type: ignore[attr-defined]
    yard.clock.move(minutes=-1)
    run = hand_in(deaf, COMMAND_LINE, "people.csv", PEOPLE)
    yard.start_worker()  # it looks through the rows when it starts, and every minute
    wait_for(lambda: yard.state_of(run) is ImportState.PREVIEWED)
