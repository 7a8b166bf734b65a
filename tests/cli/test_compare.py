"""mentormatch compare: two outcomes side by side, in tables and as data."""

import json
from pathlib import Path

import pytest

from mentormatch.files.result_tables import read_pairings
from tests.cli.command import names_in, run


@pytest.fixture
def repaired(outcome: Path, tmp_path: Path) -> Path:
    """Return the outcome with its first pairing declined."""
    first = read_pairings((outcome / "pairings.csv").read_bytes())[0]
    assert run("repair", outcome, "--decline", first.mentor_id, first.mentee_id).exit_code == 0
    return tmp_path / "outcome-repaired"


def pairs(out: Path) -> set[tuple[str, str]]:
    """Return the pairs of an outcome."""
    return {(p.mentor_id, p.mentee_id) for p in read_pairings((out / "pairings.csv").read_bytes())}


def listed(rows: list[dict[str, str]]) -> set[tuple[str, str]]:
    """Return the pairs of a list in JSON."""
    return {(row["mentor_id"], row["mentee_id"]) for row in rows}


def test_an_outcome_beside_itself_differs_in_nothing(outcome: Path) -> None:
    found = json.loads(run("compare", outcome, outcome, "--format", "json").stdout)
    assert (found["added"], found["removed"], found["changed"]) == ([], [], [])
    assert found["before"] == found["after"]
    assert {group["difference"] for group in found["groups"]} == {0}


def test_what_came_and_went_is_listed(outcome: Path, repaired: Path) -> None:
    found = json.loads(run("compare", outcome, repaired, "--format", "json").stdout)
    assert listed(found["removed"]) == pairs(outcome) - pairs(repaired) != set()
    assert listed(found["added"]) == pairs(repaired) - pairs(outcome)
    assert found["kept"] == len(pairs(repaired) & pairs(outcome))


def test_figures_are_those_of_both_summaries(outcome: Path, repaired: Path) -> None:
    found = json.loads(run("compare", outcome, repaired, "--format", "json").stdout)
    for side, out in (("before", outcome), ("after", repaired)):
        summary, told = json.loads((out / "summary.json").read_text()), found[side]
        assert told["mentees"] == summary["coverage"]["mentees"]
        assert told["vector"]["served"] == summary["coverage"]["served"]
        assert told["coverage"] == pytest.approx(summary["coverage"]["served"] / summary["coverage"]["mentees"])
        assert told["vector"]["bands"] == [band["pairings"] for band in summary["bands"]]
        assert (told["mentors"], told["mentors_used"]) == (summary["load"]["mentors"], summary["load"]["used"])
        counts = {(one["role"], one["reason"]): one["people"] for one in told["unpaired"]}
        assert counts == {(role, why): n for role, whys in summary["unpaired"].items() for why, n in whys.items()}
        values = {(one["pass"], one["stage"]): one["value"] for one in told["stages"]}
        assert values == {(stage["pass_number"], stage["name"]): stage["value"] for stage in summary["stages"]}


def test_groups_add_up_to_all_mentees(outcome: Path, repaired: Path) -> None:
    found = json.loads(run("compare", outcome, repaired, "--format", "json").stdout)
    for attribute in ("department", "location", "level"):
        groups = [group for group in found["groups"] if group["attribute"] == attribute]
        assert sum(group["before"]["mentees"] for group in groups) == found["before"]["mentees"]
        assert sum(group["after"]["served"] for group in groups) == found["after"]["vector"]["served"]


def test_people_see_every_part_and_the_pairings(outcome: Path, repaired: Path) -> None:
    printed = run("compare", outcome, repaired).stdout
    ended = next(iter(pairs(outcome) - pairs(repaired)))
    assert f"Removed: {ended[0]} mentors {ended[1]} (" in printed
    parts = ("Figures", "Directions", "Mentors by", "Without a place", "Stage values", "by department", "by level")
    assert [part for part in parts if part not in printed] == []
    assert "Pairings that locks demand stand before the first pass and count in no stage." in printed


def test_two_outcomes_without_locks_say_nothing_of_them(outcome: Path) -> None:
    assert "count in no stage" not in run("compare", outcome, outcome).stdout


def test_rounds_with_other_bands_are_compared_without_them(organisation: Path, outcome: Path, tmp_path: Path) -> None:
    policy = run("policy", "--show").stdout
    (organisation / "policy.toml").write_text(policy.replace("[350, 450, 550, 650, 750]", "[400, 600]"))
    assert run("match", organisation, "--out", tmp_path / "other").exit_code == 0
    result = run("compare", outcome, tmp_path / "other")
    assert result.exit_code == 0, result.output
    assert "pairings at" not in result.stdout
    assert "points" in result.stdout


def test_a_long_list_of_pairings_is_cut_and_counted(outcome: Path, organisation: Path, tmp_path: Path) -> None:
    (organisation / "enrolments.csv").write_text("person_id,as_mentee,as_mentor\n")
    assert run("match", organisation, "--out", tmp_path / "empty").exit_code == 0
    printed = run("compare", outcome, tmp_path / "empty").stdout
    count = len(pairs(outcome))
    assert printed.count("  Removed: ") == min(count, 20) + (count > 20)
    assert (f"{count - 20:,} more, all with --format json" in printed) is (count > 20)


def test_a_folder_that_is_no_outcome_gets_one_sentence(outcome: Path, organisation: Path) -> None:
    result = run("compare", outcome, organisation)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{organisation} holds no certificate.json")


def test_comparing_writes_nothing(outcome: Path, tmp_path: Path) -> None:
    before = names_in(tmp_path)
    run("compare", outcome, outcome)
    assert names_in(tmp_path) == before
