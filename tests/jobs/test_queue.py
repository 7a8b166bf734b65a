"""The queue: where it is kept, what may wait in it, and that work does not depend on it."""

import logging
import os
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import make_url

from mentormatch.errors import InputError
from mentormatch.jobs.queue import QueuedJobs, WorkQueue, make_queue, read_message
from tests.databases import Databases
from tests.offices import plain_settings

REDIS_URL = os.environ.get("MENTORMATCH_TEST_REDIS_URL") or "redis://127.0.0.1:6379/15"
QUEUES = ("sqlite", "postgresql", "redis")


def a_queue(databases: Databases, kind: str, folder: Path) -> WorkQueue:
    """Return an empty queue of a kind; skip, or fail on a server, where there is none."""
    queue_url = {"sqlite": lambda: "", "postgresql": lambda: _postgres(databases), "redis": _redis}[kind]()
    return make_queue(plain_settings(data_folder=folder, jobs={"queue_url": queue_url}))


def _postgres(databases: Databases) -> str:
    url = make_url(databases.empty("postgresql"))
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _redis() -> str:
    """Return the URL of a database of Redis after everything in it is deleted: it is for tests alone."""
    with redis.Redis.from_url(REDIS_URL, socket_connect_timeout=3) as server:
        try:
            server.flushdb()
        except redis.ConnectionError as error:
            reason = "no Redis answers; MENTORMATCH_TEST_REDIS_URL names one with a database that may be emptied"
            if os.environ.get("CI"):
                pytest.fail(f"{reason}: {error}")
            pytest.skip(reason)
    return REDIS_URL


def with_tasks(queue: WorkQueue, done: list[tuple[str, int]]) -> QueuedJobs:
    """Register tasks that note what they are asked."""

    def preview_import(run_key: int) -> None:
        done.append(("preview", run_key))

    def apply_import(run_key: int) -> None:
        done.append(("apply", run_key))

    def send_letters() -> None:
        done.append(("letters", 0))

    for work in (preview_import, apply_import, send_letters):
        queue.register(work)
    return QueuedJobs(queue)


def work_off(queue: WorkQueue) -> None:
    """Do everything that waits."""
    while (task := queue.huey.dequeue()) is not None:
        queue.huey.execute(task)


@pytest.mark.parametrize("kind", QUEUES)
def test_what_was_asked_for_is_done_in_its_order(databases: Databases, kind: str, tmp_path: Path) -> None:
    queue = a_queue(databases, kind, tmp_path)
    done: list[tuple[str, int]] = []
    jobs = with_tasks(queue, done)
    jobs.preview_import(7)
    jobs.apply_import(7)
    jobs.send_letters()
    assert done == []
    work_off(queue)
    assert done == [("preview", 7), ("apply", 7), ("letters", 0)]
    queue.close()


def test_the_queue_has_a_file_of_its_own_and_no_write_ahead_log(tmp_path: Path) -> None:
    queue = make_queue(plain_settings(data_folder=tmp_path / "var"))
    with_tasks(queue, []).preview_import(1)
    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == ["queue.sqlite", "queue.sqlite-journal"]
    assert queue.huey.storage.sql("pragma synchronous", results=True) == [(2,)]
    assert queue.huey.storage.sql("pragma journal_mode", results=True) == [("truncate",)]
    queue.close()


def test_what_waits_in_the_queue_is_text_that_runs_nothing(tmp_path: Path) -> None:
    queue = make_queue(plain_settings(data_folder=tmp_path))
    with_tasks(queue, []).apply_import(12)
    (waiting,) = queue.huey.storage.enqueued_items()
    assert b"apply_import" in waiting
    assert bytes(waiting).startswith(b"[")
    with pytest.raises(ValueError):
        read_message(b"\x80\x05cos\nsystem\n")
    queue.close()


def test_a_bell_that_cannot_be_rung_is_noted_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = make_queue(plain_settings(data_folder=tmp_path))
    jobs = with_tasks(queue, [])

    def fail(*_: Any) -> None:
        raise OSError("the queue is gone")

    monkeypatch.setattr(queue.huey.storage, "enqueue", fail)
    with caplog.at_level(logging.ERROR):
        jobs.preview_import(1)
    assert "could not be told of preview_import" in caplog.text
    queue.close()


@pytest.mark.parametrize(
    ("queue_url", "sentence"),
    [
        ("mysql://x", "must begin with postgresql:// or redis://"),
        ("postgresql://nobody@127.0.0.1:1/nothing", "cannot be used"),
        ("redis://127.0.0.1:1/0", "cannot be used"),
    ],
)
def test_a_queue_that_cannot_be_used_is_named(tmp_path: Path, queue_url: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as refused:
        make_queue(plain_settings(data_folder=tmp_path, jobs={"queue_url": queue_url}))
    assert refused.value.data["setting"] == "jobs.queue_url"


def test_the_folder_of_the_queue_must_be_writable_or_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be used"):
        make_queue(plain_settings(data_folder=tmp_path / "file"))
