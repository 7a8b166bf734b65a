"""Processes are kept running: who dies is replaced, who is told to end ends, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mentormatch.errors import StoppedError
from mentormatch.operating import supervising
from mentormatch.operating.supervising import Child, Supervisor

SLEEP = "import time; time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); signal.pause()"


def child(code: str, *, name: str = "sleeper", is_vital: bool = False) -> Child:
    """Return a child that runs some code."""
    return Child(name, [sys.executable, "-c", code], is_vital=is_vital)


def pid_of(one: Child) -> int:
    """Return the number of a child's process."""
    assert one.process is not None
    return one.process.pid


def is_running(pid: int) -> bool:
    """Whether there is such a process and it is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def within(seconds: float) -> Callable[[], bool]:
    """Return a condition that comes true after some seconds, for watches that nothing else ends."""
    latest = time.monotonic() + seconds
    return lambda: time.monotonic() > latest


def test_a_child_that_is_killed_is_replaced_and_that_is_told() -> None:
    one, told = child(SLEEP), list[str]()
    with Supervisor([one], told.append) as supervisor:
        first = pid_of(one)
        os.kill(first, signal.SIGKILL)
        late = within(20)
        supervisor.watch(until=lambda: (one.process is not None and pid_of(one) != first) or late())
        second = pid_of(one)
        assert is_running(second)
        assert second != first
    assert told == ["The sleeper was ended by signal 9; it is started again."]
    assert not is_running(second)


def test_a_child_that_dies_again_and_again_is_started_ever_later() -> None:
    one, pauses = child("raise SystemExit(3)"), list[float]()
    for _ in range(9):
        one.start()
        assert one.process is not None
        one.process.wait()
        assert "ended with exit code 3" in one.note_death(3)
        pauses.append(round(max(one.start_at - time.monotonic(), 0.0)))
    assert pauses == [0, 1, 2, 4, 8, 16, 30, 30, 30]


def test_a_child_that_ran_for_long_is_replaced_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "STEADY", 0.0)
    one = child("raise SystemExit(3)")
    for _ in range(3):
        one.start()
        assert one.process is not None
        one.process.wait()
        one.note_death(3)
        assert one.start_at <= time.monotonic()


def test_when_a_vital_child_ends_by_itself_all_end_with_its_name() -> None:
    sleeper, vital = child(SLEEP), child("raise SystemExit(4)", name="web server", is_vital=True)
    with Supervisor([sleeper, vital], print) as supervisor:
        pid = pid_of(sleeper)
        with pytest.raises(StoppedError) as error:
            supervisor.watch(until=within(20))
    assert error.value.sentence == "The web server ended by itself with exit code 4; its last lines say why."
    assert not is_running(pid)


def test_a_vital_child_that_is_killed_is_replaced_like_any_other() -> None:
    vital = child(SLEEP, is_vital=True)
    with Supervisor([vital], print) as supervisor:
        first = pid_of(vital)
        os.kill(first, signal.SIGKILL)
        late = within(20)
        supervisor.watch(until=lambda: (vital.process is not None and pid_of(vital) != first) or late())
        assert is_running(pid_of(vital))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_watch_and_every_child_and_the_handlers_are_as_before(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    children = [child(SLEEP), child(SLEEP)]
    with Supervisor(children, print) as supervisor:
        pids = [pid_of(one) for one in children]
        os.kill(os.getpid(), number)
        assert supervisor.watch(until=within(20)) is False
    assert [pid for pid in pids if is_running(pid)] == []
    assert signal.getsignal(number) == before


def test_whoever_does_not_want_to_end_is_made_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "GRACE", 0.3)
    stubborn = child(STUBBORN)
    with Supervisor([stubborn], print) as supervisor:
        pid = pid_of(stubborn)
        status = Path(f"/proc/{pid}/status")
        ignores = f"{1 << (signal.SIGTERM - 1):x}"
        supervisor.watch(until=lambda: any(_ignores(line, ignores) for line in status.read_text().splitlines()))
    assert not is_running(pid)


def _ignores(line: str, mask: str) -> bool:
    """Whether a line of a process's status says that it ignores a signal."""
    name, _, value = line.partition(":")
    return name == "SigIgn" and bool(int(value, 16) & int(mask, 16))


def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {SLEEP!r}]); "
    code += f"import pathlib; pathlib.Path({str(note)!r}).write_text(str(p.pid) + '.'); p.wait()"
    with Supervisor([child(code)], print) as supervisor:
        assert supervisor.watch(until=lambda: note.exists() and note.read_text().endswith("."))
        grandchild = int(note.read_text()[:-1])
        assert is_running(grandchild)
    deadline = within(10)
    while is_running(grandchild) and not deadline():
        time.sleep(0.02)
    assert not is_running(grandchild)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent was killed")
def test_children_end_when_the_supervisor_itself_is_killed() -> None:
    code = (
        "import sys; from mentormatch.operating.supervising import Child, Supervisor\n"
        f"one = Child('x', [sys.executable, '-c', {SLEEP!r}])\n"
        "with Supervisor([one], print) as s: print(one.process.pid, flush=True); s.watch()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert is_running(pid)
        process.kill()
    deadline = within(10)
    while is_running(pid) and not deadline():
        time.sleep(0.02)
    assert not is_running(pid)
