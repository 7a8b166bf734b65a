"""The header row of a file: which column stands where, and what is missing, repeated or unknown."""

import difflib
from collections.abc import Sequence

from mentormatch.files.problems import Findings, Problem, join_briefly, shorten


def find_columns(
    header: Sequence[str], line: int, file: str, known: Sequence[str], required: Sequence[str], findings: Findings
) -> dict[str, int]:
    """Return the place of each known column; names are compared trimmed and case-folded."""
    names = [name.strip().casefold() for name in header]
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        if name in places:
            wrong, remedy = "the column stands twice in the header", "delete one of the two"
            findings.problems.append(Problem(file, line, name, "", "repeated-column", wrong, remedy))
        elif name in known:
            places[name] = place
    unknown = [
        shorten(cell.strip()) or "(no name)" for cell, name in zip(header, names, strict=True) if name not in known
    ]
    for name in required:
        if name not in places:
            findings.problems.append(_missing(file, line, name, unknown))
    if unknown:
        listed = join_briefly(unknown, shown=20)
        findings.notice(file, "unknown-columns", f"Columns that mean nothing here were kept out: {listed}.")
    return places


def _missing(file: str, line: int, name: str, unknown: Sequence[str]) -> Problem:
    """Return the problem of a required column that is not there, with the unknown name that comes nearest."""
    near = difflib.get_close_matches(name, [other.casefold() for other in unknown], n=1)
    remedy = f'rename "{near[0]}" or add the column' if near else "add the column"
    return Problem(file, line, name, "", "missing-column", "the column is missing", remedy)
