"""Tasks: each does one use, a refusal is a line in the log, and letters wait for a server."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mentormatch.domain.records import ImportState
from mentormatch.jobs.queue import QueuedJobs, make_queue
from mentormatch.jobs.tasks import look_after, register_tasks
from mentormatch.services import accounts, import_upkeep, import_work
from mentormatch.services.people_import import follow_import, hand_in
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.refusals import StaleError
from tests.jobs.test_queue import work_off
from tests.offices import Office, plain_settings


class Letters:
    """A way out that keeps what it is given."""

    def __init__(self) -> None:
        """Begin without letters."""
        self.sent: list[tuple[str, str, str]] = []

    def send(self, address: str, subject: str, text: str) -> None:
        """Keep a letter."""
        self.sent.append((address, subject, text))


def equip(office: Office, folder: Path, **changes: Any) -> tuple[Office, Any, Letters]:
    """Return an office with a queue of its own, and the way out of its letters."""
    queue = make_queue(plain_settings(data_folder=folder))
    ports = replace(office.ports, jobs=QueuedJobs(queue), settings=plain_settings(data_folder=folder, **changes))
    letters = Letters()
    register_tasks(queue, ports, letters)
    return replace(office, ports=ports), queue, letters


def test_letters_go_out_once_there_is_a_server_and_wait_until_then(office: Office, tmp_path: Path) -> None:
    accounts.invite(office.ports, COMMAND_LINE, "ann@x.example")
    for folder, host, addresses in (("a", "", []), ("b", "mail.x.example", ["ann@x.example"])):
        equipped, queue, letters = equip(office, tmp_path / folder, mail={"host": host})
        equipped.ports.jobs.send_letters()
        work_off(queue)
        assert [address for address, _, _ in letters.sent] == addresses
        queue.close()


def test_the_rows_are_looked_through_every_minute(office: Office, tmp_path: Path) -> None:
    equipped, queue, _ = equip(office, tmp_path)
    run = hand_in(office.ports, COMMAND_LINE, "people.csv", b"person_id,name,manager_id\nT,Tess,\n")
    office.clock.move(minutes=1)
    (due,) = queue.huey.read_periodic(None)
    queue.huey.execute(due)
    work_off(queue)
    assert follow_import(equipped.ports, COMMAND_LINE, run.key).state is ImportState.PREVIEWED
    queue.close()


def test_a_refusal_is_a_line_of_the_log_and_a_fault_says_where(
    office: Office, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    equipped, queue, _ = equip(office, tmp_path)
    errors: list[Exception] = [RuntimeError("a fault"), StaleError("The people changed.")]

    def fail(*_: Any) -> None:
        raise errors.pop()

    monkeypatch.setattr(import_work, "apply", fail)
    for run_key in (1, 2):
        equipped.ports.jobs.apply_import(run_key)
    with caplog.at_level(logging.WARNING):
        work_off(queue)
    assert "Import 1 was not done: The people changed." in caplog.text
    assert "Import 2 failed." in caplog.text
    assert "RuntimeError: a fault" in caplog.text
    queue.close()


def test_one_step_that_fails_does_not_keep_the_others_from_being_done(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def fail(_: Any) -> int:
        raise RuntimeError("a fault")

    def forget_old(_: Any) -> int:
        done.append("forget")
        return 0

    def ring_again(_: Any) -> int:
        done.append("ring")
        return 0

    fail.__name__ = "give_up_silent"
    for work in (forget_old, ring_again):
        monkeypatch.setattr(import_upkeep, work.__name__, work)
    monkeypatch.setattr(import_upkeep, "give_up_silent", fail)
    look_after(office.ports)
    assert done == ["forget", "ring"]
