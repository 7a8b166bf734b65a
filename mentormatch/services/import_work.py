"""What a worker does with a file that was handed in: the preview that changes nothing, then all of it or nothing.

A worker takes a run by a claim that only one can win, and writes only while it holds it: whoever was given up or
discarded meanwhile finds out at its last statement, and everything before that is rolled back.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial

from mentormatch.domain.accounts import Actor
from mentormatch.domain.records import ImportRun, ImportState
from mentormatch.errors import MentorMatchError
from mentormatch.services.audit_log import append
from mentormatch.services.import_report import report_preview, write_problems
from mentormatch.services.people_changes import Changes, compare_people
from mentormatch.services.people_reading import Reading, read_file
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import BrokenPromiseError, GivenUpError, StaleError
from mentormatch.services.signs_of_life import OnProgress, SignsOfLife
from mentormatch.services.stored import StoredPerson

STALE_SENTENCE = "The file or the data changed since the preview; look at a new preview before anything is changed."
FAULT_SENTENCE = "The work on this file ended with a fault; nothing was changed. The log of the portal says more."
READ, FETCHED, COMPARED = 0.6, 0.8, 0.9
"""Shares of the work that are done when the file is read, the people are fetched and both are compared."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, and the run under which it can be applied; with problems there is nothing to apply."""

    run: ImportRun
    reading: Reading
    changes: Changes


@dataclass(frozen=True, slots=True)
class PeopleAsTheyAre:
    """Everybody who is stored, the digest of that, and the hashes of those who were erased."""

    stored: Sequence[StoredPerson]
    digest: str
    erased_hashes: frozenset[str]


def preview(ports: Ports, run_key: int, on_progress: OnProgress | None = None) -> Preview | None:
    """Compare a file that was handed in with the people as they are; ``None`` when the run does not wait for it."""
    run = _claim(ports, run_key, ImportState.RECEIVED)
    if run is None:
        return None
    with _held(ports, run, on_progress) as signs:
        return _preview(ports, run, signs)


def apply(ports: Ports, run_key: int, on_progress: OnProgress | None = None) -> Changes | None:
    """Do what a preview showed, all of it or nothing; ``None`` when the run does not wait for it.

    Raises ``StaleError`` when the people are not those of the preview.
    """
    run = _claim(ports, run_key, ImportState.QUEUED)
    if run is None:
        return None
    with _held(ports, run, on_progress) as signs:
        reading = read_file(ports, run.file_name, ports.store.read(lambda unit: unit.imports.content(run_key)))
        signs.tell(READ)
        changes = ports.store.read(lambda unit: _compare(unit, ports, run, reading))
        signs.tell(COMPARED)
        ports.store.write(lambda unit: _apply(unit, ports, run, changes))
    if on_progress is not None:
        on_progress(1.0)
    return changes


def _claim(ports: Ports, run_key: int, source: ImportState) -> ImportRun | None:
    """Take a run, unless another worker was quicker."""
    with suppress(BrokenPromiseError):  # two at the same moment: the database lets one import be applied
        return ports.store.write(lambda unit: unit.imports.claim(run_key, source, ports.clock.now()))
    return None


@contextmanager
def _held(ports: Ports, run: ImportRun, on_progress: OnProgress | None) -> Iterator[SignsOfLife]:
    """Give signs of life while a run is worked on, and let go of it when that fails."""
    try:
        with SignsOfLife(ports, run, on_progress) as signs:
            yield signs
    except GivenUpError:
        raise
    except Exception as error:
        let_go = partial(_let_go, ports=ports, run=run, error=error)
        with suppress(Exception):  # a run that cannot even be let go of is given up for its silence
            ports.store.write(let_go)
        raise


def _let_go(unit: Unit, ports: Ports, run: ImportRun, error: Exception) -> None:
    """Note that a run did not go on, and why; its file is kept for another preview."""
    state = ImportState.STALE if isinstance(error, StaleError) else ImportState.INTERRUPTED
    note = error.sentence[:300] if isinstance(error, MentorMatchError) else FAULT_SENTENCE
    if unit.imports.end(run, state, ports.clock.now(), note=note):
        append(unit, ports.clock.now(), Actor(run.applicant_key), f"import-{state}", f"import:{run.key}")


def _preview(ports: Ports, run: ImportRun, signs: SignsOfLife) -> Preview:
    """Read a file, compare it and keep the report."""
    reading = read_file(ports, run.file_name, ports.store.read(lambda unit: unit.imports.content(run.key)))
    signs.tell(READ)
    people = ports.store.read(_fetch)
    signs.tell(FETCHED)
    reading = reading.without_erased(people.erased_hashes, ports.secrets)
    changes = compare_people(people.stored, reading.people) if reading.can_be_applied else Changes()
    signs.tell(COMPARED)
    described = _describe(ports, run, reading, changes, people)
    problems = write_problems(reading.problems)

    def work(unit: Unit) -> None:
        if not unit.imports.previewed(described, problems):
            raise GivenUpError
        counts = dict(changes.counts()) | {"problems": len(reading.problems)}
        append(unit, ports.clock.now(), Actor(run.author_key), "import-previewed", f"import:{run.key}", **counts)

    ports.store.write(work)
    signs.tell(1.0)
    return Preview(described, reading, changes)


def _fetch(unit: Unit) -> PeopleAsTheyAre:
    return PeopleAsTheyAre(unit.people.all(), unit.people.digest(), unit.own_data.erased_hashes())


def _describe(ports: Ports, run: ImportRun, reading: Reading, changes: Changes, people: PeopleAsTheyAre) -> ImportRun:
    """Return a run with what its preview found."""
    can_be_applied = reading.can_be_applied
    return replace(
        run,
        state=ImportState.PREVIEWED if can_be_applied else ImportState.FAILED,
        report=report_preview(changes, reading, people.stored),
        counts=changes.counts() if can_be_applied else {},
        data_digest=people.digest,
        ended_at=ports.clock.now(),
        done_share=1.0,
    )


def _compare(unit: Unit, ports: Ports, run: ImportRun, reading: Reading) -> Changes:
    """Return what the file changes, if the people still are who they were at the preview."""
    people = _fetch(unit)
    reading = reading.without_erased(people.erased_hashes, ports.secrets)
    if people.digest != run.data_digest or not reading.can_be_applied:
        raise StaleError(STALE_SENTENCE)
    return compare_people(people.stored, reading.people)


def _apply(unit: Unit, ports: Ports, run: ImportRun, changes: Changes) -> None:
    """Change people in one transaction, if still nobody changed them; it is short, as nobody else can write then."""
    if unit.people.digest() != run.data_digest:
        raise StaleError(STALE_SENTENCE)
    unit.people.add([change.person for change in changes.new])
    unit.people.change([change.as_stored() for change in changes.changed])
    unit.people.replace_lines([change.person for change in changes.with_lines()])
    unit.people.mark_left([someone.key for someone in changes.left])
    now, counts = ports.clock.now(), changes.counts()
    if not unit.imports.end(run, ImportState.APPLIED, now, counts=counts):
        raise GivenUpError
    append(unit, now, Actor(run.applicant_key), "import-applied", f"import:{run.key}", file=run.file_digest, **counts)
