"""Wishes and refusals: whom people would like to be paired with, rather not, or never."""

from dataclasses import dataclass

import numpy as np

from mentormatch.domain.people import Person
from mentormatch.synthesis.draws import (
    NOBODY,
    Integers,
    RankedPool,
    Stream,
    draw_between,
    draw_choices,
    draw_flags,
    rank_pool,
)
from mentormatch.synthesis.styles import Roles
from mentormatch.synthesis.workforce import Workforce

WISH_COUNTS = (45, 25, 18, 12)
"""Per cent of people with 0, 1, 2, 3 wishes."""
MOST_WISHES = 3
REACH = 3
REVERSE_SHARE = 0.7
"""Share of the wishes that go to a lower level, of mentees who ask for reverse."""
ANSWERED_SHARE = 0.35
"""Share of the wished-for mentors who also name one of those who named them."""
OWN_MANAGER_SHARE = 0.04
RATHER_NOT_SHARE = 0.05
AVOID_SHARE = 0.02
CONFLICT_SHARE = 0.01
FAME = 5
"""The best-known mentors are named this much oftener than the least known."""


@dataclass(frozen=True, slots=True)
class Relations:
    """The people whom one person names, by id; nobody is in two of the lists."""

    prefers: tuple[str, ...]
    rather_not: tuple[str, ...]
    avoids: tuple[str, ...]
    conflicts: tuple[str, ...]


def draw_relations(workforce: Workforce, roles: Roles, asks_reverse: Integers, stream: Stream) -> list[Relations]:
    """Return for each enrolled person whom they name. ``asks_reverse`` is 1 for mentees who ask for reverse, else 0."""
    wishes = _draw_wishes(workforce, roles, asks_reverse, stream)
    refusals = [
        _draw_some(workforce, share, stream) for share in (CONFLICT_SHARE, AVOID_SHARE, RATHER_NOT_SHARE)
    ]
    wants_manager = draw_flags(stream, OWN_MANAGER_SHARE, len(workforce)).tolist()
    known = {person.person_id for person in workforce.people}
    rows = zip(workforce.people, wishes.tolist(), np.column_stack(refusals).tolist(), wants_manager, strict=True)
    return [
        _name_relations(workforce, [person.manager_id] * (wants and person.manager_id in known), wished, refused, person)
        for person, wished, refused, wants in rows
    ]


def _name_relations(
    workforce: Workforce, first: list[str], wished: list[int], refused: list[int], person: Person
) -> Relations:
    """Return one person's lists; a stronger refusal beats a weaker one, and a wish beats no refusal."""
    conflict, avoid, rather_not = ([workforce.people[found].person_id] if found != NOBODY else [] for found in refused)
    taken = {person.person_id}
    lists = []
    for named in (conflict, avoid, rather_not, first + [workforce.people[w].person_id for w in wished if w != NOBODY]):
        lists.append(tuple(dict.fromkeys(person_id for person_id in named if person_id not in taken)))
        taken.update(named)
    return Relations(lists[3][:MOST_WISHES], lists[2], lists[1], lists[0])


def _draw_wishes(workforce: Workforce, roles: Roles, asks_reverse: Integers, stream: Stream) -> Integers:
    """Return a table people x ranks of the people wished for, ``NOBODY`` in the empty places.

    Mentees name mentors one to three levels above (reverse: below), mentors name mentees below; both outside their department.
    """
    count = len(workforce)
    known = np.repeat(np.arange(count), np.where(roles.is_mentor, draw_between(stream, 1, FAME, count), 0))
    mentors = rank_pool(known, workforce.level[known])
    mentees = rank_pool(np.flatnonzero(roles.is_mentee), workforce.level[roles.is_mentee])
    columns = [
        np.where(
            roles.is_mentee,
            _draw_mentors(workforce, mentors, asks_reverse, stream),
            _draw_below(workforce, mentees, stream),
        )
        for _ in range(MOST_WISHES)
    ]
    table = np.column_stack(columns)
    _answer_wishes(table, roles, stream)
    kept = np.arange(MOST_WISHES) < draw_choices(stream, WISH_COUNTS, count)[:, None]
    apart = workforce.is_apart(np.repeat(np.arange(count), MOST_WISHES), table.ravel()).reshape(table.shape)
    return np.where(kept & apart, table, NOBODY)


def _draw_mentors(workforce: Workforce, mentors: RankedPool, asks_reverse: Integers, stream: Stream) -> Integers:
    """Return a mentor within reach for each person."""
    turned = (asks_reverse == 1) & draw_flags(stream, REVERSE_SHARE, len(workforce))
    lowest = np.where(turned, workforce.level - REACH, workforce.level + 1)
    return mentors.draw(stream, lowest, lowest + REACH - 1)


def _draw_below(workforce: Workforce, mentees: RankedPool, stream: Stream) -> Integers:
    """Return a mentee one to three levels below for each person."""
    return mentees.draw(stream, workforce.level - REACH, workforce.level - 1)


def _answer_wishes(table: Integers, roles: Roles, stream: Stream) -> None:
    """Let some mentors name in the first place somebody who named them first."""
    named = np.flatnonzero((table[:, 0] != NOBODY) & roles.is_mentee)
    admirer = np.full(table.shape[0], NOBODY)
    admirer[table[named, 0]] = named
    answers = (admirer != NOBODY) & ~roles.is_mentee & draw_flags(stream, ANSWERED_SHARE, admirer.size)
    table[answers, 0] = admirer[answers]


def _draw_some(workforce: Workforce, share: float, stream: Stream) -> Integers:
    """Return anybody of the same level, give or take two, for a share of the people."""
    pool = rank_pool(np.arange(len(workforce)), workforce.level)
    found = pool.draw(stream, workforce.level - 2, workforce.level + 2)
    return np.where(draw_flags(stream, share, found.size), found, NOBODY)
