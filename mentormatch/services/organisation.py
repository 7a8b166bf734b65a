"""The organisation as people see it: search and lists, a person's card, the tree branch by branch."""

from dataclasses import dataclass

from mentormatch.domain.accounts import Actor, UserState
from mentormatch.services.permissions import can_browse_people, can_see_line_report, line_above
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import NotFoundError
from mentormatch.services.reporting_lines import Headcount, Superior
from mentormatch.services.stored import Participation, PeoplePage, PeopleQuery, StoredPerson, TreeNode, UnitNames

BRANCH_LIMIT = 500
"""Most people that one branch of the tree shows at once."""
NOBODY = "There is no such person."


@dataclass(frozen=True, slots=True)
class Branch:
    """Those who report to one person, or the tops; ``is_cut`` when there are more than are shown."""

    nodes: tuple[TreeNode, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person, the managers above them from the nearest to the top, the direct reports, and what they take part in.

    ``superiors`` are all who stand over them in whatever way. ``is_line_unknown`` says that the line upwards runs in a
    loop, so that nobody is known to stand above. ``log_in`` is the state of their log-in, if they have one.
    """

    stored: StoredPerson
    above: tuple[StoredPerson, ...]
    superiors: tuple[Superior, ...]
    below: Branch
    participation: tuple[Participation, ...]
    is_line_unknown: bool
    is_erased: bool
    log_in: UserState | None


@dataclass(frozen=True, slots=True)
class Organisation:
    """The whole as it opens: the tops, and how many people and odd lines there are."""

    tops: Branch
    headcount: Headcount


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands in the tree: the managers above from the top down, and the branch below."""

    stored: StoredPerson
    above: tuple[StoredPerson, ...]
    below: Branch
    is_line_unknown: bool


def find_people(ports: Ports, actor: Actor, query: PeopleQuery) -> PeoplePage:
    """Return a page of the people whom a query means."""
    _require_browsing(actor)
    size = ports.settings.limits.page_rows
    return ports.store.read(lambda unit: unit.people.page(query, size))


def name_person(ports: Ports, actor: Actor, person_key: int) -> StoredPerson:
    """Return somebody by their key, to say whose list is shown."""
    _require_browsing(actor)
    return ports.store.read(lambda unit: _get(unit, person_key))


def list_unit_names(ports: Ports, actor: Actor) -> UnitNames:
    """Return the divisions, departments and locations, for filters."""
    _require_browsing(actor)
    return ports.store.read(lambda unit: unit.people.unit_names())


def show_card(ports: Ports, actor: Actor, person_key: int) -> PersonCard:
    """Return the card of a person."""
    _require_browsing(actor)

    def look(unit: Unit) -> PersonCard:
        place = _find_place(unit, person_key)
        user = unit.accounts.of_person(person_key)
        return PersonCard(
            place.stored,
            above=place.above[::-1],
            superiors=tuple(unit.lines.superiors(person_key)),
            below=place.below,
            participation=tuple(unit.people.participation(person_key)),
            is_line_unknown=place.is_line_unknown,
            is_erased=unit.own_data.is_erased(person_key),
            log_in=user.state if user else None,
        )

    return ports.store.read(look)


def show_organisation(ports: Ports, actor: Actor) -> Organisation:
    """Return the tops of the organisation and what there is to know about the whole."""
    _require_browsing(actor)
    return ports.store.read(lambda unit: Organisation(_branch(unit, None), unit.lines.headcount()))


def find_place(ports: Ports, actor: Actor, person_key: int) -> Place:
    """Return where somebody stands in the tree."""
    _require_browsing(actor)
    return ports.store.read(lambda unit: _find_place(unit, person_key))


def open_branch(ports: Ports, actor: Actor, over_key: int | None) -> Branch:
    """Return the direct reports of a person, or everybody without a manager."""
    _require_browsing(actor)

    def look(unit: Unit) -> Branch:
        if over_key is not None:
            _get(unit, over_key)
        return _branch(unit, over_key)

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


def _get(unit: Unit, person_key: int) -> StoredPerson:
    stored = unit.people.get(person_key)
    if stored is None:
        raise NotFoundError(NOBODY)
    return stored


def _branch(unit: Unit, over_key: int | None) -> Branch:
    """Return a branch, cut where it would be longer than anybody reads."""
    nodes = unit.people.branch(over_key, BRANCH_LIMIT + 1)
    return Branch(tuple(nodes[:BRANCH_LIMIT]), len(nodes) > BRANCH_LIMIT)


def _find_place(unit: Unit, person_key: int) -> Place:
    """Return where somebody stands, the top first."""
    stored = _get(unit, person_key)
    upwards = unit.people.managers_upwards(person_key)
    above = line_above(person_key, upwards)
    found = {someone.key: someone for someone in unit.people.some(above)}
    chain = tuple(found[key] for key in reversed(above))
    return Place(stored, chain, _branch(unit, person_key), is_line_unknown=bool(upwards) and not above)
