"""A manager's own line: who stands below as of now, and what of the programmes a manager may know of them."""

from mentormatch.domain.accounts import Actor
from mentormatch.services.permissions import can_read_own_line
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import NotFoundError
from mentormatch.services.reporting_lines import LinePage


def show_line(ports: Ports, actor: Actor, page: int) -> LinePage:
    """Return a page of everybody below the actor on solid lines: participation, role, state and hours, no more.

    Raises ``NotFoundError`` for whoever has no reports as of now.
    """

    def look(unit: Unit) -> LinePage:
        if actor.person_key is None or not is_manager(unit, actor):
            raise NotFoundError("There is no such page.")
        return unit.lines.below(actor.person_key, page, ports.settings.limits.page_rows)

    return ports.store.read(look)


def is_manager(unit: Unit, actor: Actor) -> bool:
    """Whether the actor has a line of their own to read about; it is found anew each time and never stored."""
    key = actor.person_key
    if key is None or not unit.lines.has_reports(key):
        return False
    return can_read_own_line(actor, unit.people.managers_upwards(key), has_reports=True)
