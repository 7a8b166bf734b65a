"""Programmes: made by HR, with a policy that is kept in versions which can be compared."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mentormatch.domain.accounts import Actor
from mentormatch.domain.policy import Policy
from mentormatch.domain.programme import (
    NOTE_LENGTH,
    PolicyVersion,
    Programme,
    RoundCounts,
    RoundRecord,
    RoundState,
)
from mentormatch.errors import InputError
from mentormatch.files.policy_file import canonical_policy, read_policy
from mentormatch.files.policy_text import show_policy
from mentormatch.files.problems import Findings, Problem
from mentormatch.services.audit_log import append
from mentormatch.services.naming import clean_name, refused_where_taken
from mentormatch.services.permissions import can_edit_programmes, can_see_programmes
from mentormatch.services.policy_form import Difference, compare_policies
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import (
    ConflictError,
    NotAllowedError,
    NotFoundError,
    StaleError,
)

MISSING = "There is no such programme."
MISSING_VERSION = "There is no such version of this policy."
ARCHIVED = "This programme is archived; bring it back before you change it."
CHANGED_MEANWHILE = "Somebody saved another version meanwhile; compare it with yours."
AT_REST = (RoundState.DRAFT, RoundState.CLOSED_OUT)
"""States of a round in which nobody waits for anything."""


@dataclass(frozen=True, slots=True)
class ProgrammeCard:
    """A programme with the versions of its policy, the latest first, and its rounds with how many take part.

    ``authors`` maps the users who wrote versions to their addresses, for those who may know them.
    """

    programme: Programme
    versions: Sequence[PolicyVersion]
    rounds: Sequence[tuple[RoundRecord, RoundCounts]]
    authors: Mapping[int, str]


def add_programme(ports: Ports, actor: Actor, name: str) -> Programme:
    """Make a programme with the default policy as its first version."""
    _require_editing(actor)
    clean = clean_name(name, "programme")

    def work(unit: Unit) -> Programme:
        now = ports.clock.now()
        programme = unit.programmes.add(clean, now)
        _add_version(unit, ports, actor, programme.key, 1, Policy(programme=clean))
        append(unit, now, actor, "programme-added", f"programme:{programme.key}")
        return programme

    return _write_named(ports, work)


def rename_programme(ports: Ports, actor: Actor, programme_key: int, name: str) -> None:
    """Give a programme another name; its policies keep the name that stands in them."""
    _require_editing(actor)
    clean = clean_name(name, "programme")

    def work(unit: Unit) -> None:
        if get_programme(unit, programme_key).name != clean:
            unit.programmes.rename(programme_key, clean)
            append(unit, ports.clock.now(), actor, "programme-renamed", f"programme:{programme_key}")

    _write_named(ports, work)


def archive_programme(ports: Ports, actor: Actor, programme_key: int) -> None:
    """Put a programme away, with all that belongs to it; refused while one of its rounds is under way."""
    _require_editing(actor)

    def work(unit: Unit) -> None:
        if get_programme(unit, programme_key).is_archived:
            return
        rounds = [record for record, _ in unit.rounds.listed(programme_key) if record.state not in AT_REST]
        if rounds:
            sentence = f"The round {rounds[0].name} is under way; close it out before you archive the programme."
            raise ConflictError(sentence)
        now = ports.clock.now()
        unit.programmes.archive(programme_key, now)
        append(unit, now, actor, "programme-archived", f"programme:{programme_key}")

    ports.store.write(work)


def restore_programme(ports: Ports, actor: Actor, programme_key: int) -> None:
    """Bring an archived programme back."""
    _require_editing(actor)

    def work(unit: Unit) -> None:
        if get_programme(unit, programme_key).is_archived:
            unit.programmes.archive(programme_key, None)
            append(unit, ports.clock.now(), actor, "programme-restored", f"programme:{programme_key}")

    ports.store.write(work)


def list_programmes(ports: Ports, actor: Actor) -> Sequence[Programme]:
    """Return the programmes by name."""
    _require_seeing(actor)
    return ports.store.read(lambda unit: unit.programmes.listed())


def show_programme(ports: Ports, actor: Actor, programme_key: int) -> ProgrammeCard:
    """Return a programme with its versions and rounds."""
    _require_seeing(actor)

    def look(unit: Unit) -> ProgrammeCard:
        programme, versions = get_programme(unit, programme_key), unit.programmes.versions(programme_key)
        authors = {version.author_key for version in versions if version.author_key is not None}
        emails = unit.accounts.emails(sorted(authors)) if can_edit_programmes(actor) else {}
        return ProgrammeCard(programme, versions, unit.rounds.listed(programme_key), emails)

    return ports.store.read(look)


def list_versions(ports: Ports, actor: Actor, programme_key: int) -> Sequence[PolicyVersion]:
    """Return the versions of a programme's policy, the latest first."""
    return show_programme(ports, actor, programme_key).versions


def show_version(ports: Ports, actor: Actor, programme_key: int, number: int) -> PolicyVersion:
    """Return one version of a programme's policy."""
    _require_seeing(actor)
    return ports.store.read(lambda unit: get_version(unit, programme_key, number))


def policy_of(version: PolicyVersion) -> Policy:
    """Return the policy of a version."""
    policy, problems = check_policy(version.text)
    if policy is None:
        raise InputError(f"Version {version.number} of the policy cannot be read: {problems[0].sentence}")
    return policy


def check_policy(text: str) -> tuple[Policy | None, tuple[Problem, ...]]:
    """Return the policy that a text is, or what is wrong with it, in the sentences of the command line."""
    findings = Findings()
    policy = read_policy(text.encode("utf-8", "surrogatepass"), findings)
    return policy, tuple(findings.problems)


def save_policy(
    ports: Ports, actor: Actor, programme_key: int, policy: Policy, based_on: int, note: str = ""
) -> PolicyVersion:
    """Keep a policy as the next version, with a note on why; one that changes nothing makes none.

    ``based_on`` is the number of the version that was edited. Raises ``StaleError`` when somebody saved another one
    meanwhile: their text and this one are both kept for the page to show.
    """
    _require_editing(actor)
    why = _clean_note(note)

    def work(unit: Unit) -> PolicyVersion:
        programme = get_programme(unit, programme_key)
        latest = get_version(unit, programme_key, programme.versions)
        if programme.is_archived:
            raise ConflictError(ARCHIVED)
        if latest.number != based_on:
            raise StaleError(CHANGED_MEANWHILE, version=latest.number)
        if latest.digest == _digest(policy) and policy_of(latest) == policy:
            return latest
        return _add_version(unit, ports, actor, programme_key, based_on + 1, policy, why)

    overtaken = StaleError(CHANGED_MEANWHILE, version=based_on + 1)
    with refused_where_taken("uq_policy_versions_programme_key_number", overtaken):
        return ports.store.write(work)


def compare_versions(ports: Ports, actor: Actor, programme_key: int, old: int, new: int) -> tuple[Difference, ...]:
    """Return every setting that differs between two versions of a policy, in plain words."""
    before, after = (show_version(ports, actor, programme_key, number) for number in (old, new))
    return compare_policies(policy_of(before), policy_of(after))


def get_programme(unit: Unit, key: int) -> Programme:
    """Return a programme, or raise ``NotFoundError``."""
    programme = unit.programmes.get(key)
    if programme is None:
        raise NotFoundError(MISSING)
    return programme


def get_version(unit: Unit, programme_key: int, number: int) -> PolicyVersion:
    """Return a version of a policy, or raise ``NotFoundError``."""
    version = unit.programmes.version(programme_key, number)
    if version is None:
        raise NotFoundError(MISSING_VERSION)
    return version


def _clean_note(note: str) -> str:
    """Return a note on why a policy was changed, on one line."""
    clean = " ".join(note.split())
    if len(clean) > NOTE_LENGTH or not clean.isprintable():
        raise InputError(f"Write a note of at most {NOTE_LENGTH} characters, or none.", field="note")
    return clean


def _write_named[T](ports: Ports, work: Callable[[Unit], T]) -> T:
    """Do work that names a programme; no two have the same name."""
    taken = ConflictError("There is a programme of this name already; choose another name.", field="name")
    with refused_where_taken("uq_programmes_folded_name", taken):
        return ports.store.write(work)


def _add_version(
    unit: Unit, ports: Ports, actor: Actor, programme_key: int, number: int, policy: Policy, note: str = ""
) -> PolicyVersion:
    """Add a version and say so in the log."""
    now, digest = ports.clock.now(), _digest(policy)
    version = PolicyVersion(0, programme_key, number, show_policy(policy), digest, actor.user_key, now, note)
    unit.programmes.add_version(version)
    append(unit, now, actor, "policy-saved", f"programme:{programme_key}", version=number, digest=digest)
    return version


def _digest(policy: Policy) -> str:
    return hashlib.sha256(canonical_policy(policy)).hexdigest()


def _require_editing(actor: Actor) -> None:
    if not can_edit_programmes(actor):
        raise NotAllowedError("Only HR makes programmes and policies.")


def _require_seeing(actor: Actor) -> None:
    if not can_see_programmes(actor):
        raise NotFoundError("There is no such page.")
