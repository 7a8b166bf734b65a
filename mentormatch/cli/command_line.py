"""How the program ends: every expected failure as one sentence and an exit code, never a traceback."""

import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType
from typing import NoReturn, override

import click

from mentormatch.errors import MentorMatchError

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SIGNAL_BASE = 128
"""A process that a signal ends answers 128 and the number of the signal."""


TRACEBACK_WANTED = "MENTORMATCH_TRACEBACK"
"""The variable of the environment that shows where an unforeseen failure happened."""


class CommandLine(click.Group):
    """A group of commands that return their exit code: 0 done, 1 checked and refused, 2 bad input, 3 not proven."""

    @override
    def invoke(self, ctx: click.Context) -> NoReturn:
        """Run the command that was asked for and leave with its exit code, or with a sentence."""
        _let_every_text_be_printed()
        with _signals_as_exits():
            try:
                code = super().invoke(ctx)
            except MentorMatchError as error:
                code = _end_with(error.sentence, error.exit_code)
            except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
                raise
            except OSError as error:
                code = _end_with(_describe(error), 2)
            except MemoryError:
                code = _end_with("There is not enough memory for this round; run it on a machine with more.", 3)
            except Exception as error:
                if os.environ.get(TRACEBACK_WANTED):
                    raise
                code = _end_with(_confess(error), 3)
        ctx.exit(code or 0)


def _end_with(sentence: str, code: int) -> int:
    """Print the sentence that explains an exit code, and return the code."""
    click.echo(sentence, err=True)
    return code


def _confess(error: Exception) -> str:
    """Return one sentence for a failure that nobody foresaw."""
    what = f"{type(error).__name__}: {error}".replace("\n", " ")
    return f"This is a fault of the program ({what}); set {TRACEBACK_WANTED}=1 and run it again to see where."


def _let_every_text_be_printed() -> None:
    """Let a terminal that cannot show a character show its code instead."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _describe(error: OSError) -> str:
    """Return one sentence for a failure of the file system."""
    name = error.filename2 or error.filename
    where = Path(os.fsdecode(name)) if isinstance(name, str | bytes | os.PathLike) else "A file"
    return f"{where} cannot be used: {(error.strerror or str(error) or 'unknown reason').lower()}."


@contextmanager
def _signals_as_exits() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM unwind the program once, so that everything half-written is removed on the way.

    The process then ends at once: a solver may still be at work in a thread of its own and would be waited for.
    """
    if current_thread() is not main_thread():
        yield
        return
    before = {number: signal.signal(number, _stop) for number in SIGNALS}
    try:
        yield
    except SystemExit as stop:
        if stop.code in {SIGNAL_BASE + number for number in SIGNALS}:
            click.echo("Stopped on request; nothing was left half-written.", err=True)
            sys.stdout.flush()
            os._exit(int(stop.code or 0))
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    """Leave by ``SystemExit``; further signals must not interrupt the clearing up."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise SystemExit(SIGNAL_BASE + number)
