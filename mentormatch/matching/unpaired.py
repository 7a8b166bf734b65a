"""Who was left out and why: no candidate, crowded out, lost the draw, not needed; and what would help."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Role, Unpaired, UnpairedReason
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import LockKind
from mentormatch.matching.candidates import NO_CANDIDATE, Candidates, row_blocks
from mentormatch.matching.eligibility import Block
from mentormatch.matching.exclusions import ExclusionFinder
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import Columns, Family, RowKeys, concatenate, opening_bounds

REMEDIES: dict[RuleId, str] = {
    RuleId.INACTIVE: "Nothing to do until both are back for the whole term.",
    RuleId.LINE_UNKNOWN: "Complete the reporting lines in people.csv.",
    RuleId.LEVEL_BAND: "Recruit people at other levels, or ask for another direction.",
    RuleId.REPORTING_LINE: "Recruit people outside the own line.",
    RuleId.SAME_MANAGER: "Recruit people of other teams.",
    RuleId.MANAGER_PEER: "Recruit people of other departments.",
    RuleId.EVALUATOR: "Recruit people who have no say in the other's appraisal.",
    RuleId.RECENT_MANAGER: "Wait until twelve months have passed, or recruit others.",
    RuleId.CONFLICT: "Recruit others.",
    RuleId.AVOID: "Recruit others.",
    RuleId.REPEAT: "Recruit people who were not paired with each other lately.",
    RuleId.UNTRAINED: "Train the mentors.",
    RuleId.NO_COMMON_LANGUAGE: "Recruit people who speak a common language.",
    RuleId.NO_SHARED_HOURS: "Recruit people in nearer time zones.",
    RuleId.NO_NEED_MET: "Recruit people with the skills or the area asked for, or ask for more skills.",
    RuleId.BELOW_FLOOR: "Recruit people with more in common, or answer more of the form.",
}
"""What helps against each rule that left somebody without a candidate."""

LOST_DRAW_REMEDIES = {
    True: "Comes before those who have waited less, in the next round.",
    False: "Takes part in the next round's draw like everybody else.",
}
"""What is ahead of somebody who lost the draw, by whether the policy counts waiting."""


def unpaired_people(candidates: Candidates, plans: Sequence[Columns]) -> tuple[Unpaired, ...]:
    """Return the enrolled people without a place, with reason and remedy, mentees first, in the order of ids.

    ``plans`` are the locked pairings and those of each pass. The answer depends on them alone.
    """
    roster, plan = candidates.roster, concatenate(plans)
    exchanges = Exchanges(candidates, plan, len(plans[0]))
    mentees = np.setdiff1d(np.arange(len(roster.mentees)), plan.mentee)
    mentors = np.setdiff1d(np.arange(len(roster.mentors)), plan.mentor)
    found = [*_mentees(candidates, exchanges, mentees), *_mentors(candidates, mentors)]
    return tuple(sorted(found, key=lambda left: (left.role is Role.MENTOR, left.person_id)))


def _mentees(candidates: Candidates, exchanges: "Exchanges", rows: Ints) -> Iterator[Unpaired]:
    """Yield the mentees without a mentor."""
    roster, possible = candidates.roster, candidates.per_mentee
    yield from _without_candidate(candidates, rows[possible[rows] == 0], Role.MENTEE)
    taken = np.bincount(exchanges.plan.mentor, minlength=len(roster.mentors))
    places = np.minimum(roster.mentors.limit, roster.mentors.places.sum(axis=1))
    for row in rows[possible[rows] > 0].tolist():
        mentors = np.flatnonzero(candidates.codes[row] != NO_CANDIDATE)
        figures = f"{_count(len(mentors), 'possible mentor')} with {_count(int(places[mentors].sum()), 'place')}"
        detail = f"{figures}, {taken[mentors].sum()} of them taken by others in the plan that is best for the round"
        reason, remedy = UnpairedReason.CROWDED_OUT, "Ask these mentors for one more place or recruit others like them."
        if exchanges.has_equal(row):
            reason, remedy = UnpairedReason.LOST_DRAW, LOST_DRAW_REMEDIES["waiting" in roster.policy.stages]
            detail = f"{figures}; an equal got the place by the draw"
        yield Unpaired(roster.mentees.ids[row], Role.MENTEE, reason, remedy, detail)


class Exchanges:
    """Tells who lost nothing but the draw: somebody who could step into a served mentee's place at equal worth."""

    def __init__(self, candidates: Candidates, plan: Columns, locked: int) -> None:
        """Count what the pairings use; the first ``locked`` of them were never drawn for."""
        self.roster, self.candidates, self.keys = candidates.roster, candidates, RowKeys(candidates.roster)
        self.plan = plan
        self.bounds = opening_bounds(self.roster, plan, self.roster.policy.capacity.mentee_limit)
        self.drawn = np.arange(locked, len(plan))
        self.worth = candidates.codes_of(plan.mentee, plan.mentor)
        self.ruled_out = frozenset(ExclusionFinder(self.roster, self.keys).ruled_out(plan).tolist())

    def has_equal(self, row: int) -> bool:
        """Whether a mentee without a place is worth as much to some mentor as one of that mentor's mentees."""
        return any(True for _ in self.equals(row))

    def equals(self, row: int) -> Iterator[int]:
        """Yield the places in the plan of the pairings in which a mentee could stand for the other's at equal worth."""
        mentors = self.plan.mentor[self.drawn]
        is_equal = self.candidates.codes_of(np.full(len(mentors), row), mentors) == self.worth[self.drawn]
        group = self.roster.groups.of_mentee
        is_equal &= group[self.plan.mentee[self.drawn]] == group[row]  # access floors part people of different groups
        if "waiting" in self.roster.policy.stages:
            waiting = self.roster.mentees.waiting
            is_equal &= waiting[self.plan.mentee[self.drawn]] == waiting[row]
        return (place for place in self.drawn[is_equal].tolist() if self._has_room(row, place))

    def _has_room(self, row: int, place: int) -> bool:
        """Whether the mentor's limits, and the favours given, leave room for one mentee in place of another."""
        pair = self.plan.where(np.array([place]))
        if row * len(self.roster.mentors) + int(pair.mentor[0]) in self.ruled_out:
            return False
        new = replace(pair, mentee=np.array([row]))
        for family in (Family.DEPARTMENT, Family.TEAM):
            before, after = self.keys.of(family, pair)[0], self.keys.of(family, new)
            if after[0] >= 0 and after[0] != before and self.bounds[family].at(after)[1][0] < 1:
                return False
        return True


def _mentors(candidates: Candidates, columns: Ints) -> Iterator[Unpaired]:
    """Yield the mentors without a mentee."""
    possible = candidates.per_mentor
    yield from _without_candidate(candidates, columns[possible[columns] == 0], Role.MENTOR)
    for column in columns[possible[columns] > 0].tolist():
        count = _count(int(possible[column]), "possible mentee")
        detail = f"{count}, each placed elsewhere or left without a place in the plan that is best for the round"
        remedy = "Stays available if a mentor drops out; more directions or skills on offer would help."
        yield Unpaired(candidates.roster.mentors.ids[column], Role.MENTOR, UnpairedReason.NOT_NEEDED, remedy, detail)


def _count(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _without_candidate(candidates: Candidates, people: Ints, role: Role) -> Iterator[Unpaired]:
    """Yield people without any candidate, with how many each rule removed."""
    side = candidates.roster.mentees if role is Role.MENTEE else candidates.roster.mentors
    other = "mentor" if role is Role.MENTEE else "mentee"
    locked = _locked_out(candidates, role)
    for person, removed in zip(people.tolist(), _removals(candidates, people, role), strict=True):
        if not removed and locked[side.ids[person]]:
            detail, remedy = f"a lock leaves no {other}", "Lift the lock, or recruit others."
        elif not removed:
            detail, remedy = (
                f"no {other} is enrolled in the same direction",
                "Open another direction, or recruit in this one.",
            )
        else:
            counts = ", ".join(f"{rule.value} {count}" for rule, count in removed.most_common())
            detail, remedy = f"the rules leave no {other}: {counts}", REMEDIES[removed.most_common(1)[0][0]]
        yield Unpaired(side.ids[person], role, UnpairedReason.NO_CANDIDATE, remedy, detail)


def _locked_out(candidates: Candidates, role: Role) -> Counter[str]:
    """Return how many pairings of each person locks forbid in a role."""
    forbidden = [lock for lock in candidates.roster.round.locks if lock.kind is LockKind.MUST_NOT]
    return Counter(lock.mentee_id if role is Role.MENTEE else lock.mentor_id for lock in forbidden)


def _removals(candidates: Candidates, people: Ints, role: Role) -> Iterator[Counter[RuleId]]:
    """Yield for each person how many (person, direction) each rule was the first to remove."""
    others = np.arange(len(candidates.roster.mentors if role is Role.MENTEE else candidates.roster.mentees))
    for part in row_blocks(len(people), len(others)):
        some = people[part]
        block = Block(some, others) if role is Role.MENTEE else Block(others, some)
        axis = 1 if role is Role.MENTEE else 0
        totals: dict[RuleId, Ints] = {}
        for direction in filter(candidates.roster.policy.is_open, DIRECTIONS):
            for rule, deleted in candidates.first_reasons(block, direction).items():
                totals[rule] = totals.get(rule, np.zeros(len(some), np.int64)) + deleted.sum(axis=axis)
        for number in range(len(some)):
            yield Counter({rule: int(counts[number]) for rule, counts in totals.items() if counts[number]})
