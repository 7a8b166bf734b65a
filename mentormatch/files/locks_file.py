"""locks.csv: what HR fixes by hand, one row for each pairing that must be, must not be, or is kept."""

from collections.abc import Collection
from dataclasses import dataclass

from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.files.names import Register
from mentormatch.files.problems import Findings, Problem, shorten
from mentormatch.files.rows import Row, each_row
from mentormatch.files.tables import Layout, read_table
from mentormatch.matching.lock_conflicts import find_conflicts
from mentormatch.matching.lock_rules import LockFlaw, read_demanded
from mentormatch.matching.lock_words import say_remedy, say_wrong
from mentormatch.matching.reference import build_reference

LOCK_COLUMNS = ("kind", "mentor_id", "mentee_id", "reason")
LOCKS = Layout("locks.csv", LOCK_COLUMNS, LOCK_COLUMNS[:3], ())
"""No column names people here: a wrong lock is a slip of HR and sets nobody aside."""


@dataclass(frozen=True, slots=True)
class LockSheet:
    """The readable locks of a file, with the row of each."""

    locks: tuple[Lock, ...]
    rows: tuple[Row, ...]


def read_locks(data: bytes, register: Register | None, findings: Findings) -> LockSheet:
    """Read locks.csv and check its rows against each other and against the people, where these are known."""
    table = read_table(data, LOCKS, findings)
    found = [(lock, row) for row in each_row(table, findings) if not row.is_broken and (lock := _read_lock(row))]
    sheet = LockSheet(tuple(lock for lock, _ in found), tuple(row for _, row in found))
    if register is not None:
        _check_people(sheet, register)
    _check_pairs(sheet)
    return sheet


def _read_lock(row: Row) -> Lock | None:
    """Return the lock of a row, or ``None`` where a cell that it needs is blank or unknown."""
    given = [row.required(column) for column in LOCKS.required]
    kind = row.choice("kind", LockKind)
    return Lock(kind, given[1], given[2], row.text("reason")) if kind and all(given) else None


def _report(row: Row, column: str, code: str, wrong: str, remedy: str) -> None:
    """Report a lock that cannot stand."""
    value = shorten(row.text(column))
    row.findings.problems.append(Problem(LOCKS.file, row.line, column, value, code, wrong, remedy))


def _check_people(sheet: LockSheet, register: Register) -> None:
    """Report locks that name somebody who does not exist, or one person as both."""
    for lock, row in zip(sheet.locks, sheet.rows, strict=True):
        for column, person_id in (("mentor_id", lock.mentor_id), ("mentee_id", lock.mentee_id)):
            if person_id not in register.person_ids:
                near = register.guess(person_id)
                remedy = f"did you mean {near}?" if near else "correct the id or delete the lock"
                _report(row, column, "unknown-person", "nobody in people.csv has this id", remedy)
        if lock.mentor_id == lock.mentee_id:
            wrong, remedy = "mentor and mentee are one person", "correct one of the two"
            _report(row, "mentee_id", "paired-with-self", wrong, remedy)


def _check_pairs(sheet: LockSheet) -> None:
    """Report locks of one pair that say the same twice or contradict each other."""
    first: dict[tuple[str, str], tuple[Lock, Row]] = {}
    for lock, row in zip(sheet.locks, sheet.rows, strict=True):
        earlier, earlier_row = first.setdefault((lock.mentor_id, lock.mentee_id), (lock, row))
        if earlier is lock:
            continue
        if (earlier.kind is LockKind.MUST_NOT) == (lock.kind is LockKind.MUST_NOT):
            wrong = f"the pair is already locked in row {earlier_row.line}"
            _report(row, "kind", "repeated-lock", wrong, "keep one of the two")
        else:
            wrong = f"this contradicts the {earlier.kind} of row {earlier_row.line}"
            _report(row, "kind", "contradictory-locks", wrong, "decide for one of the two")


def check_rules(sheet: LockSheet, matching_round: Round) -> None:
    """Report demanded pairings that a round does not allow; locks left out of it are passed over.

    Each that breaks a rule is a problem of its row; each smallest set of the others that cannot stand together is one
    problem, in the first of their rows.
    """
    reference, counted = build_reference(matching_round), frozenset(matching_round.locks)
    claims: dict[tuple[str, str], Row] = {}
    candidates = []
    for lock, row in zip(sheet.locks, sheet.rows, strict=True):
        if lock not in counted or lock.kind is LockKind.MUST_NOT:
            continue
        found = read_demanded(reference, lock)
        if isinstance(found, LockFlaw):
            _report(row, "mentee_id", "lock-breaks-rule", found.wrong, found.remedy)
        else:
            candidates.append(found)
            claims.setdefault((lock.mentor_id, lock.mentee_id), row)
    for conflict in find_conflicts(reference, candidates, ()):
        first = min((claims[pair] for pair in conflict.asked), key=lambda row: row.line)
        _report(first, "mentor_id", "locks-conflict", say_wrong(conflict), say_remedy(conflict))


def locks_without(locks: Collection[Lock], quarantined: Collection[str]) -> tuple[Lock, ...]:
    """Return the locks that name nobody who was set aside."""
    return tuple(lock for lock in locks if lock.mentor_id not in quarantined and lock.mentee_id not in quarantined)
