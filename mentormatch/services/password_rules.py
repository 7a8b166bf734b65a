"""Which passwords are accepted: long enough, not too long to hash, and none that everybody would try."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from mentormatch.domain.text import fold
from mentormatch.errors import InputError

SHORTEST = 8
LONGEST = 128
LETTERS = 5
"""Least number of different characters."""
WORD_LENGTH = 4
"""Words of the context shorter than this are no reason to refuse: they occur by chance."""
RUNS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm")
RUN_LENGTH = 4
STAND_INS = str.maketrans("@4301$5!7", "aaeoissit")
COMMON_FILE = "common_passwords.txt"
"""Words that, alone or twice, with digits and signs around them, make up most lists of common passwords."""


def check_password(password: str, context: Iterable[str] = ()) -> None:
    """Raise ``InputError`` for a password that is not accepted; ``context`` are names that anybody would try first.

    A password counts as it is typed: no character is changed or cut off.
    """
    sentence = _flaw_of(password, context)
    if sentence:
        raise InputError(sentence, field="password")


def is_hashable(password: str) -> bool:
    """Whether a password is short enough to be hashed: a longer one was never accepted, so it is wrong for certain."""
    return len(password) <= LONGEST


def _flaw_of(password: str, context: Iterable[str]) -> str:
    """Return the sentence about what is wrong with a password, or nothing."""
    if len(password) < SHORTEST:
        return f"The password has fewer than {SHORTEST} characters; a sentence of 15 or more is better."
    if not is_hashable(password):
        return f"The password has more than {LONGEST} characters; choose a shorter one."
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in password):
        return "The password holds a character that cannot be typed; leave it out."
    if _is_common(password):
        return "The password is one of those that are tried first; choose one that nobody would guess."
    if _names_context(password, context):
        return "The password is hardly more than your name, your address or the company's name; choose another one."
    return ""


def _is_common(password: str) -> bool:
    """Whether a password is a common word or a run of keys with little around it, or has hardly any characters."""
    folded = fold(password)
    if len(set(folded)) < LETTERS or not _without_runs(folded):
        return True
    stem = _stem(folded)
    return any(_is_made_of_common(letters) for letters in (stem, stem.translate(STAND_INS)))


@cache
def _common_words() -> frozenset[str]:
    """Return the words of the file."""
    return frozenset(files("mentormatch.services").joinpath(COMMON_FILE).read_text("utf-8").split())


def _is_made_of_common(stem: str) -> bool:
    """Whether letters are a common word, once or twice."""
    half = len(stem) // 2
    return stem in _common_words() or (stem[:half] == stem[half:] and stem[:half] in _common_words())


def _stem(folded: str) -> str:
    """Return what is left of a password without digits and signs around it."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)


def _without_runs(folded: str) -> str:
    """Return what is left of a password when every run of neighbouring keys, either way, is taken out."""
    longest = sorted(_runs(), key=len, reverse=True)
    for run in longest:
        folded = folded.replace(run, "")
    return folded if len(folded) >= WORD_LENGTH else ""


def _runs() -> Iterable[str]:
    """Yield every run of neighbouring keys of at least ``RUN_LENGTH``, either way."""
    for keys in (*RUNS, *(run[::-1] for run in RUNS)):
        for start in range(len(keys)):
            for end in range(start + RUN_LENGTH, len(keys) + 1):
                yield keys[start:end]


def _names_context(password: str, context: Iterable[str]) -> bool:
    """Whether less than the shortest password is left when the words of the context are taken out."""
    rest = fold(password)
    words = {word for text in context for word in re.findall(r"\w+", fold(text)) if len(word) >= WORD_LENGTH}
    shortened = rest
    for word in sorted(words, key=lambda word: (-len(word), word)):
        shortened = shortened.replace(word, "")
    return shortened != rest and len(shortened) < SHORTEST
