"""history.csv: one row for each pairing of an earlier round; leavers may stand in it."""

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import PastPairing
from mentormatch.files.problems import Findings
from mentormatch.files.rows import Row, each_row
from mentormatch.files.tables import Layout, read_table

HISTORY_COLUMNS = ("mentor_id", "mentee_id", "direction", "round", "started", "ended", "end_reason")
HISTORY = Layout("history.csv", HISTORY_COLUMNS, HISTORY_COLUMNS[:4], ("mentor_id", "mentee_id"))


def read_history(data: bytes, findings: Findings) -> tuple[PastPairing, ...]:
    """Read history.csv; rows that cannot be understood are left out after they were reported."""
    table = read_table(data, HISTORY, findings)
    read = (_read_past(row) for row in each_row(table, findings) if not row.is_broken)
    return tuple(past for past in read if past is not None)


def _read_past(row: Row) -> PastPairing | None:
    """Return the pairing of a row, or ``None`` where a cell that it needs is blank or unknown."""
    given = [row.required(column) for column in HISTORY.required]
    direction = row.choice("direction", Direction)
    started, ended = row.day("started"), row.day("ended")
    if started and ended and ended < started:
        row.problem("ended", "ended-before-started", "it ended before it started", "correct one of the two dates")
    mentor_id, mentee_id, _, round_name = given
    if mentor_id and mentor_id == mentee_id:
        row.problem("mentee_id", "paired-with-self", "mentor and mentee are one person", "correct one of the two")
    if not all(given) or direction is None:
        return None
    return PastPairing(mentor_id, mentee_id, direction, round_name, started, ended, row.text("end_reason"))
