"""The commands of the portal are known without being loaded, and say what they need where it is not installed."""

import os
import subprocess
import sys

import pytest

from mentormatch.cli import main
from mentormatch.cli.portal_commands import MISSING, PortalCommand, list_portal_commands, load_part
from tests.architecture.test_imports import PORTAL_PARTS, run_without
from tests.cli.command import ROOT, run

NAMES = ("serve", "work", "db", "user", "import", "audit-log", "erasures")
each_command = pytest.mark.parametrize("command", list_portal_commands(), ids=lambda command: command.name)


def test_help_names_every_command_of_the_portal() -> None:
    shown = run("--help").stdout
    assert [name for name in NAMES if f"\n  {name} " not in shown] == []
    assert [command.name for command in list_portal_commands()] == list(NAMES)


def test_help_loads_nothing_of_the_portal() -> None:
    code = "import sys; from mentormatch.cli import main; main.main(['--help'], standalone_mode=False); "
    code += "print(sorted({'flask', 'sqlalchemy', 'gunicorn', 'mentormatch.operating'} & set(sys.modules)))"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


@each_command
def test_each_command_is_found_where_the_table_says_and_under_its_name(command: PortalCommand) -> None:
    assert command.load().name == command.name
    assert main.commands[command.name or ""].short_help == command.short_help


@each_command
def test_each_command_explains_itself(command: PortalCommand) -> None:
    result = run(command.name or "", "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: mentormatch {command.name} ")


@pytest.mark.parametrize("words", [("serve",), ("db", "upgrade"), ("import", "people.csv"), ("user", "--help")])
def test_without_the_portal_each_command_says_how_to_get_it(words: tuple[str, ...]) -> None:
    result = run_without(PORTAL_PARTS, "from mentormatch.cli import main; main()", *words)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", f"{MISSING}\n")


def test_a_module_of_our_own_that_is_missing_is_a_fault_and_not_called_uninstalled() -> None:
    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        load_part("mentormatch.operating.nowhere:serve")


def test_what_is_no_command_is_a_fault() -> None:
    with pytest.raises(TypeError):
        PortalCommand("x", "mentormatch.errors:InputError", "").load()


def test_the_program_can_be_started_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mentormatch", "nonsense"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: mentormatch ")
