"""On a real terminal: a moving bar on stderr, tables that fit, and data alone on stdout."""

import os
import re
import sys
from pathlib import Path

import pytest

from tests.cli.command import start
from tests.unit.files.folders import write_folder

if sys.platform == "win32":
    pytest.skip("terminals are opened in the Unix way here", allow_module_level=True)

import pty
import termios


def on_terminal(*words: str | Path, **environment: str) -> tuple[str, str, int]:
    """Run a command whose stderr is a terminal; return its stdout, what the terminal got, and the exit code."""
    controller, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (40, 80))
    process = start(*words, stderr=terminal, TERM="xterm", **environment)
    os.close(terminal)
    shown = b""
    while True:
        try:
            part = os.read(controller, 65_536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(controller)
    stdout, _ = process.communicate(timeout=60)
    return stdout, shown.decode(errors="replace"), process.returncode


def test_a_bar_moves_on_the_terminal_and_the_summary_goes_to_stdout(organisation: Path, tmp_path: Path) -> None:
    stdout, shown, code = on_terminal("match", organisation, "--out", tmp_path / "out")
    assert code == 0, shown
    assert re.search(r"pass \d  \S+  value ", shown)
    assert "mentees served" in stdout
    assert "\x1b" not in stdout
    assert "mentees served" not in shown


def test_no_colour_is_shown_to_those_who_ask_for_none(tmp_path: Path) -> None:
    people = ("person_id,name,manager_id,level", "A,Ann,,4", "C,Cem,A,")
    folder = write_folder(tmp_path / "in", people=people)
    _, shown, code = on_terminal("match", folder, "--out", tmp_path / "out", NO_COLOR="1")
    assert code == 2
    assert "what is wrong" in shown
    assert "\x1b[3" not in shown
    assert max(len(line) for line in shown.replace("\x1b[0m", "").replace("\x1b[1m", "").split("\r\n")) <= 80
