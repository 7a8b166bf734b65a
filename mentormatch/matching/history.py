"""Earlier rounds: which of them are recent, and who was paired in them."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from mentormatch.domain.pairing import PastPairing

NumberedName = list[tuple[int, str]]


def recent_pairs(history: Sequence[PastPairing], rounds: int) -> Iterator[tuple[str, str]]:
    """Yield the (mentor, mentee) pairs of the last ``rounds`` rounds that the history holds."""
    recent = recent_rounds(history, rounds)
    return ((past.mentor_id, past.mentee_id) for past in history if past.round_name in recent)


def recent_rounds(history: Sequence[PastPairing], rounds: int) -> frozenset[str]:
    """Return the names of the last rounds: ordered by their latest start, then by name with numbers as numbers."""
    latest: dict[str, date] = {}
    for past in history:
        latest[past.round_name] = max(latest.get(past.round_name, date.min), past.started or date.min)
    ordered = sorted(latest, key=lambda name: (latest[name], _numbered(name), name))
    return frozenset(ordered[max(len(ordered) - rounds, 0) :])


def _numbered(name: str) -> NumberedName:
    """Split a name so that round 10 comes after round 9."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]
