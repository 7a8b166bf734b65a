"""One row of a file: its cells as words of the domain; a cell that cannot be read is a problem and counts as blank."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from mentormatch.domain.text import fold
from mentormatch.files.problems import Findings, Problem, shorten
from mentormatch.files.tables import Table

LIST_LIMIT = 20
"""Most entries that a list of skills or interests may have."""
YEARS = range(1900, 2200)
NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, and where to put its problems."""

    table: Table
    index: int
    findings: Findings

    @property
    def line(self) -> int:
        """The line of the file on which the row starts."""
        return self.table.lines[self.index]

    @property
    def is_broken(self) -> bool:
        """Whether only the key columns of the row can be trusted."""
        return self.index in self.table.broken

    @property
    def person_ids(self) -> tuple[str, ...]:
        """The people whom the key columns of the row name."""
        return tuple(filter(None, (self.text(key) for key in self.table.layout.keys)))

    def text(self, column: str) -> str:
        """Return the trimmed cell."""
        return self.table.columns[column][self.index]

    def problem(self, column: str, code: str, wrong: str, remedy: str, value: str | None = None) -> None:
        """Report what is wrong with a cell; the value shown is the whole cell unless one is given."""
        shown = shorten(self.text(column) if value is None else value)
        layout, people = self.table.layout, self.person_ids
        self.findings.problems.append(
            Problem(layout.file, self.line, column, shown, code, wrong, remedy, people, layout.can_lose_rows)
        )

    def required(self, column: str) -> str:
        """Return the cell, which must not be blank."""
        text = self.text(column)
        if not text:
            self.problem(column, "blank", f"the {column} is blank", "fill it in")
        return text

    def whole(self, column: str, lowest: int, highest: int, blank: int) -> int:
        """Return a whole number within bounds, or ``blank`` for a blank or unreadable cell."""
        text = self.text(column)
        if not text:
            return blank
        return self.whole_part(column, text, lowest, highest, blank)

    def whole_part(self, column: str, text: str, lowest: int, highest: int, blank: int) -> int:
        """Return a part of a cell as a whole number within bounds, or ``blank`` after reporting it."""
        if WHOLE_NUMBER.fullmatch(text) and lowest <= int(text) <= highest:
            return int(text)
        wrong = f"not a whole number from {lowest} to {highest}"
        self.problem(column, "not-a-whole-number", wrong, "write a number such as " + str(max(lowest, 1)), text)
        return blank

    def number(self, column: str, highest: int) -> float | None:
        """Return a number from 0 to ``highest``, or ``None`` for a blank or unreadable cell."""
        text = self.text(column)
        if not text:
            return None
        if NUMBER.fullmatch(text) and float(text) <= highest:
            return float(text)
        has_comma = NUMBER.fullmatch(text.replace(",", ".")) is not None
        remedy = "write a point before the decimals" if has_comma else "write a number such as 2 or 1.5"
        self.problem(column, "not-a-number", f"not a number from 0 to {highest}", remedy)
        return None

    def day(self, column: str) -> date | None:
        """Return an ISO date, or ``None`` for a blank or unreadable cell."""
        text = self.text(column)
        if not text:
            return None
        try:
            found = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
        except ValueError:
            found = None
        if found is None or found.year not in YEARS:
            remedy = "write year, month and day as in 2026-04-03"
            self.problem(column, "not-a-date", "not a date of the calendar in the form YYYY-MM-DD", remedy)
            return None
        return found

    def choice[T: StrEnum](self, column: str, words: type[T]) -> T | None:
        """Return one of a few words, or ``None`` for a blank or unknown one."""
        text = self.text(column)
        if not text:
            return None
        try:
            return words(text.casefold())
        except ValueError:
            self.problem(column, "unknown-word", "not a word that is known here", f"write {' or '.join(words)}")
            return None

    def yes_or_no(self, column: str) -> bool | None:
        """Return the answer to a question, or ``None`` while it is blank or unreadable."""
        answers: Mapping[str, bool | None] = {"yes": True, "no": False, "": None}
        text = self.text(column)
        if text.casefold() not in answers:
            self.problem(column, "not-yes-or-no", "neither yes nor no", "write yes or no, or leave it blank")
        return answers.get(text.casefold())

    def words(self, column: str) -> tuple[str, ...]:
        """Return the entries of a list of names in their order, each once."""
        return tuple(_split_repeated(self.entries(column))[0])

    def ids(self, column: str) -> tuple[str, ...]:
        """Return the entries of a list of ids in their order, each once."""
        return tuple(dict.fromkeys(self.entries(column))) if self.text(column) else ()

    def ranked(self, column: str, limit: int = LIST_LIMIT) -> tuple[str, ...]:
        """Return the entries of a list whose order or number counts: not too many, none twice."""
        entries = self.entries(column)
        if not entries:
            return ()
        distinct, repeated = _split_repeated(entries)
        if len(distinct) > limit:
            wrong = f"a list of {len(distinct)} entries, more than {limit}"
            self.problem(column, "list-too-long", wrong, "keep those that matter most")
        for entry in repeated:
            self.problem(column, "repeated-entry", "the entry stands twice in the list", "keep one of the two", entry)
        return tuple(distinct)

    def entries(self, column: str) -> list[str]:
        """Return the entries of a cell that holds a list with ``;`` between them."""
        text = self.text(column)
        return [entry for part in text.split(";") if (entry := part.strip())] if text else []


_key = lru_cache(maxsize=1 << 16)(fold)
"""Skills and interests are few, and each stands in many rows."""


def _split_repeated(entries: list[str]) -> tuple[list[str], list[str]]:
    """Return the entries each once, and those that say again what an earlier one says."""
    seen: set[str] = set()
    distinct: list[str] = []
    repeated: list[str] = []
    for entry in entries:
        key = _key(entry)
        (repeated if key in seen else distinct).append(entry)
        seen.add(key)
    return distinct, repeated


def each_row(table: Table, findings: Findings) -> Iterator[Row]:
    """Yield the rows of a table in the order of the file."""
    return (Row(table, index, findings) for index in range(len(table.lines)))
