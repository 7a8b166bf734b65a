"""What workers do: each task is a use, and what it is about stands in the rows. Tasks are given keys only."""

from collections.abc import Callable

from huey import crontab

from mentormatch.errors import MentorMatchError
from mentormatch.jobs.queue import LOG, WorkQueue
from mentormatch.services import import_upkeep, import_work, letters
from mentormatch.services.ports import Mailer, Ports


def register_tasks(queue: WorkQueue, ports: Ports, mailer: Mailer) -> None:
    """Make everything that is done in the background known to a queue, for whoever rings and whoever works."""

    def preview_import(run_key: int) -> None:
        _do(lambda: import_work.preview(ports, run_key), f"The preview of import {run_key}")

    def apply_import(run_key: int) -> None:
        _do(lambda: import_work.apply(ports, run_key), f"Import {run_key}")

    def send_letters() -> None:
        if ports.settings.mail.host:  # without a server they wait
            _do(lambda: letters.send_letters(ports, mailer), "Sending letters")

    def look_after_rows() -> None:
        look_after(ports)
        send_letters()

    for work in (preview_import, apply_import, send_letters):
        queue.register(work)
    queue.register_each(crontab(), look_after_rows)


def look_after(ports: Ports) -> None:
    """Do what is due every minute; one step that fails does not keep the others from being done."""
    for step in (
        import_upkeep.give_up_silent,
        import_upkeep.forget_old,
        import_upkeep.forget_tokens,
        import_upkeep.ring_again,
    ):
        _do(lambda step=step: step(ports), step.__name__)  # type: ignore[misc]


def _do(work: Callable[[], object], what: str) -> None:
    """Do a piece of work; a refusal is said in a line, and whatever else fails with where it failed."""
    try:
        work()
    except MentorMatchError as error:
        LOG.warning("%s was not done: %s", what, error.sentence)
    except Exception:
        LOG.exception("%s failed.", what)
