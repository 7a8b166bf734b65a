"""When two names that people typed are the same name."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mentormatch.domain.text import fold


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("SQL", "sql"),
        ("  Project management\t", "project management"),
        ("Straße", "STRASSE"),
        ("\ufb01nance", "FINANCE"),
        ("\uff33\uff31\uff2c", "sql"),
        ("Ame\u0301lie", "Am\u00e9lie"),
        ("\u00a0Legal\u2003", "legal"),
        ("\u03a3\u03a3", "\u03c3\u03c2"),
        ("km\u00b2", "KM2"),
    ],
)
def test_case_blanks_and_ways_to_encode_a_letter_do_not_tell_names_apart(text: str, other: str) -> None:
    assert fold(text) == fold(other)


@pytest.mark.parametrize(("text", "other"), [("c", "c++"), ("resume", "résumé"), ("data base", "database"), ("i", "ı")])
def test_accents_signs_and_inner_blanks_do_tell_names_apart(text: str, other: str) -> None:
    assert fold(text) != fold(other)


def test_a_name_of_blanks_alone_is_blank() -> None:
    assert fold(" \t\u00a0\u2003\n") == ""


@given(st.text())
@example("\u0345\u0301")
@example("\u00a8")
@example("\u1fbc\u0301")
def test_a_folded_name_is_its_own_folded_name(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_folded_name_is_trimmed_and_normalised(text: str) -> None:
    assert fold(text) == fold(text).strip()
    assert unicodedata.is_normalized("NFKC", fold(text))


@given(st.text(st.characters(codec="ascii")))
def test_plain_letters_are_only_trimmed_and_lowered(text: str) -> None:
    assert fold(text) == text.lower().strip()


@given(st.text())
def test_the_normal_form_in_which_a_name_arrives_does_not_matter(text: str) -> None:
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    assert {fold(form) for form in forms} == {fold(text)}
