"""mentormatch serve: a web server and background workers, really started, killed and stopped."""

import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from subprocess import PIPE, Popen
from typing import NamedTuple

import pytest

from mentormatch.operating.addresses import listen_at
from mentormatch.operating.health import is_well, main
from mentormatch.operating.serving import list_children
from tests.cli.command import ROOT, run
from tests.offices import plain_settings

READY = re.compile(r"MentorMatch is at (\S+) and listens at 127\.0\.0\.1:(\d+); Ctrl-C stops it\.\n")
PATIENCE = 60
TOKEN = "a-token-that-nobody-may-read"


class Running(NamedTuple):
    """A portal that runs: its process, where it listens and where its logs go."""

    process: Popen[str]
    port: int
    log: Path

    def get(self, path: str, host: str = "127.0.0.1") -> int:
        """Return the status of a page."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers={"Host": host})
            return connection.getresponse().status
        finally:
            connection.close()

    def children(self, word: str) -> list[int]:
        """Return the processes that it started whose command holds a word."""
        return [pid for pid in children_of(self.process.pid) if word in command_of(pid)]

    def stop(self, number: signal.Signals) -> float:
        """Send a signal, wait for the end and return how long it took."""
        sent = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(timeout=PATIENCE)
        return time.monotonic() - sent


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_of(pid: int) -> str:
    """Return the command line of a process, nothing for one that is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except FileNotFoundError:
        return ""


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Running]:
    """Run a portal with two web workers and one background worker."""
    assert run("db", "upgrade").exit_code == 0
    log = tmp_path / "log"
    command = [sys.executable, "-m", "mentormatch", "serve", "--bind", "127.0.0.1:0", "--web-workers", "2"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with log.open("w") as stdout:
        process = Popen(command, stdout=stdout, stderr=PIPE, text=True, env=environment)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        ready = READY.fullmatch(line)
        assert ready is not None, line + process.stderr.read()
        yield Running(process, int(ready[2]), log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


def wait_for_another(portal: Running, word: str, gone: int) -> int:
    """Return the process that took the place of one that is gone."""
    latest = time.monotonic() + PATIENCE
    while time.monotonic() < latest:
        if others := [pid for pid in portal.children(word) if pid != gone]:
            return others[0]
        time.sleep(0.05)
    pytest.fail(f"nothing took the place of {word}")


def test_the_portal_answers_replaces_whoever_is_killed_and_ends_in_time_with_all_its_children(portal: Running) -> None:
    assert portal.get("/log-in") == 200
    assert portal.get("/health") == 200
    assert portal.get(f"/invitation/{TOKEN}?more={TOKEN}") in (200, 404, 410)

    (worker,) = portal.children("mentormatch work")
    os.kill(worker, signal.SIGKILL)
    killed = time.monotonic()
    wait_for_another(portal, "mentormatch work", worker)
    assert time.monotonic() - killed < 5

    (server,) = portal.children("gunicorn")
    assert len(children_of(server)) == 2
    os.kill(server, signal.SIGKILL)
    second = wait_for_another(portal, "gunicorn", server)
    assert portal.get("/log-in") == 200

    everybody = {portal.process.pid, *portal.children(""), *children_of(second)}
    assert portal.stop(signal.SIGTERM) < 10
    assert portal.process.returncode == 0
    assert [pid for pid in sorted(everybody) if command_of(pid)] == []

    lines = portal.log.read_text().splitlines()
    assert any('"GET /log-in" 200' in line for line in lines)
    assert any('"GET /invitation/..."' in line for line in lines)
    assert [line for line in lines if TOKEN in line] == []


def test_what_no_browser_sends_is_refused_before_the_portal_sees_it(portal: Running) -> None:
    assert portal.get("/log-in?" + "x" * 5_000) == 414
    assert portal.get("/log-in", host="elsewhere.example") == 400
    assert portal.stop(signal.SIGINT) < 10
    assert portal.process.returncode == 0


def test_health_is_asked_for_under_the_public_name_and_a_silent_port_is_not_well(portal: Running) -> None:
    settings = plain_settings(public_url="http://localhost:8000")
    assert portal.get("/log-in") == 200  # it has started
    assert is_well(settings, "127.0.0.1", portal.port)
    assert not is_well(plain_settings(public_url="http://elsewhere.example"), "127.0.0.1", portal.port)
    assert main([f"127.0.0.1:{portal.port}"]) == 0
    portal.stop(signal.SIGTERM)
    assert not is_well(settings, "127.0.0.1", portal.port)
    assert main([f"127.0.0.1:{portal.port}"]) == 1
    assert main(["nowhere"]) == 1


@pytest.mark.parametrize(
    ("setting", "changes"),
    [
        ("secret_keys", {}),
        ("secret_keys", {"SECRET_KEYS": "too short"}),
        ("debug", {"SECRET_KEYS": "0123456789abcdefghijklmnopqrstuvwxyz", "DEBUG": "true"}),
        (
            "public_url",
            {
                "SECRET_KEYS": "0123456789abcdefghijklmnopqrstuvwxyz",
                "PUBLIC_URL": "http://x.example",
                "TRUSTED_HOSTS": "x.example",
            },
        ),
    ],
)
@pytest.mark.parametrize("command", ["serve", "work"])
def test_an_unsafe_production_does_not_start_and_names_the_setting(
    command: str, setting: str, changes: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"ENVIRONMENT": "production", **changes}.items():
        monkeypatch.setenv(f"MENTORMATCH_{name}", value)
    result = run(command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"The setting {setting} (MENTORMATCH_{setting.upper()}) ")
    assert result.stderr.count("\n") == 1


def test_an_address_that_is_taken_or_is_none_is_one_sentence() -> None:
    assert run("db", "upgrade").exit_code == 0
    with listen_at("127.0.0.1", 0) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        result = run("serve", "--bind", address)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"The portal cannot listen at {address}: ")
    assert run("serve", "--bind", "everywhere").stderr.startswith("everywhere is no address to listen at")


def test_a_portal_has_one_web_server_that_matters_and_as_many_background_workers_as_are_asked_for() -> None:
    with listen_at("127.0.0.1", 0) as listener:
        children = list_children(listener, 3, 2)
        assert [(one.name, one.is_vital) for one in children] == [
            ("web server", True),
            ("background worker 1", False),
            ("background worker 2", False),
        ]
        assert "3" in children[0].command
        assert children[0].files == (listener.fileno(),)
        assert len(list_children(listener, None, 0)) == 1
