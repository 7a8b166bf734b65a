"""The queue: a bell that tells workers that something waits in the rows. Whoever misses the bell finds it there."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import psycopg
import redis
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.exceptions import ConfigurationError
from huey.registry import Message

from mentormatch.errors import InputError
from mentormatch.settings import Settings

NAME = "mentormatch"
FILE = "queue.sqlite"
SETTING = "jobs.queue_url"
LOG = logging.getLogger(__name__)


def write_message(message: Any) -> bytes:
    """Return a message of the queue as JSON, so that whoever can write to the queue cannot run code here."""
    return json.dumps(list(message)).encode("ascii")


def read_message(data: bytes) -> Any:
    """Return the message of a text. Raises ``ValueError`` for what is none."""
    message = Message(*json.loads(bytes(data)))
    return message._replace(args=tuple(message.args or ()), kwargs=message.kwargs or {})


JSON_MESSAGES = SimpleNamespace(serialize=write_message, deserialize=read_message)
"""How huey asks for messages to be written and read."""


@dataclass(frozen=True, slots=True)
class WorkQueue:
    """A queue of huey with the tasks that were registered on it, by name."""

    huey: Any
    tasks: dict[str, Any] = field(default_factory=dict)

    def register(self, work: Callable[..., None], **options: Any) -> None:
        """Make a function a task under its own name."""
        name = work.__name__
        self.tasks[name] = self.huey.task(name=name, **options)(work)

    def register_each(self, when: Callable[..., bool], work: Callable[..., None]) -> None:
        """Make a function a task that is done whenever its time has come."""
        self.tasks[work.__name__] = self.huey.periodic_task(when, name=work.__name__)(work)

    def ring(self, name: str, *arguments: int) -> None:
        """Have a task done by whichever worker is free."""
        self.tasks[name](*arguments)

    def close(self) -> None:
        """Close the connection of this thread."""
        self.huey.storage.close()


@dataclass(frozen=True, slots=True)
class QueuedJobs:
    """Implements ``services.ports.Jobs``. A bell that cannot be rung is noted: the rows are looked through anyway."""

    queue: WorkQueue

    def preview_import(self, run_key: int) -> None:
        """Have a file that was handed in compared with the people."""
        self._ring("preview_import", run_key)

    def apply_import(self, run_key: int) -> None:
        """Have a previewed file applied."""
        self._ring("apply_import", run_key)

    def send_letters(self) -> None:
        """Have the letters in the outbox sent."""
        self._ring("send_letters")

    def _ring(self, name: str, *arguments: int) -> None:
        try:
            self.queue.ring(name, *arguments)
        except Exception:  # whatever the queue raises: the step itself is done, and the rows are looked through
            LOG.exception("The queue could not be told of %s; it is done within minutes all the same.", name)


def make_queue(settings: Settings) -> WorkQueue:
    """Return the queue of the settings: a file of its own beside the database, or PostgreSQL, or Redis.

    Raises ``InputError`` with the name of the setting when it cannot be used.
    """
    try:
        return WorkQueue(_make_huey(settings))
    except (psycopg.Error, redis.RedisError, ConfigurationError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"The setting {SETTING} cannot be used: {reason}", setting=SETTING) from error


def _make_huey(settings: Settings) -> Huey:
    """Return the queue of huey; no results are kept, for the rows hold them."""
    kept = {"name": NAME, "results": False, "serializer": JSON_MESSAGES}
    scheme, _, rest = settings.jobs.queue_url.partition("://")
    if not scheme:
        settings.data_folder.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(filename=str(settings.data_folder / FILE), journal_mode="truncate", fsync=True, **kept)
    if scheme.partition("+")[0] in ("postgresql", "postgres"):
        return PostgresHuey(dsn=f"postgresql://{rest}", **kept)
    if scheme in ("redis", "rediss", "unix"):
        queue = RedisHuey(url=settings.jobs.queue_url, **kept)
        queue.storage.conn.ping()  # it would connect when it is first needed, which is too late to say so
        return queue
    raise InputError(f"The setting {SETTING} must begin with postgresql:// or redis://.", setting=SETTING)
