"""The input files of a repaired round: those of the old one, anew only where somebody has left, and the locks.

The old files are those of a round that was read, so every quotation mark in them is closed.
"""

import csv
import re
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mentormatch.domain.people import Status
from mentormatch.domain.round import Lock, LockKind
from mentormatch.files.csv_text import write_csv
from mentormatch.files.enrolments_file import ENROLMENTS
from mentormatch.files.folder import LOCKS_FILE, RoundFolder, read_round
from mentormatch.files.locks_file import LOCK_COLUMNS, read_locks
from mentormatch.files.outcome_folder import OutcomeFolder
from mentormatch.files.people_file import PEOPLE
from mentormatch.files.problems import Findings
from mentormatch.files.tables import Layout, find_delimiter, read_table, split_lines
from mentormatch.matching.repair import RepairPlan

BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A delimited file as it stands: its lines with their ends, the mark in front, where the header is."""

    lines: tuple[str, ...]
    mark: str
    header: int
    delimiter: str

    def records(self) -> Iterator[tuple[int, int, list[str]]]:
        """Yield first line, line after the last, and cells of each record that has any, the header first."""
        reader, start = csv.reader(self.lines[self.header :], delimiter=self.delimiter), self.header
        for cells in reader:
            end = self.header + reader.line_num
            if cells:
                yield start, end, cells
            start = end

    def text_of(self, start: int, end: int) -> tuple[str, str]:
        """Return a record as it stands, and the end of its last line."""
        text = "".join(self.lines[start:end])
        bare = text.rstrip("\r\n")
        return bare, text[len(bare) :]


def read_repaired(outcome: OutcomeFolder, plan: RepairPlan, leavers: Collection[str]) -> RoundFolder:
    """Return the repaired round as its own files tell it, so that whoever reads them later reads the same.

    Problems that were set aside before are set aside again.
    """
    inputs = repaired_inputs(outcome, plan, leavers)
    with tempfile.TemporaryDirectory(prefix="mentormatch-repair-") as name:
        place = Path(name)
        for file, data in inputs.items():
            (place / file).write_bytes(data)
        locks_path = place / LOCKS_FILE if LOCKS_FILE in inputs else None
        return read_round(place, locks_path=locks_path, seed=outcome.round.seed, quarantine=True)


def repaired_inputs(outcome: OutcomeFolder, plan: RepairPlan, leavers: Collection[str]) -> dict[str, bytes]:
    """Return the input files of a repaired round; locks of people who are set aside stay in the file."""
    files = {name: data for name, data in outcome.inputs.items() if name != LOCKS_FILE}
    if leavers:
        files["people.csv"] = mark_as_left(files["people.csv"], leavers)
        files["enrolments.csv"] = without_rows(files["enrolments.csv"], leavers)
    locks = [*plan.round.locks, *_idle_locks(outcome, leavers)]
    return files | ({LOCKS_FILE: write_locks(locks)} if locks else {})


def _idle_locks(outcome: OutcomeFolder, leavers: Collection[str]) -> Iterator[Lock]:
    """Yield the locks of the file that name people who are set aside; nobody is owed a mentor who has left."""
    data, counted = outcome.inputs.get(LOCKS_FILE), frozenset(outcome.round.locks)
    for lock in read_locks(data, None, Findings()).locks if data else ():
        has_left = lock.mentor_id in leavers or lock.mentee_id in leavers
        if lock not in counted and not (has_left and lock.kind is not LockKind.MUST_NOT):
            yield lock


def mark_as_left(data: bytes, person_ids: Collection[str]) -> bytes:
    """Return a people.csv in which people have the status ``left``; the column is added where there is none."""
    sheet, leaving = _open_sheet(data, PEOPLE), _rows_of(data, PEOPLE, person_ids)
    records = list(sheet.records())
    names = [cell.strip().casefold() for cell in records[0][2]]
    lines = list(sheet.lines)
    for number, (start, end, _) in enumerate(records):
        if "status" in names:
            cell = (names.index("status"), str(Status.LEFT)) if start in leaving else None
        else:
            cell = (len(names), "status" if number == 0 else str(Status.LEFT) if start in leaving else "")
        if cell is not None:
            bare, ending = sheet.text_of(start, end)
            lines[start:end] = [_with_cell(bare, sheet.delimiter, *cell) + ending, *[""] * (end - start - 1)]
    return (sheet.mark + "".join(lines)).encode()


def without_rows(data: bytes, person_ids: Collection[str]) -> bytes:
    """Return an enrolments.csv without the rows of some people."""
    sheet, leaving = _open_sheet(data, ENROLMENTS), _rows_of(data, ENROLMENTS, person_ids)
    lines = list(sheet.lines)
    for start, end, _ in sheet.records():
        if start in leaving:
            lines[start:end] = [""] * (end - start)
    return (sheet.mark + "".join(lines)).encode()


def write_locks(locks: Sequence[Lock]) -> bytes:
    """Return locks.csv, in the order given."""
    return write_csv(LOCK_COLUMNS, ((lock.kind, lock.mentor_id, lock.mentee_id, lock.reason) for lock in locks))


def _open_sheet(data: bytes, layout: Layout) -> _Sheet:
    """Take a file apart as the reader of tables does."""
    text = data.decode("utf-8")
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    lines, header = split_lines(text.removeprefix(mark))
    delimiter = find_delimiter(lines[header], lines[header - 1] if header else "", layout)
    return _Sheet(tuple(lines), mark, header, delimiter)


def _rows_of(data: bytes, layout: Layout, person_ids: Collection[str]) -> frozenset[int]:
    """Return the lines, from 0, on which the rows of some people start."""
    table = read_table(data, layout, Findings())
    found = zip(table.lines, table.columns["person_id"], strict=True)
    return frozenset(line - 1 for line, person_id in found if person_id in person_ids)


def _with_cell(record: str, delimiter: str, place: int, value: str) -> str:
    """Return a record with another value in one cell; missing cells before it are blank."""
    cells = re.findall(rf'(?:^|{delimiter})("(?:[^"]|"")*"|[^{delimiter}]*)', record)
    cells += [""] * (place + 1 - len(cells))
    return delimiter.join([*cells[:place], value, *cells[place + 1 :]])
