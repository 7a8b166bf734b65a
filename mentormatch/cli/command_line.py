"""How the program ends: every expected failure as one sentence and an exit code, never a traceback."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType
from typing import Any, NoReturn

import click

from mentormatch import __version__
from mentormatch.errors import MentorMatchError

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SIGNAL_BASE = 128
"""A process that a signal ends answers 128 and the number of the signal."""


class CommandLine(click.Group):
    """A group of commands that turns what goes wrong into one sentence on stderr."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:
        """Run a command and leave the process: 0 done, 1 checked and refused, 2 bad input, 3 stopped before proof."""
        extra["standalone_mode"] = False
        with _signals_as_exits():
            code = self._run(args, prog_name or "mentormatch", extra)
        sys.exit(code)

    def _run(self, args: Sequence[str] | None, prog_name: str, extra: dict[str, Any]) -> int:
        """Run a command and return the exit code."""
        try:
            code = super().main(args, prog_name, **extra)
            sys.stdout.flush()
        except click.ClickException as error:
            error.show()
            return error.exit_code
        except MentorMatchError as error:
            return _end_with(error.sentence, error.exit_code)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except OSError as error:
            return _end_with(_describe(error), 2)
        except MemoryError:
            return _end_with("There is not enough memory for this round; run it on a larger machine.", 3)
        except SystemExit as stop:
            _leave_if_stopped(stop)
            raise
        return code if isinstance(code, int) else 0


def _end_with(sentence: str, code: int) -> int:
    """Print the sentence that explains an exit code, and return the code."""
    click.echo(sentence, err=True)
    return code


def _describe(error: OSError) -> str:
    """Return one sentence for a failure of the file system."""
    name = error.filename2 or error.filename
    where = Path(os.fsdecode(name)) if isinstance(name, str | bytes | os.PathLike) else "A file"
    return f"{where} cannot be used: {(error.strerror or str(error) or 'unknown reason').lower()}."


@contextmanager
def _signals_as_exits() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM unwind the program once, so that everything half-written is removed on the way."""
    if current_thread() is not main_thread():
        yield
        return
    before = {number: signal.signal(number, _stop) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    """Leave by ``SystemExit``; further signals must not interrupt the clearing up."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(SIGNAL_BASE + number)


def _leave_if_stopped(stop: SystemExit) -> None:
    """End the process at once after a signal: a solver may still be at work in its own thread and would be waited for."""
    if stop.code in {SIGNAL_BASE + number for number in SIGNALS}:
        click.echo("Stopped on request; nothing was left half-written.", err=True)
        sys.stdout.flush()
        os._exit(int(stop.code or 0))


def show_version() -> str:
    """Return the version as the program states it."""
    return f"mentormatch {__version__}"
