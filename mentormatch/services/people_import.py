"""Bringing people in from a file: a preview that changes nothing, then all of it or nothing."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from mentormatch.domain.accounts import Actor
from mentormatch.domain.records import ImportRun, ImportState
from mentormatch.services.audit_log import append
from mentormatch.services.people_changes import Changes, compare_people, digest_people, report_changes
from mentormatch.services.people_reading import Reading, read_file
from mentormatch.services.permissions import can_import_people
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import ConflictError, NotAllowedError, NotFoundError, StaleError

STALE_SENTENCE = "The file or the data changed since the preview; look at a new preview before anything is changed."
SILENCE = timedelta(minutes=10)
"""A run that gave no sign of life for so long is given up: whoever applied it is gone."""
KEPT = timedelta(days=1)
"""How long the file of a preview is kept."""

OnProgress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, and the run under which it can be applied; with problems there is nothing to apply."""

    run: ImportRun
    reading: Reading
    changes: Changes


def preview_import(ports: Ports, actor: Actor, file_name: str, content: bytes) -> Preview:
    """Compare a file with the people as they are, and keep it for the import. Nobody is changed.

    Raises ``InputError`` for a file that is too large.
    """
    _require_import(actor)
    reading = read_file(ports, file_name, content)
    stored, erased = ports.store.read(lambda unit: (unit.people.all(), unit.own_data.erased_hashes()))
    reading = reading.without_erased(erased, ports.secrets)
    changes = compare_people(stored, reading.people) if reading.can_be_applied else Changes()
    state = ImportState.PREVIEWED if reading.can_be_applied else ImportState.FAILED
    run = ImportRun(
        key=0,
        state=state,
        file_name=file_name[:200],
        file_digest=hashlib.sha256(content).hexdigest(),
        data_digest=digest_people(stored),
        author_key=actor.user_key,
        created_at=ports.clock.now(),
        report=report_changes(changes, reading),
        content=content,
    )

    def work(unit: Unit) -> ImportRun:
        unit.imports.forget_content(ports.clock.now() - KEPT)
        added = unit.imports.add(run)
        append(unit, ports.clock.now(), actor, "import-previewed", f"import:{added.key}", **changes.counts())
        return added

    return Preview(ports.store.write(work), reading, changes)


def show_import(ports: Ports, actor: Actor, run_key: int) -> ImportRun:
    """Return a run with the report of its preview."""
    _require_import(actor)
    run = ports.store.read(lambda unit: unit.imports.get(run_key))
    if run is None:
        raise NotFoundError("There is no such import.")
    return run


def apply_import(
    ports: Ports, actor: Actor, run_key: int, file_digest: str, on_progress: OnProgress | None = None
) -> Changes:
    """Do what a preview showed, all of it or nothing.

    ``file_digest`` is that of the preview which the actor confirmed. Raises ``ConflictError`` while another import
    runs, ``StaleError`` when the file or the people are not those of the preview.
    """
    run = show_import(ports, actor, run_key)
    _claim(ports, run)
    tell = on_progress or _tell_nobody
    try:
        if run.file_digest != file_digest:
            raise StaleError(STALE_SENTENCE)
        content = ports.store.read(lambda unit: unit.imports.content(run_key))
        reading = read_file(ports, run.file_name, content)
        tell(0.4)
        ports.store.write(lambda unit: unit.imports.progress(run_key, 0.4, ports.clock.now()))
        changes = ports.store.write(lambda unit: _apply(unit, ports, actor, run, reading))
        tell(1.0)
    except Exception:
        ports.store.write(lambda unit: unit.imports.end(run_key, ImportState.FAILED, ports.clock.now(), {}))
        raise
    return changes


def _claim(ports: Ports, run: ImportRun) -> None:
    """Take a run for oneself, or say who is importing."""

    def work(unit: Unit) -> ImportRun | None:
        now = ports.clock.now()
        unit.imports.abandon(now - SILENCE, now)
        return None if unit.imports.claim(run.key, now) else unit.imports.running() or run

    in_the_way = ports.store.write(work)
    if in_the_way is None:
        return
    if in_the_way.state is ImportState.APPLYING:
        raise ConflictError("Another import is running; try again when it is finished.", run=in_the_way.key)
    raise StaleError("This preview was applied, given up or had problems; hand the file in again.")


def _apply(unit: Unit, ports: Ports, actor: Actor, run: ImportRun, reading: Reading) -> Changes:
    """Change people in one transaction, if they still are who they were at the preview."""
    stored = unit.people.all()
    reading = reading.without_erased(unit.own_data.erased_hashes(), ports.secrets)
    if digest_people(stored) != run.data_digest or not reading.can_be_applied:
        raise StaleError(STALE_SENTENCE)
    changes = compare_people(stored, reading.people)
    unit.people.add([change.person for change in changes.new])
    unit.people.change([change.as_stored() for change in changes.changed])
    unit.people.replace_lines([change.person for change in changes.with_lines()])
    unit.people.mark_left([someone.key for someone in changes.left])
    now = ports.clock.now()
    unit.imports.end(run.key, ImportState.APPLIED, now, dict(changes.counts()))
    append(unit, now, actor, "import-applied", f"import:{run.key}", file=run.file_digest, **changes.counts())
    return changes


def _require_import(actor: Actor) -> None:
    if not can_import_people(actor):
        raise NotAllowedError("Only HR and administrators bring people in.")


def _tell_nobody(_share: float) -> None:
    """Do nothing with the share of the work that is done."""
