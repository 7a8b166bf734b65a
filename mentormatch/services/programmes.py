"""Programmes: made by HR, with a policy that is kept in versions which can be compared."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mentormatch.domain.accounts import Actor
from mentormatch.domain.policy import Policy
from mentormatch.domain.programme import PolicyVersion, Programme
from mentormatch.domain.text import fold
from mentormatch.errors import InputError
from mentormatch.files.policy_file import canonical_policy, policy_settings, read_policy
from mentormatch.files.policy_text import show_policy
from mentormatch.files.problems import Findings, Problem
from mentormatch.services.audit_log import append
from mentormatch.services.permissions import can_edit_programmes, can_see_programmes
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import (
    BrokenPromiseError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    StaleError,
)

NAME_LENGTH = 200
MISSING = "There is no such programme."
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that two versions of a policy have differently; ``None`` where a version does not have it."""

    setting: str
    old: object
    new: object


def add_programme(ports: Ports, actor: Actor, name: str) -> Programme:
    """Make a programme with the default policy as its first version."""
    _require_editing(actor)
    clean = " ".join(name.split())
    if not fold(clean) or not clean.isprintable() or max(len(clean), len(fold(clean))) > NAME_LENGTH:
        raise InputError(f"Give the programme a name of at most {NAME_LENGTH} characters.", field="name")

    def work(unit: Unit) -> Programme:
        now = ports.clock.now()
        programme = unit.programmes.add(clean, now)
        _add_version(unit, ports, actor, programme.key, 1, Policy(programme=clean))
        append(unit, now, actor, "programme-added", f"programme:{programme.key}")
        return programme

    try:
        return ports.store.write(work)
    except BrokenPromiseError as error:
        if error.data["constraint"] != "uq_programmes_folded_name":
            raise
        raise ConflictError("There is a programme of this name already; choose another name.", field="name") from error


def list_programmes(ports: Ports, actor: Actor) -> Sequence[Programme]:
    """Return the programmes by name."""
    _require_seeing(actor)
    return ports.store.read(lambda unit: unit.programmes.listed())


def list_versions(ports: Ports, actor: Actor, programme_key: int) -> Sequence[PolicyVersion]:
    """Return the versions of a programme's policy, the latest first."""
    _require_seeing(actor)

    def look(unit: Unit) -> Sequence[PolicyVersion]:
        if unit.programmes.get(programme_key) is None:
            raise NotFoundError(MISSING)
        return unit.programmes.versions(programme_key)

    return ports.store.read(look)


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


def save_policy(ports: Ports, actor: Actor, programme_key: int, policy: Policy, based_on: int) -> PolicyVersion:
    """Keep a policy as the next version; one that changes nothing makes none.

    ``based_on`` is the number of the version that was edited. Raises ``StaleError`` when somebody saved another one
    meanwhile: their text and this one are both kept for the page to show.
    """
    _require_editing(actor)

    def work(unit: Unit) -> PolicyVersion:
        programme = unit.programmes.get(programme_key)
        latest = unit.programmes.version(programme_key, programme.versions) if programme else None
        if programme is None or latest is None:
            raise NotFoundError(MISSING)
        if latest.number != based_on:
            raise StaleError("Somebody saved another version meanwhile; compare it with yours.", version=latest.number)
        if latest.digest == _digest(policy) and policy_of(latest) == policy:
            return latest
        return _add_version(unit, ports, actor, programme_key, based_on + 1, policy)

    try:
        return ports.store.write(work)
    except BrokenPromiseError as error:
        if error.data["constraint"] != "uq_policy_versions_programme_key_number":
            raise
        sentence = "Somebody saved another version meanwhile; compare it with yours."
        raise StaleError(sentence, version=based_on + 1) from error


def compare_versions(ports: Ports, actor: Actor, programme_key: int, old: int, new: int) -> tuple[Difference, ...]:
    """Return every setting that differs between two versions of a policy."""
    _require_seeing(actor)

    def look(unit: Unit) -> tuple[PolicyVersion | None, ...]:
        return tuple(unit.programmes.version(programme_key, number) for number in (old, new))

    found = [version for version in ports.store.read(look) if version is not None]
    if len(found) < len((old, new)):
        raise NotFoundError("There is no such version of this policy.")
    before, after = (policy_settings(policy_of(version)) for version in found)
    return tuple(differences(before, after))


def differences(old: Mapping[str, object], new: Mapping[str, object], path: str = "") -> Iterator[Difference]:
    """Yield the settings that two tables have differently, by their names with dots."""
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name, _ABSENT), new.get(name, _ABSENT)
        if isinstance(before, dict) and isinstance(after, dict):
            yield from differences(before, after, f"{path}{name}.")
        elif before != after:
            yield Difference(f"{path}{name}", _shown(before), _shown(after))


def _shown(value: object) -> object:
    return None if value is _ABSENT else value


def _add_version(
    unit: Unit, ports: Ports, actor: Actor, programme_key: int, number: int, policy: Policy
) -> PolicyVersion:
    """Add a version and say so in the log."""
    now, digest = ports.clock.now(), _digest(policy)
    version = PolicyVersion(0, programme_key, number, show_policy(policy), digest, actor.user_key, now)
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
