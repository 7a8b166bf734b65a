"""The rules and the score of one pair, written plainly: the yardstick of the tests and of the verifier.

Each rule of docs/rules-and-score.md is one function that says whether the pair breaks it. Nothing here is vectorised;
what computes whole blocks elsewhere must agree with this, pair by pair.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.hierarchy import Hierarchy, build_hierarchy
from mentormatch.domain.pairing import Criterion, PastPairing
from mentormatch.domain.people import Person, Status
from mentormatch.domain.policy import Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round
from mentormatch.domain.text import fold
from mentormatch.errors import InputError
from mentormatch.matching.clock import exact, shared_hours
from mentormatch.matching.reference_score import (
    Pair,
    gap_worth,
    have_time_zones,
    is_same_name,
    lack_common_name,
    pair_hours,
    score_components,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A (mentor, mentee) that passes every rule: its best direction, the points and what they are made of."""

    mentor_id: str
    mentee_id: str
    direction: Direction
    points: int
    components: Mapping[Criterion, int]


@dataclass(frozen=True, slots=True)
class Reference:
    """A round, ready to be asked about single pairs.

    ``repeats`` holds the pairs, each as a set of two ids, that the last rounds brought together.
    """

    people: Mapping[str, Person]
    enrolments: Mapping[str, Enrolment]
    hierarchy: Hierarchy
    policy: Policy
    quarantined: frozenset[str]
    repeats: frozenset[frozenset[str]]

    def is_open(self, mentor_id: str, mentee_id: str, direction: Direction) -> bool:
        """Whether the policy offers the direction, the mentee asks for it and the mentor has a place in it."""
        pair = self._pair(mentor_id, mentee_id, direction)
        places = min(pair.offer.as_mentor.get(direction, 0), pair.offer.max_mentees)
        requests = min(pair.request.as_mentee.get(direction, 0), pair.request.max_mentors)
        return self.policy.is_open(direction) and mentor_id != mentee_id and places >= 1 and requests >= 1

    def broken_rules(self, mentor_id: str, mentee_id: str, direction: Direction) -> tuple[RuleId, ...]:
        """Return all rules that the policy tries and the pair breaks in the direction, in the order of the rules."""
        pair = self._pair(mentor_id, mentee_id, direction)
        return tuple(rule for rule in RuleId if self.policy.is_on(rule) and RULES[rule](self, pair))

    def components(self, mentor_id: str, mentee_id: str, direction: Direction) -> dict[Criterion, int]:
        """Return the points of each criterion for the pair in the direction, whether or not it breaks a rule."""
        return score_components(self._pair(mentor_id, mentee_id, direction), self.policy)

    def candidate(self, mentor_id: str, mentee_id: str) -> Candidate | None:
        """Return the best open direction that breaks no rule, the earlier of equals; None where there is none."""
        best = None
        for direction in DIRECTIONS:
            if self.is_open(mentor_id, mentee_id, direction) and not self.broken_rules(mentor_id, mentee_id, direction):
                components = self.components(mentor_id, mentee_id, direction)
                found = Candidate(mentor_id, mentee_id, direction, sum(components.values()), components)
                best = found if best is None or found.points > best.points else best
        return best

    def shared_hours(self, timezone: str, other: str) -> Fraction:
        """Return the working hours that two time zones share under this policy."""
        return shared_hours(timezone, other, self.policy.rule_settings)

    def _pair(self, mentor_id: str, mentee_id: str, direction: Direction) -> Pair:
        """Return the two people with their enrolments; somebody who is not enrolled asks and offers nothing."""
        for person_id in (mentor_id, mentee_id):
            if person_id not in self.people:
                raise InputError(f"There is nobody with the id {person_id!r} in this round.", person_id=person_id)
        offer, request = (self.enrolments.get(who, Enrolment(who)) for who in (mentor_id, mentee_id))
        return Pair(self.people[mentor_id], self.people[mentee_id], offer, request, direction)


def build_reference(round_: Round) -> Reference:
    """Gather once what questions about single pairs need."""
    return Reference(
        people={person.person_id: person for person in round_.people},
        enrolments={enrolment.person_id: enrolment for enrolment in round_.enrolments},
        hierarchy=build_hierarchy(round_.people, round_.doubtful_lines),
        policy=round_.policy,
        quarantined=round_.quarantined,
        repeats=recent_pairs(round_.history, round_.policy.rule_settings.repeat_rounds),
    )


def recent_pairs(history: Iterable[PastPairing], round_count: int) -> frozenset[frozenset[str]]:
    """Return the pairs, either way round, of the last ``round_count`` rounds of the history."""
    rows = tuple(history)
    recent = set(order_rounds(rows)[::-1][:round_count])
    return frozenset(frozenset({row.mentor_id, row.mentee_id}) for row in rows if row.round_name in recent)


def order_rounds(history: Iterable[PastPairing]) -> list[str]:
    """Return the names of the rounds of the history, the oldest first.

    The latest date on which a pairing of it started dates a round; undated rounds are the oldest. Names decide between
    equals, with numbers in them compared as numbers: round 9 is before round 10.
    """
    dated: dict[str, date] = {}
    for row in history:
        dated[row.round_name] = max(dated.get(row.round_name, date.min), row.started or date.min)
    return sorted(dated, key=lambda name: (dated[name], _name_order(name), name))


def _name_order(name: str) -> list[str | int]:
    """Return a sort key in which numbers count as numbers; text and numbers alternate, so that keys can be compared."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", name)]


def _is_inactive(reference: Reference, pair: Pair) -> bool:
    """Whether one of the two is away, has left or is quarantined."""
    sides = (pair.mentor, pair.mentee)
    return any(side.status is not Status.ACTIVE or side.person_id in reference.quarantined for side in sides)


def _is_line_unknown(reference: Reference, pair: Pair) -> bool:
    """Whether the line of one of the two is not known up to its top."""
    return not reference.hierarchy.unknown.isdisjoint((pair.mentor.person_id, pair.mentee.person_id))


def _is_outside_level_band(reference: Reference, pair: Pair) -> bool:
    """Whether the direction's table does not list the level gap; an unknown gap is never listed."""
    return gap_worth(pair, reference.policy) is None


def _is_in_reporting_line(reference: Reference, pair: Pair) -> bool:
    """Whether one stands above the other at any distance, on solid or dotted lines."""
    ancestors, mentor_id, mentee_id = reference.hierarchy.ancestors, pair.mentor.person_id, pair.mentee.person_id
    return mentor_id in ancestors(mentee_id) or mentee_id in ancestors(mentor_id)


def _have_same_manager(reference: Reference, pair: Pair) -> bool:
    """Whether both have the same solid manager; the policy may allow it among peers."""
    is_exempt = pair.direction is Direction.PEER and not reference.policy.rule_settings.same_manager_includes_peers
    return not is_exempt and pair.mentor.manager_id != "" and pair.mentor.manager_id == pair.mentee.manager_id


def _is_beside_manager(reference: Reference, pair: Pair) -> bool:
    """Whether the mentor has the same solid manager as the mentee's manager, and the department of the mentee."""
    manager = reference.people.get(pair.mentee.manager_id)
    if manager is None or not is_same_name(pair.mentor.department, pair.mentee.department):
        return False
    return manager.manager_id != "" and pair.mentor.manager_id == manager.manager_id


def _is_evaluator(_reference: Reference, pair: Pair) -> bool:
    """Whether one of the two evaluates the other."""
    return _is_named(pair, pair.mentor.evaluator_ids, pair.mentee.evaluator_ids)


def _is_recent_manager(_reference: Reference, pair: Pair) -> bool:
    """Whether one of the two managed the other within the last twelve months."""
    return _is_named(pair, pair.mentor.previous_manager_ids, pair.mentee.previous_manager_ids)


def _has_conflict(_reference: Reference, pair: Pair) -> bool:
    """Whether one of the two has declared a relation to the other."""
    return _is_named(pair, pair.offer.conflicts, pair.request.conflicts)


def _is_avoided(_reference: Reference, pair: Pair) -> bool:
    """Whether one of the two has asked never to be paired with the other."""
    return _is_named(pair, pair.offer.avoids, pair.request.avoids)


def _is_named(pair: Pair, by_mentor: Iterable[str], by_mentee: Iterable[str]) -> bool:
    """Whether the mentor's list names the mentee or the mentee's list names the mentor."""
    return pair.mentee.person_id in by_mentor or pair.mentor.person_id in by_mentee


def _is_repeat(reference: Reference, pair: Pair) -> bool:
    """Whether one of the last rounds brought the two together."""
    return frozenset({pair.mentor.person_id, pair.mentee.person_id}) in reference.repeats


def _is_untrained(reference: Reference, pair: Pair) -> bool:
    """Whether the mentor has not done the training; the policy says what a blank answer means."""
    answer = pair.offer.trained
    return answer is False or (answer is None and reference.policy.rule_settings.training_needs_answer)


def _has_no_common_language(_reference: Reference, pair: Pair) -> bool:
    """Whether both named languages and share none."""
    return lack_common_name(pair.mentor.languages, pair.mentee.languages)


def _has_no_shared_hours(reference: Reference, pair: Pair) -> bool:
    """Whether both named a time zone and share too few working hours."""
    hours_min = exact(reference.policy.rule_settings.shared_hours_min)
    return have_time_zones(pair) and pair_hours(pair, reference.policy) < hours_min


def _has_no_need_met(_reference: Reference, pair: Pair) -> bool:
    """Whether the mentee cannot get what the mentee asks for: the area in forward, a skill in the other directions."""
    if pair.direction is not Direction.FORWARD:
        return lack_common_name(pair.request.skills_wanted, pair.offer.skills_offered)
    area, places = fold(pair.request.target_area), (fold(pair.mentor.department), fold(pair.mentor.job_title))
    is_in_area = area != "" and area in places
    return not is_in_area or is_same_name(pair.mentor.department, pair.mentee.department)


def _is_below_floor(reference: Reference, pair: Pair) -> bool:
    """Whether the score is so low that waiting is better."""
    points = sum(score_components(pair, reference.policy).values())
    return points < reference.policy.rule_settings.floor_points


RULES: dict[RuleId, Callable[[Reference, Pair], bool]] = {
    RuleId.INACTIVE: _is_inactive,
    RuleId.LINE_UNKNOWN: _is_line_unknown,
    RuleId.LEVEL_BAND: _is_outside_level_band,
    RuleId.REPORTING_LINE: _is_in_reporting_line,
    RuleId.SAME_MANAGER: _have_same_manager,
    RuleId.MANAGER_PEER: _is_beside_manager,
    RuleId.EVALUATOR: _is_evaluator,
    RuleId.RECENT_MANAGER: _is_recent_manager,
    RuleId.CONFLICT: _has_conflict,
    RuleId.AVOID: _is_avoided,
    RuleId.REPEAT: _is_repeat,
    RuleId.UNTRAINED: _is_untrained,
    RuleId.NO_COMMON_LANGUAGE: _has_no_common_language,
    RuleId.NO_SHARED_HOURS: _has_no_shared_hours,
    RuleId.NO_NEED_MET: _has_no_need_met,
    RuleId.BELOW_FLOOR: _is_below_floor,
}
"""Each rule as a question about one pair: is it broken?"""
