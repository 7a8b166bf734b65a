"""Keeping processes running: one that dies is replaced, and all of them end together."""

import ctypes
import os
import signal
import subprocess  # nosec B404
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from types import FrameType
from typing import Any, Self

from mentormatch.errors import StoppedError

ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LOOK_EVERY = 0.2
LONGEST_PAUSE = 30.0
STEADY = 10.0
"""Seconds after which a process counts as well started: when it then dies it is replaced at once."""
GRACE = 9.0
"""Seconds that processes have to end in when they are told to; then they are killed."""
DEATH_OF_PARENT = 1
"""PR_SET_PDEATHSIG of Linux's prctl."""

Tell = Callable[[str], None]


@dataclass(slots=True)
class Child:
    """A process that is kept running. ``files`` are descriptors that it inherits.

    Without one that ``is_vital`` the others are of no use: when it ends by itself, which no signal made it do, all end.
    """

    name: str
    command: Sequence[str]
    files: tuple[int, ...] = ()
    is_vital: bool = False
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        """Start the process, away from the terminal's signals; on Linux it ends when this one does."""
        self.started_at = time.monotonic()
        # Only parts of this program are started, and no word of the command comes from outside.
        self.process = subprocess.Popen(  # nosec B603
            self.command,
            stdin=subprocess.DEVNULL,
            pass_fds=self.files,
            process_group=0,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - this process has one thread
        )

    def note_death(self, code: int) -> str:
        """Decide when the process is started again and return what to say about it."""
        now = time.monotonic()
        self.deaths = 1 if now - self.started_at > STEADY else self.deaths + 1
        pause = 0.0 if self.deaths == 1 else min(2.0 ** (self.deaths - 2), LONGEST_PAUSE)
        self.end_rest(signal.SIGTERM)
        self.process, self.start_at = None, now + pause
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return f"The {self.name} {how}; it is started again{f' in {pause:.0f} s' if pause else ''}."

    def end_rest(self, number: signal.Signals) -> None:
        """Send a signal to whatever the process started and left behind."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


@dataclass(slots=True)
class Supervisor:
    """Runs children for as long as a block lasts; ``tell`` is given a sentence for each that dies."""

    children: Sequence[Child]
    tell: Tell
    is_over: Event = field(default_factory=Event)
    before: dict[signal.Signals, Any] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Start the children. SIGTERM, SIGINT and SIGHUP end the watch from now on."""
        self.before = {number: signal.signal(number, self._end) for number in ENDING}
        try:
            for child in self.children:
                child.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_errors: object) -> None:
        """End the children: first they are asked to, then they are made to."""
        running = [(child, child.process) for child in self.children if child.process is not None]
        for _, process in running:
            process.terminate()
        latest = time.monotonic() + GRACE
        for ended, process in running:
            _end_by(process, latest)
            ended.end_rest(signal.SIGKILL)
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def start_more(self, children: Sequence[Child]) -> None:
        """Start more children; they are watched and ended like the others."""
        self.children = [*self.children, *children]
        for child in children:
            child.start()

    def watch(self, until: Callable[[], bool] = lambda: False) -> bool:
        """Replace children that die, until a signal says that it is over or ``until`` does; true for the latter.

        Raises ``StoppedError`` when a vital child ended by itself.
        """
        while not (is_so := until()) and not self.is_over.wait(LOOK_EVERY):
            for child in self.children:
                self._look_after(child)
        return is_so

    def _look_after(self, child: Child) -> None:
        """Replace a child that died, when its time has come."""
        code = child.process.poll() if child.process is not None else None
        if code is not None and child.is_vital and code >= 0:
            child.process = None
            raise StoppedError(f"The {child.name} ended by itself with exit code {code}; its last lines say why.")
        if code is not None:
            self.tell(child.note_death(code))
        if child.process is None and time.monotonic() >= child.start_at:
            child.start()

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        """Note that it is over."""
        self.is_over.set()


def _end_by(process: subprocess.Popen[bytes], latest: float) -> None:
    """Wait for a process to end; kill it when it is still there at the latest moment."""
    try:
        process.wait(timeout=max(latest - time.monotonic(), 0.0))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _end_with_parent() -> None:
    """Have the system end the new process when the one that started it is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_OF_PARENT, signal.SIGTERM)
