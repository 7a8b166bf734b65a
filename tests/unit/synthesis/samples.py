"""Organisations that several tests look at, made once, and plain ways of reading them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.people import Person
from mentormatch.synthesis.organisation import Organisation, generate_organisation

SEED = 7


@cache
def a_town(people_count: int = 2_000, seed: int = SEED) -> Organisation:
    """Return an organisation; the same arguments give the same object, as nobody can change it."""
    return generate_organisation(people_count, seed)


@cache
def people_of(people_count: int = 2_000, seed: int = SEED) -> Mapping[str, Person]:
    """Return the people of an organisation by id."""
    return {person.person_id: person for person in a_town(people_count, seed).people}


@cache
def enrolments_of(people_count: int = 2_000, seed: int = SEED) -> Mapping[str, Enrolment]:
    """Return the enrolments of an organisation by id."""
    return {enrolment.person_id: enrolment for enrolment in a_town(people_count, seed).enrolments}


def reports_of(people: Iterable[Person]) -> Mapping[str, list[Person]]:
    """Return the direct reports of each manager; those of the top stand under the empty id."""
    reports: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        reports[person.manager_id].append(person)
    return reports


def chain_of(person: Person, people: Mapping[str, Person]) -> list[str]:
    """Return the managers above a person on solid lines, the nearest first; a loop fails."""
    chain: list[str] = []
    while person.manager_id:
        assert person.manager_id not in chain
        chain.append(person.manager_id)
        person = people[person.manager_id]
    return chain


def lines_above(person_id: str, people: Mapping[str, Person]) -> set[str]:
    """Return everybody above a person on solid and dotted lines, found by walking them all."""
    above: set[str] = set()
    waiting = [person_id]
    while waiting:
        person = people[waiting.pop()]
        for manager in filter(None, (person.manager_id, *person.dotted_manager_ids)):
            if manager not in above:
                above.add(manager)
                waiting.append(manager)
    return above


def share(answers: Iterable[bool]) -> float:
    """Return the share of yes among answers."""
    given = list(answers)
    return sum(given) / len(given)
