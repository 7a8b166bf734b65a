"""mentormatch match: the files of an outcome, the summary, and nothing written when something is wrong."""

import csv
import hashlib
import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from mentormatch.domain.round import SolveStatus
from mentormatch.files.result_tables import read_pairings, write_pairings
from mentormatch.matching import engine
from tests.cli.command import names_in, run
from tests.unit.files.folders import lines, write_folder

OUTCOME = {
    "people.csv",
    "enrolments.csv",
    "history.csv",
    "policy.toml",
    "pairings.csv",
    "unpaired.csv",
    "certificate.json",
    "summary.json",
}


def test_an_outcome_holds_copies_of_the_inputs_and_the_results(outcome: Path, organisation: Path) -> None:
    assert names_in(outcome) == OUTCOME | {"candidates.csv"}
    for name in ("people.csv", "enrolments.csv", "history.csv"):
        assert (outcome / name).read_bytes() == (organisation / name).read_bytes()


def test_the_summary_agrees_with_the_pairings(outcome: Path) -> None:
    summary = json.loads((outcome / "summary.json").read_text())
    pairings = read_pairings((outcome / "pairings.csv").read_bytes())
    assert summary["status"] == "proven"
    assert pairings
    assert summary["coverage"]["pairings"] == len(pairings)
    assert summary["coverage"]["served"] == len({pairing.mentee_id for pairing in pairings})
    assert sum(figures["pairings"] for figures in summary["directions"]) == len(pairings)
    assert sum(band["pairings"] for band in summary["bands"]) == len(pairings)
    assert summary["load"]["places_left"] == summary["load"]["places"] - len(pairings)
    assert all(stage["value"] == stage["bound"] for stage in summary["stages"])
    assert summary["total_seconds"] >= sum(summary["seconds"].values()) > 0
    assert summary["memory_mb"] > 10


def test_pairings_add_up_and_are_sorted(outcome: Path) -> None:
    data = (outcome / "pairings.csv").read_bytes()
    pairings = read_pairings(data)
    assert write_pairings(pairings) == data
    assert all(sum(pairing.components.values()) == pairing.points for pairing in pairings)


def test_every_pairing_is_a_candidate(outcome: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((outcome / "candidates.csv").read_text(encoding="utf-8"))))
    candidates = {(row["mentor_id"], row["mentee_id"], row["direction"], int(row["points"])) for row in rows}
    pairings = read_pairings((outcome / "pairings.csv").read_bytes())
    assert {(p.mentor_id, p.mentee_id, str(p.direction), p.points) for p in pairings} <= candidates
    assert len(candidates) == len(rows) == json.loads((outcome / "summary.json").read_text())["candidates"]


def test_the_screen_shows_the_summary_and_stderr_each_stage_once(organisation: Path, tmp_path: Path) -> None:
    result = run("match", organisation, "--out", tmp_path / "out")
    assert result.exit_code == 0
    for words in ("mentees served", "mentors used", "places left", "Directions", "upward", "Quality bands", "proven"):
        assert words in result.stdout
    assert result.stdout.endswith(f"Written to {tmp_path / 'out'}.\n")
    stages = [tuple(line.split("  ")[:2]) for line in result.stderr.splitlines()]
    assert ("pass 1", "coverage") in stages
    assert len(stages) == len(set(stages))


def test_the_summary_fits_into_eighty_columns(organisation: Path, tmp_path: Path) -> None:
    result = run("match", organisation, "--out", tmp_path / "out")
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 80


def test_two_runs_give_the_same_bytes_whatever_the_threads_and_the_order_of_rows(
    organisation: Path, outcome: Path, tmp_path: Path
) -> None:
    for name in ("people.csv", "enrolments.csv"):
        header, *rows = (organisation / name).read_text(encoding="utf-8").splitlines()
        (organisation / name).write_text("\r\n".join([header, *reversed(rows)]), encoding="utf-8", newline="")
    assert run("match", organisation, "--out", tmp_path / "again", "--threads", "1").exit_code == 0
    assert (tmp_path / "again" / "pairings.csv").read_bytes() == (outcome / "pairings.csv").read_bytes()
    assert (tmp_path / "again" / "unpaired.csv").read_bytes() == (outcome / "unpaired.csv").read_bytes()


def test_an_outcome_is_replaced_by_the_next(organisation: Path, outcome: Path) -> None:
    result = run("match", organisation, "--out", outcome, "--seed", "other")
    assert result.exit_code == 0
    assert names_in(outcome) == OUTCOME
    assert json.loads((outcome / "certificate.json").read_text())["seed"] == "other"


def test_the_certificate_names_the_digest_of_every_input(outcome: Path) -> None:
    digests = json.loads((outcome / "certificate.json").read_text())["inputs"]
    assert set(digests) == {"people.csv", "enrolments.csv", "history.csv", "policy.toml", "policy"}
    for name in set(digests) - {"policy"}:
        assert digests[name] == hashlib.sha256((outcome / name).read_bytes()).hexdigest()


def test_problems_are_told_on_stderr_and_nothing_is_written(tmp_path: Path) -> None:
    people = ("person_id,name,manager_id,level", "A,Ann,,4", "C,Cem,A,")
    folder = write_folder(tmp_path / "in", people=people)
    result = run("match", folder, "--out", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "people.csv, row 3, level: the level is blank" in result.stderr
    assert names_in(tmp_path) == {"in"}


def test_with_quarantine_the_round_goes_on_and_names_who_was_set_aside(tmp_path: Path) -> None:
    people = ("person_id,name,manager_id,level", "T,Top,,6", "A,Ann,T,4", "C,Cem,T,1", "D,Dee,T,")
    enrolments = ("person_id,as_mentee,as_mentor", "A,,upward:2", "C,upward:1,", "D,upward:1,")
    policy = b"[rules]\nsame-manager = false\n"
    folder = write_folder(tmp_path / "in", people=people, enrolments=enrolments, policy=policy)
    result = run("match", folder, "--out", tmp_path / "out", "--quarantine")
    assert result.exit_code == 0
    assert "1 problem; 1 person is set aside." in result.stderr
    assert "1 person was set aside" in result.stdout
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["quarantined"] == ["D"]
    pairings = read_pairings((tmp_path / "out" / "pairings.csv").read_bytes())
    assert [(pairing.mentor_id, pairing.mentee_id) for pairing in pairings] == [("A", "C")]


def test_the_locks_are_copied_into_the_outcome(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in")
    locks = tmp_path / "fixed.csv"
    locks.write_bytes(lines("kind,mentor_id,mentee_id,reason", "must-not,A,C,family"))
    assert run("match", folder, "--out", tmp_path / "out", "--locks", locks).exit_code == 0
    assert (tmp_path / "out" / "locks.csv").read_bytes() == locks.read_bytes()


def test_a_lock_that_breaks_a_rule_gets_a_sentence_and_nothing_is_written(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in")
    locks = tmp_path / "fixed.csv"
    locks.write_bytes(lines("kind,mentor_id,mentee_id", "must,A,C"))
    result = run("match", folder, "--out", tmp_path / "out", "--locks", locks)
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'locks.csv, row 2, mentee_id "C": it breaks the rule reporting-line' in result.stderr
    assert names_in(tmp_path) == {"in", "fixed.csv"}


def test_a_pairing_that_is_demanded_is_in_the_outcome(organisation: Path, outcome: Path, tmp_path: Path) -> None:
    taken = {(p.mentor_id, p.mentee_id) for p in read_pairings((outcome / "pairings.csv").read_bytes())}
    rows = csv.DictReader(io.StringIO((outcome / "candidates.csv").read_text(encoding="utf-8")))
    mentor, mentee = next(pair for row in rows if (pair := (row["mentor_id"], row["mentee_id"])) not in taken)
    locks = tmp_path / "fixed.csv"
    locks.write_bytes(lines("kind,mentor_id,mentee_id,reason", f"must,{mentor},{mentee},promised"))
    result = run("match", organisation, "--out", tmp_path / "locked", "--locks", locks)
    assert result.exit_code == 0, result.output
    found = read_pairings((tmp_path / "locked" / "pairings.csv").read_bytes())
    assert (mentor, mentee) in {(p.mentor_id, p.mentee_id) for p in found}


def test_the_policy_in_force_is_copied_into_the_outcome(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", policy=b"# nothing\n")
    policy = tmp_path / "strict.toml"
    policy.write_text("[weights]\nneeds = 200\n")
    assert run("match", folder, "--out", tmp_path / "out", "--policy", policy).exit_code == 0
    assert (tmp_path / "out" / "policy.toml").read_bytes() == policy.read_bytes()


def test_a_round_in_which_nobody_is_enrolled_has_an_outcome(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "in", enrolments=("person_id,as_mentee,as_mentor",))
    result = run("match", folder, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "Nobody is enrolled" in result.stderr
    assert read_pairings((tmp_path / "out" / "pairings.csv").read_bytes()) == ()


@pytest.mark.parametrize(
    ("out", "words"),
    [("in", "lie one in the other"), ("in/out", "lie one in the other"), (".", "lie one in the other")],
)
def test_an_outcome_in_the_input_is_refused_before_any_work(tmp_path: Path, out: str, words: str) -> None:
    folder = write_folder(tmp_path / "in")
    before = names_in(folder)
    result = run("match", folder, "--out", tmp_path / out)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert names_in(folder) == before


def test_a_folder_that_holds_other_things_is_refused_before_any_work(organisation: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("precious")
    result = run("match", organisation, "--out", out)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "notes.txt" in result.stderr
    assert names_in(out) == {"notes.txt"}


def test_a_match_that_was_stopped_is_written_and_answers_three(
    organisation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = engine.match

    def stop_early(*args: object, **words: object) -> engine.Match:
        """Match, and say that the proof was not reached."""
        done = original(*args, **words)  # type: ignore[arg-type]
        stages = tuple(replace(stage, bound=stage.bound + 5) for stage in done.outcome.stages)
        return replace(done, outcome=replace(done.outcome, status=SolveStatus.STOPPED, stages=stages))

    monkeypatch.setattr(engine, "match", stop_early)
    result = run("match", organisation, "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "stopped before the proof was complete" in result.stdout
    assert " of at most " in result.stdout
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["status"] == "stopped"


def test_threads_and_time_limit_reach_the_engine_and_leave_the_policy_file_alone(
    organisation: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    original = engine.match

    def look(matching_round: object, **words: object) -> engine.Match:
        """Keep what the policy of the round says."""
        seen.append(matching_round.policy.solve)  # type: ignore[attr-defined]
        return original(matching_round, **words)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "match", look)
    run("match", organisation, "--out", tmp_path / "out", "--threads", "1", "--time-limit", "500.5")
    assert [(solve.threads, solve.time_limit_seconds) for solve in seen] == [(1, 500.5)]
    assert "threads = 2" in (tmp_path / "out" / "policy.toml").read_text()


@pytest.mark.parametrize(
    "words",
    [
        ("--time-limit", "0"),
        ("--time-limit", "-1"),
        ("--time-limit", "nan"),
        ("--time-limit", "inf"),
        ("--time-limit", "soon"),
        ("--threads", "0"),
        ("--threads", "two"),
        ("--seed", ""),
        ("--seed", " "),
        ("--seed", "a\nb"),
        ("--colour",),
        ("surplus",),
    ],
)
def test_wrong_words_are_refused_with_the_usage(organisation: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run("match", organisation, "--out", tmp_path / "out", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: mentormatch match ")
    assert names_in(tmp_path) == {"organisation"}


def test_out_must_be_named(organisation: Path) -> None:
    result = run("match", organisation)
    assert result.exit_code == 2
    assert "Missing option '--out'" in result.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator may write everywhere")
def test_a_place_where_nobody_may_write_gets_one_sentence(organisation: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    result = run("match", organisation, "--out", locked / "out")
    assert result.exit_code == 2
    assert str(locked) in result.stderr
    assert "permission denied" in result.stderr
