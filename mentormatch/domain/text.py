"""Texts that people type: when two of them are the same name, and which of them can be kept."""

import unicodedata


def fold(text: str) -> str:
    """Return the form in which names are compared: trimmed, case-folded and in NFKC.

    ``" SQL"``, ``"sql"`` and the same word in full-width letters are one skill. The steps are those of a compatibility
    caseless match (The Unicode Standard, section 3.13, D146): folding and normalising can each undo the other, so
    both are done twice. Trimming comes last, as NFKC can leave a blank at an end.
    """
    folded = unicodedata.normalize("NFD", text).casefold()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold()).strip()


def is_storable(text: str) -> bool:
    """Whether any database could hold a text: none holds a NUL or half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
