"""One delimited file: from bytes to columns of trimmed cells, with the line of each row and every flaw of the form."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mentormatch.files.headers import find_columns
from mentormatch.files.problems import Findings, Problem, shorten

DELIMITERS: Mapping[str, str] = {",": "comma", ";": "semicolon", "\t": "tab"}
QUOTE_FLAWS_SHOWN = 20
"""Broken quotes that are named one by one; after so many the rest of the file is not read."""
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and the marks that turn the direction of writing and so can hide text."""
BREAKS = "\t\r\n\u2028\u2029"
AROUND_BREAK = re.compile(f"\\s*[{BREAKS}]+\\s*")

Record = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file may hold: its name, all columns that mean something, those it must have, those that name people.

    ``needs_rows`` says that a header alone is not enough.
    """

    file: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    keys: tuple[str, ...]
    needs_rows: bool = False

    @property
    def can_lose_rows(self) -> bool:
        """Whether a bad row can be set aside: it says something of people, not of the round."""
        return bool(self.keys)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, column by column.

    ``columns`` has every column of the layout, blank where the file lacks it; ``lines`` the line on which each row
    starts. ``broken`` holds the rows (by position) of which only the key columns can be trusted. A table that is
    not ``is_whole`` has lost rows or a required column: who is missing from it may still exist.
    """

    layout: Layout
    columns: Mapping[str, list[str]]
    lines: list[int]
    broken: frozenset[int]
    is_whole: bool


def read_table(data: bytes, layout: Layout, findings: Findings) -> Table:
    """Read a file; what is wrong with its form goes to ``findings`` and the rest of it is read all the same."""
    text = _decode(data, layout, findings)
    if text is None or not text.strip():
        if text is not None:
            findings.problems.append(_whole_file(layout, "empty-file", "the file is empty", _expected(layout)))
        return _empty_table(layout)
    return _read_text(text, layout, findings)


def _read_text(text: str, layout: Layout, findings: Findings) -> Table:
    """Read the decoded text of a file that has at least a header."""
    before = len(findings.problems)
    lines, skipped = split_lines(text)
    delimiter = find_delimiter(lines[skipped], lines[skipped - 1] if skipped else "", layout)
    if delimiter != ",":
        findings.notice(layout.file, "separator", f"Read with {DELIMITERS[delimiter]}s between the cells.")
    records = list(_read_records(lines, skipped, delimiter, layout, findings))
    if not records:
        return _empty_table(layout)
    first, header = records[0]
    places = find_columns(header, first, layout.file, layout.columns, layout.required, findings)
    is_whole = len(findings.problems) == before
    body = [record for record in records[1:] if any(cell.strip() for cell in record[1])]
    if not body and is_whole and layout.needs_rows:
        findings.problems.append(_whole_file(layout, "no-rows", "the file has a header but no rows", "add the rows"))
    table = _gather(body, places, len(header), layout, findings, is_whole)
    return _without_forbidden(table, findings) if FORBIDDEN.search(text) else table


def _decode(data: bytes, layout: Layout, findings: Findings) -> str | None:
    """Return the text of a UTF-8 file, or ``None`` after saying what else it seems to be."""
    remedy = 'save it as "CSV UTF-8" in the spreadsheet'
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        findings.problems.append(_whole_file(layout, "not-text", "this is a workbook, not a CSV file", remedy))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = 1 + data.count(b"\n", 0, error.start)
        wrong = f"not UTF-8 (byte 0x{data[error.start]:02X})"
        findings.problems.append(Problem(layout.file, row, "", "", "not-utf-8", wrong, remedy))
        return None


def split_lines(text: str) -> tuple[list[str], int]:
    """Return the lines with their ends, and how many come before the header (blank ones, and ``sep=;``)."""
    lines = list(io.StringIO(text, newline=""))
    start = next(k for k, line in enumerate(lines) if line.strip())
    if re.fullmatch(r"sep=[,;\t]", lines[start].strip("\r\n ").casefold()) and len(lines) > start + 1:
        return lines, start + 1
    return lines, start


def find_delimiter(header: str, before: str, layout: Layout) -> str:
    """Return the delimiter that ``sep=`` names, or the one that makes the most known columns of the header."""
    named = before.strip("\r\n ").casefold().removeprefix("sep=")
    if named in DELIMITERS:
        return named

    def worth(delimiter: str) -> tuple[int, int]:
        cells = [cell.strip(' "\r\n').casefold() for cell in header.split(delimiter)]
        return len(set(cells) & set(layout.columns)), len(cells)

    return max(DELIMITERS, key=worth)


def _read_records(
    lines: Sequence[str], start: int, delimiter: str, layout: Layout, findings: Findings
) -> Iterator[Record]:
    """Yield the line and the cells of each record; after a broken quote go on with the line below it.

    A header with a broken quote ends the reading: without names no cell means anything.
    """
    flaws, header = 0, start
    while start < len(lines) and flaws <= QUOTE_FLAWS_SHOWN:
        reader = csv.reader(lines[start:], delimiter=delimiter, strict=True)
        begin = start
        try:
            for cells in reader:
                if cells:
                    yield begin + 1, cells
                begin = start + reader.line_num
            return
        except csv.Error:
            flaws += 1
            findings.problems.append(_quote_flaw(lines[begin], begin + 1, layout, flaws > QUOTE_FLAWS_SHOWN))
            start = len(lines) if begin == header else begin + 1


def _quote_flaw(line: str, row: int, layout: Layout, is_last: bool) -> Problem:
    """Return the problem of a record that the CSV reader refused."""
    if len(line) > csv.field_size_limit():
        wrong, remedy = f"a cell is longer than {csv.field_size_limit():,} characters", "shorten it"
        return Problem(layout.file, row, "", shorten(line), "cell-too-long", wrong, remedy)
    wrong = "a quotation mark is opened and not closed at the end of its cell"
    remedy = "close it, and write a quotation mark within a cell twice"
    if is_last:
        remedy += "; too many are broken to read on, so mend these first"
    return Problem(layout.file, row, "", shorten(line.strip()), "unclosed-quote", wrong, remedy)


def _gather(
    body: list[Record], places: Mapping[str, int], width: int, layout: Layout, findings: Findings, is_whole: bool
) -> Table:
    """Turn records into columns; a row with too few or too many cells is broken."""
    broken = set()
    for index, (line, cells) in enumerate(body):
        if len(cells) != width and (len(cells) < width or any(cell.strip() for cell in cells[width:])):
            broken.add(index)
            findings.problems.append(_width_flaw(line, cells, width, places, layout))
        if len(cells) < width:
            cells.extend([""] * (width - len(cells)))
    columns = {name: [""] * len(body) for name in layout.columns}
    for name, place in places.items():
        columns[name] = _clean([cells[place] for _, cells in body])
    return Table(layout, columns, [line for line, _ in body], frozenset(broken), is_whole)


def _clean(cells: list[str]) -> list[str]:
    """Trim the cells of a column; a line break or a tab within a cell becomes a space."""
    trimmed = [cell.strip() for cell in cells]
    together = "".join(trimmed)
    if any(character in together for character in BREAKS):
        return [AROUND_BREAK.sub(" ", cell) for cell in trimmed]
    return trimmed


def _width_flaw(line: int, cells: list[str], width: int, places: Mapping[str, int], layout: Layout) -> Problem:
    """Return the problem of a row that has not as many cells as the header."""
    keys = [cells[places[key]].strip() for key in layout.keys if key in places and places[key] < len(cells)]
    wrong = f"the row has {len(cells)} cells, the header {width}"
    remedy = "quote cells that hold a separator, and keep empty cells"
    value = shorten(" | ".join(cells[:3]))
    return Problem(
        layout.file, line, "", value, "cell-count", wrong, remedy, tuple(filter(None, keys)), layout.can_lose_rows
    )


def _without_forbidden(table: Table, findings: Findings) -> Table:
    """Blank out cells with control characters and mark their rows as broken."""
    broken = set(table.broken)
    columns = {name: list(cells) for name, cells in table.columns.items()}
    for name, cells in table.columns.items():
        for index, cell in enumerate(cells):
            found = FORBIDDEN.search(cell)
            if found:
                columns[name][index] = ""
                broken.add(index)
                findings.problems.append(_forbidden(table, name, index, found.group()))
    return Table(table.layout, columns, table.lines, frozenset(broken), table.is_whole)


def _forbidden(table: Table, name: str, index: int, character: str) -> Problem:
    """Return the problem of a cell that holds a character which cannot be shown."""
    layout, line, cell = table.layout, table.lines[index], table.columns[name][index]
    people = tuple(filter(None, (table.columns[key][index] for key in layout.keys if key != name)))
    wrong, remedy = f"the cell holds a character that cannot be shown (U+{ord(character):04X})", "delete it"
    code = "control-character"
    return Problem(layout.file, line, name, shorten(cell), code, wrong, remedy, people, layout.can_lose_rows)


def _whole_file(layout: Layout, code: str, wrong: str, remedy: str) -> Problem:
    return Problem(layout.file, None, "", "", code, wrong, remedy)


def _expected(layout: Layout) -> str:
    return f"write a header row with {', '.join(layout.required)}, and a row each"


def _empty_table(layout: Layout) -> Table:
    return Table(layout, {name: [] for name in layout.columns}, [], frozenset(), False)
