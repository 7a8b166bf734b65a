"""What is wrong with a file, as data: where it stands, what it says, what is wrong and what to do."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

VALUE_LENGTH = 40
"""Longest value that a problem shows; the rest is cut off."""


LINE_COLUMNS = ("", "person_id", "manager_id", "dotted_manager_ids")
"""Columns of people.csv, and the whole row, that say who somebody is and whom they report to."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that must be mended before a round can be matched.

    ``row`` is the line of the file, the first being 1, or ``None`` for the whole file; ``column`` is empty when the
    whole row is meant. ``wrong`` and ``remedy`` are clauses without a capital or a full stop. ``person_ids`` names
    the people concerned: with them set aside the problem is harmless. ``sets_row_aside`` says the same of a row
    that names nobody.
    """

    file: str
    row: int | None
    column: str
    value: str
    code: str
    wrong: str
    remedy: str
    person_ids: tuple[str, ...] = ()
    sets_row_aside: bool = False

    @property
    def can_be_quarantined(self) -> bool:
        """Whether the round can go on without the people or the row concerned."""
        return bool(self.person_ids) or self.sets_row_aside

    @property
    def casts_doubt_on_lines(self) -> bool:
        """Whether the problem leaves open who the people concerned are or whom they report to."""
        return self.file == "people.csv" and self.column in LINE_COLUMNS

    @property
    def sentence(self) -> str:
        """Return the whole problem in one line."""
        place = ", ".join(filter(None, (self.file, f"row {self.row}" if self.row else "", self.column)))
        quoted = f' "{self.value}"' if self.value else ""
        end = "" if self.remedy.endswith("?") else "."
        return f"{place}{quoted}: {self.wrong}; {self.remedy}{end}"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the reader of a file did or noticed, and that stops nothing; ``text`` is one sentence."""

    file: str
    code: str
    text: str


@dataclass(slots=True)
class Findings:
    """Where the readers of one folder put what they find."""

    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def notice(self, file: str, code: str, text: str) -> None:
        """Add a notice."""
        self.notices.append(Notice(file, code, text))


def shorten(value: str) -> str:
    """Return a value fit to be shown: at most ``VALUE_LENGTH`` characters, control characters made visible."""
    cut = value if len(value) <= VALUE_LENGTH else value[: VALUE_LENGTH - 1] + "…"
    if cut.isprintable():
        return cut
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)


def order_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems by file, row and column, those of a whole file first; each only once."""
    return tuple(sorted(dict.fromkeys(problems), key=_place))


def _place(problem: Problem) -> tuple[str, int, str, str, str]:
    return problem.file, problem.row or 0, problem.column, problem.code, problem.value


def join_briefly(words: Iterable[object], shown: int = 5) -> str:
    """Return the first few words as a list in a sentence: ``3, 9, 12 and 40 more``."""
    texts = [str(word) for word in words]
    if len(texts) > shown:
        return f"{', '.join(texts[:shown])} and {len(texts) - shown:,} more"
    return f"{', '.join(texts[:-1])} and {texts[-1]}" if len(texts) > 1 else "".join(texts)


def write_findings(problems: Iterable[Problem], notices: Iterable[Notice]) -> str:
    """Return problems and notices as JSON: ``{"problems": [...], "notices": [...]}``."""
    found = {"problems": [_as_data(problem) for problem in problems], "notices": [_notice(n) for n in notices]}
    return json.dumps(found, ensure_ascii=False, indent=2)


def _as_data(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.file,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "code": problem.code,
        "wrong": problem.wrong,
        "remedy": problem.remedy,
        "person_ids": list(problem.person_ids),
        "can_be_quarantined": problem.can_be_quarantined,
    }


def _notice(notice: Notice) -> dict[str, object]:
    return {"file": notice.file, "code": notice.code, "text": notice.text}
