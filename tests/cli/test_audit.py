"""mentormatch audit: figures on the screen and as JSON, protected attributes by file, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from mentormatch.files.people_file import PEOPLE_COLUMNS
from tests.cli.command import run


def ids_of(outcome: Path) -> list[str]:
    rows = (outcome / "people.csv").read_text(encoding="utf-8").splitlines()[1:]
    return [row.split(",")[PEOPLE_COLUMNS.index("person_id")] for row in rows]


def json_of(*words: str | Path) -> Any:
    result = run("audit", *words, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def attributes(outcome: Path, tmp_path: Path) -> Path:
    lines = [f"{who},{'fm'[k % 2]}" for k, who in enumerate(ids_of(outcome))]
    path = tmp_path / "attributes.csv"
    path.write_text("\n".join(["person_id,gender", *lines]), encoding="utf-8")
    return path


def test_the_screen_shows_every_part(outcome: Path) -> None:
    result = run("audit", outcome, "--quick")
    assert result.exit_code == 0, result.output
    for words in ("flagged", "By department", "By level", "everybody", "within four fifths", "Inequality", "same line"):
        assert words in result.stdout
    assert "drawing random plans" in result.stderr


def test_the_tables_fit_into_eighty_columns(outcome: Path) -> None:
    assert max(map(len, run("audit", outcome, "--quick").stdout.splitlines())) <= 80


def test_no_group_on_the_screen_has_a_count_of_one_to_four(outcome: Path) -> None:
    table = run("audit", outcome, "--quick").stdout.split("By department")[1].split("everybody")[0]
    assert not {"1", "2", "3", "4"} & set(table.split())


def test_json_holds_the_same_and_nothing_small(outcome: Path) -> None:
    data = json_of(outcome, "--quick")
    assert data["sensitivity"] is None
    for funnel in data["funnels"]:
        for group in funnel["groups"]:
            assert not any(count is not None and 0 < count < 5 for count in group["counts"].values())
    assert data["everybody"]["counts"]["served"] >= 10


def test_without_quick_the_round_is_solved_with_other_weights(outcome: Path) -> None:
    result = run("audit", outcome)
    assert result.exit_code == 0, result.output
    assert "With another weight" in result.stdout
    assert result.stderr.count("solving again with ") == 14
    assert "solving again with needs 150 points" in result.stderr


def test_attributes_add_their_groups_and_change_no_other(outcome: Path, attributes: Path) -> None:
    before = {path.name: path.read_bytes() for path in outcome.iterdir()}
    alone = json_of(outcome, "--quick")
    data = json_of(outcome, "--quick", "--attributes", attributes)
    assert [funnel["attribute"] for funnel in data["funnels"]][-1] == "gender"
    assert data["funnels"][:-1] == alone["funnels"]
    assert data["signs"] == alone["signs"]
    assert {path.name: path.read_bytes() for path in outcome.iterdir()} == before


def test_problems_of_the_attributes_are_told_and_nothing_is_shown(outcome: Path, tmp_path: Path) -> None:
    path = tmp_path / "attributes.csv"
    path.write_text("person_id,gender\nnobody,f\n", encoding="utf-8")
    result = run("audit", outcome, "--quick", "--attributes", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'attributes.csv, row 2, person_id "nobody"' in result.stderr


def test_the_seed_decides_the_random_plans_and_is_printed(outcome: Path) -> None:
    one, same, other = (json_of(outcome, "--quick", "--seed", seed) for seed in ("5", "5", "6"))
    assert one == same
    assert (one["seed"], other["seed"]) == (5, 6)
    assert one["access"] != other["access"]
    assert "(seed 5)" in run("audit", outcome, "--quick", "--seed", "5").stdout


def test_a_folder_without_an_outcome_is_refused(organisation: Path) -> None:
    result = run("audit", organisation)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "holds no certificate.json" in result.stderr


def test_input_that_was_changed_after_the_match_is_refused(outcome: Path) -> None:
    (outcome / "people.csv").write_bytes((outcome / "people.csv").read_bytes() + b"\r\n")
    result = run("audit", outcome)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "another people.csv" in result.stderr


@pytest.mark.parametrize("words", [("--seed", "-1"), ("--seed", "x"), ("--format", "xml"), ("--loud",)])
def test_wrong_words_are_refused_with_the_usage(outcome: Path, words: tuple[str, ...]) -> None:
    result = run("audit", outcome, *words)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: mentormatch audit ")
