"""The tables of a finished round: pairings.csv, unpaired.csv, candidates.csv; safe to open in a spreadsheet."""

from collections.abc import Iterable

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Criterion, Pairing, Role, Unpaired
from mentormatch.errors import InputError
from mentormatch.files.csv_text import guard, unguard, write_csv
from mentormatch.files.problems import Findings
from mentormatch.files.rows import Row, each_row
from mentormatch.files.tables import Layout, read_table

PAIRING_COLUMNS = ("mentor_id", "mentee_id", "direction", "pass", "points", "band", *Criterion)
PAIRINGS = Layout("pairings.csv", PAIRING_COLUMNS, PAIRING_COLUMNS, ())
UNPAIRED_COLUMNS = ("person_id", "role", "reason", "remedy")
UNPAIRED = Layout("unpaired.csv", UNPAIRED_COLUMNS, UNPAIRED_COLUMNS, ())
LARGEST = 10**9

Candidate = tuple[str, str, Direction, int]
"""Mentor, mentee, direction, points."""


def write_pairings(pairings: Iterable[Pairing]) -> bytes:
    """Return pairings.csv, sorted by mentor and mentee."""
    rows = sorted(pairings, key=lambda pairing: (pairing.mentor_id, pairing.mentee_id))
    return write_csv(PAIRING_COLUMNS, (_pairing_row(pairing) for pairing in rows))


def _pairing_row(pairing: Pairing) -> list[str | int]:
    ids, figures = (pairing.mentor_id, pairing.mentee_id), (pairing.pass_number, pairing.points, pairing.band)
    return [*map(guard, ids), pairing.direction, *figures, *(pairing.components[c] for c in Criterion)]


def read_pairings(data: bytes) -> tuple[Pairing, ...]:
    """Return the pairings of a pairings.csv; raises ``InputError`` with the first thing that cannot be."""
    findings = Findings()
    table = read_table(data, PAIRINGS, findings)
    pairings = tuple(_read_pairing(row) for row in each_row(table, findings) if not row.is_broken)
    if findings.problems:
        raise InputError(findings.problems[0].sentence)
    return pairings


def _read_pairing(row: Row) -> Pairing:
    """Return the pairing of a row, blanks for what was reported."""
    direction = row.choice("direction", Direction) if row.required("direction") else None
    whole = {column: _read_figure(row, column) for column in ("pass", "points", "band", *Criterion)}
    return Pairing(
        mentor_id=unguard(row.required("mentor_id")),
        mentee_id=unguard(row.required("mentee_id")),
        direction=direction or Direction.UPWARD,
        pass_number=whole["pass"],
        points=whole["points"],
        band=whole["band"],
        components={criterion: whole[criterion] for criterion in Criterion},
    )


def _read_figure(row: Row, column: str) -> int:
    return row.whole(column, 0, LARGEST, 0) if row.required(column) else 0


def write_unpaired(unpaired: Iterable[Unpaired]) -> bytes:
    """Return unpaired.csv, sorted by person and role; a reason is its code, then the figures behind it."""
    rows = sorted(unpaired, key=lambda one: (one.person_id, one.role))
    cells = ((guard(one.person_id), one.role, guard(_reason(one)), guard(one.remedy)) for one in rows)
    return write_csv(UNPAIRED_COLUMNS, cells)


def _reason(one: Unpaired) -> str:
    return f"{one.reason}: {one.detail}" if one.detail else one.reason


def read_unpaired(data: bytes) -> tuple[Unpaired, ...]:
    """Return the people of an unpaired.csv; raises ``InputError`` with the first thing that cannot be."""
    findings = Findings()
    table = read_table(data, UNPAIRED, findings)
    people = tuple(_read_left_out(row) for row in each_row(table, findings) if not row.is_broken)
    if findings.problems:
        raise InputError(findings.problems[0].sentence)
    return people


def _read_left_out(row: Row) -> Unpaired:
    """Return the person of a row, blanks for what was reported."""
    role = row.choice("role", Role) if row.required("role") else None
    reason, _, detail = unguard(row.required("reason")).partition(": ")
    return Unpaired(
        unguard(row.required("person_id")), role or Role.MENTEE, reason, unguard(row.text("remedy")), detail
    )


def write_candidates(candidates: Iterable[Candidate]) -> bytes:
    """Return candidates.csv, in the order given."""
    cells = ((guard(mentor), guard(mentee), direction, points) for mentor, mentee, direction, points in candidates)
    return write_csv(("mentor_id", "mentee_id", "direction", "points"), cells)
