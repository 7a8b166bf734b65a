"""Packed vectors add up and compare like the vectors that they hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.explanation.packed_vectors import Packing, choose_packing, less, smallest

LARGEST = (3, 200, 40_000, 7, 1_000_000, 0, 12)
ENTRIES = st.tuples(*(st.integers(-most // 2, most // 2) for most in LARGEST))


def pack(*vectors: tuple[int, ...]) -> tuple[Packing, np.ndarray[tuple[int, ...], np.dtype[np.int64]]]:
    """Return vectors packed for entries as large as ``LARGEST``."""
    packing = choose_packing(LARGEST)
    return packing, packing.pack(np.array(vectors, np.int64).T)


@given(ENTRIES, ENTRIES)
def test_a_sum_of_packed_vectors_is_the_packed_sum(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    packing, packed = pack(one, other)
    assert packing.unpack(packed.sum(axis=1)) == tuple(a + b for a, b in zip(one, other, strict=True))


@given(ENTRIES, ENTRIES)
def test_packed_vectors_compare_like_their_entries_in_order(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    _, packed = pack(one, other)
    assert bool(less(packed[:, :1], packed[:, 1:])[0]) is (one < other)


@given(st.lists(ENTRIES, min_size=1, max_size=9))
def test_the_smallest_is_the_first_of_the_smallest(vectors: list[tuple[int, ...]]) -> None:
    _, packed = pack(*vectors)
    assert smallest(packed) == vectors.index(min(vectors))


def test_entries_that_fill_a_word_go_on_in_the_next_one() -> None:
    packing = choose_packing([1 << 40, 1 << 40, 1])
    assert packing.words == 2
    assert packing.word == (0, 1, 1)


def test_no_entries_take_one_word() -> None:
    packing = choose_packing([])
    assert packing.words == 1
    assert packing.unpack(packing.pack(np.zeros((0, 4), np.int64))[:, 0]) == ()


def test_an_entry_that_fits_no_word_is_refused() -> None:
    with pytest.raises(OverflowError):
        choose_packing([1 << 61])
