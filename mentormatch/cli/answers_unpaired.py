"""Answers about people without a place, for people and for programs: why nobody, and what would have helped."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from mentormatch.cli.answers_pairs import JSON, print_json
from mentormatch.cli.progress import run_interruptibly
from mentormatch.cli.rendering import new_table, print_line
from mentormatch.domain.change import Change
from mentormatch.domain.pairing import Role
from mentormatch.explanation.certified_cases import NO_LOSS
from mentormatch.explanation.own_words import public_removal, say_to_person
from mentormatch.explanation.removal import Removal
from mentormatch.explanation.unpaired_answer import (
    UnpairedAnswer,
    explain_unpaired,
    explain_with_remedy,
    unpaired_roles,
)
from mentormatch.explanation.unpaired_words import OTHER_ROLE, say_unpaired
from mentormatch.explanation.what_if import Baseline

if TYPE_CHECKING:
    from mentormatch.explanation.remedy_search import RemedySearch


def answer_unpaired(base: Baseline, person_id: str, console: Console, layout: str, *, for_employee: bool) -> None:
    """Say why a person has no place in each role in which they have none, and what would have helped.

    Raises InputError when they have a place in each, or are not enrolled.
    """
    roles: tuple[Role | None, ...] = unpaired_roles(base, person_id) or (None,)
    if layout == JSON:
        answers = [_with_remedy(base, person_id, role, for_employee=for_employee) for role in roles]
        data = own_data if for_employee else unpaired_data
        print_json({"person_id": person_id, "answers": [data(answer) for answer in answers]})
        return
    show = print_to_person if for_employee else print_unpaired
    for role in roles:
        reason = explain_unpaired(base, person_id, role)
        show(console, reason)
        show(console, _with_remedy(base, person_id, role, for_employee=for_employee), after=reason)


def _with_remedy(base: Baseline, person_id: str, role: Role | None, *, for_employee: bool) -> UnpairedAnswer:
    """Return why somebody has no place, and what would have helped, which takes longer."""
    return run_interruptibly(lambda: explain_with_remedy(base, person_id, role, only_own=for_employee))


def print_unpaired(console: Console, answer: UnpairedAnswer, after: UnpairedAnswer | None = None) -> None:
    """Print for HR why somebody has no place in a role; ``after`` the same without its remedy, only what comes new."""
    if after is None:
        print_line(console, f"As a {answer.role}: {answer.reason}.")
        if answer.removal is not None and answer.removal.in_all:
            console.print(_removal_table(answer, answer.removal))
    for line in say_unpaired(answer)[len(say_unpaired(after)) if after else 0 :]:
        print_line(console, line)


def print_to_person(console: Console, answer: UnpairedAnswer, after: UnpairedAnswer | None = None) -> None:
    """Print for the person why they have no place in a role; ``after`` as for HR."""
    if after is None:
        print_line(console, f"As a {answer.role}:")
    for line in say_to_person(answer)[len(say_to_person(after)) if after else 0 :]:
        print_line(console, line)


def _removal_table(answer: UnpairedAnswer, removal: Removal) -> Table:
    """Return how many each rule was the first to remove, a column for each direction."""
    title = f"{OTHER_ROLE[answer.role].capitalize()}s removed, by the first rule that each fails"
    directions = removal.first
    table = new_table(title, "rule", *directions, "in all", "by it alone", right=True)
    for rule, total in removal.in_all.items():
        counts = (f"{directions[direction].get(rule, 0):,}" for direction in directions)
        table.add_row(rule, *counts, f"{total:,}", f"{removal.alone.get(rule, 0):,}")
    return table


def unpaired_data(answer: UnpairedAnswer) -> dict[str, Any]:
    """Return an answer as data, for HR."""
    return {
        "role": answer.role,
        "reason": answer.reason,
        "sentences": say_unpaired(answer),
        "candidates": answer.candidates,
        "placed": answer.placed,
        "removal": _removal_data(answer.removal),
        "crowd": None if answer.crowd is None else asdict(answer.crowd),
        "has_way": answer.has_way,
        "draw": None if answer.draw is None else asdict(answer.draw),
        "loss": None if answer.loss is NO_LOSS else asdict(answer.loss),
        "remedy": _remedy_data(answer.search),
    }


def own_data(answer: UnpairedAnswer) -> dict[str, Any]:
    """Return an answer as data, for the person: nothing about anybody else."""
    remedy = None if answer.search is None else answer.search.remedy
    return {
        "role": answer.role,
        "reason": answer.reason,
        "sentences": say_to_person(answer),
        "removal": public_removal(answer),
        "crowd": None if answer.crowd is None else {"people": answer.crowd.people, "places": answer.crowd.places},
        "draw": None if answer.draw is None else _own_keys(answer),
        "remedy": [_change_data(change) for change in remedy.changes] if remedy is not None and remedy.is_own else None,
    }


def _own_keys(answer: UnpairedAnswer) -> dict[str, int]:
    """Return the numbers of a lost draw."""
    return {} if answer.draw is None else {"own_key": answer.draw.own_key, "threshold": answer.draw.threshold}


def _removal_data(removal: Removal | None) -> Mapping[str, Any] | None:
    """Return what the rules removed as data."""
    return None if removal is None else asdict(removal) | {"last_rule": removal.last_rule}


def _remedy_data(search: "RemedySearch | None") -> Mapping[str, Any] | None:
    """Return what would have helped as data."""
    if search is None or search.remedy is None:
        return None
    found = asdict(search.remedy) | {"changes": [_change_data(change) for change in search.remedy.changes]}
    return found | {"checked": True, "tried": search.tried}


def _change_data(change: Change) -> dict[str, Any]:
    """Return a change as data, with what kind it is."""
    return {"kind": type(change).__name__} | asdict(change)
