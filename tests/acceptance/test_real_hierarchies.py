"""Real hierarchies, dirt included: the engine runs on them and its proof holds. Skipped where the data is not there."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mentormatch.cli import main

ORGANISATIONS = (
    "oracle_hr_107.csv",
    "sourcegraph_2022-04-01.csv",
    "sourcegraph_2022-07-01.csv",
    "uk_2014_home_office.csv",
)


def run(*words: str | Path) -> Result:
    """Run a command of the command line in this process."""
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="mentormatch")


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def has_line(managers: Mapping[str, str], person_id: str, other_id: str) -> bool:
    """Whether somebody stands above somebody else on solid lines, walked step by step."""
    seen: set[str] = set()
    while person_id and person_id not in seen:
        seen.add(person_id)
        person_id = managers.get(person_id, "")
        if person_id == other_id:
            return True
    return False


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_a_real_hierarchy_is_matched_and_its_proof_verified(name: str, real_data: Path, tmp_path: Path) -> None:
    organisation, outcome = tmp_path / "organisation", tmp_path / "outcome"
    made = run("generate", organisation, "--hierarchy", real_data / name, "--seed", "5")
    assert made.exit_code == 0, made.output
    matched = run("match", organisation, "--out", outcome, "--quarantine")
    assert matched.exit_code == 0, matched.output
    verified = run("verify", outcome)
    assert verified.exit_code == 0, verified.output
    assert "verified" in verified.output

    pairings, people = rows_of(outcome / "pairings.csv"), rows_of(organisation / "people.csv")
    managers = {row["person_id"]: row["manager_id"] for row in people}
    assert len(pairings) >= len(people) // 20
    for row in pairings:
        mentor, mentee = row["mentor_id"], row["mentee_id"]
        assert mentor != mentee
        assert not has_line(managers, mentee, mentor)
        assert not has_line(managers, mentor, mentee)
    assert json.loads((outcome / "summary.json").read_text(encoding="utf-8"))["status"] == "proven"


def test_the_dirt_of_a_real_hierarchy_is_explained_and_nobody_matched_before_somebody_decides(
    real_data: Path, tmp_path: Path
) -> None:
    """The Home Office leaves six levels blank."""
    organisation = tmp_path / "organisation"
    assert run("generate", organisation, "--hierarchy", real_data / ORGANISATIONS[-1], "--seed", "5").exit_code == 0
    blank = [number for number, row in enumerate(rows_of(organisation / "people.csv"), start=2) if not row["level"]]
    checked = run("check", organisation)
    assert checked.exit_code == 2
    assert len(blank) == 6
    assert all(f"people.csv, row {number}, level" in checked.output for number in blank)
    assert run("match", organisation, "--out", tmp_path / "outcome").exit_code == 2
    assert not (tmp_path / "outcome").exists()


def test_a_manager_id_with_one_digit_too_many_is_explained_with_the_near_miss(real_data: Path, tmp_path: Path) -> None:
    organisation = tmp_path / "organisation"
    assert run("generate", organisation, "--hierarchy", real_data / ORGANISATIONS[1], "--seed", "5").exit_code == 0
    people = organisation / "people.csv"
    manager = next(row["manager_id"] for row in rows_of(people) if row["manager_id"])
    people.write_text(people.read_text(encoding="utf-8").replace(f",{manager},", f",{manager}0,", 1), encoding="utf-8")
    checked = run("check", organisation)
    assert checked.exit_code == 2
    assert f"{manager}0" in checked.output
    assert f"did you mean {manager}" in checked.output
