"""Processes that do the same at once, each with connections of its own, as workers do."""

import multiprocessing
from collections.abc import Callable, Sequence
from typing import Any


def run_together(work: Callable[..., None], arguments: Sequence[tuple[Any, ...]]) -> None:
    """Run work in one process for each set of arguments, and fail when one of them failed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["mentormatch.storage.store", work.__module__])
    processes = [context.Process(target=work, args=some) for some in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=120)
    assert [process.exitcode for process in processes] == [0] * len(processes)
