"""The organisation as people see it: search and lists, a person's card, the tree branch by branch."""

from collections.abc import Sequence
from dataclasses import dataclass

from mentormatch.domain.accounts import Actor
from mentormatch.services.permissions import can_browse_people, can_see_line_report, line_above
from mentormatch.services.ports import (
    Participation,
    PeoplePage,
    PeopleQuery,
    Ports,
    StoredPerson,
    TreeNode,
    Unit,
)
from mentormatch.services.refusals import NotFoundError

BRANCH_LIMIT = 500
"""Most people that one branch of the tree shows at once."""
NOBODY = "There is no such person."


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person, the managers above them from the nearest to the top, the direct reports, and what they take part in.

    ``is_line_unknown`` says that the line upwards runs in a loop, so that nobody is known to stand above.
    """

    stored: StoredPerson
    above: tuple[StoredPerson, ...]
    below: tuple[TreeNode, ...]
    participation: tuple[Participation, ...]
    is_line_unknown: bool


@dataclass(frozen=True, slots=True)
class Branch:
    """Those who report to one person, or the tops; ``is_cut`` when there are more than are shown."""

    nodes: tuple[TreeNode, ...]
    is_cut: bool


def find_people(ports: Ports, actor: Actor, query: PeopleQuery) -> PeoplePage:
    """Return a page of the people whom a query means."""
    _require_browsing(actor)
    size = ports.settings.limits.page_rows
    return ports.store.read(lambda unit: unit.people.page(query, size))


def list_departments(ports: Ports, actor: Actor) -> Sequence[str]:
    """Return the departments, for a filter."""
    _require_browsing(actor)
    return ports.store.read(lambda unit: unit.people.departments())


def show_card(ports: Ports, actor: Actor, person_key: int) -> PersonCard:
    """Return the card of a person."""
    _require_browsing(actor)

    def look(unit: Unit) -> PersonCard:
        stored = unit.people.get(person_key)
        if stored is None:
            raise NotFoundError(NOBODY)
        upwards = unit.people.managers_upwards(person_key)
        above = line_above(person_key, upwards)
        found = {someone.key: someone for someone in unit.people.some(above)}
        return PersonCard(
            stored,
            above=tuple(found[key] for key in above),
            below=tuple(unit.people.branch(person_key, BRANCH_LIMIT)),
            participation=tuple(unit.people.participation(person_key)),
            is_line_unknown=bool(upwards) and not above,
        )

    return ports.store.read(look)


def open_branch(ports: Ports, actor: Actor, over_key: int | None) -> Branch:
    """Return the direct reports of a person, or everybody without a manager."""
    _require_browsing(actor)

    def look(unit: Unit) -> Branch:
        if over_key is not None and unit.people.get(over_key) is None:
            raise NotFoundError(NOBODY)
        nodes = unit.people.branch(over_key, BRANCH_LIMIT + 1)
        return Branch(tuple(nodes[:BRANCH_LIMIT]), len(nodes) > BRANCH_LIMIT)

    return ports.store.read(look)


def require_own_line(ports: Ports, actor: Actor, person_key: int) -> None:
    """Raise ``NotFoundError`` unless the actor manages the person as of now, directly or through others."""
    upwards = ports.store.read(lambda unit: unit.people.managers_upwards(person_key))
    if not can_see_line_report(actor, person_key, upwards):
        raise NotFoundError(NOBODY)


def _require_browsing(actor: Actor) -> None:
    """Refuse whoever may not browse as if there were nothing."""
    if not can_browse_people(actor):
        raise NotFoundError("There is no such page.")
