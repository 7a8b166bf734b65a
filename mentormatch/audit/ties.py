"""What ties a mentor to a mentee beside the pairing: one line, one department, an earlier round, a favour in return."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from mentormatch.audit.random_plans import Figures, PlanSample
from mentormatch.audit.solved_round import SolvedRound
from mentormatch.domain.people import Person
from mentormatch.domain.text import fold
from mentormatch.matching.candidates import directions_of
from mentormatch.matching.roster import NOBODY, Bools, Ints

SAME_LINE = "same line"
SAME_DEPARTMENT = "same department"
REPEAT = "paired in an earlier round"
RECIPROCAL = "mentoring each other"
FAVOUR_EXCHANGE = "managers who mentor each other's people"
TIES = (SAME_LINE, SAME_DEPARTMENT, REPEAT)
"""The ties that a pair has by itself."""

Pairs = frozenset[tuple[str, str]]


class TieFinder:
    """Tells which ties a mentor and a mentee have."""

    def __init__(self, solved: SolvedRound) -> None:
        """Look up division heads, managers and earlier rounds."""
        self._heads = find_division_heads(solved.people)
        self._managers = {
            who: frozenset(filter(None, (person.manager_id, *person.previous_manager_ids)))
            for who, person in solved.people.items()
        }
        self._departments = {who: fold(person.department) for who, person in solved.people.items()}
        self._repeats = frozenset(frozenset((past.mentor_id, past.mentee_id)) for past in solved.round.history)

    def ties(self, mentor: str, mentee: str) -> tuple[bool, ...]:
        """Return whether a pair has each of ``TIES``."""
        return (
            self.is_same_line(mentor, mentee),
            bool(self._departments[mentor]) and self._departments[mentor] == self._departments[mentee],
            frozenset((mentor, mentee)) in self._repeats,
        )

    def tables(self, mentors: Sequence[str], mentees: Sequence[str]) -> tuple[Bools, ...]:
        """Return for each of ``TIES`` which of many pairs have it; mentors x mentees. The same as pair by pair."""
        heads = _are_equal([self._heads.get(who, "") for who in mentors], [self._heads.get(who, "") for who in mentees])
        names = self._departments
        departments = _are_equal([names[who] for who in mentors], [names[who] for who in mentees])
        managers = _share([self._managers[who] for who in mentors], [self._managers[who] for who in mentees])
        partners: dict[str, set[str]] = {}
        for pair in self._repeats:
            for who in pair:
                partners.setdefault(who, set()).update(pair - {who})
        repeats = _share([partners.get(who, ()) for who in mentors], [{who} for who in mentees])
        return heads | managers, departments, repeats

    def is_same_line(self, mentor: str, mentee: str) -> bool:
        """Whether two people have one division head, or a solid manager of now or lately in common."""
        head = self._heads.get(mentor)
        is_one_division = head is not None and head == self._heads.get(mentee)
        return is_one_division or bool(self._managers[mentor] & self._managers[mentee])


def _are_equal(one: Sequence[str], other: Sequence[str]) -> Bools:
    """Return where two names are equal and not blank; names of the first x names of the other."""
    codes: dict[str, int] = {}
    rows, columns = ([codes.setdefault(name, len(codes)) if name else NOBODY for name in side] for side in (one, other))
    table, other_codes = np.array(rows, np.int64)[:, None], np.array(columns, np.int64)[None, :]
    return np.asarray((table == other_codes) & (table != NOBODY), np.bool_)


def _share(one: Sequence[Collection[str]], other: Sequence[Collection[str]]) -> Bools:
    """Return where two sets share somebody; sets of the first x sets of the other."""
    places: dict[str, list[int]] = {}
    for column, members in enumerate(other):
        for who in members:
            places.setdefault(who, []).append(column)
    table = np.zeros((len(one), len(other)), np.bool_)
    for row, members in enumerate(one):
        for who in members:
            table[row, places.get(who, [])] = True
    return table


def find_division_heads(people: Mapping[str, Person]) -> dict[str, str]:
    """Return the head of each person's division: the last one up the solid line who is in the same division.

    Whoever has no division has no head; in a loop the head is whoever closes it.
    """
    divisions = {who: fold(person.division) for who, person in people.items()}
    heads = {}
    for who in people:
        if not divisions[who]:
            continue
        head, seen = who, {who}
        while (above := people[head].manager_id) in people and divisions[above] == divisions[who] and above not in seen:
            head = above
            seen.add(above)
        heads[who] = head
    return heads


def count_ties(finder: TieFinder, pairs: Collection[tuple[str, str]]) -> dict[str, int]:
    """Return how many of some (mentor, mentee) pairs have each tie."""
    found = [finder.ties(*pair) for pair in pairs]
    return {name: sum(ties[k] for ties in found) for k, name in enumerate(TIES)}


def tie_figures(finder: TieFinder, sample: PlanSample) -> dict[str, Figures]:
    """Return how many pairings of each plan of a sample have each tie."""
    roster, plan = sample.solved.roster, sample.solved.plan
    mentors, places = np.unique(plan.mentor, return_inverse=True)
    mentees, ends = np.unique(plan.mentee, return_inverse=True)
    tables = finder.tables([roster.mentors.ids[k] for k in mentors], [roster.mentees.ids[k] for k in mentees])
    return {
        name: table[places[None, :], ends[sample.ends]].sum(axis=1).astype(np.float64)
        for name, table in zip(TIES, tables, strict=True)
    }


def return_figures(sample: PlanSample) -> dict[str, Figures]:
    """Return for each plan how many pairs of people mentor each other, and how many managers exchange favours."""
    roster, plan = sample.solved.roster, sample.solved.plan
    numbers: dict[str, int] = {}
    mentors = np.array([numbers.setdefault(roster.mentors.ids[k], len(numbers)) for k in plan.mentor], np.int64)
    mentees = np.array([numbers.setdefault(roster.mentees.ids[k], len(numbers)) for k in plan.mentee], np.int64)
    managers = np.array(
        [numbers.setdefault(roster.mentees.people[k].manager_id, len(numbers)) for k in plan.mentee], np.int64
    )
    has_manager = managers != numbers.get("", -1)
    return {
        RECIPROCAL: _count_mutual(mentors, mentees, np.ones(len(plan), np.bool_), sample.ends, len(numbers)),
        FAVOUR_EXCHANGE: _count_mutual(mentors, managers, has_manager, sample.ends, len(numbers)),
    }


def _count_mutual(givers: Ints, takers: Ints, counts: np.ndarray, ends: Ints, width: int) -> Figures:
    """Return for each plan how many unordered pairs of two people give to each other."""
    found = np.zeros(len(ends))
    for row, order in enumerate(ends):
        is_counted = counts[order] & (givers != takers[order])
        given = np.unique(givers[is_counted] * width + takers[order][is_counted])
        back = given % width * width + given // width
        found[row] = np.isin(back, given).sum() / 2
    return found


def second_helpings(solved: SolvedRound) -> tuple[tuple[str, str], ...]:
    """Return the pairings beyond a mentee's first whose mentor could have had somebody without a place instead.

    (mentor, mentee), in the order of the ids; the other is a candidate in the same direction. In a proven plan only
    a limit for departments or teams, an exclusion or a lock can be behind one.
    """
    waiting = np.setdiff1d(np.arange(len(solved.roster.mentees)), solved.plan.mentee)
    seen: Counter[str] = Counter()
    found = []
    order = sorted(range(len(solved.pairings)), key=lambda k: (solved.passes[k], solved.pairings[k].mentor_id))
    for k in order:
        pairing = solved.pairings[k]
        if seen[pairing.mentee_id] and _is_wanted(solved, k, waiting):
            found.append((pairing.mentor_id, pairing.mentee_id))
        seen[pairing.mentee_id] += 1
    return tuple(sorted(found))


def _is_wanted(solved: SolvedRound, place: int, waiting: Ints) -> bool:
    """Whether somebody without a place could have the mentor of a pairing in its direction."""
    codes = solved.candidates.codes[waiting, solved.plan.mentor[place]]
    return bool(((codes >= 0) & (directions_of(codes) == solved.plan.direction[place])).any())
