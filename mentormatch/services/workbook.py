"""Workbooks (XLSX) as the CSV that the readers understand: the first sheet, values only, no bombs."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from mentormatch.files.csv_text import write_csv
from mentormatch.files.people_file import PEOPLE
from mentormatch.files.problems import Findings, Problem, shorten

if TYPE_CHECKING:
    import openpyxl
    from openpyxl.cell.cell import Cell

ENTRIES = 200
UNPACKED = 50_000_000
RATIO = 100
"""Most that an entry may grow when it is unpacked; tables of text stay well under it."""
ENCRYPTED = b"\xd0\xcf\x11\xe0"
"""How old workbooks, and new ones with a password, begin."""


def is_workbook(file_name: str, content: bytes) -> bool:
    """Whether a file is a workbook, by how it begins: its name proves nothing."""
    return content.startswith((b"PK\x03\x04", ENCRYPTED)) or file_name.casefold().endswith((".xlsx", ".xlsm", ".xls"))


def read_workbook(content: bytes, findings: Findings) -> bytes | None:
    """Return the first sheet as CSV, or ``None`` after saying why it cannot be read.

    Hidden rows are read like any other. Cells with a formula or an error are problems.
    """
    flaw = _flaw_of(content)
    if flaw:
        findings.problems.append(_whole_file(*flaw))
        return None
    import openpyxl  # late: it loads numpy, which no other page and no worker at rest needs
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        rows = list(_rows(book, findings))
        book.close()
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile, SyntaxError):
        findings.problems.append(
            _whole_file("broken-workbook", "the workbook is damaged", "save it again as CSV UTF-8")
        )
        return None
    return write_csv(rows[0], rows[1:]) if rows else b""


def _flaw_of(content: bytes) -> tuple[str, str, str] | None:
    """Return the code, what is wrong and what to do about a file that must not even be opened."""
    if content.startswith(ENCRYPTED):
        return "old-workbook", "this is an old or a protected workbook", 'save it as "CSV UTF-8", without a password'
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError):
        return "not-a-workbook", "this is not a workbook, whatever its name says", 'save it as "CSV UTF-8"'
    names = {entry.filename for entry in entries}
    if "xl/vbaProject.bin" in names:
        return "macros", "workbooks with macros are not accepted", "save it as .xlsx or as CSV UTF-8"
    if "xl/workbook.xml" not in names:
        return "not-a-workbook", "this archive holds no workbook", 'save it as "CSV UTF-8"'
    if len(entries) > ENTRIES or sum(entry.file_size for entry in entries) > UNPACKED or any(map(_grows, entries)):
        return "too-large", f"the workbook unpacks to more than {UNPACKED // 1_000_000} MB", "save it as CSV UTF-8"
    return None


def _grows(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry unpacks to far more than tables do; small ones may."""
    return entry.file_size > 1_000_000 and entry.file_size > RATIO * max(entry.compress_size, 1)


def _rows(book: "openpyxl.Workbook", findings: Findings) -> Iterator[list[str]]:
    """Yield the rows of the first sheet as texts, without the columns and rows that are empty at its end."""
    sheet = book.worksheets[0]
    if len(book.worksheets) > 1:
        findings.notice(PEOPLE.file, "one-sheet", f'Only the first sheet, "{shorten(sheet.title)}", was read.')
    width = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [_text(cell, number, findings) for cell in row]
        width = width or max((k for k, cell in enumerate(cells, 1) if cell), default=0)
        filled = cells + [""] * (width - len(cells))
        # A blank row stays as a blank line, so that problems name the row of the sheet.
        yield (filled if any(filled[width:]) else filled[:width]) if any(cells) else []


def _text(cell: "Cell", row: int, findings: Findings) -> str:
    """Return the value of a cell as a file of text would say it, on one line."""
    value = cell.value
    if cell.data_type in ("f", "e"):
        wrong, remedy = "the cell is a formula or an error", "paste values instead of formulas"
        findings.problems.append(Problem(PEOPLE.file, row, "", shorten(str(value)), "formula", wrong, remedy))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    return "" if value is None else " ".join(str(value).splitlines())


def _whole_file(code: str, wrong: str, remedy: str) -> Problem:
    return Problem(PEOPLE.file, None, "", "", code, wrong, remedy)
