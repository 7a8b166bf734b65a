"""mentormatch explain: one question at a time, in words or as data, from an outcome that is whole."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

from mentormatch.domain.pairing import Pairing, Role
from mentormatch.files.outcome_folder import OutcomeFolder, read_outcome
from mentormatch.matching.reference import build_reference
from tests.cli.command import run


@pytest.fixture(scope="module")
def read(made_outcome: Path) -> OutcomeFolder:
    return read_outcome(made_outcome)


@pytest.fixture(scope="module")
def pairing(read: OutcomeFolder) -> Pairing:
    return read.pairings[0]


@pytest.fixture(scope="module")
def missed(read: OutcomeFolder) -> tuple[str, str]:
    """Return a mentor and a mentee who are a candidate and not paired."""
    reference = build_reference(read.round)
    paired = {(one.mentor_id, one.mentee_id) for one in read.pairings}
    mentors = {one.mentor_id for one in read.pairings}
    mentees = sorted(entry.person_id for entry in read.round.enrolments if entry.is_mentee)
    pairs = ((mentor, mentee) for mentor in sorted(mentors) for mentee in mentees if mentor != mentee)
    return next(pair for pair in pairs if pair not in paired and reference.candidate(*pair) is not None)


def answer(out: Path, *words: str) -> str:
    result = run("explain", out, *words)
    assert result.exit_code == 0, result.output
    return result.stdout


def data(out: Path, *words: str) -> dict[str, object]:
    found = json.loads(answer(out, *words, "--format", "json"))
    assert isinstance(found, dict)
    return found


def test_a_pairing_is_explained_by_components_that_add_up(made_outcome: Path, pairing: Pairing) -> None:
    found = data(made_outcome, "--pair", pairing.mentor_id, pairing.mentee_id)["pairing"]
    assert isinstance(found, dict)
    assert sum(found["components"].values()) == found["points"] == pairing.points


def test_the_table_names_what_it_is_about(made_outcome: Path, pairing: Pairing) -> None:
    text = answer(made_outcome, "--pair", pairing.mentor_id, pairing.mentee_id)
    assert text.startswith(f"{pairing.mentor_id} mentors {pairing.mentee_id}, {pairing.direction}:")
    for words in ("needs", "common ground", "in all", "The mentor's place:"):
        assert words in text


def test_an_exact_answer_is_the_round_matched_without_the_pairing(made_outcome: Path, pairing: Pairing) -> None:
    exact = data(made_outcome, "--pair", pairing.mentor_id, pairing.mentee_id, "--exact")["exact"]
    assert isinstance(exact, dict)
    assert [pairing.mentor_id, pairing.mentee_id] in [[one["mentor_id"], one["mentee_id"]] for one in exact["removed"]]
    assert "Without it, exactly:" in answer(made_outcome, "--pair", pairing.mentor_id, pairing.mentee_id, "--exact")


def test_a_pair_that_is_not_paired_costs_at_least_something(made_outcome: Path, missed: tuple[str, str]) -> None:
    found = data(made_outcome, "--why-not", *missed)
    assert (found["kind"], "exact" in found) == ("loss", False)
    assert answer(made_outcome, "--why-not", *missed).startswith(f"{missed[0]} does not mentor {missed[1]}: ")


def test_the_exact_cost_is_that_of_a_match_with_a_lock(
    made_organisation: Path, made_outcome: Path, missed: tuple[str, str], tmp_path: Path
) -> None:
    locks = tmp_path / "locks.csv"
    locks.write_text(f"kind,mentor_id,mentee_id,reason\nmust,{missed[0]},{missed[1]},asked\n")
    assert run("match", made_organisation, "--out", tmp_path / "forced", "--locks", locks).exit_code == 0
    forced = read_outcome(tmp_path / "forced").pairings
    exact = data(made_outcome, "--why-not", *missed, "--exact")["exact"]
    assert isinstance(exact, dict)
    published = {(one.mentor_id, one.mentee_id) for one in read_outcome(made_outcome).pairings}
    changed = published - {(one["mentor_id"], one["mentee_id"]) for one in exact["removed"]}
    changed |= {(one["mentor_id"], one["mentee_id"]) for one in exact["added"]}
    assert changed == {(one.mentor_id, one.mentee_id) for one in forced}
    assert exact["changed"]["points"] == sum(one.points for one in forced)
    assert exact["changed"]["served"] == len({one.mentee_id for one in forced})


def test_an_employee_reads_one_sentence_without_figures(made_outcome: Path, missed: tuple[str, str]) -> None:
    assert set(data(made_outcome, "--why-not", *missed, "--employee")) == {"sentence"}
    assert missed[0] not in answer(made_outcome, "--why-not", *missed, "--employee")


def test_somebody_without_a_place_is_told_why(made_outcome: Path, read: OutcomeFolder) -> None:
    left = next(one for one in read.unpaired if one.role is Role.MENTEE)
    assert left.reason in answer(made_outcome, "--person", left.person_id)


@pytest.mark.parametrize("question", ["--prices", "--recruit"])
def test_prices_and_recruiting_answer_in_words_and_as_data(made_outcome: Path, question: str) -> None:
    assert answer(made_outcome, question)
    assert data(made_outcome, question)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Say one of --pair, --why-not, --person, --prices or --recruit."),
        (("--prices", "--recruit"), "Say one of"),
        (("--prices", "--exact"), "--exact goes with --pair or --why-not."),
        (("--pair", "a", "b", "--employee"), "--employee goes with --why-not or --person."),
    ],
)
def test_words_that_make_no_question_are_refused(made_outcome: Path, words: tuple[str, ...], sentence: str) -> None:
    result = run("explain", made_outcome, *words)
    assert (result.exit_code, sentence in result.output) == (2, True)


def refused(result: Result, code: int, sentence: str) -> None:
    assert result.exit_code == code
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_nobody_and_no_pairing_are_one_sentence(made_outcome: Path, missed: tuple[str, str]) -> None:
    refused(run("explain", made_outcome, "--why-not", "Q", "R"), 2, "nobody with the id 'Q'")
    refused(run("explain", made_outcome, "--pair", *missed), 2, f"--why-not {missed[0]} {missed[1]} says why.")
    refused(run("explain", made_outcome, "--person", "Q"), 2, "Q")


def test_a_folder_that_holds_no_outcome_or_a_changed_one_is_refused(outcome: Path, organisation: Path) -> None:
    refused(run("explain", organisation, "--prices"), 1, "name a directory that match has written")
    people = outcome / "people.csv"
    people.write_bytes(people.read_bytes() + b"\n")
    refused(run("explain", outcome, "--prices"), 1, "holds another people.csv")


def test_an_answer_at_once_loads_no_solver(made_outcome: Path, missed: tuple[str, str]) -> None:
    program = (
        "import sys; from mentormatch.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "print(sorted({'pulp', 'highspy'} & set(sys.modules)))"
    )
    process = start_program(program, "explain", str(made_outcome), "--why-not", *missed)
    assert process.splitlines()[-1] == "[]"


def start_program(program: str, *words: str) -> str:
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    return done.stdout
