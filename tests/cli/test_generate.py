"""mentormatch generate: a made-up organisation, or enrolments for a real one."""

import gzip
from pathlib import Path

import pytest

from tests.cli.command import names_in, run
from tests.unit.files.folders import lines, write_folder

FILES = {"people.csv", "enrolments.csv", "history.csv", "generated.txt"}
HIERARCHY = lines(
    "person_id,name,manager_id,level",
    "A,Ann,,5",
    *(f"P{k},Person {k},A,{1 + k % 4}" for k in range(40)),
    "P1,Twin,A,2",
)


def test_an_organisation_is_written_counted_and_clean(tmp_path: Path) -> None:
    result = run("generate", tmp_path / "org", "--people", "50", "--seed", "1")
    assert result.exit_code == 0
    assert result.stdout.startswith("50 people, ")
    assert result.stdout.endswith(f"Written to {tmp_path}/org.\n")
    assert names_in(tmp_path / "org") == FILES
    assert run("check", tmp_path / "org").exit_code == 0


def test_the_same_words_write_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        run("generate", tmp_path / name, "--people", "30", "--seed", "5")
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_generated_organisation_may_be_generated_anew(tmp_path: Path) -> None:
    run("generate", tmp_path / "org", "--people", "30")
    assert run("generate", tmp_path / "org", "--people", "20").stdout.startswith("20 people, ")


def test_a_round_that_was_not_generated_is_never_overwritten(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "real")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    result = run("generate", folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "enrolments.csv and people.csv" in result.stderr
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("packed", [False, True])
def test_enrolments_are_drawn_for_a_hierarchy_whose_dirt_is_counted(tmp_path: Path, packed: bool) -> None:
    source = tmp_path / ("staff.csv.gz" if packed else "staff.csv")
    source.write_bytes(gzip.compress(HIERARCHY) if packed else HIERARCHY)
    result = run("generate", tmp_path / "org", "--hierarchy", source)
    assert result.exit_code == 0
    assert f"The hierarchy has 1 problem; mentormatch check {tmp_path}/org names each." in result.stdout
    assert (tmp_path / "org" / "people.csv").read_bytes() == HIERARCHY
    assert run("check", tmp_path / "org").exit_code == 2
    assert run("check", tmp_path / "org", "--quarantine").exit_code == 0


def test_a_hierarchy_that_cannot_be_used_gets_one_sentence_and_nothing_is_written(tmp_path: Path) -> None:
    source = tmp_path / "staff.csv"
    source.write_text("a,b\n1,2\n")
    result = run("generate", tmp_path / "org", "--hierarchy", source)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{source} cannot be used as people.csv.")
    assert names_in(tmp_path) == {"staff.csv"}


@pytest.mark.parametrize("words", [("--people", "0"), ("--people", "-3"), ("--people", "many"), ("--seed", "-1")])
def test_sizes_and_seeds_that_cannot_be_are_refused_with_the_usage(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run("generate", tmp_path / "org", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: mentormatch generate ")
    assert names_in(tmp_path) == set()


def test_an_organisation_of_one_has_nobody_to_pair_and_is_still_a_round(tmp_path: Path) -> None:
    assert run("generate", tmp_path / "org", "--people", "1").exit_code == 0
    assert run("match", tmp_path / "org", "--out", tmp_path / "out").exit_code == 0


def test_more_people_than_can_be_made_up_get_one_sentence(tmp_path: Path) -> None:
    result = run("generate", tmp_path / "org", "--people", "999999999")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
