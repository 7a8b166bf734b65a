"""mentormatch repair: the outcome with everything else kept, what is told of it, and what is refused."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest

from mentormatch.cli.repairs import repair, repeat_options
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import SolveStatus
from mentormatch.files.result_tables import read_pairings
from mentormatch.matching import engine
from tests.cli.command import names_in, run
from tests.unit.files.folders import lines, write_folder

PEOPLE = (
    "person_id,name,manager_id,level",
    "T,Top,,9",
    "M,May,T,4",
    "N,Ned,T,4",
    "A,Ann,T,2",
    "B,Bob,T,2",
    "C,Cem,T,2",
)
ENROLMENTS = (
    "person_id,as_mentee,as_mentor,max_mentees,prefers",
    "M,,upward:1,1,",
    "N,,upward:1,1,",
    "A,upward:1,,,M",
    "B,upward:1,,,N",
    "C,upward:1,,,",
)
RULES = ("[rules]", "same-manager = false")
"""A wishes for M and B for N, so these are the pairings; C waits."""


def pairings_in(out: Path) -> tuple[Pairing, ...]:
    """Return the pairings of an outcome."""
    return read_pairings((out / "pairings.csv").read_bytes())


def pairs_in(out: Path) -> set[tuple[str, str]]:
    """Return the pairs of an outcome, mentor first."""
    return {(pairing.mentor_id, pairing.mentee_id) for pairing in pairings_in(out)}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return the outcome of a round of two mentors and three mentees."""
    folder = write_folder(tmp_path / "in", people=PEOPLE, enrolments=ENROLMENTS, policy=RULES)
    assert run("match", folder, "--out", tmp_path / "out").exit_code == 0
    assert pairs_in(tmp_path / "out") == {("M", "A"), ("N", "B")}
    return tmp_path / "out"


class TestOutcome:
    def test_everything_else_stays_and_the_place_goes_to_who_waits(self, small: Path, tmp_path: Path) -> None:
        result = run("repair", small, "--decline", "M", "A")
        assert result.exit_code == 0, result.output
        assert pairs_in(tmp_path / "out-repaired") == {("N", "B"), ("M", "C")}

    def test_the_old_outcome_is_left_alone_and_the_new_one_is_whole(self, outcome: Path, tmp_path: Path) -> None:
        before = {path.name: path.read_bytes() for path in outcome.iterdir()}
        first = pairings_in(outcome)[0]
        assert run("repair", outcome, "--decline", first.mentor_id, first.mentee_id).exit_code == 0
        assert {path.name: path.read_bytes() for path in outcome.iterdir()} == before
        assert names_in(tmp_path / "outcome-repaired") == set(before) - {"candidates.csv"} | {"locks.csv"}

    def test_the_new_outcome_is_verified_and_can_be_repaired_again(self, outcome: Path, tmp_path: Path) -> None:
        out, gone = outcome, set[tuple[str, str]]()
        for number in range(3):
            target, first = tmp_path / f"out{number}", pairings_in(out)[0]
            gone.add((first.mentor_id, first.mentee_id))
            result = run("repair", out, "--decline", first.mentor_id, first.mentee_id, "--out", target)
            assert result.exit_code == 0, result.output
            assert run("verify", target).exit_code == 0
            assert pairs_in(out) - pairs_in(target) == {(first.mentor_id, first.mentee_id)}
            assert not gone & pairs_in(target)
            out = target

    def test_files_change_in_the_rows_of_leavers_alone(self, outcome: Path, tmp_path: Path) -> None:
        leaver = pairings_in(outcome)[0].mentor_id
        assert run("repair", outcome, "--leaver", leaver).exit_code == 0
        new = tmp_path / "outcome-repaired"
        for name in ("people.csv", "enrolments.csv"):
            old_rows, new_rows = ((place / name).read_bytes().splitlines() for place in (outcome, new))
            changed = set(old_rows) ^ set(new_rows)
            assert changed
            assert all(row.startswith(f"{leaver},".encode()) for row in changed)
        for name in ("history.csv", "policy.toml"):
            assert (new / name).read_bytes() == (outcome / name).read_bytes()
        assert all(leaver not in pair for pair in pairs_in(new))
        assert run("verify", new).exit_code == 0

    def test_the_lottery_is_the_old_one(self, organisation: Path, tmp_path: Path) -> None:
        out = tmp_path / "out"
        assert run("match", organisation, "--out", out, "--seed", "spring").exit_code == 0
        first = pairings_in(out)[0]
        assert run("repair", out, "--decline", first.mentor_id, first.mentee_id).exit_code == 0
        assert json.loads((tmp_path / "out-repaired" / "certificate.json").read_text())["seed"] == "spring"

    def test_locks_of_the_old_outcome_stay(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path / "in", people=PEOPLE, enrolments=ENROLMENTS, policy=RULES)
        locks = tmp_path / "fixed.csv"
        locks.write_bytes(lines("kind,mentor_id,mentee_id,reason", "must,N,C,promised", "must-not,M,B,asked for"))
        assert run("match", folder, "--out", tmp_path / "out", "--locks", locks).exit_code == 0
        assert run("repair", tmp_path / "out", "--decline", "M", "A").exit_code == 0
        rows = [
            "kind,mentor_id,mentee_id,reason",
            "must,N,C,promised",
            "must-not,M,B,asked for",
            "must-not,M,A,declined",
        ]
        assert (tmp_path / "out-repaired" / "locks.csv").read_bytes() == lines(*rows)

    def test_an_earlier_repair_is_replaced_and_other_things_are_not(self, small: Path, tmp_path: Path) -> None:
        assert run("repair", small, "--decline", "M", "A").exit_code == 0
        assert run("repair", small, "--decline", "N", "B").exit_code == 0
        assert ("N", "B") not in pairs_in(tmp_path / "out-repaired")
        (tmp_path / "out-repaired" / "notes.txt").write_text("precious")
        result = run("repair", small, "--decline", "M", "A")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "notes.txt" in result.stderr

    def test_people_set_aside_stay_so(self, tmp_path: Path) -> None:
        people = (*PEOPLE, "D,Dee,T,", "E,Eve,Z,2")
        folder = write_folder(tmp_path / "in", people=people, enrolments=(*ENROLMENTS, "E,upward:1,,,M"), policy=RULES)
        assert run("match", folder, "--out", tmp_path / "out", "--quarantine").exit_code == 0
        result = run("repair", tmp_path / "out", "--decline", "M", "A", "--leaver", "E")
        assert result.exit_code == 0, result.output
        told = json.loads((tmp_path / "out-repaired" / "certificate.json").read_text())
        assert told["quarantined"] == ["D", "E"]
        assert run("verify", tmp_path / "out-repaired").exit_code == 0

    def test_a_file_with_semicolons_stays_one(self, tmp_path: Path) -> None:
        people = tuple(f"{row.replace(',', ';')};{'status' if row is PEOPLE[0] else ''}" for row in PEOPLE)
        folder = write_folder(tmp_path / "in", people=people, enrolments=ENROLMENTS, policy=RULES)
        assert run("match", folder, "--out", tmp_path / "out").exit_code == 0
        assert run("repair", tmp_path / "out", "--leaver", "A").exit_code == 0
        expected = lines(*people).replace(b"A;Ann;T;2;", b"A;Ann;T;2;left")
        assert (tmp_path / "out-repaired" / "people.csv").read_bytes() == expected

    def test_a_leaver_who_manages_others_stays_in_their_line(self, tmp_path: Path) -> None:
        """May reports to Top, who leaves; nobody's line becomes unknown."""
        folder = write_folder(tmp_path / "in", people=PEOPLE, enrolments=ENROLMENTS, policy=RULES)
        assert run("match", folder, "--out", tmp_path / "out").exit_code == 0
        assert run("repair", tmp_path / "out", "--leaver", "T").exit_code == 0
        assert pairs_in(tmp_path / "out-repaired") == pairs_in(tmp_path / "out")
        assert run("verify", tmp_path / "out-repaired").exit_code == 0

    def test_whoever_has_left_can_leave_once_more(self, small: Path, tmp_path: Path) -> None:
        assert run("repair", small, "--leaver", "A").exit_code == 0
        again = run("repair", tmp_path / "out-repaired", "--leaver", "A", "--out", tmp_path / "again")
        assert again.exit_code == 0, again.output
        assert pairs_in(tmp_path / "again") == pairs_in(tmp_path / "out-repaired")

    def test_the_same_words_give_the_same_bytes(self, outcome: Path, tmp_path: Path) -> None:
        found = pairings_in(outcome)
        words = [(pairing.mentor_id, pairing.mentee_id) for pairing in (found[0], found[-1])]
        for name, pairs in (("one", words), ("other", words[::-1])):
            spoken = [word for pair in pairs for word in ("--decline", *pair)]
            assert run("repair", outcome, *spoken, "--out", tmp_path / name).exit_code == 0
        for file in ("pairings.csv", "locks.csv", "unpaired.csv", "people.csv"):
            assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "other" / file).read_bytes()


class TestWhatIsTold:
    def test_people_learn_what_stays_ended_and_is_new(self, small: Path) -> None:
        printed = run("repair", small, "--decline", "M", "A").stdout
        assert "1 pairing stays as it was." in printed
        assert "M and A: declined, and not to be paired again in this round." in printed
        assert "New pairings" in printed
        assert "A full solve would end 0 of the 1 pairing that was kept." in printed

    def test_whoever_stays_without_learns_why(self, small: Path) -> None:
        printed = run("repair", small, "--decline", "M", "A").stdout
        assert "nobody (crowded-out: 1 possible mentor" in " ".join(printed.split())

    def test_a_departure_is_told_as_one(self, small: Path) -> None:
        assert "M and A: ended, as one of the two has left." in run("repair", small, "--leaver", "A").stdout

    def test_where_nothing_can_be_done_that_is_told(self, small: Path) -> None:
        printed = run("repair", small, "--leaver", "M", "C").stdout
        assert "Nobody new could be paired." in printed

    def test_the_same_as_data(self, small: Path, tmp_path: Path) -> None:
        told = json.loads(run("repair", small, "--decline", "M", "A", "--format", "json").stdout)
        assert (told["status"], told["full_status"], told["kept"]) == ("proven", "proven", 1)
        assert told["written_to"] == str(tmp_path / "out-repaired")
        assert (told["declined"], told["left"], told["let_go"]) == ([["M", "A"]], [], [])
        assert [(new["mentor_id"], new["mentee_id"]) for new in told["new"]] == [("M", "C")]
        assert [(one["person_id"], one["role"], one["new"]) for one in told["concerned"]] == [
            ("A", "mentee", []),
            ("M", "mentor", ["C"]),
        ]
        assert told["cost"]["ended"] == 0
        assert told["cost"]["repair"] == told["cost"]["full"]
        assert told["cost"]["before"]["served"] == told["cost"]["repair"]["served"] == 2
        assert told["cost"]["repair"]["points"] == sum(
            pairing.points for pairing in pairings_in(tmp_path / "out-repaired")
        )

    def test_data_alone_goes_to_stdout(self, small: Path) -> None:
        result = run("repair", small, "--decline", "M", "A", "--format", "json")
        assert "Matching once more" in result.stderr
        assert result.stdout.startswith("{")

    def test_the_cost_is_told_against_a_full_solve_that_may_move_everything(self, tmp_path: Path) -> None:
        """M is worth most for A, but had to take B as long as N took A; the repair keeps that."""
        wishes = ("M,,upward:1,1,A", "N,,upward:1,1,A", "A,upward:1,,,M;N", "B,upward:1,,,M", "C,upward:1,,,")
        folder = write_folder(tmp_path / "in", people=PEOPLE, enrolments=(ENROLMENTS[0], *wishes), policy=RULES)
        assert run("match", folder, "--out", tmp_path / "out").exit_code == 0
        assert pairs_in(tmp_path / "out") == {("M", "B"), ("N", "A")}
        told = json.loads(run("repair", tmp_path / "out", "--decline", "N", "A", "--format", "json").stdout)
        assert ("M", "B") in pairs_in(tmp_path / "out-repaired")
        assert told["cost"]["ended"] == 1
        assert told["cost"]["full"]["points"] > told["cost"]["repair"]["points"]

    def test_a_full_solve_that_was_stopped_is_told_as_one(self, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        original = engine.match

        def stop_the_second(*args: Any, **words: Any) -> engine.Match:
            """Match, and say of the solve without files that its proof was not reached."""
            done = original(*args, **words)
            status = done.outcome.status if words["digests"] else SolveStatus.STOPPED
            return replace(done, outcome=replace(done.outcome, status=status))

        monkeypatch.setattr(engine, "match", stop_the_second)
        result = run("repair", small, "--decline", "M", "A")
        assert result.exit_code == 0
        assert "The full solve was stopped before its proof was complete; this is the best it found." in result.stdout

    def test_a_repair_that_was_stopped_answers_three(self, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        original = engine.match

        def stop(*args: Any, **words: Any) -> engine.Match:
            """Match, and say that the proof was not reached."""
            done = original(*args, **words)
            return replace(done, outcome=replace(done.outcome, status=SolveStatus.STOPPED))

        monkeypatch.setattr(engine, "match", stop)
        result = run("repair", small, "--decline", "M", "A")
        assert result.exit_code == 3
        assert result.stdout.startswith("Stopped before the proof was complete: this is the best that was found.")


class TestWords:
    @pytest.mark.parametrize(
        ("given", "read"),
        [
            ("O --decline M A N B", "O --decline M A --decline N B"),
            ("O --decline M A --out X", "O --decline M A --out X"),
            ("O --leaver A B --decline M C", "O --leaver A --leaver B --decline M C"),
            ("O --decline M A N", "O --decline M A N"),
            ("O --decline -1 -2 N B", "O --decline -1 -2 --decline N B"),
            ("O --decline M", "O --decline M"),
            ("O", "O"),
        ],
    )
    def test_an_option_is_written_again_for_each_pair_or_person(self, given: str, read: str) -> None:
        assert " ".join(repeat_options(given.split())) == read

    @pytest.mark.parametrize(
        "words",
        [
            "OUT --decline M A N B --leaver C D",
            "OUT --decline M A --decline N B --leaver C --leaver D",
            "--decline M A --leaver C OUT --decline N B --leaver D",
        ],
    )
    def test_several_pairs_and_people_can_be_named_either_way(self, words: str) -> None:
        found = repair.make_context("repair", words.split()).params
        assert found["declined"] == (("M", "A"), ("N", "B"))
        assert found["leavers"] == ("C", "D")
        assert found["out"] == Path("OUT")

    @pytest.mark.parametrize("words", ["OUT --decline M A N", "OUT --decline M", "--decline M A", "OUT extra"])
    def test_half_a_pair_and_a_missing_outcome_are_wrong_words(self, words: str) -> None:
        with pytest.raises(click.UsageError):
            repair.make_context("repair", words.split())

    def test_several_declines_at_once_are_one_repair(self, small: Path, tmp_path: Path) -> None:
        assert run("repair", small, "--decline", "M", "A", "N", "B").exit_code == 0
        assert not {("M", "A"), ("N", "B")} & pairs_in(tmp_path / "out-repaired")


class TestWhatIsRefused:
    def refuse(self, *words: str | Path, sentence: str) -> None:
        """Check that words are answered with one sentence, exit code 2 and nothing on stdout."""
        result = run("repair", *words)
        assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{sentence}\n")

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ([], "Nothing is to be repaired: name a pairing that was declined, or somebody who has left."),
            (["--decline", "M", "Z"], "Nobody in this round has the id Z."),
            (["--leaver", "Z"], "Nobody in this round has the id Z."),
            (["--decline", "N", "A"], "N does not mentor A in this outcome; look into pairings.csv."),
        ],
    )
    def test_words_that_do_not_fit(self, small: Path, tmp_path: Path, words: Sequence[str], sentence: str) -> None:
        self.refuse(small, *words, sentence=sentence)
        assert names_in(tmp_path) == {"in", "out"}

    def test_a_folder_that_is_no_outcome(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path / "in", people=PEOPLE, enrolments=ENROLMENTS, policy=RULES)
        missing = "certificate.json and no pairings.csv and no unpaired.csv"
        sentence = f"{folder} holds no {missing}; name a directory that match has written."
        self.refuse(folder, "--decline", "M", "A", sentence=sentence)

    def test_input_that_was_changed_since(self, small: Path) -> None:
        (small / "people.csv").write_bytes((small / "people.csv").read_bytes() + b"Z,Zoe,T,1\n")
        sentence = f"{small} holds another people.csv than the one that was matched; match the round again."
        self.refuse(small, "--decline", "M", "A", sentence=sentence)

    def test_pairings_that_were_changed_since(self, small: Path) -> None:
        """Another lawful plan is not the one that was proven."""
        path = small / "pairings.csv"
        rows = [row for row in path.read_text().splitlines() if not row.startswith("N,")]
        path.write_bytes(lines(*rows))
        result = run("repair", small, "--decline", "M", "A")
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)

    def test_an_outcome_that_was_stopped(self, small: Path) -> None:
        path = small / "certificate.json"
        path.write_text(path.read_text().replace('"status": "proven"', '"status": "stopped"'))
        sentence = f"The match in {small} was stopped before its proof was complete; match the round again."
        self.refuse(small, "--decline", "M", "A", sentence=sentence)

    def test_a_place_inside_the_old_outcome(self, small: Path) -> None:
        place = small / "new"
        sentence = f"{place} and {small} lie one in the other; name another directory with --out."
        self.refuse(small, "--decline", "M", "A", "--out", place, sentence=sentence)
