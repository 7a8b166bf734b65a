"""pairings.csv, unpaired.csv and candidates.csv: sorted, safe in a spreadsheet, and read back as they were."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Criterion, Pairing, Role, Unpaired
from mentormatch.errors import InputError
from mentormatch.files.candidate_table import find_candidates
from mentormatch.files.csv_text import guard, unguard
from mentormatch.files.result_tables import read_pairings, write_candidates, write_pairings, write_unpaired
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round

COMPONENTS = dict(zip(Criterion, (300, 155, 75, 70, 80, 35, 25), strict=True))
PAIRING = Pairing("M1", "E1", Direction.UPWARD, 1, 740, 4, COMPONENTS)
HEADER = (
    "mentor_id,mentee_id,direction,pass,points,band,needs,wishes,common_ground,level_gap,distance,shared_hours,rhythm"
)


def rows_of(data: bytes) -> list[list[str]]:
    """Return the cells of a CSV file."""
    return list(csv.reader(io.StringIO(data.decode())))


def test_a_pairing_is_written_with_a_column_for_each_criterion() -> None:
    assert write_pairings([PAIRING]).decode() == f"{HEADER}\nM1,E1,upward,1,740,4,300,155,75,70,80,35,25\n"


def test_pairings_are_sorted_by_mentor_and_mentee_whatever_their_order() -> None:
    pairings = [replace(PAIRING, mentor_id=m, mentee_id=e) for m in ("M2", "M10", "M1") for e in ("E2", "E1")]
    data = write_pairings(pairings)
    assert data == write_pairings(reversed(pairings))
    assert [row[:2] for row in rows_of(data)[1:]] == [
        ["M1", "E1"],
        ["M1", "E2"],
        ["M10", "E1"],
        ["M10", "E2"],
        ["M2", "E1"],
        ["M2", "E2"],
    ]


def test_no_pairings_are_a_file_with_a_header() -> None:
    assert write_pairings([]).decode() == f"{HEADER}\n"
    assert read_pairings(write_pairings([])) == ()


def test_pairings_are_read_back_as_they_were() -> None:
    pairings = (
        PAIRING,
        replace(PAIRING, mentor_id="M2", direction=Direction.FORWARD, pass_number=2, band=0, points=0),
        replace(PAIRING, mentor_id="Zoë, the 1st", mentee_id='say "x"', pass_number=0),
    )
    assert read_pairings(write_pairings(pairings)) == pairings


@pytest.mark.parametrize("mentor_id", ["=1+1", "+44", "-5", "@home", "'quoted", "'=1", "''-x", "'"])
def test_an_id_that_looks_like_a_formula_is_made_harmless_and_read_back(mentor_id: str) -> None:
    pairing = replace(PAIRING, mentor_id=mentor_id)
    data = write_pairings([pairing])
    assert rows_of(data)[1][0][0] not in "=+-@\t\r"
    assert read_pairings(data) == (pairing,)


@given(st.text())
def test_guarded_text_never_starts_a_formula_and_is_undone_exactly(text: str) -> None:
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguard(guard(text)) == text


@given(st.text("'=+-@\t\ra", max_size=6))
def test_guarding_is_undone_exactly_for_the_worst_of_texts(text: str) -> None:
    assert unguard(guard(text)) == text


def test_harmless_text_is_written_as_it_is() -> None:
    for text in ("Ann", "O'Neill", "a=b", "1-2", ""):
        assert guard(text) == text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("upward", "sideways"), 'direction "sideways"'),
        ((",740,", ",7x0,"), 'points "7x0"'),
        ((",740,", ",-740,"), 'points "-740"'),
        ((",740,", ",,"), "the points is blank"),
        (("M1,", ","), "the mentor_id is blank"),
        ((",25\n", "\n"), "the row has 12 cells, the header 13"),
        (("rhythm", "rythm"), "the column is missing"),
        (("M1", '"M1'), "a quotation mark is opened"),
    ],
)
def test_a_table_of_pairings_that_was_spoilt_is_refused_with_a_sentence(change: tuple[str, str], sentence: str) -> None:
    data = write_pairings([PAIRING]).decode().replace(*change)
    with pytest.raises(InputError) as caught:
        read_pairings(data.encode())
    assert sentence in caught.value.sentence


@pytest.mark.parametrize("data", [b"", b"\xff", b"PK\x03\x04"])
def test_something_else_in_place_of_pairings_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(InputError, match=r"pairings\.csv"):
        read_pairings(data)


def test_the_unpaired_are_sorted_by_person_and_role() -> None:
    unpaired = [
        Unpaired("B", Role.MENTEE, "no-candidate", "name more skills", "12 fall to level-band"),
        Unpaired("A", Role.MENTOR, "nobody-asked", "-"),
        Unpaired("A", Role.MENTEE, "crowded-out", "=wait"),
    ]
    assert rows_of(write_unpaired(unpaired)) == [
        ["person_id", "role", "reason", "remedy"],
        ["A", "mentee", "crowded-out", "'=wait"],
        ["A", "mentor", "nobody-asked", "'-"],
        ["B", "mentee", "no-candidate: 12 fall to level-band", "name more skills"],
    ]


def test_candidates_are_written_in_the_order_given() -> None:
    data = write_candidates([("M2", "E1", Direction.PEER, 500), ("=M", "E1", Direction.UPWARD, 350)])
    assert data.decode() == "mentor_id,mentee_id,direction,points\nM2,E1,peer,500\n'=M,E1,upward,350\n"


def test_all_candidates_of_a_round_are_found_in_the_order_of_mentee_and_mentor() -> None:
    points = {("E2", "M1"): 500, ("E1", "M2"): 400, ("E1", "M1"): 900}
    assert list(find_candidates(a_scored_round(points))) == [
        ("M1", "E1", Direction.UPWARD, 900),
        ("M2", "E1", Direction.UPWARD, 400),
        ("M1", "E2", Direction.UPWARD, 500),
    ]


def test_a_round_without_mentors_has_no_candidates() -> None:
    assert list(find_candidates(a_round(a_mentee("E1")))) == []
    assert list(find_candidates(a_round(a_mentor("M1")))) == []
    assert list(find_candidates(a_round())) == []
