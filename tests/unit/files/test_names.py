"""Guesses at the id that was meant."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.files.names import SLIPS_SOUGHT, Register, is_one_slip


@pytest.mark.parametrize(
    ("unknown", "meant"),
    [
        ("00170311", "170311"),
        ("170311.", "170311"),
        ("DfE-3024", "DFE-3024"),
        ("ann lee", "Ann-Lee"),
        ("ＡＢＣ１", "abc1"),
        ("maria.lopz", "maria.lopez"),
        ("maria.lopezz", "maria.lopez"),
        ("maria.lpoez", "maria.lopez"),
        ("naria.lopez", "maria.lopez"),
    ],
)
def test_a_known_id_one_slip_away_is_guessed(unknown: str, meant: str) -> None:
    assert Register(["170311", "DFE-3024", "Ann-Lee", "abc1", "maria.lopez", "somebody.else"]).guess(unknown) == meant


@pytest.mark.parametrize("unknown", ["99", "x", "", "170399", "quite.different"])
def test_nothing_is_guessed_for_an_id_that_is_like_none(unknown: str) -> None:
    assert Register(["170311", "maria.lopez", "a"]).guess(unknown) == ""


def test_nothing_is_guessed_where_two_ids_are_equally_near() -> None:
    assert Register(["170312", "170313"]).guess("170311") == ""
    assert Register(["AB-1", "ab 1"]).guess("ab1") == ""


def test_zero_is_an_id_of_its_own() -> None:
    assert Register(["0", "17"]).guess("00") == "0"


def test_slips_are_sought_for_a_bounded_number_of_ids_however_many_people_there_are() -> None:
    register = Register(f"department-of-everything:{k}" for k in range(50_000))
    start = time.process_time()
    for k in range(10 * SLIPS_SOUGHT):
        register.guess(f"department-of-everything:x{k}")
    assert time.process_time() - start < 20
    assert register.guess("edpartment-of-everything:77") == ""


def test_case_and_leading_zeros_are_seen_through_for_everybody() -> None:
    register = Register([f"A{k}" for k in range(1, 1_000)])
    assert [register.guess(f"a{k}") for k in range(1, 1_000)] == [f"A{k}" for k in range(1, 1_000)]


letters = st.text("ab1", min_size=1, max_size=6)


@given(letters, st.integers(0, 5), st.sampled_from("abz"))
def test_a_letter_more_less_or_other_is_one_slip(word: str, place: int, letter: str) -> None:
    place %= len(word)
    dropped, mistaken = word[:place] + word[place + 1 :], word[:place] + letter + word[place + 1 :]
    assert is_one_slip(word, dropped)
    assert is_one_slip(dropped, word)
    assert is_one_slip(word, mistaken) or word == mistaken


@given(letters, st.integers(0, 4))
def test_two_neighbours_in_the_wrong_order_are_one_slip(word: str, place: int) -> None:
    swapped = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
    assert is_one_slip(word, swapped) or word == swapped


@pytest.mark.parametrize(
    ("one", "other"), [("abc", "axy"), ("abc", "cba"), ("abcd", "ab"), ("abcd", "bcda"), ("", "ab")]
)
def test_more_than_one_change_is_more_than_one_slip(one: str, other: str) -> None:
    assert not is_one_slip(one, other)
    assert not is_one_slip(other, one)
