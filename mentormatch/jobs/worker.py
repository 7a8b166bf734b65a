"""A worker: works the queue off until it is told to stop, and then ends what it is at."""

import signal
import threading

from mentormatch.jobs.queue import WorkQueue

ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LONGEST_WAIT = 1.0
"""Most seconds until a waiting task is noticed on a queue that does not wake its workers."""
GRACE = 25
"""Seconds that a task has to end in; what is cut off then is rolled back and found again in the rows."""
LOOK_AFTER = 5.0


def work(queue: WorkQueue, workers: int = 1) -> None:
    """Work a queue off, with so many threads, until SIGTERM, SIGINT or SIGHUP."""
    consumer = queue.huey.create_consumer(
        workers=workers, worker_type="thread", max_delay=LONGEST_WAIT, shutdown_timeout=GRACE
    )
    is_over = threading.Event()
    consumer.start()
    for number in ENDING:  # after the start, which sets handlers of its own
        signal.signal(number, lambda *_: is_over.set())
    while not is_over.wait(LOOK_AFTER):
        consumer.check_worker_health()
    consumer.stop(graceful=True)
    queue.close()
