"""Who somebody is to the portal: the name to greet them by, and what of it concerns them first."""

from collections.abc import Sequence
from dataclasses import dataclass

from mentormatch.domain.accounts import Actor
from mentormatch.services.line import is_manager
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.stored import Participation


@dataclass(frozen=True, slots=True)
class Introduction:
    """The name and address of whoever is signed in, and whether anybody reports to them as of now."""

    name: str
    email: str
    is_manager: bool


def introduce(ports: Ports, actor: Actor) -> Introduction:
    """Return who is signed in; somebody who is no person of the organisation goes by their address."""

    def look(unit: Unit) -> Introduction:
        user = unit.accounts.get(actor.user_key or 0)
        email = user.email if user else ""
        stored = None if actor.person_key is None else unit.people.get(actor.person_key)
        name = stored.person.name if stored and stored.person.name else email
        return Introduction(name, email, is_manager(unit, actor))

    return ports.store.read(look)


def list_own_participation(ports: Ports, actor: Actor) -> Sequence[Participation]:
    """Return the actor's enrolments and pairings, the latest round first."""
    key = actor.person_key
    return () if key is None else ports.store.read(lambda unit: unit.people.participation(key))
