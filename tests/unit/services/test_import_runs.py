"""The course of an import: handed in, taken by a worker, asked for, given up, looked at again, discarded."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar, override

import pytest

from mentormatch.domain.accounts import Actor, Role, TokenKind
from mentormatch.domain.records import ImportRun, ImportState
from mentormatch.errors import InputError
from mentormatch.files.problems import Problem
from mentormatch.services import import_report, import_work, people_import, signs_of_life
from mentormatch.services.import_report import report_preview, write_problems
from mentormatch.services.import_upkeep import forget_tokens, give_up_silent, ring_again
from mentormatch.services.own_data import erase_person
from mentormatch.services.people_changes import Change, Changes
from mentormatch.services.people_import import (
    discard,
    follow_import,
    hand_in,
    import_now,
    list_imports,
    list_problems,
    name_users,
    preview_again,
    request_apply,
    show_import,
)
from mentormatch.services.people_reading import Reading, read_file
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import (
    BusyError,
    ConflictError,
    GivenUpError,
    NotAllowedError,
    NotFoundError,
    StaleError,
)
from mentormatch.storage.store import SqlStore
from tests.factories import a_person
from tests.offices import Office, sentence_of, with_limits

HEADER = b"person_id,name,manager_id,level\n"
TOP = HEADER + b"T,Tess Top,,2\n"
BOTH = TOP + b"A,Ann Ash,T,1\n"


@pytest.fixture
def hr(office: Office) -> Actor:
    """Return somebody of HR."""
    return office.actor(Role.HR, email="ann@x.example")


def a_preview(office: Office, actor: Actor, content: bytes = TOP) -> ImportRun:
    """Return a run that was previewed."""
    run = hand_in(office.ports, actor, "people.csv", content)
    import_work.preview(office.ports, run.key)
    return follow_import(office.ports, actor, run.key)


def ask(office: Office, actor: Actor, run: ImportRun) -> ImportRun:
    """Ask for what a preview showed."""
    return request_apply(office.ports, actor, run.key, run.file_digest)


def claim(office: Office, run: ImportRun, state: ImportState = ImportState.QUEUED) -> ImportRun:
    """Take a run as a worker does that goes no further."""
    held = office.store.write(lambda unit: unit.imports.claim(run.key, state, office.clock.now()))
    assert held is not None
    return held


def state_of(office: Office, run: ImportRun) -> ImportState:
    """Return where a run stands."""
    return follow_import(office.ports, COMMAND_LINE, run.key).state


def ids_in(office: Office) -> list[str]:
    """Return the ids of everybody."""
    return [someone.person.person_id for someone in office.store.read(lambda unit: unit.people.all())]


def test_handing_a_file_in_reads_nothing_and_rings_a_worker(
    office: Office, hr: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_work, "read_file", None)
    run = hand_in(office.ports, hr, "people.csv", b"anything")
    assert run.state is ImportState.RECEIVED
    assert office.jobs.asked == [("preview", run.key)]


def test_a_worker_previews_and_another_applies_what_was_asked_for(office: Office, hr: Actor) -> None:
    run = a_preview(office, hr, BOTH)
    assert (run.state, run.counts["new"], run.done_share) == (ImportState.PREVIEWED, 2, 1.0)
    assert ask(office, hr, run).state is ImportState.QUEUED
    assert office.jobs.asked[-1] == ("apply", run.key)
    assert ids_in(office) == []
    changes = import_work.apply(office.ports, run.key)
    assert changes is not None
    assert (len(changes.new), ids_in(office)) == (2, ["A", "T"])
    applied = show_import(office.ports, hr, run.key)
    assert (applied.state, applied.counts["new"], applied.report) == (ImportState.APPLIED, 2, {})


def test_a_bell_that_rings_twice_or_for_nothing_does_no_harm(office: Office, hr: Actor) -> None:
    run = a_preview(office, hr)
    assert import_work.preview(office.ports, run.key) is None
    assert import_work.apply(office.ports, run.key) is None
    assert import_work.apply(office.ports, 99) is None
    ask(office, hr, run)
    assert import_work.apply(office.ports, run.key) is not None
    assert import_work.apply(office.ports, run.key) is None


def test_asking_twice_is_asking_once(office: Office, hr: Actor) -> None:
    run = a_preview(office, hr)
    ask(office, hr, run)
    assert ask(office, hr, run).state is ImportState.QUEUED
    claim(office, run)
    assert ask(office, hr, run).state is ImportState.APPLYING
    assert office.actions().count("import-requested") == 1


def test_whoever_comes_second_is_told_who_imports_and_since_when(office: Office, hr: Actor) -> None:
    first, second = a_preview(office, hr), a_preview(office, hr, BOTH)
    other = office.actor(Role.ADMINISTRATOR)
    ask(office, hr, first)
    office.clock.move(minutes=64)
    with pytest.raises(ConflictError) as refused:
        ask(office, other, second)
    assert sentence_of(refused) == "ann@x.example is importing since 09:00 (UTC). Try again when it is finished."
    assert refused.value.data["run"] == first.key
    import_work.apply(office.ports, first.key)
    assert ask(office, other, second).applicant_key == other.user_key


def test_the_command_line_is_named_as_such(office: Office, hr: Actor) -> None:
    first, second = a_preview(office, COMMAND_LINE), a_preview(office, hr)
    ask(office, COMMAND_LINE, first)
    with pytest.raises(ConflictError, match=r"The command line is importing since 09:00 \(UTC\)"):
        ask(office, hr, second)


def test_a_run_whose_worker_is_silent_for_a_minute_is_given_up(office: Office, hr: Actor) -> None:
    run = a_preview(office, hr)
    ask(office, hr, run)
    held = claim(office, run)
    office.clock.move(seconds=40)
    assert office.store.write(lambda unit: unit.imports.progress(held, 0.5, office.clock.now()))
    office.clock.move(seconds=40)
    assert give_up_silent(office.ports) == 0
    assert follow_import(office.ports, hr, run.key).done_share == 0.5
    office.clock.move(seconds=21)
    assert give_up_silent(office.ports) == 1
    given_up = follow_import(office.ports, hr, run.key)
    assert given_up.state is ImportState.INTERRUPTED
    assert "is gone; nothing was changed" in given_up.note
    assert office.actions()[-1] == "import-given-up"


def test_a_run_that_was_given_up_can_be_previewed_and_applied_again(office: Office, hr: Actor) -> None:
    run = a_preview(office, hr)
    ask(office, hr, run)
    claim(office, run)
    office.clock.move(seconds=61)
    give_up_silent(office.ports)
    assert preview_again(office.ports, hr, run.key).state is ImportState.RECEIVED
    assert office.jobs.asked[-1] == ("preview", run.key)
    import_work.preview(office.ports, run.key)
    ask(office, hr, run)
    assert import_work.apply(office.ports, run.key) is not None
    assert ids_in(office) == ["T"]


def test_a_worker_that_wakes_up_too_late_rolls_everything_back(
    office: Office, hr: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_preview(office, hr)
    ask(office, hr, run)

    def sleep_meanwhile(ports: Ports, file_name: str, content: bytes) -> Reading:
        office.clock.move(minutes=5)
        assert give_up_silent(office.ports) == 1
        return read_file(ports, file_name, content)

    monkeypatch.setattr(import_work, "read_file", sleep_meanwhile)
    with pytest.raises(GivenUpError):
        import_work.apply(office.ports, run.key)
    assert ids_in(office) == []
    assert state_of(office, run) is ImportState.INTERRUPTED
    assert "import-applied" not in office.actions()


def test_a_late_worker_does_not_disturb_the_one_that_took_over(office: Office, hr: Actor) -> None:
    run = hand_in(office.ports, hr, "people.csv", TOP)
    late = claim(office, run, ImportState.RECEIVED)
    office.clock.move(seconds=61)
    give_up_silent(office.ports)
    preview_again(office.ports, hr, run.key)
    current = claim(office, run, ImportState.RECEIVED)
    assert (late.attempt, current.attempt) == (1, 2)
    now = office.clock.now()
    assert not office.store.write(lambda unit: unit.imports.progress(late, 0.9, now))
    assert not office.store.write(lambda unit: unit.imports.end(late, ImportState.FAILED, now))
    assert not office.store.write(lambda unit: unit.imports.previewed(late, b""))
    assert office.store.write(lambda unit: unit.imports.progress(current, 0.2, now))


def test_a_file_can_be_discarded_while_a_worker_is_at_it(
    office: Office, hr: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = a_preview(office, hr)
    ask(office, hr, run)

    def meanwhile(ports: Ports, file_name: str, content: bytes) -> Reading:
        discard(ports, hr, run.key)
        return read_file(ports, file_name, content)

    monkeypatch.setattr(import_work, "read_file", meanwhile)
    with pytest.raises(GivenUpError):
        import_work.apply(office.ports, run.key)
    assert (ids_in(office), state_of(office, run)) == ([], ImportState.DISCARDED)


def test_what_is_discarded_is_forgotten_and_stays_so(office: Office, hr: Actor) -> None:
    run = a_preview(office, hr)
    assert discard(office.ports, hr, run.key).state is ImportState.DISCARDED
    assert discard(office.ports, hr, run.key).state is ImportState.DISCARDED
    assert office.actions().count("import-discarded") == 1
    assert show_import(office.ports, hr, run.key).report == {}
    with pytest.raises(ConflictError, match="hand it in again"):
        preview_again(office.ports, hr, run.key)
    with pytest.raises(StaleError, match="hand the file in again"):
        ask(office, hr, run)


def test_what_was_applied_cannot_be_discarded(office: Office, hr: Actor) -> None:
    run = import_now(office.ports, hr, "people.csv", TOP).run
    with pytest.raises(ConflictError, match="imported already"):
        discard(office.ports, hr, run.key)
    with pytest.raises(StaleError):
        ask(office, hr, run)


def test_a_run_that_nobody_heard_of_is_told_of_again(office: Office, hr: Actor) -> None:
    received, queued = hand_in(office.ports, hr, "people.csv", TOP), a_preview(office, hr, BOTH)
    ask(office, hr, queued)
    office.jobs.asked.clear()
    assert ring_again(office.ports) == 0
    office.clock.move(seconds=31)
    assert ring_again(office.ports) == 2
    assert office.jobs.asked == [("preview", received.key), ("apply", queued.key)]
    claim(office, received, ImportState.RECEIVED)
    assert ring_again(office.ports) == 1


def test_a_preview_whose_worker_is_gone_is_given_up_too(office: Office, hr: Actor) -> None:
    run = hand_in(office.ports, hr, "people.csv", TOP)
    claim(office, run, ImportState.RECEIVED)
    office.clock.move(seconds=61)
    assert give_up_silent(office.ports) == 1
    assert state_of(office, run) is ImportState.INTERRUPTED


def test_a_worker_tells_of_life_while_it_reads_and_stops_when_the_run_is_lost(
    office: Office, hr: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signs_of_life, "EVERY", 0.005)
    held = claim(office, hand_in(office.ports, hr, "people.csv", TOP), ImportState.RECEIVED)
    store = WatchedStore(office.store.engine)
    store.faults[:] = [BusyError("busy")]
    with signs_of_life.SignsOfLife(replace(office.ports, store=store), held) as signs:
        signs.tell(0.25)
        for _ in range(2):  # the first may have begun before the share was told
            store.written.clear()
            assert store.written.wait(5)
        assert store.faults == []
        assert follow_import(office.ports, hr, held.key).done_share == 0.25
        discard(office.ports, hr, held.key)
        assert signs._is_lost.wait(5)
        with pytest.raises(GivenUpError):
            signs.tell(0.5)


class WatchedStore(SqlStore):
    """A store that says when something was written, after the faults that are in wait."""

    written: ClassVar[threading.Event] = threading.Event()
    faults: ClassVar[list[Exception]] = []

    @override
    def write[T](self, work: Callable[[Unit], T]) -> T:
        """Fail, or do the work."""
        if self.faults:
            raise self.faults.pop()
        result = SqlStore.write(self, work)
        self.written.set()
        return result


def test_the_command_line_does_all_of_it_at_once(office: Office) -> None:
    told: list[float] = []
    preview = import_now(office.ports, COMMAND_LINE, "people.csv", BOTH, on_progress=told.append)
    assert preview.changes.counts()["new"] == 2
    assert ids_in(office) == ["A", "T"]
    assert state_of(office, preview.run) is ImportState.APPLIED
    assert office.jobs.asked == []
    half = told.index(1.0) + 1
    assert told[:half] == sorted(told[:half])
    assert told[half:] == sorted(told[half:])
    assert told[-1] == 1.0


def test_a_dry_run_and_a_file_with_problems_change_nobody(office: Office) -> None:
    dry = import_now(office.ports, COMMAND_LINE, "people.csv", BOTH, is_dry_run=True)
    assert dry.changes.counts()["new"] == 2
    assert state_of(office, dry.run) is ImportState.DISCARDED
    wrong = import_now(office.ports, COMMAND_LINE, "people.csv", TOP + b"A,Ann Ash,X,1\n")
    assert [problem.code for problem in wrong.reading.problems] == ["unknown-person"]
    assert state_of(office, wrong.run) is ImportState.FAILED
    assert ids_in(office) == []


def test_the_command_line_waits_for_nobody_and_leaves_nothing_behind(office: Office, hr: Actor) -> None:
    ask(office, hr, a_preview(office, hr))
    with pytest.raises(ConflictError, match=r"ann@x.example is importing"):
        import_now(office.ports, COMMAND_LINE, "people.csv", BOTH)
    latest = list_imports(office.ports, COMMAND_LINE)[0]
    assert latest.state is ImportState.DISCARDED


def test_a_list_shows_the_latest_imports_first_page_by_page(office: Office, hr: Actor) -> None:
    keys = [hand_in(office.ports, hr, "people.csv", TOP).key for _ in range(7)]
    ports = with_limits(office, page_rows=5)
    first = list_imports(ports, hr)
    assert [run.key for run in first] == keys[:1:-1]
    assert [run.key for run in list_imports(ports, hr, before=first[-1].key)] == [keys[1], keys[0]]
    assert name_users(ports, hr, first) == {hr.user_key: "ann@x.example"}


def test_all_problems_can_be_had_as_a_table_without_formulas(office: Office, hr: Actor) -> None:
    run = a_preview(office, hr, HEADER + b"T,Tess Top,,2\nA,Ann Ash,=X,1\n")
    assert run.state is ImportState.FAILED
    assert list_problems(office.ports, hr, run.key).decode() == (
        "row,column,value,what_is_wrong,what_to_do\n"
        "3,manager_id,'=X,nobody in people.csv has this id,correct the id or take it out\n"
    )
    problem = show_import(office.ports, hr, run.key).report["problems"][0]  # type: ignore[index]
    assert (problem["row"], problem["column"], problem["value"]) == (3, "manager_id", "=X")
    assert list_problems(office.ports, hr, a_preview(office, hr).key) == b""


def test_more_problems_than_a_table_lists_are_counted() -> None:
    problems = [Problem("people.csv", n, "", "", "c", "w", "r") for n in range(import_report.LISTED + 3)]
    lines = write_problems(problems).decode().splitlines()
    assert len(lines) == import_report.LISTED + 2
    assert lines[-1] == ",,,3 more problems are not listed,mend these first"


def test_fields_are_reported_as_a_file_says_them() -> None:
    old = a_person("A", languages=("English", "Turkish"), level=None, manager_id="T")
    new = replace(old, languages=("English",), level=3, manager_id="S")
    moved_only = Change(replace(old, manager_id="S"), 1, ("manager_id",), old)
    changes = Changes(changed=(Change(new, 1, ("languages", "level", "manager_id"), old), moved_only))
    report = report_preview(changes, Reading((new,), (2,), (), ()), [])
    assert report["changed"] == [
        {
            "person_id": "A",
            "name": old.name,
            "fields": [
                {"field": "languages", "old": "English; Turkish", "new": "English"},
                {"field": "level", "old": "", "new": "3"},
            ],
            "has_new_lines": True,
        }
    ]
    assert len(report["moved"]) == 2  # type: ignore[arg-type]


def test_whoever_is_erased_is_in_no_file_that_waits(office: Office, hr: Actor) -> None:
    import_now(office.ports, COMMAND_LINE, "people.csv", BOTH)
    previewed, failed = a_preview(office, hr, TOP), a_preview(office, hr, BOTH + b"B,Bob,X,1\n")
    handed_in = hand_in(office.ports, hr, "people.csv", BOTH)
    erase_person(office.ports, COMMAND_LINE, 1)
    for run in (previewed, failed, handed_in):
        assert state_of(office, run) is ImportState.DISCARDED
        assert show_import(office.ports, hr, run.key).report == {}
        assert list_problems(office.ports, hr, run.key) == b""
        assert office.store.read(lambda unit, key=run.key: unit.imports.content(key)) == b""  # type: ignore[misc]


def test_nobody_else_sees_or_moves_an_import(office: Office, hr: Actor) -> None:
    run = a_preview(office, hr)
    auditor = Actor(1, roles=frozenset({Role.AUDITOR}))
    for use in (show_import, follow_import, list_problems, preview_again, discard):
        with pytest.raises(NotAllowedError):
            use(office.ports, auditor, run.key)
        with pytest.raises(NotFoundError):
            use(office.ports, hr, 99)
    with pytest.raises(NotAllowedError):
        ask(office, auditor, run)
    with pytest.raises(NotAllowedError):
        list_imports(office.ports, auditor)
    with pytest.raises(NotAllowedError):
        name_users(office.ports, auditor, [run])
    assert state_of(office, run) is ImportState.PREVIEWED


def test_a_workbook_with_too_many_rows_has_a_problem_that_says_so(
    office: Office, hr: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = with_limits(office, import_rows=1)
    with pytest.raises(InputError, match="more than 1 rows"):
        hand_in(ports, hr, "people.csv", BOTH)
    monkeypatch.setattr("mentormatch.services.people_reading.is_workbook", lambda *_: True)
    monkeypatch.setattr("mentormatch.services.people_reading.read_workbook", lambda *_: BOTH)
    run = hand_in(ports, hr, "people.xlsx", b"packed")
    found = import_work.preview(ports, run.key)
    assert found is not None
    assert [problem.code for problem in found.reading.problems] == ["too-many-rows"]
    assert found.run.state is ImportState.FAILED


def test_expired_tokens_are_forgotten_after_a_day(office: Office) -> None:
    start = office.clock.now()
    for name, hours in (("old", 1), ("new", 3)):
        lasts = start, start + timedelta(hours=hours)
        office.store.write(lambda u, n=name, t=lasts: u.tokens.add(TokenKind.FIRST_ADMINISTRATOR, n, None, *t))  # type: ignore[misc]
    office.clock.move(hours=26)
    assert forget_tokens(office.ports) == 1
    assert forget_tokens(office.ports) == 0


def test_the_states_in_which_a_file_can_be_previewed_again_hold_their_file(office: Office, hr: Actor) -> None:
    run = a_preview(office, hr)
    assert people_import.AGAIN == (ImportState.PREVIEWED, ImportState.STALE, ImportState.INTERRUPTED)
    before = office.store.read(lambda unit: unit.imports.content(run.key))
    preview_again(office.ports, hr, run.key)
    assert office.store.read(lambda unit: unit.imports.content(run.key)) == before == TOP
    with pytest.raises(ConflictError, match="still being worked on"):
        preview_again(office.ports, hr, run.key)


def test_people_who_change_at_the_last_moment_are_not_overwritten(office: Office, hr: Actor) -> None:
    run = a_preview(office, hr, BOTH)
    ask(office, hr, run)

    def meanwhile(share: float) -> None:
        if share == import_work.COMPARED:
            office.employ(a_person("Z", name="Zoe"))

    with pytest.raises(StaleError):
        import_work.apply(office.ports, run.key, meanwhile)
    assert ids_in(office) == ["Z"]
    assert state_of(office, run) is ImportState.STALE
