"""enrolments.csv: one row for each person who takes part."""

from dataclasses import dataclass

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment, Rhythm
from mentormatch.domain.policy import CapacityPolicy
from mentormatch.domain.text import fold
from mentormatch.files.problems import Findings, join_briefly
from mentormatch.files.rows import Row, each_row
from mentormatch.files.tables import Layout, read_table

ENROLMENT_COLUMNS = (
    "person_id",
    "as_mentee",
    "as_mentor",
    "max_mentors",
    "max_mentees",
    "skills_wanted",
    "skills_offered",
    "target_area",
    "interests",
    "prefers",
    "rather_not",
    "avoids",
    "conflicts",
    "hours_per_month",
    "meeting_rhythm",
    "trained",
    "waiting_rounds",
)
ENROLMENTS = Layout("enrolments.csv", ENROLMENT_COLUMNS, ("person_id", "as_mentee", "as_mentor"), ("person_id",))
HOURS_A_MONTH = 744
WAITING_ROUNDS = 99
PREFERENCES = 99
"""Most people whom one person may prefer; the score tells the first three apart."""


@dataclass(frozen=True, slots=True)
class EnrolmentSheet:
    """The readable enrolments of a file in its order, repeated people included, with the row of each."""

    enrolments: tuple[Enrolment, ...]
    rows: tuple[Row, ...]


def read_enrolments(data: bytes, capacity: CapacityPolicy, findings: Findings) -> EnrolmentSheet:
    """Read enrolments.csv and check everything that can be seen in one row, places against the policy's limits."""
    table = read_table(data, ENROLMENTS, findings)
    rows = tuple(row for row in each_row(table, findings) if not row.is_broken and row.required("person_id"))
    enrolments = tuple(_read_enrolment(row, capacity) for row in rows)
    if table.is_whole and not table.lines:
        findings.notice(ENROLMENTS.file, "nobody-enrolled", "Nobody is enrolled: nobody will be paired.")
    _notice_forward(enrolments, rows, findings)
    return EnrolmentSheet(enrolments, rows)


def _read_enrolment(row: Row, capacity: CapacityPolicy) -> Enrolment:
    """Return the enrolment of a row; what cannot be read is left blank."""
    defaults = Enrolment("")
    enrolment = Enrolment(
        person_id=row.text("person_id"),
        as_mentee=_read_places(row, "as_mentee", capacity.mentee_limit),
        as_mentor=_read_places(row, "as_mentor", capacity.mentor_limit),
        max_mentors=_read_limit(row, "max_mentors", capacity.mentee_limit, defaults.max_mentors),
        max_mentees=_read_limit(row, "max_mentees", capacity.mentor_limit, defaults.max_mentees),
        skills_wanted=row.ranked("skills_wanted"),
        skills_offered=row.ranked("skills_offered"),
        target_area=row.text("target_area"),
        interests=row.ranked("interests"),
        prefers=row.ranked("prefers", PREFERENCES),
        rather_not=row.ids("rather_not"),
        avoids=row.ids("avoids"),
        conflicts=row.ids("conflicts"),
        hours_per_month=row.number("hours_per_month", HOURS_A_MONTH),
        meeting_rhythm=row.choice("meeting_rhythm", Rhythm),
        trained=row.yes_or_no("trained"),
        waiting_rounds=row.whole("waiting_rounds", 0, WAITING_ROUNDS, 0),
    )
    _check_wishes(row, enrolment)
    return enrolment


def _read_limit(row: Row, column: str, limit: int, default: int) -> int:
    """Return how many pairings a person wants at most; blank is the default, but never more than the policy allows."""
    return row.whole(column, 0, limit, min(default, limit))


def _read_places(row: Row, column: str, limit: int) -> dict[Direction, int]:
    """Return the places of each direction named in a cell such as ``upward:2;downward:1``."""
    places: dict[Direction, int] = {}
    for entry in row.entries(column):
        name, colon, count = (part.strip() for part in entry.partition(":"))
        direction = _read_direction(row, column, name)
        if direction is None:
            continue
        if direction in places:
            wrong = "the direction stands twice in the list"
            row.problem(column, "repeated-direction", wrong, "keep one of the two", entry)
        elif not colon:
            row.problem(column, "no-places", "the number of places is missing", f"write {direction}:1", entry)
        else:
            places[direction] = row.whole_part(column, count, 0, limit, 0)
    return places


def _read_direction(row: Row, column: str, name: str) -> Direction | None:
    """Return the direction of that name, or ``None`` after reporting that there is none."""
    if name.casefold() in Direction:
        return Direction(name.casefold())
    remedy = f"write one of {', '.join(Direction)}, with the places as in upward:1"
    row.problem(column, "unknown-direction", "not a direction", remedy, name)
    return None


def _check_wishes(row: Row, enrolment: Enrolment) -> None:
    """Report wishes and refusals that contradict each other or name the person who has them."""
    for column in ("prefers", "rather_not", "avoids", "conflicts"):
        if enrolment.person_id in getattr(enrolment, column):
            row.problem(column, "names-self", "people name themselves here", "take the entry out", enrolment.person_id)
    for column, refused in (("rather_not", enrolment.rather_not), ("avoids", enrolment.avoids)):
        for person_id in enrolment.prefers:
            if person_id in refused:
                wrong, remedy = "the same person stands in prefers", "decide for one of the two lists"
                row.problem(column, "wish-and-refusal", wrong, remedy, person_id)


def _notice_forward(enrolments: tuple[Enrolment, ...], rows: tuple[Row, ...], findings: Findings) -> None:
    """Say who asks for forward without an area: no mentor can stand in it."""
    pairs = zip(enrolments, rows, strict=True)
    blank = [row.line for e, row in pairs if e.as_mentee.get(Direction.FORWARD) and not fold(e.target_area)]
    if blank:
        text = f"Forward is asked for without a target_area, so nobody can be found for it: rows {join_briefly(blank)}."
        findings.notice(ENROLMENTS.file, "no-target-area", text)
