"""mentormatch policy: the whole policy with comments, and a check of a file."""

from pathlib import Path

import pytest

from mentormatch.domain.policy import Policy
from mentormatch.files.policy_file import read_policy
from mentormatch.files.policy_text import show_policy
from mentormatch.files.problems import Findings
from tests.cli.command import run


def test_the_defaults_are_shown_as_a_file_that_reads_back(tmp_path: Path) -> None:
    result = run("policy", "--show")
    assert (result.exit_code, result.stdout) == (0, show_policy(Policy()))
    (tmp_path / "policy.toml").write_text(result.stdout)
    assert run("policy", "--check", tmp_path / "policy.toml").exit_code == 0


@pytest.mark.parametrize("order", [("--show", "{file}"), ("{file}", "--show")])
def test_a_file_is_shown_with_the_defaults_filled_in(tmp_path: Path, order: tuple[str, str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[weights]\nneeds = 123\n")
    result = run("policy", *(word.format(file=file) for word in order))
    assert result.exit_code == 0
    shown = read_policy(result.stdout.encode(), Findings())
    assert shown == read_policy(file.read_bytes(), Findings())


def test_a_good_file_is_confirmed(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[weights]\nneeds = 123\n")
    result = run("policy", "--check", file)
    assert (result.exit_code, result.stdout) == (0, f"{file}: every setting is known and within its bounds.\n")


def test_every_problem_of_a_file_is_told_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("bands = [9, 8]\n[weights]\nneeds = nan\nneds = 1\n")
    result = run("policy", "--check", file)
    assert result.exit_code == 2
    assert [line.split(" ")[1] for line in result.stdout.splitlines()] == ["bands", "weights.neds", "weights.needs"]


def test_a_bad_file_is_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("floor = 1\n")
    result = run("policy", "--show", file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no such setting" in result.stderr


@pytest.mark.parametrize("words", [(), ("--check",), ("--show", "--check"), ("--colour",)])
def test_what_is_to_be_done_must_be_said(words: tuple[str, ...]) -> None:
    result = run("policy", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: mentormatch policy ")


def test_a_file_that_is_not_there_gets_one_sentence(tmp_path: Path) -> None:
    result = run("policy", "--check", tmp_path / "missing.toml")
    assert result.exit_code == 2
    assert result.stderr == f"{tmp_path}/missing.toml cannot be read: no such file or directory.\n"
