"""The repository as a stranger meets it: nothing points at one machine, and what is written down can be typed."""

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import Group

from tests.architecture.source import ROOT

NOT_OURS = frozenset({"build", "demo", "dist", "node_modules", "var", "__pycache__"})
MACHINE_PATHS = re.compile(r"(?<![\w.$}])/(?:work|home|root|Users|tmp/\w+)/[\w.]")
REGISTRY_HOSTS = re.compile(
    r"\b(?:pypi|pythonhosted|npmjs|debian|ghcr|docker|quay|crates|anaconda)\.(?:org|com|io)\b", re.IGNORECASE
)
PAGES = sorted(path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def files_of_the_repository() -> Iterator[Path]:
    """Yield every file that is kept: hidden folders (environments, caches) and what is built are left out."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(
            name for name in folders if name == ".ci" or (not name.startswith(".") and name not in NOT_OURS)
        )
        folders[:] = [name for name in folders if not name.endswith(".egg-info")]
        yield from (Path(folder) / name for name in sorted(names) if not name.endswith(".pyc"))


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Return every line of the repository in which a pattern occurs, with its place."""
    found = []
    for path in files_of_the_repository():
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [
            f"{path.relative_to(ROOT)}:{k}: {line}"
            for k, line in enumerate(text.splitlines(), 1)
            if pattern.search(line)
        ]
    return found


def commands_in(page: Path, program: str) -> set[str]:
    """Return the words that follow a program's name where a page shows what to type."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    shown = [
        *re.findall(r"`([^`\n]+)`", text),
        *re.findall(r"^    (\S.*)$", text, re.MULTILINE),
        *"\n".join(blocks).splitlines(),
    ]
    typed = re.compile(rf"^(?:\$ )?(?:\.venv/bin/)?{program} ([a-z][a-z-]*)")
    return {match[1] for line in shown if (match := typed.match(line.strip()))}


def test_no_file_points_at_one_machine() -> None:
    assert lines_with(MACHINE_PATHS) == []


def test_no_file_names_a_host_from_which_packages_come() -> None:
    assert lines_with(REGISTRY_HOSTS) == []


def test_every_make_command_that_a_page_shows_exists() -> None:
    shown = {page.name: commands_in(page, "make") - TARGETS for page in PAGES}
    assert {name: unknown for name, unknown in shown.items() if unknown} == {}


def test_every_command_line_that_a_page_shows_exists() -> None:
    from mentormatch.cli import main

    known = set(getattr(main, "commands", {}))
    assert known
    shown = {page.name: commands_in(page, "mentormatch") - known for page in PAGES}
    assert {name: unknown for name, unknown in shown.items() if unknown} == {}


def test_every_command_within_a_command_that_a_page_shows_exists() -> None:
    from mentormatch.cli.portal_commands import list_portal_commands

    loaded = [command.load() for command in list_portal_commands()]
    groups = {group.name: set(group.commands) for group in loaded if isinstance(group, Group)}
    assert "user" in groups
    for name, known in groups.items():
        shown = {page.name: commands_in(page, f"mentormatch {name}") - known for page in PAGES}
        assert {page: unknown for page, unknown in shown.items() if unknown} == {}


def test_the_page_on_running_the_portal_names_only_settings_that_there_are() -> None:
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    named = {name for name in re.findall(r"MENTORMATCH_([A-Z_]+)", page) if name != "CONFIG"}
    assert named
    default = tomllib.loads((ROOT / "config" / "default.toml").read_text(encoding="utf-8"))
    known = {name.upper() for name in default} | {
        f"{table}__{name}".upper() for table, inside in default.items() if isinstance(inside, dict) for name in inside
    }
    assert named - known == set()


def test_every_option_on_the_page_on_running_the_portal_exists() -> None:
    from mentormatch.cli.portal_commands import list_portal_commands

    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    named = {option for line in re.findall(r"mentormatch [^`\n]*", page) for option in re.findall(r"--[a-z-]+", line)}
    named |= set(re.findall(r"`(--[a-z-]+)", page))
    loaded = [command.load() for command in list_portal_commands()]
    inner = [one for group in loaded if isinstance(group, Group) for one in group.commands.values()]
    options = {
        name for one in (*loaded, *inner) for option in one.params for name in (*option.opts, *option.secondary_opts)
    }
    assert named >= {"--bind", "--no-workers", "--dry-run", "--role", "--anchor"}
    assert named - options == set()


def test_the_readme_begins_with_the_two_commands_that_need_nothing_else() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\bmake [a-z]+", text)[:2] == ["make demo", "make test"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_make_target_says_what_it_does() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    described = set(re.findall(r"^([a-z]+):.*## \S", text, re.MULTILINE))
    phony = set(re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)[0].split())
    assert described == phony == TARGETS


def test_the_check_of_a_change_runs_the_linters_and_the_readmes_test_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert re.findall(r"^within \d+ (make \w+)$", script.read_text(encoding="utf-8"), re.MULTILINE) == [
        "make lint",
        "make test",
    ]
