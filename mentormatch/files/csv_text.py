"""Rows as CSV: always UTF-8, commas and line feeds, and text that no spreadsheet takes for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

Cell = str | int | float
_RISKY = re.compile(r"'*[=+\-@\t\r]")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a header and rows as a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def guard(text: str) -> str:
    """Return a text that a spreadsheet shows as it is: an apostrophe stands before what would start a formula.

    A text that starts with apostrophes and such a character gets one more, so that ``unguard`` undoes it always.
    Source: OWASP, CSV Injection.
    """
    return f"'{text}" if _RISKY.match(text) else text


def unguard(text: str) -> str:
    """Return the text that ``guard`` was given."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text


def join_list(entries: Iterable[object]) -> str:
    """Return a list as it stands in a cell."""
    return ";".join(str(entry) for entry in entries)
