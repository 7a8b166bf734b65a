"""A person's own data: handed to them as a file, and erased on request, with a pseudonym in its place."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mentormatch.domain.accounts import Actor
from mentormatch.domain.people import Person
from mentormatch.services.accounts import get_user
from mentormatch.services.audit_log import append
from mentormatch.services.permissions import COMMAND_LINE, can_erase_person, can_erase_user, can_export_data
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import ConflictError, NotAllowedError, NotFoundError
from mentormatch.services.sign_in import require_confirmation
from mentormatch.services.stored import Erasure, Holdings, StoredPerson

PSEUDONYM_LENGTH = 10


@dataclass(frozen=True, slots=True)
class ErasurePreview:
    """Whom an erasure would reach, in how many enrolments and pairings, and whether anybody reports to them."""

    person: Person
    enrolments: int
    pairings: int
    has_reports: bool


def show_own_data(ports: Ports, actor: Actor) -> Mapping[str, Holdings]:
    """Return everything that is stored of the actor by table: as a person, or else as a mere user."""
    return ports.store.read(lambda unit: _holdings_of(unit, actor))


def export_own_data(ports: Ports, actor: Actor) -> bytes:
    """Return everything that is stored of the actor as JSON, with nobody else's data."""
    subject = actor.name if actor.person_key is None else f"person:{actor.person_key}"

    def work(unit: Unit) -> Mapping[str, Holdings]:
        append(unit, ports.clock.now(), actor, "data-exported", subject)
        return _holdings_of(unit, actor)

    data = ports.store.write(work)
    return json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8")


def list_erasures(ports: Ports) -> Sequence[Erasure]:
    """Return the list that must be kept beside the backups: it names nobody and outlives a restore."""
    return ports.store.read(lambda unit: unit.own_data.erasures())


def erase_again(ports: Ports, erasures: Iterable[Erasure]) -> int:
    """Erase, after an older backup was restored, everybody of a list who came back with it; return how many."""
    wanted = {erasure.id_hash: erasure.pseudonym for erasure in erasures}

    def work(unit: Unit) -> int:
        known = {one.key: ports.secrets.fingerprints(one.person.person_id) for one in unit.people.all()}
        back = {key: id_hash for key, hashes in known.items() for id_hash in hashes if id_hash in wanted}
        for key, id_hash in back.items():
            _erase(unit, ports, COMMAND_LINE, key, wanted[id_hash], id_hash)
        return len(back)

    return ports.store.write(work)


def erase_person(ports: Ports, actor: Actor, person_key: int) -> str:
    """Erase a person who asked for it and return the pseudonym that stands for them from now on.

    Pairings and the audit log stay: they name the person by number, and the number leads to the pseudonym alone.
    """
    _require_eraser(ports, actor, person_key)

    def work(unit: Unit) -> str:
        stored = _erasable(unit, person_key)
        id_hash = ports.secrets.fingerprints(stored.person.person_id)[0]
        pseudonym = _new_pseudonym(ports)
        _erase(unit, ports, actor, person_key, pseudonym, id_hash)
        return pseudonym

    return ports.store.write(work)


def erase_user(ports: Ports, actor: Actor, user_key: int) -> None:
    """Erase the account of a user who asked for it and is no person; the log goes on naming them by number."""
    require_user_eraser(ports, actor, user_key)

    def work(unit: Unit) -> None:
        if get_user(unit, user_key).person_key is not None:
            raise ConflictError("This user is a person of the organisation: HR erases them, account and all.")
        now = ports.clock.now()
        counts = unit.own_data.erase_account(user_key, _new_pseudonym(ports), now)
        append(unit, now, actor, "user-erased", f"user:{user_key}", **counts)

    ports.store.write(work)


def require_user_eraser(ports: Ports, actor: Actor, user_key: int) -> None:
    """Let only those go on who may erase this user and gave their password a short time ago."""
    if not can_erase_user(actor, user_key):
        raise NotAllowedError("Only another administrator erases a user.")
    require_confirmation(ports, actor)


def preview_erasure(ports: Ports, actor: Actor, person_key: int) -> ErasurePreview:
    """Return whom and what an erasure would reach; nothing is changed."""
    _require_eraser(ports, actor, person_key)

    def look(unit: Unit) -> ErasurePreview:
        person = _erasable(unit, person_key).person
        kinds = [one.kind for one in unit.people.participation(person_key)]
        has_reports = bool(unit.people.branch(person_key, 1))
        return ErasurePreview(person, kinds.count("enrolment"), kinds.count("pairing"), has_reports)

    return ports.store.read(look)


def _require_eraser(ports: Ports, actor: Actor, person_key: int) -> None:
    """Let only those go on who may erase this person and gave their password a short time ago."""
    if not can_erase_person(actor, person_key):
        raise NotAllowedError("Only somebody else of HR erases a person.")
    require_confirmation(ports, actor)


def _erasable(unit: Unit, person_key: int) -> StoredPerson:
    """Return a person who is not erased."""
    stored = unit.people.get(person_key)
    if stored is None:
        raise NotFoundError("There is no such person.")
    if unit.own_data.is_erased(person_key):
        raise ConflictError("This person was erased already.")
    return stored


def _holdings_of(unit: Unit, actor: Actor) -> Mapping[str, Holdings]:
    """Return what is stored of the actor, for whom alone this is."""
    if actor.person_key is not None and can_export_data(actor, actor.person_key):
        return unit.own_data.export(actor.person_key)
    if actor.user_key is None:
        raise NotFoundError("Nothing is stored of whoever has not logged in.")
    return unit.own_data.export_account(actor.user_key)


def _new_pseudonym(ports: Ports) -> str:
    return f"erased-{ports.secrets.hash(ports.secrets.new())[:PSEUDONYM_LENGTH]}"


def _erase(unit: Unit, ports: Ports, actor: Actor, person_key: int, pseudonym: str, id_hash: str) -> None:
    """Put a pseudonym in the place of a person, and note it."""
    now = ports.clock.now()
    counts = unit.own_data.erase(person_key, pseudonym)
    unit.own_data.add_erasure(person_key, pseudonym, id_hash, actor.user_key, now)
    append(unit, now, actor, "person-erased", f"person:{person_key}", **counts)
