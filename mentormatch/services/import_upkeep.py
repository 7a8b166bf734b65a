"""What is looked after every minute: imports whose worker is gone, that no worker heard of, that nobody needs."""

from datetime import timedelta

from mentormatch.domain.accounts import Actor
from mentormatch.domain.records import ImportState
from mentormatch.services.audit_log import append
from mentormatch.services.ports import Ports, Unit

SILENCE = timedelta(seconds=60)
"""A run that gave no sign of life for so long is given up: whoever was at it is gone, or has lost it."""
UNHEARD = timedelta(seconds=30)
"""A run that waits for so long is told of again."""
KEPT = timedelta(days=1)
"""How long the file of a preview, and the problems of a file, are kept."""
AT_ONCE = 100
GIVEN_UP = "The worker that was at this file is gone; nothing was changed. Look at a new preview."


def give_up_silent(ports: Ports) -> int:
    """Give up runs whose worker is gone and return how many there were."""

    def work(unit: Unit) -> int:
        now = ports.clock.now()
        keys = unit.imports.give_up(now - SILENCE, now, GIVEN_UP)
        for key in keys:
            append(unit, now, Actor(None), "import-given-up", f"import:{key}")
        return len(keys)

    return ports.store.write(work)


def ring_again(ports: Ports) -> int:
    """Tell the workers again of runs that wait, for the queue is a bell only; return how many there are."""
    since = ports.clock.now() - UNHEARD
    waiting = ports.store.read(lambda unit: unit.imports.waiting(since, AT_ONCE))
    for run in reversed(waiting):  # the one that waits longest first
        ring = ports.jobs.preview_import if run.state is ImportState.RECEIVED else ports.jobs.apply_import
        ring(run.key)
    return len(waiting)


def forget_old(ports: Ports) -> int:
    """Forget files and problems that nobody went on with, and return of how many runs."""

    def work(unit: Unit) -> int:
        now = ports.clock.now()
        count = unit.imports.forget(now - KEPT, now)
        if count:
            append(unit, now, Actor(None), "imports-forgotten", "imports", count=count)
        return count

    return ports.store.write(work)


def forget_tokens(ports: Ports) -> int:
    """Delete one-time tokens that expired, and return how many; they have not worked since then."""
    return ports.store.write(lambda unit: unit.tokens.forget(ports.clock.now() - KEPT))
