"""A made-up organisation, or made-up enrolments for a real one."""

from collections.abc import Sequence
from dataclasses import dataclass

from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import PastPairing
from mentormatch.domain.people import Person
from mentormatch.errors import InputError
from mentormatch.synthesis.draws import Stream, open_stream
from mentormatch.synthesis.enrolling import draw_enrolments
from mentormatch.synthesis.past_rounds import draw_past_rounds
from mentormatch.synthesis.staffing import hire_people
from mentormatch.synthesis.workforce import gather_workforce

MOST_PEOPLE = 1_000_000


@dataclass(frozen=True, slots=True)
class Organisation:
    """People, their enrolments in the coming round, and the pairings of past rounds."""

    people: tuple[Person, ...]
    enrolments: tuple[Enrolment, ...]
    history: tuple[PastPairing, ...]


def generate_organisation(people_count: int, seed: int) -> Organisation:
    """Return a realistic organisation of ``people_count`` people; the same seed gives the same one on every machine.

    Raises ``InputError`` when the size or the seed cannot be used.
    """
    if not 1 <= people_count <= MOST_PEOPLE:
        raise InputError(f"An organisation of {people_count} people cannot be made up: ask for 1 to {MOST_PEOPLE}.")
    stream = _open_checked_stream(seed)
    people = hire_people(people_count, stream)
    workforce = gather_workforce(people)
    history = draw_past_rounds(workforce, people, stream)
    return Organisation(people, draw_enrolments(workforce, history, stream), history)


def enrol_hierarchy(people: Sequence[Person], seed: int) -> Organisation:
    """Return the given people unchanged, with made-up enrolments for those who are active and have a level; no history.

    Raises ``InputError`` when the seed cannot be used.
    """
    stream = _open_checked_stream(seed)
    return Organisation(tuple(people), draw_enrolments(gather_workforce(people), (), stream), ())


def _open_checked_stream(seed: int) -> Stream:
    """Open the source of all draws, or say why the seed cannot be used."""
    if seed < 0:
        raise InputError(f"The seed {seed} cannot be used: give a whole number of 0 or more.")
    return open_stream(seed)
