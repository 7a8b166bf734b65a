"""Whatever stands in the files: no crash, and nothing that the engine could stumble over in the round that is built."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from mentormatch.domain.people import Status
from mentormatch.domain.policy import Policy
from mentormatch.domain.round import LockKind, Round
from mentormatch.files.csv_text import write_csv
from mentormatch.files.enrolments_file import ENROLMENT_COLUMNS
from mentormatch.files.folder import RoundFolder
from mentormatch.files.generated_files import write_generated
from mentormatch.files.history_file import HISTORY_COLUMNS
from mentormatch.files.locks_file import LOCK_COLUMNS
from mentormatch.files.people_file import PEOPLE_COLUMNS
from mentormatch.files.problems import write_findings
from tests.unit.files.folders import read_folder

ids = st.sampled_from(["A", "B", "C", "D", "a", "nobody", ""])
lists_of_ids = st.lists(ids, max_size=3).map(";".join)
odd = st.sampled_from(
    ["", "0", "1", "9", "-1", "1.5", "NaN", "x", "=1+1", "\x00", "a\nb", "ｘ", "\u202ex", '"', ";", "1e400"]
)
CELLS: dict[str, st.SearchStrategy[str]] = {
    "person_id": ids,
    "mentor_id": ids,
    "mentee_id": ids,
    "manager_id": ids,
    "name": st.sampled_from(["Ann", "Bob", ""]),
    "level": st.sampled_from(["1", "2", "3", ""]),
    "status": st.sampled_from(["", "active", "leave", "left", "gone"]),
    "email": st.sampled_from(["", "a@x.org", "A@x.org", "b@x.org", "none"]),
    "timezone": st.sampled_from(["", "UTC", "Europe/London", "Nowhere"]),
    "start_date": st.sampled_from(["", "2024-02-29", "2023-02-29"]),
    "as_mentee": st.sampled_from(["", "upward:1", "upward:1;peer:2", "upward", "north:1"]),
    "as_mentor": st.sampled_from(["", "upward:3", "peer:0", "upward:4", "upward:1;upward:1"]),
    "direction": st.sampled_from(["upward", "peer", "north", ""]),
    "round": st.sampled_from(["1", "2", ""]),
    "kind": st.sampled_from(["must", "must-not", "keep", "maybe", ""]),
    "skills_wanted": st.sampled_from(["", "SQL", "SQL;sql", "SQL;Python"]),
    "trained": st.sampled_from(["", "yes", "no", "maybe"]),
} | dict.fromkeys(
    ("dotted_manager_ids", "evaluator_ids", "previous_manager_ids", "prefers", "rather_not", "avoids", "conflicts"),
    lists_of_ids,
)


def tables(columns: tuple[str, ...]) -> st.SearchStrategy[bytes]:
    """Draw a file with these columns whose cells are mostly right, sometimes odd."""
    row = st.tuples(*(st.one_of(CELLS.get(name, st.just("")), st.just(""), odd) for name in columns))
    good = st.tuples(*(CELLS.get(name, st.just("")) for name in columns))
    return st.lists(st.one_of(good, row), max_size=6).map(lambda rows: write_csv(columns, rows))


def read_files(quarantine: bool, **files: bytes) -> RoundFolder:
    """Read a folder with these files."""
    with TemporaryDirectory() as place:
        return read_folder(Path(place) / "in", quarantine, **files)


def check_round(found: Round) -> None:
    """Hold what every round that is built promises to the engine."""
    people = {person.person_id: person for person in found.people}
    enrolled = Counter(enrolment.person_id for enrolment in found.enrolments)
    assert len(people) == len(found.people)
    assert found.quarantined <= people.keys()
    assert all(count == 1 for count in enrolled.values())
    assert enrolled.keys() <= people.keys() - found.quarantined
    for person in found.people:
        assert person.person_id
        if person.person_id not in found.quarantined:
            assert person.name
            assert person.level is not None
            over = (person.manager_id, *person.dotted_manager_ids, *person.evaluator_ids, *person.previous_manager_ids)
            assert set(filter(None, over)) <= people.keys() - {person.person_id}
    for enrolment in found.enrolments:
        assert people[enrolment.person_id].status is Status.ACTIVE
        named = {*enrolment.prefers, *enrolment.rather_not, *enrolment.avoids, *enrolment.conflicts}
        assert named <= people.keys() - {enrolment.person_id}
        assert not set(enrolment.prefers) & {*enrolment.rather_not, *enrolment.avoids}
        assert 0 <= enrolment.max_mentors <= Policy().capacity.mentee_limit
        assert 0 <= enrolment.max_mentees <= Policy().capacity.mentor_limit
        assert all(0 <= places <= 3 for places in (*enrolment.as_mentee.values(), *enrolment.as_mentor.values()))
    check_locks(found, people.keys() - found.quarantined)


def check_locks(found: Round, known: set[str]) -> None:
    """Hold that locks name people who take part, and each pair once."""
    pairs = [(lock.mentor_id, lock.mentee_id) for lock in found.locks]
    assert len(pairs) == len(set(pairs))
    assert {person_id for pair in pairs for person_id in pair} <= known
    assert all(isinstance(lock.kind, LockKind) for lock in found.locks)


@given(tables(PEOPLE_COLUMNS), tables(ENROLMENT_COLUMNS), tables(HISTORY_COLUMNS), tables(LOCK_COLUMNS))
def test_a_round_is_built_sound_or_not_at_all(people: bytes, enrolments: bytes, history: bytes, locks: bytes) -> None:
    files = {"people": people, "enrolments": enrolments, "history": history, "locks": locks}
    strict, lenient = read_files(False, **files), read_files(True, **files)
    assert strict.problems == lenient.problems
    assert (strict.round is None) == bool(strict.problems)
    assert (lenient.round is None) == lenient.has_blocking_problems
    for folder in (strict, lenient):
        if folder.round is not None:
            check_round(folder.round)


@given(tables(PEOPLE_COLUMNS), tables(ENROLMENT_COLUMNS))
def test_every_problem_is_one_line_that_says_where_what_and_what_to_do(people: bytes, enrolments: bytes) -> None:
    folder = read_files(False, people=people, enrolments=enrolments)
    for problem in folder.problems:
        assert problem.file in ("people.csv", "enrolments.csv")
        assert problem.wrong
        assert problem.remedy
        assert problem.sentence.isprintable()
    assert write_findings(folder.problems, folder.notices)


ORGANISATION = {name.partition(".")[0]: data for name, data in write_generated(30, 1).items() if name.endswith(".csv")}
changes = st.lists(
    st.tuples(st.sampled_from(sorted(ORGANISATION)), st.integers(0, 10_000), st.binary(max_size=3), st.integers(0, 3)),
    min_size=1,
    max_size=4,
)


@given(changes)
def test_bytes_changed_at_random_end_in_problems_or_in_a_sound_round(
    changed: list[tuple[str, int, bytes, int]],
) -> None:
    files = dict(ORGANISATION)
    for name, place, new, cut in changed:
        start = place % len(files[name])
        files[name] = files[name][:start] + new + files[name][start + cut :]
    folder = read_files(True, **files)
    if folder.round is not None:
        check_round(folder.round)


@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_neither_the_problems_nor_the_people_set_aside(random: object) -> None:
    header, *rows = ORGANISATION["people"].splitlines(keepends=True)
    rows[3] = rows[3].replace(b",", b",,", 1)
    rows[5] = rows[5].split(b",")[0] + b",Nobody,,nobody,,,,,,,,,,,,\n"
    random.shuffle(rows)  # type: ignore[attr-defined]
    files = ORGANISATION | {"people": b"".join([header, *rows])}
    folder, reference = (
        read_files(True, **files),
        read_files(True, **(files | {"people": header + b"".join(sorted(rows))})),
    )
    assert folder.round is not None
    assert reference.round is not None
    assert folder.round.quarantined == reference.round.quarantined
    assert set(folder.round.people) == set(reference.round.people)
    assert Counter(p.code for p in folder.problems) == Counter(p.code for p in reference.problems)
