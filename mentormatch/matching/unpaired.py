"""Who was left out and why: no candidate, crowded out at a stage, lost the draw; and what would help."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Role, Unpaired, UnpairedReason
from mentormatch.domain.reasons import RuleId
from mentormatch.matching.branching import PassResult
from mentormatch.matching.candidates import Candidates, row_blocks
from mentormatch.matching.eligibility import Block
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import Columns

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

STAGE_WORDS = {
    "waiting": "others had waited longer",
    "coverage": "the places that fit here serve more people elsewhere",
    "bands": "another choice leaves fewer weak pairings",
    "load": "another choice spreads the places more evenly",
    "points": "another choice has more points in all",
}


def unpaired_people(
    candidates: Candidates, passes: Sequence[PassResult], plans: Sequence[Columns]
) -> tuple[Unpaired, ...]:
    """Return the enrolled people without a place, with reason and remedy, mentees first, in the order of ids."""
    roster = candidates.roster
    left_mentees, left_mentors = np.ones(len(roster.mentees), np.bool_), np.ones(len(roster.mentors), np.bool_)
    for plan in plans:
        left_mentees[plan.mentee] = False
        left_mentors[plan.mentor] = False
    found = [
        *_mentees(candidates, passes, np.flatnonzero(left_mentees)),
        *_mentors(candidates, np.flatnonzero(left_mentors)),
    ]
    return tuple(sorted(found, key=lambda left: (left.role is Role.MENTOR, left.person_id)))


def _mentees(candidates: Candidates, passes: Sequence[PassResult], rows: Ints) -> Iterator[Unpaired]:
    """Yield the mentees without a mentor."""
    ids, possible = candidates.roster.mentees.ids, candidates.per_mentee
    bare = rows[possible[rows] == 0]
    yield from _without_candidate(candidates, bare, Role.MENTEE)
    for row in rows[possible[rows] > 0].tolist():
        count = f"{possible[row]} possible mentor{'s' if possible[row] > 1 else ''}"
        stage = _deciding_stage(passes, row)
        if stage is None:
            remedy = "Comes first in the next round, as somebody who has waited."
            yield Unpaired(
                ids[row],
                Role.MENTEE,
                UnpairedReason.LOST_DRAW,
                remedy,
                f"{count}; the draw between equals went to others",
            )
        else:
            detail = f"{count}, none free for this person: {STAGE_WORDS[stage.partition(':')[0]]} (stage {stage})"
            remedy = "Ask these mentors for one more place or recruit others like them; counts as waiting next time."
            yield Unpaired(ids[row], Role.MENTEE, UnpairedReason.CROWDED_OUT, remedy, detail)


def _deciding_stage(passes: Sequence[PassResult], row: int) -> str | None:
    """Return the stage from which on no best plan serves a mentee; nothing when only the draw decided."""
    for proof, standing in zip(passes[0].proofs, passes[0].standings, strict=False):
        if not standing.open_mentees[row]:
            return None if proof.stage.name.startswith("lottery") else proof.stage.name
    return "coverage" if passes[0].is_stopped else None


def _mentors(candidates: Candidates, columns: Ints) -> Iterator[Unpaired]:
    """Yield the mentors without a mentee."""
    possible = candidates.per_mentor
    yield from _without_candidate(candidates, columns[possible[columns] == 0], Role.MENTOR)
    for column in columns[possible[columns] > 0].tolist():
        count = f"{possible[column]} possible mentee{'s' if possible[column] > 1 else ''}"
        detail = f"{count}, each placed elsewhere or left without a place by a better plan"
        remedy = "Stays available if a mentor drops out; more directions or skills on offer would help."
        yield Unpaired(candidates.roster.mentors.ids[column], Role.MENTOR, UnpairedReason.NOT_NEEDED, remedy, detail)


def _without_candidate(candidates: Candidates, people: Ints, role: Role) -> Iterator[Unpaired]:
    """Yield people without any candidate, with how many each rule removed."""
    side = candidates.roster.mentees if role is Role.MENTEE else candidates.roster.mentors
    other = "mentor" if role is Role.MENTEE else "mentee"
    for person, removed in zip(people.tolist(), _removals(candidates, people, role), strict=True):
        if not removed:
            detail, remedy = (
                f"no {other} is enrolled in the same direction",
                "Open another direction, or recruit in this one.",
            )
        else:
            counts = ", ".join(f"{rule.value} {count}" for rule, count in removed.most_common())
            detail, remedy = f"the rules leave no {other}: {counts}", REMEDIES[removed.most_common(1)[0][0]]
        yield Unpaired(side.ids[person], role, UnpairedReason.NO_CANDIDATE, remedy, detail)


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
