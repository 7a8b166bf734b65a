"""The hierarchy: all reporting lines of an organisation, solid and dotted, and what can be read off them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mentormatch.domain.people import Person


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """All reporting lines at once: a directed graph from each person to the managers above.

    ``managers`` maps a person to their solid and dotted managers. ``unknown`` holds everybody whose line
    upwards is not known to its end: it names somebody who does not exist, passes through a person whose line is in
    doubt, or runs in a loop. Rules that depend on a line fail closed for them.
    """

    managers: Mapping[str, tuple[str, ...]]
    unknown: frozenset[str]

    def ancestors(self, person_id: str) -> frozenset[str]:
        """Return everybody above a person at any distance, on solid or dotted lines."""
        above: set[str] = set()
        waiting = list(self.managers.get(person_id, ()))
        while waiting:
            current = waiting.pop()
            if current not in above:
                above.add(current)
                waiting.extend(self.managers.get(current, ()))
        return frozenset(above)


def build_hierarchy(people: Iterable[Person], doubtful: frozenset[str] = frozenset()) -> Hierarchy:
    """Gather the reporting lines of people and mark the lines that are unknown."""
    managers = {p.person_id: tuple(dict.fromkeys(filter(None, (p.manager_id, *p.dotted_manager_ids)))) for p in people}
    return Hierarchy(managers, frozenset(managers) - _known(managers, doubtful))


def _known(managers: Mapping[str, tuple[str, ...]], doubtful: frozenset[str]) -> set[str]:
    """Return those whose every line upwards ends at a top, by peeling the graph from the tops down (Kahn 1962)."""
    reports: dict[str, list[str]] = {}
    open_lines = {}
    for person, above in managers.items():
        open_lines[person] = len(above) + (person in doubtful)
        for manager in above:
            reports.setdefault(manager, []).append(person)
    ready = [person for person, count in open_lines.items() if count == 0]
    known = set(ready)
    while ready:
        for report in reports.get(ready.pop(), ()):
            open_lines[report] -= 1
            if open_lines[report] == 0:
                known.add(report)
                ready.append(report)
    return known


def depths(people: Iterable[Person]) -> dict[str, int]:
    """Return each person's distance from the top on solid lines, as far as their line is known."""
    reports: dict[str, list[str]] = {}
    for person in people:
        reports.setdefault(person.manager_id, []).append(person.person_id)
    found: dict[str, int] = {}
    layer, depth = reports.get("", []), 0
    while layer:
        found.update(dict.fromkeys(layer, depth))
        layer = [report for person in layer for report in reports.get(person, ())]
        depth += 1
    return found
