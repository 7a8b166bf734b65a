"""Progress: a bar on a terminal, one line a stage elsewhere, and a signal that is heard while the solver computes."""

import io
import signal
import threading
import time
from collections.abc import Iterable, Iterator

import pytest
from rich.console import Console

from mentormatch.cli.progress import describe, run_interruptibly, show_progress
from mentormatch.domain.round import Progress

STEPS = (
    Progress(1, "coverage", None, None, 0.0),
    Progress(1, "coverage", 280, 290, 0.1),
    Progress(1, "coverage", 281, 281, 0.2),
    Progress(1, "points", 81_900, 82_000, 0.5),
    Progress(1, "coverage", 281, 281, 0.6),
    Progress(2, "coverage", 12, 12, 1.0),
)


def shown(steps: Iterable[Progress], is_terminal: bool) -> str:
    """Return what is printed on the way through some steps."""
    console = Console(file=io.StringIO(), force_terminal=is_terminal, width=80, highlight=False)
    with show_progress(console) as report:
        for step in steps:
            report(step)
            if is_terminal:
                time.sleep(0.15)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_without_a_terminal_each_stage_is_one_line_with_its_last_figures() -> None:
    assert shown(STEPS, is_terminal=False).splitlines() == [
        "pass 1  coverage  value 281  bound 281",
        "pass 1  points  value 81,900  bound 82,000",
        "pass 2  coverage  value 12  bound 12",
    ]


def test_without_a_step_nothing_is_printed() -> None:
    assert shown((), is_terminal=False) == ""


def test_on_a_terminal_a_bar_shows_pass_stage_value_and_bound() -> None:
    text = shown(STEPS[:3], is_terminal=True)
    assert "pass 1  coverage  value 280  bound 290" in text
    assert max(map(len, text.split("\r"))) < 400


@pytest.mark.parametrize(
    ("step", "line"),
    [
        (STEPS[0], "pass 1  coverage"),
        (Progress(2, "bands:1", -3, None, 0.0), "pass 2  bands:1  value -3"),
        (STEPS[3], "pass 1  points  value 81,900  bound 82,000"),
    ],
)
def test_a_step_is_told_as_far_as_it_is_known(step: Progress, line: str) -> None:
    assert describe(step) == line


def test_work_gives_its_result() -> None:
    assert run_interruptibly(lambda: 42) == 42


def test_work_that_fails_fails_here() -> None:
    with pytest.raises(ZeroDivisionError):
        run_interruptibly(lambda: 1 // 0)


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Let Ctrl-C be heard as it is at a terminal; whoever runs the tests in the background has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_a_signal_is_heard_while_work_goes_on() -> None:
    end = threading.Event()
    threading.Timer(0.2, signal.raise_signal, [signal.SIGINT]).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_interruptibly(lambda: end.wait(30))
    end.set()
    assert time.monotonic() - started < 10
