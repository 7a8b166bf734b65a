"""Protected attributes in a file of their own, one row a person: read for the audit and for nothing else."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mentormatch.domain.text import fold
from mentormatch.files.checks import check_repeated_ids, report_unknown
from mentormatch.files.folder import read_bytes
from mentormatch.files.names import Register
from mentormatch.files.people_file import PEOPLE_COLUMNS
from mentormatch.files.problems import Findings, Notice, Problem, order_problems
from mentormatch.files.rows import Row, each_row
from mentormatch.files.tables import Layout, Table, find_delimiter, read_table, split_lines

KEY, CONSENT = "person_id", "consent"


@dataclass(frozen=True, slots=True)
class AttributeSheet:
    """What people have stated: attribute, then person, then value; and everything found on the way.

    ``values`` has nobody who left the cell blank or whose consent is missing, and nothing at all while there are
    problems. Values that differ only in case or in the form of their letters are one value, in the spelling that
    comes first.
    """

    values: Mapping[str, Mapping[str, str]]
    problems: tuple[Problem, ...]
    notices: tuple[Notice, ...]


def read_attributes(path: Path, person_ids: Iterable[str]) -> AttributeSheet:
    """Read a file of protected attributes and collect every problem of it; ``person_ids`` are those of people.csv.

    Every column but ``person_id``, ``consent`` and those of people.csv is an attribute, whatever its name. Where
    there is a column ``consent``, a row counts only with a yes. Raises ``InputError`` when the file cannot be opened.
    """
    data, findings = read_bytes(path), Findings()
    header = _read_header(data)
    names = tuple(name for name in dict.fromkeys(header) if name and name not in {CONSENT, *PEOPLE_COLUMNS})
    layout = Layout(path.name, (KEY, CONSENT, *names), (KEY,), (KEY,), needs_rows=True)
    table = read_table(data, layout, findings)
    if table.is_whole and not names:
        wrong, remedy = "no column holds an attribute", "add one, such as gender or age_band"
        findings.problems.append(Problem(path.name, None, "", "", "no-attributes", wrong, remedy))
    rows = _check_rows(table, Register(person_ids), findings) if KEY in header else []
    stated = [row for row in rows if _is_counted(row, CONSENT in header)]
    values = {name: _values(stated, name) for name in names}
    return AttributeSheet({} if findings.problems else values, order_problems(findings.problems), (*findings.notices,))


def _read_header(data: bytes) -> tuple[str, ...]:
    """Return the names of the columns, trimmed and case-folded; reading the table tells what is wrong with them."""
    text = data.decode("utf-8-sig", errors="replace")
    if not text.strip():
        return ()
    lines, start = split_lines(text)
    before = lines[start - 1] if start else ""
    delimiter = find_delimiter(lines[start], before, Layout("", (KEY, CONSENT), (KEY,), (KEY,)))
    try:
        return tuple(
            name.strip().casefold() for name in next(csv.reader(lines[start:], delimiter=delimiter, strict=True))
        )
    except csv.Error:
        return ()


def _check_rows(table: Table, register: Register, findings: Findings) -> list[Row]:
    """Return the rows that name somebody, after reporting ids that are blank, unknown or there twice."""
    named = [row for row in each_row(table, findings) if (row.text(KEY) if row.is_broken else row.required(KEY))]
    check_repeated_ids(named)
    for row in named:
        if row.text(KEY) not in register.person_ids:
            report_unknown(row, KEY, row.text(KEY), register)
    return named


def _is_counted(row: Row, needs_consent: bool) -> bool:
    """Whether what a row states may be used."""
    return not needs_consent or row.yes_or_no(CONSENT) is True


def _values(rows: Iterable[Row], name: str) -> dict[str, str]:
    """Return what people have stated of one attribute, each value in the spelling that comes first."""
    spelling: dict[str, str] = {}
    stated = ((row.text(KEY), row.text(name)) for row in rows)
    return {person_id: spelling.setdefault(fold(value), value) for person_id, value in stated if fold(value)}
