"""Ordered vectors as a few machine words, so that whole arrays of them are added and compared at once.

Each entry has a field of bits that is wide enough for every sum that occurs. A word is the sum of its entries, each
moved to its field; as no field overflows, words add up like vectors and compare like them, the first entry first.
Packed vectors are arrays whose first axis is the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.matching.roster import Bools, Ints

WORD_BITS = 61
FAR = 1 << 62
"""In the first word: farther than any vector."""


@dataclass(frozen=True, slots=True)
class Packing:
    """Where each entry of a vector stands: the number of its word, and the first bit and the width of its field."""

    word: tuple[int, ...]
    shift: tuple[int, ...]
    width: tuple[int, ...]

    @property
    def words(self) -> int:
        """How many words a vector takes; one at least."""
        return max(self.word, default=0) + 1

    def pack(self, vectors: Ints) -> Ints:
        """Return vectors (entries x any shape) as words x the same shape."""
        packed = np.zeros((self.words, *vectors.shape[1:]), np.int64)
        for word, shift, entries in zip(self.word, self.shift, vectors, strict=True):
            packed[word] += entries * (1 << shift)
        return packed

    def unpack(self, packed: Ints) -> tuple[int, ...]:
        """Return the entries of one packed vector."""
        left, entries = [int(word) for word in packed], list[int]()
        for word, width in zip(reversed(self.word), reversed(self.width), strict=True):
            entry = (left[word] + (1 << width - 1)) % (1 << width) - (1 << width - 1)
            left[word] = (left[word] - entry) >> width
            entries.append(entry)
        return tuple(reversed(entries))


def choose_packing(largest: Sequence[int]) -> Packing:
    """Return fields for entries whose sums stay between minus and plus ``largest``, in the fewest words in order.

    Raises OverflowError when an entry is too large for a word.
    """
    widths = [most.bit_length() + 1 for most in largest]
    if max(widths, default=0) > WORD_BITS:
        raise OverflowError(f"An entry of {max(largest)} does not fit a word.")
    words, used = [0] * len(widths), 0
    for number, width in enumerate(widths):
        words[number] = words[number - 1] if number else 0
        if used + width > WORD_BITS:
            words[number], used = words[number] + 1, 0
        used += width
    shifts = [
        sum(width for width, other in zip(widths[number + 1 :], words[number + 1 :], strict=True) if other == word)
        for number, word in enumerate(words)
    ]
    return Packing(tuple(words), tuple(shifts), tuple(widths))


def less(one: Ints, other: Ints) -> Bools:
    """Return where a packed vector comes before another one."""
    before = one[-1] < other[-1]
    for word in range(len(one) - 2, -1, -1):
        before = (one[word] < other[word]) | ((one[word] == other[word]) & before)
    return np.asarray(before, np.bool_)


def smallest(packed: Ints) -> int:
    """Return the place of the first smallest of some packed vectors (words x vectors, at least one)."""
    if len(packed) == 1:
        return int(packed[0].argmin())
    places = np.flatnonzero(packed[0] == packed[0].min())
    for word in packed[1:]:
        if len(places) == 1:
            break
        values = word[places]
        places = places[values == values.min()]
    return int(places[0])
