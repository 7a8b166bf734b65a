"""Signs of life of a run that a worker is at: written while it works, so that silence means that the worker is gone."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from mentormatch.domain.records import ImportRun
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import GivenUpError

EVERY = 2.0
"""Seconds between two signs."""

OnProgress = Callable[[float], None]


@dataclass(slots=True)
class SignsOfLife:
    """Writes every few seconds how far a run is, from a thread of its own, as long as the block lasts.

    While the people are being changed SQLite lets nobody else write, so nobody can give the run up either.
    """

    ports: Ports
    run: ImportRun
    on_progress: OnProgress | None = None
    share: float = 0.0
    _is_over: threading.Event = field(default_factory=threading.Event)
    _is_lost: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def tell(self, share: float) -> None:
        """Note how far the work is.

        Raises ``GivenUpError`` when the run was given up or discarded, so that no more work goes into it.
        """
        self.share = share
        if self.on_progress is not None:
            self.on_progress(share)
        if self._is_lost.is_set():
            raise GivenUpError

    def __enter__(self) -> Self:
        """Begin."""
        self._thread = threading.Thread(target=self._write, name=f"import {self.run.key}", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Stop, the last sign being written."""
        self._is_over.set()
        if self._thread is not None:
            self._thread.join()

    def _write(self) -> None:
        """Write signs until the work is over or the run is somebody else's."""
        while not self._is_over.wait(EVERY):
            holds = True
            with suppress(Exception):  # busy, perhaps with this very run, or gone for a while: the next may do
                holds = self.ports.store.write(self._sign)
            if not holds:
                self._is_lost.set()
                return

    def _sign(self, unit: Unit) -> bool:
        return unit.imports.progress(self.run, self.share, self.ports.clock.now())
