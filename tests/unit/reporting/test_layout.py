"""Numbers and lists as a page writes them."""

import pytest

from mentormatch.reporting.layout import HIDDEN, count, listed, number, percent, shown
from mentormatch.reporting.notes import BANDS, HIDDEN_COUNTS, paragraphs


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (0, "0"), (1234, "1,234"), (702.6, "703")])
def test_numbers_are_whole_and_grouped(value: float | None, text: str) -> None:
    assert number(value) == text


def test_a_hidden_count_is_a_sign_and_zero_is_not() -> None:
    assert (shown(None), shown(0), shown(1_000)) == (HIDDEN, "0", "1,000")


def test_the_sign_for_hidden_counts_is_explained() -> None:
    assert HIDDEN == "*"
    assert "asterisk" in HIDDEN_COUNTS[0]


@pytest.mark.parametrize(("words", "text"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_words_are_listed_as_in_a_sentence(words: list[str], text: str) -> None:
    assert listed(words) == text


def test_one_is_one() -> None:
    assert (count(1, "pairing", "pairings"), count(2_000, "pairing", "pairings")) == ("1 pairing", "2,000 pairings")
    assert percent(0.574) == "57%"


def test_paragraphs_are_parted_by_blank_lines_and_stand_on_one_line_each() -> None:
    assert paragraphs("\n  one\n  more\n\n  two\n") == ("one more", "two")
    assert all("\n" not in note for note in BANDS)
