"""Progress on stderr: a bar on a terminal, one plain line a stage elsewhere."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from threading import Thread

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text

from mentormatch.domain.round import Progress

Report = Callable[[Progress], None]
Step = Callable[[str, float], None]
SECONDS_BETWEEN_LOOKS = 0.1
"""Which thread a signal wakes is the system's choice; the waiting one looks for itself this often."""


@contextmanager
def show_progress(console: Console) -> Iterator[Report]:
    """Give a function that shows where a match stands, and clear up after it."""
    if console.is_terminal:
        with _open_bar(console) as bar:
            task = bar.add_task("preparing", total=1.0)
            yield lambda step: bar.update(task, description=describe(step), completed=step.done_share)
    else:
        lines = StageLines(console)
        yield lines.show
        lines.close()


@contextmanager
def show_steps(console: Console) -> Iterator[Step]:
    """Give a function that shows which step of some work has begun, and the share that is done; clear up after it."""
    if console.is_terminal:
        with _open_bar(console) as bar:
            task = bar.add_task("preparing", total=1.0)
            yield lambda step, done: bar.update(task, description=step, completed=done)
    else:
        yield lambda step, _: console.print(Text(step), soft_wrap=True)


def _open_bar(console: Console) -> Bar:
    """Return a bar that fits into 80 columns and goes away when it is done."""
    columns = TextColumn("{task.description}", markup=False), BarColumn(bar_width=20), TimeElapsedColumn()
    return Bar(*columns, console=console, transient=True)


def describe(step: Progress) -> str:
    """Return where a match stands in one short line."""
    figures = {"value": step.value, "bound": step.bound}
    known = [f"{name} {figure:,}" for name, figure in figures.items() if figure is not None]
    return "  ".join([f"pass {step.pass_number}", step.stage, *known])


class StageLines:
    """Prints each stage once, when it is over; a search among cases comes back to a stage without printing it again."""

    def __init__(self, console: Console) -> None:
        """Remember where to print."""
        self.console = console
        self.last: Progress | None = None
        self.printed: set[tuple[int, str]] = set()

    def show(self, step: Progress) -> None:
        """Print the stage before when another one has begun."""
        if self.last is not None and (self.last.pass_number, self.last.stage) != (step.pass_number, step.stage):
            self.close()
        self.last = step

    def close(self) -> None:
        """Print the stage that has been going on."""
        last, self.last = self.last, None
        if last is not None and (last.pass_number, last.stage) not in self.printed:
            self.printed.add((last.pass_number, last.stage))
            self.console.print(Text(describe(last)), soft_wrap=True)


def run_interruptibly[T](work: Callable[[], T]) -> T:
    """Run work in a thread of its own, so that a signal reaches this one while the solver computes."""
    result: Future[T] = Future()

    def run() -> None:
        """Keep what the work returns or raises."""
        try:
            result.set_result(work())
        except BaseException as error:
            result.set_exception(error)

    Thread(target=run, daemon=True).start()
    while not wait([result], timeout=SECONDS_BETWEEN_LOOKS).done:
        pass
    return result.result()
