"""Editing a policy in a form: saving what was typed, and what to do when somebody else saved meanwhile."""

from dataclasses import dataclass

from mentormatch.domain.accounts import Actor
from mentormatch.domain.policy import Policy
from mentormatch.domain.programme import PolicyVersion
from mentormatch.files.problems import Problem
from mentormatch.services.policy_form import Difference, compare_typed, describe_policy
from mentormatch.services.policy_lines import add_lines
from mentormatch.services.policy_typing import Kind, Typed, TypedProblem, read_typed, type_policy
from mentormatch.services.ports import Ports
from mentormatch.services.programmes import check_policy, list_versions, policy_of, save_policy


@dataclass(frozen=True, slots=True)
class Revision:
    """What became of an edit: the version that was saved, or what is wrong with what was typed or handed in."""

    saved: PolicyVersion | None = None
    problems: tuple[TypedProblem, ...] = ()
    file_problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """Two who edited at once: the latest version, what it changed, and what one's own edit would change in that."""

    latest: PolicyVersion
    theirs: tuple[Difference, ...]
    mine: tuple[Difference, ...]


def save_typed(ports: Ports, actor: Actor, programme_key: int, typed: Typed, based_on: int, note: str) -> Revision:
    """Save a form as the next version when nothing in it is wrong; raises what ``save_policy`` raises."""
    reading = read_typed(typed)
    if reading.policy is None:
        return Revision(problems=reading.problems)
    return Revision(save_policy(ports, actor, programme_key, reading.policy, based_on, note))


def save_file(ports: Ports, actor: Actor, programme_key: int, text: str, based_on: int, note: str) -> Revision:
    """Save a policy file as the next version when nothing in it is wrong; raises what ``save_policy`` raises."""
    policy, problems = check_policy(text)
    if policy is None:
        return Revision(file_problems=add_lines(text, problems))
    return Revision(save_policy(ports, actor, programme_key, policy, based_on, note))


def find_clash(ports: Ports, actor: Actor, programme_key: int, typed: Typed, based_on: int) -> Clash | None:
    """Return how an edit and the latest version differ, or ``None`` when the edit began with that version."""
    versions = list_versions(ports, actor, programme_key)
    latest = versions[0]
    if latest.number == based_on:
        return None
    now = type_policy(policy_of(latest))
    begun = next((type_policy(policy_of(version)) for version in versions if version.number == based_on), now)
    return Clash(latest, compare_typed(begun, now), compare_typed(now, typed))


def summarise_policy(policy: Policy) -> tuple[tuple[str, str], ...]:
    """Return what decides most in a policy: what is asked and the answer, both in plain words."""
    fields = {field.name: field for section in describe_policy(policy) for field in section.fields}
    offered = [name.split(".")[1] for name, field in fields.items() if name.endswith(".open") and field.words == "on"]
    rules = [field for name, field in fields.items() if name.startswith("rules.")]
    off = [field.label for field in rules if field.words == "off"]
    weights = [f"{field.label} {field.value}" for name, field in fields.items() if name.startswith("weights.")]
    limits = [f for name, f in fields.items() if name.startswith("capacity.") and f.kind is not Kind.SWITCH]
    return (
        ("Directions", ", ".join(offered) or "none"),
        ("Rules that are switched off", "; ".join(off) or "none"),
        ("Limits", "; ".join(f"{field.label}: {field.words}" for field in limits)),
        ("Weights", f"{', '.join(weights)}; {sum(policy.weights.values())} together"),
        ("What counts first", fields["stages"].words),
        ("Access floors", fields["floors.by"].words),
    )
