"""The input files of a repaired round: byte for byte the old ones, but for leavers and locks."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.domain.people import Status
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.files.folder import RoundFolder
from mentormatch.files.outcome_folder import OutcomeFolder
from mentormatch.files.people_file import PEOPLE_COLUMNS, read_people
from mentormatch.files.problems import Findings
from mentormatch.files.repaired_files import mark_as_left, read_repaired, repaired_inputs, without_rows, write_locks
from mentormatch.matching.certificate import Certificate
from mentormatch.matching.repair import RepairPlan, repair
from tests.unit.files.folders import OUTSIDE_LINES, lines, read_folder, round_of

LOCKS = "kind,mentor_id,mentee_id,reason"


def outcome_of(folder: RoundFolder) -> OutcomeFolder:
    """Return a folder as that of an outcome without pairings; nothing here looks at its proof."""
    proof = Certificate(folder.digests, "", "7", (), "proven", 0, (), {})
    return OutcomeFolder(replace(round_of(folder), seed="7"), (), (), proof, folder.inputs, folder.digests)


def plan_of(round_: Round) -> RepairPlan:
    """Return a plan that leaves a round as it is."""
    return RepairPlan(round_, (), (), (), ())


class TestPeople:
    def test_only_the_status_of_leavers_is_written_anew(self) -> None:
        data = lines("person_id,name,status,manager_id", "A,Ann,active,", "B,Bob,,A", "C,Cem,leave,A")
        expected = lines("person_id,name,status,manager_id", "A,Ann,active,", "B,Bob,left,A", "C,Cem,left,A")
        assert mark_as_left(data, ["B", "C"]) == expected

    def test_quotation_marks_blanks_and_line_ends_stay_as_they_are(self) -> None:
        header, bob = b'"person_id";name;status;manager_id\r\n\r\n', b'B; Bob ;active;"A"\r\n'
        before, after = b'"A";"Ann ""Annie""\r\nSmith";"active";\r\n', b'"A";"Ann ""Annie""\r\nSmith";left;\r\n'
        assert mark_as_left(header + before + bob, ["A"]) == header + after + bob

    def test_a_separator_within_quotation_marks_separates_nothing(self) -> None:
        data = lines("person_id,name,manager_id,status", 'A,"Smith, Ann, ""A"", 2nd",,active', "B,Bob,A,active")
        assert mark_as_left(data, ["A"]) == data.replace(b'2nd",,active', b'2nd",,left')

    def test_the_header_is_found_however_it_is_spelt(self) -> None:
        data = lines("Person_ID, STATUS ,name,manager_id", "A,active,Ann,")
        assert mark_as_left(data, ["A"]) == lines("Person_ID, STATUS ,name,manager_id", "A,left,Ann,")

    def test_nobody_leaving_changes_nothing_where_there_is_a_status(self) -> None:
        data = lines("person_id,name,manager_id,status", "A,Ann,,active")
        assert mark_as_left(data, ["Z"]) == data

    def test_the_mark_of_the_byte_order_and_a_named_separator_stay(self) -> None:
        data = "\ufeffsep=;\nperson_id;name;manager_id;status\nA;Ann;;active\nB;Bob;A;active".encode()
        expected = "\ufeffsep=;\nperson_id;name;manager_id;status\nA;Ann;;active\nB;Bob;A;left".encode()
        assert mark_as_left(data, ["B"]) == expected

    def test_a_file_without_a_status_gets_the_column(self) -> None:
        data = b'person_id,name,manager_id\nA,"Ann\nSmith",\n\nB,Bob,A\n'
        expected = b'person_id,name,manager_id,status\nA,"Ann\nSmith",,\n\nB,Bob,A,left\n'
        assert mark_as_left(data, ["B"]) == expected

    def test_a_row_that_ends_too_early_is_filled_up(self) -> None:
        data = lines("person_id,name,manager_id,status", "A,Ann,,", "B,Bob")
        assert mark_as_left(data, ["B"]) == lines("person_id,name,manager_id,status", "A,Ann,,", "B,Bob,,left")

    def test_every_row_of_a_repeated_id_is_marked(self) -> None:
        data = lines("person_id,name,manager_id,status", "A,Ann,,", "A,Ann,,active")
        assert mark_as_left(data, ["A"]) == lines("person_id,name,manager_id,status", "A,Ann,,left", "A,Ann,,left")

    @given(
        cells=st.lists(
            st.tuples(st.text(st.sampled_from('a ";,\n'), max_size=6), st.sampled_from(["active", "leave", ""])),
            min_size=1,
            max_size=5,
        ),
        delimiter=st.sampled_from(",;\t"),
        leaver=st.integers(0, 4),
    )
    def test_the_reader_sees_nothing_but_the_leavers_status_change(
        self, cells: list[tuple[str, str]], delimiter: str, leaver: int
    ) -> None:
        def quoted(text: str) -> str:
            return '"{}"'.format(text.replace('"', '""'))

        rows = [("person_id", "job_title", "manager_id", "status", "name")]
        rows += [(f"p{n}", quoted(title), "", status, "N") for n, (title, status) in enumerate(cells)]
        data = "".join(delimiter.join(row) + "\r\n" for row in rows).encode()
        before = read_people(data, Findings()).people
        after = read_people(mark_as_left(data, [f"p{leaver}"]), Findings()).people
        expected = [replace(p, status=Status.LEFT) if p.person_id == f"p{leaver}" else p for p in before]
        assert list(after) == expected
        assert "status" in PEOPLE_COLUMNS


class TestEnrolments:
    def test_the_rows_of_leavers_are_gone_and_the_others_stay(self) -> None:
        data = b'person_id,as_mentee,as_mentor\r\nA,,"upward:2"\r\nB,"upward:1\r\n",\r\nC,upward:1,'
        assert without_rows(data, ["B"]) == b'person_id,as_mentee,as_mentor\r\nA,,"upward:2"\r\nC,upward:1,'
        assert without_rows(data, ["Z"]) == data

    def test_everybody_may_leave(self) -> None:
        data = lines("person_id,as_mentee,as_mentor", "A,,upward:2")
        assert without_rows(data, ["A"]) == lines("person_id,as_mentee,as_mentor")

    def test_an_id_is_compared_as_it_is_read(self) -> None:
        data = lines("person_id,as_mentee,as_mentor", " A ,,upward:2", "AA,,upward:1")
        assert without_rows(data, ["A"]) == lines("person_id,as_mentee,as_mentor", "AA,,upward:1")


class TestFiles:
    def test_without_leavers_all_files_but_the_locks_are_the_old_ones(self, tmp_path: Path) -> None:
        outcome = outcome_of(read_folder(tmp_path, policy=OUTSIDE_LINES["policy"]))
        plan = replace(plan_of(outcome.round), round=replace(outcome.round, locks=(Lock(LockKind.KEEP, "A", "C"),)))
        files = repaired_inputs(outcome, plan, [])
        assert files.pop("locks.csv") == lines(LOCKS, "keep,A,C,")
        assert files == outcome.inputs

    def test_without_locks_there_is_no_file_of_them(self, tmp_path: Path) -> None:
        outcome = outcome_of(read_folder(tmp_path, locks=(LOCKS, "must,A,C,")))
        assert "locks.csv" not in repaired_inputs(outcome, plan_of(replace(outcome.round, locks=())), [])

    def test_the_round_is_read_back_as_it_was_planned(self, tmp_path: Path) -> None:
        outcome = outcome_of(read_folder(tmp_path, locks=(LOCKS, "must,A,C,promised")))
        plan = repair(outcome.round, (), declined=(), leavers=["B"])
        folder = read_repaired(outcome, plan, ["B"])
        assert folder.round == plan.round
        assert set(folder.digests) == {"people.csv", "enrolments.csv", "policy.toml", "locks.csv", "policy"}

    def test_people_set_aside_stay_so_and_so_do_their_locks(self, tmp_path: Path) -> None:
        enrolments = ("person_id,as_mentee,as_mentor", "A,,upward:2", "C,upward:one,")
        outcome = outcome_of(
            read_folder(tmp_path, enrolments=enrolments, locks=(LOCKS, "must,A,C,promised"), quarantine=True)
        )
        assert outcome.round.quarantined == {"C"}
        plan = repair(outcome.round, (), declined=(), leavers=["B"])
        assert repaired_inputs(outcome, plan, ["B"])["locks.csv"] == lines(LOCKS, "must,A,C,promised")
        assert round_of(read_repaired(outcome, plan, ["B"])).quarantined == {"C"}

    @pytest.mark.parametrize(("kind", "stays"), [("must", False), ("keep", False), ("must-not", True)])
    def test_nobody_is_owed_somebody_who_was_set_aside_and_has_left(
        self, tmp_path: Path, kind: str, stays: bool
    ) -> None:
        enrolments = ("person_id,as_mentee,as_mentor", "A,,upward:2", "C,upward:one,")
        outcome = outcome_of(
            read_folder(tmp_path, enrolments=enrolments, locks=(LOCKS, f"{kind},A,C,"), quarantine=True)
        )
        plan = repair(outcome.round, (), declined=(), leavers=["C"])
        assert ("locks.csv" in repaired_inputs(outcome, plan, ["C"])) is stays
        assert round_of(read_repaired(outcome, plan, ["C"])).quarantined == frozenset()

    def test_locks_are_written_as_they_are_read(self, tmp_path: Path) -> None:
        locks = (Lock(LockKind.MUST, "A", "C", 'she said "yes", twice'), Lock(LockKind.MUST_NOT, "B", "C"))
        folder = read_folder(tmp_path, locks=write_locks(locks))
        assert round_of(folder).locks == locks
