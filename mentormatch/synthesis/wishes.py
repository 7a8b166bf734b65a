"""Wishes and refusals: whom people would like to be paired with, rather not, or never."""

from dataclasses import dataclass

import numpy as np

from mentormatch.synthesis.draws import (
    NOBODY,
    Flags,
    Integers,
    RankedPool,
    Stream,
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
FAME = {1: 50, 2: 25, 4: 17, 9: 8}
"""How much oftener some mentors are named than the least known, and per cent of the mentors."""


@dataclass(frozen=True, slots=True)
class Relations:
    """The people whom one person names, by id; nobody is in two of the lists."""

    prefers: tuple[str, ...]
    rather_not: tuple[str, ...]
    avoids: tuple[str, ...]
    conflicts: tuple[str, ...]


def draw_relations(workforce: Workforce, roles: Roles, asks_reverse: Flags, stream: Stream) -> list[Relations]:
    """Return for each enrolled person whom they name; ``asks_reverse`` says which mentees ask for reverse."""
    columns = [_draw_some(workforce, share, stream) for share in (CONFLICT_SHARE, AVOID_SHARE, RATHER_NOT_SHARE)]
    columns += [_draw_own_managers(workforce, stream), _draw_wishes(workforce, roles, asks_reverse, stream)]
    ids = [person.person_id for person in workforce.people]
    return [_name_relations(ids, person, row) for person, row in enumerate(np.column_stack(columns).tolist())]


def _name_relations(ids: list[str], person: int, found: list[int]) -> Relations:
    """Return one person's lists from whom they found: for a conflict, to avoid, rather not, then the wishes by rank.

    A person who was found twice stays where the refusal is stronger, and a refusal beats a wish.
    """
    taken = {person, NOBODY}
    lists = []
    for named in (found[:1], found[1:2], found[2:3], found[3:]):
        lists.append(tuple(ids[other] for other in dict.fromkeys(named) if other not in taken))
        taken.update(named)
    conflicts, avoids, rather_not, prefers = lists
    return Relations(prefers[:MOST_WISHES], rather_not, avoids, conflicts)


def _draw_own_managers(workforce: Workforce, stream: Stream) -> Integers:
    """Return the enrolled manager of the few who wish for their own manager, which no rule allows."""
    place = {person.person_id: place for place, person in enumerate(workforce.people)}
    managers = np.array([place.get(person.manager_id, NOBODY) for person in workforce.people], np.int64)
    return np.where(draw_flags(stream, OWN_MANAGER_SHARE, managers.size), managers, NOBODY)


def _draw_wishes(workforce: Workforce, roles: Roles, asks_reverse: Flags, stream: Stream) -> Integers:
    """Return a table people x ranks of the people wished for, ``NOBODY`` in the empty places.

    Mentees name mentors one to three levels above (reverse: below), mentors name mentees one to three levels below,
    all outside their own department.
    """
    count = len(workforce)
    fame = np.array(list(FAME))[draw_choices(stream, tuple(FAME.values()), count)]
    known = np.repeat(np.arange(count), np.where(roles.is_mentor, fame, 0))
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


def _draw_mentors(workforce: Workforce, mentors: RankedPool, asks_reverse: Flags, stream: Stream) -> Integers:
    """Return a mentor within reach for each person."""
    turned = asks_reverse & draw_flags(stream, REVERSE_SHARE, len(workforce))
    lowest = np.where(turned, workforce.level - REACH, workforce.level + 1)
    return mentors.draw(stream, lowest, lowest + REACH - 1)


def _draw_below(workforce: Workforce, mentees: RankedPool, stream: Stream) -> Integers:
    """Return a mentee one to three levels below for each person."""
    return mentees.draw(stream, workforce.level - REACH, workforce.level - 1)


def _answer_wishes(table: Integers, roles: Roles, stream: Stream) -> None:
    """Let some mentors name in the first place somebody who named them first."""
    named = np.flatnonzero((table[:, 0] != NOBODY) & roles.is_mentee)
    admirer = np.full(table.shape[0], NOBODY)
    np.maximum.at(admirer, table[named, 0], named)
    answers = (admirer != NOBODY) & ~roles.is_mentee & draw_flags(stream, ANSWERED_SHARE, admirer.size)
    table[answers, 0] = admirer[answers]


def _draw_some(workforce: Workforce, share: float, stream: Stream) -> Integers:
    """Return anybody of the same level, give or take two, for a share of the people."""
    pool = rank_pool(np.arange(len(workforce)), workforce.level)
    found = pool.draw(stream, workforce.level - 2, workforce.level + 2)
    return np.where(draw_flags(stream, share, found.size), found, NOBODY)
