"""Bringing people in from a file: hand it in, look at the preview, have it applied. Workers do what takes long."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from mentormatch.domain.accounts import Actor
from mentormatch.domain.records import ON_ITS_WAY_IN, ImportRun, ImportState
from mentormatch.errors import MentorMatchError
from mentormatch.services.audit_log import append
from mentormatch.services.import_upkeep import give_up_silent
from mentormatch.services.import_work import STALE_SENTENCE, Preview, apply, preview
from mentormatch.services.people_reading import check_size
from mentormatch.services.permissions import can_import_people
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import ConflictError, NotAllowedError, NotFoundError, StaleError
from mentormatch.services.signs_of_life import OnProgress

AGAIN = (ImportState.PREVIEWED, ImportState.STALE, ImportState.INTERRUPTED)
"""States in which the file is there and nobody is at it."""
NAME_LENGTH = 200


def hand_in(ports: Ports, actor: Actor, file_name: str, content: bytes) -> ImportRun:
    """Keep a file and have a worker compare it with the people. Nobody is changed.

    Raises ``InputError`` for a file that is too large.
    """
    run = _receive(ports, actor, file_name, content)
    ports.jobs.preview_import(run.key)
    return run


def list_imports(ports: Ports, actor: Actor, before: int | None = None) -> Sequence[ImportRun]:
    """Return a page of the latest imports, without their reports; ``before`` is the last run of the page before."""
    _require_import(actor)
    return ports.store.read(lambda unit: unit.imports.listed(before, ports.settings.limits.page_rows))


def show_import(ports: Ports, actor: Actor, run_key: int) -> ImportRun:
    """Return a run with the report of its preview and how far it is."""
    _require_import(actor)
    return _found(ports.store.read(lambda unit: unit.imports.get(run_key)))


def follow_import(ports: Ports, actor: Actor, run_key: int) -> ImportRun:
    """Return a run without its report, which is enough to see how far it is."""
    _require_import(actor)
    return _found(ports.store.read(lambda unit: unit.imports.brief(run_key)))


def list_problems(ports: Ports, actor: Actor, run_key: int) -> bytes:
    """Return all problems of a file as CSV, empty where it has none or they are forgotten."""
    follow_import(ports, actor, run_key)
    return ports.store.read(lambda unit: unit.imports.problems(run_key))


def name_users(ports: Ports, actor: Actor, runs: Iterable[ImportRun]) -> Mapping[int, str]:
    """Return the addresses of those who handed runs in or had them applied, by the keys that the runs hold."""
    _require_import(actor)
    keys = {key for run in runs for key in (run.author_key, run.applicant_key) if key is not None}
    return ports.store.read(lambda unit: unit.accounts.emails(keys))


def request_apply(ports: Ports, actor: Actor, run_key: int, file_digest: str) -> ImportRun:
    """Have a worker do what a preview showed; asking twice is asking once.

    ``file_digest`` is that of the preview which the actor confirmed. Raises ``StaleError`` when it is another, and
    ``ConflictError`` while another import is under way or when there is no preview to apply.
    """
    run = _request(ports, actor, run_key, file_digest)
    if run.state is ImportState.QUEUED:
        ports.jobs.apply_import(run.key)
    return run


def preview_again(ports: Ports, actor: Actor, run_key: int) -> ImportRun:
    """Have a worker compare the file that was handed in once more, with the people as they are by then."""
    _require_import(actor)

    def work(unit: Unit) -> ImportRun:
        now = ports.clock.now()
        if not unit.imports.ask(run_key, AGAIN, ImportState.RECEIVED, now):
            _found(unit.imports.brief(run_key))
            raise ConflictError("This file is gone or still being worked on; hand it in again or wait.")
        append(unit, now, actor, "import-previewed-again", f"import:{run_key}")
        return _found(unit.imports.brief(run_key))

    run = ports.store.write(work)
    ports.jobs.preview_import(run.key)
    return run


def discard(ports: Ports, actor: Actor, run_key: int) -> ImportRun:
    """Forget a file with its preview. A worker that is at it changes nothing any more.

    Raises ``ConflictError`` when the file was applied already.
    """
    _require_import(actor)

    def work(unit: Unit) -> ImportRun:
        now = ports.clock.now()
        if unit.imports.discard(run_key, now):
            append(unit, now, actor, "import-discarded", f"import:{run_key}")
        run = _found(unit.imports.brief(run_key))
        if run.state is ImportState.APPLIED:
            raise ConflictError("This file was imported already; hand in another one to change people again.")
        return run

    return ports.store.write(work)


def import_now(
    ports: Ports,
    actor: Actor,
    file_name: str,
    content: bytes,
    *,
    is_dry_run: bool = False,
    on_progress: OnProgress | None = None,
) -> Preview:
    """Preview a file and apply it here and now; with problems, or when it is a dry run, nobody is changed.

    ``on_progress`` is told the share of the present step, of the preview first, then of the import. Raises
    ``InputError`` for a file that is too large and ``ConflictError`` while another import is under way.
    """
    run = _receive(ports, actor, file_name, content)
    try:
        found = preview(ports, run.key, on_progress)
        if found is None:
            raise ConflictError("A worker of the portal took this file; look at it there.", run=run.key)
        if found.reading.can_be_applied and not is_dry_run:
            _request(ports, actor, run.key, run.file_digest)
            if apply(ports, run.key, on_progress) is None:
                raise ConflictError("A worker of the portal imports this file; look at it there.", run=run.key)
    except BaseException:
        with suppress(MentorMatchError):
            discard(ports, actor, run.key)
        raise
    if is_dry_run:
        discard(ports, actor, run.key)
    return found


def _receive(ports: Ports, actor: Actor, file_name: str, content: bytes) -> ImportRun:
    """Keep a file without telling anybody."""
    _require_import(actor)
    check_size(ports, file_name, content)
    now = ports.clock.now()
    run = ImportRun(
        key=0,
        state=ImportState.RECEIVED,
        file_name=file_name[:NAME_LENGTH],
        file_digest=hashlib.sha256(content).hexdigest(),
        data_digest="",
        author_key=actor.user_key,
        created_at=now,
        report={},
        content=content,
        asked_at=now,
    )

    def work(unit: Unit) -> ImportRun:
        added = unit.imports.add(run)
        append(unit, now, actor, "import-handed-in", f"import:{added.key}", file=run.file_digest)
        return added

    return ports.store.write(work)


def _request(ports: Ports, actor: Actor, run_key: int, file_digest: str) -> ImportRun:
    """Note that a run is to be applied, and for whom, without telling anybody."""
    _require_import(actor)
    give_up_silent(ports)

    def work(unit: Unit) -> ImportRun:
        now = ports.clock.now()
        run = _found(unit.imports.brief(run_key))
        if run.file_digest != file_digest:
            raise StaleError(STALE_SENTENCE)
        if run.state in ON_ITS_WAY_IN:
            return run
        other = unit.imports.in_the_way(run_key)
        if other is not None:
            raise _busy(unit, other)
        if not unit.imports.ask(run_key, (ImportState.PREVIEWED,), ImportState.QUEUED, now, actor.user_key):
            raise StaleError("This preview was applied, given up or had problems; hand the file in again.")
        append(unit, now, actor, "import-requested", f"import:{run_key}")
        return _found(unit.imports.brief(run_key))

    return ports.store.write(work)


def _busy(unit: Unit, other: ImportRun) -> ConflictError:
    """Return the refusal while another import is under way: who is importing, and since when."""
    key = other.applicant_key
    who = "The command line" if key is None else unit.accounts.emails((key,)).get(key, "Somebody")
    since = f" since {other.asked_at:%H:%M} (UTC)" if other.asked_at else ""
    return ConflictError(f"{who} is importing{since}. Try again when it is finished.", run=other.key)


def _found(run: ImportRun | None) -> ImportRun:
    """Return a run, or say that there is none."""
    if run is None:
        raise NotFoundError("There is no such import.")
    return run


def _require_import(actor: Actor) -> None:
    if not can_import_people(actor):
        raise NotAllowedError("Only HR and administrators bring people in.")
