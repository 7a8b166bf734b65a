"""The ids of a round, and the guess at which of them a wrong one was meant to be."""

import re
from collections.abc import Iterable

from mentormatch.domain.text import fold

SLIPS_SOUGHT = 30
"""Unknown ids for which a slip of the pen is sought; each costs a pass over all known ids."""


def _loose_key(person_id: str) -> str:
    """Return an id without case, punctuation and leading zeros: what spreadsheets and people change."""
    bare = "".join(re.findall(r"\w+", fold(person_id)))
    return bare.lstrip("0") or bare


class Register:
    """The ids that exist in a round, with a guess at the one that an unknown id was meant to be."""

    def __init__(self, person_ids: Iterable[str]) -> None:
        """Remember the ids; the index for guesses is made when the first is asked for."""
        self.person_ids = frozenset(person_ids)
        self._by_loose_key: dict[str, list[str]] = {}
        self._guesses: dict[str, str] = {}
        self._sought = 0

    def guess(self, unknown: str) -> str:
        """Return the one id that comes nearest to an unknown one, or an empty string."""
        if unknown not in self._guesses:
            likely = self._find_alike(unknown) or self._find_near(unknown)
            self._guesses[unknown] = likely[0] if len(likely) == 1 else ""
        return self._guesses[unknown]

    def _find_alike(self, unknown: str) -> list[str]:
        """Return the ids that differ in nothing but case, punctuation and leading zeros."""
        if not self._by_loose_key:
            for person_id in sorted(self.person_ids):
                self._by_loose_key.setdefault(_loose_key(person_id), []).append(person_id)
        return self._by_loose_key.get(_loose_key(unknown), [])

    def _find_near(self, unknown: str) -> list[str]:
        """Return the ids one slip of the pen away: a slip leaves the first or the second half as it was."""
        half = len(unknown) // 2
        if not half or self._sought == SLIPS_SOUGHT:
            return []
        self._sought += 1
        lengths = range(len(unknown) - 1, len(unknown) + 2)
        halves = unknown[:half], unknown[half:]
        near = (p for p in self.person_ids if len(p) in lengths and (p.startswith(halves[0]) or p.endswith(halves[1])))
        return [person_id for person_id in near if is_one_slip(unknown, person_id)]


def is_one_slip(one: str, other: str) -> bool:
    """Whether two texts differ in one letter left out, put in, mistaken, or changed with its neighbour."""
    start = next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, other_rest = one[start:], other[start:]
    if len(rest) == len(other_rest):
        return rest[1:] == other_rest[1:] or (rest[1::-1] == other_rest[:2] and rest[2:] == other_rest[2:])
    return rest[1:] == other_rest or rest == other_rest[1:]
