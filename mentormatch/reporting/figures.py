"""Everything that a report says about an outcome, as plain figures: gathered once, then only drawn and worded."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.audit.cells import THRESHOLD
from mentormatch.audit.solved_round import SolvedRound, read_solved_round
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Pairing, Role, Unpaired
from mentormatch.domain.reasons import SENTENCES, RuleId
from mentormatch.domain.round import Figures, Lock, LockKind, Outcome, Round, SolveStatus, StageValue
from mentormatch.explanation.trade_off import TradeOffPoint
from mentormatch.files.outcome_folder import OutcomeFolder
from mentormatch.files.summary import Summary, summarise
from mentormatch.matching.candidates import Candidates, row_blocks
from mentormatch.matching.certificate import Certificate
from mentormatch.matching.eligibility import Block
from mentormatch.matching.outcome import lost_wishes
from mentormatch.reporting.groups import GroupFigures, group_figures

PRIVATE_RULES = frozenset({RuleId.AVOID, RuleId.CONFLICT})
"""Rules that rest on what one person said in confidence; small counts of theirs are not shown."""


@dataclass(frozen=True, slots=True)
class MentorLoad:
    """One mentor: the places offered within the limits, the mentees taken, the mean points (``None``: no mentee)."""

    mentor_id: str
    places: int
    mentees: int
    mean_points: float | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many people of a role have no place for one reason and with one remedy."""

    role: Role
    reason: str
    remedy: str
    people: int


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """A rule, what it says, whether it is on, and how many combinations it was the first to remove.

    A combination is a mentee, a mentor and a direction that both have named. ``removed`` is ``None`` where the count
    is hidden.
    """

    rule: RuleId
    sentence: str
    is_on: bool
    removed: int | None


@dataclass(frozen=True, slots=True)
class Override:
    """What HR fixed by hand: the lock, and the pairing that it stands for (``None``: it forbids one)."""

    lock: Lock
    pairing: Pairing | None


@dataclass(frozen=True, slots=True)
class Report:
    """The content of a report. ``stages`` are those of the certificate, ``digests`` the SHA-256 of each input."""

    programme: str
    round_name: str
    seed: str
    summary: Summary
    loads: tuple[MentorLoad, ...]
    groups: GroupFigures
    trade_off: tuple[TradeOffPoint, ...]
    left_out: tuple[LeftOut, ...]
    overrides: tuple[Override, ...]
    rules: tuple[RuleFigures, ...]
    wishes: Mapping[str, int]
    stages: tuple[StageValue, ...]
    digests: Mapping[str, str]


def gather(folder: OutcomeFolder, curve: Sequence[TradeOffPoint] = ()) -> Report:
    """Return the figures of an outcome; ``curve`` is its trade-off, if it has been worked out.

    Everything but the values of the stages is counted from the round and its pairings, not read from a summary.
    """
    solved = read_solved_round(folder.round, folder.pairings)
    policy, outcome = folder.round.policy, _outcome(folder, solved)
    return Report(
        programme=policy.programme,
        round_name=policy.round_name,
        seed=folder.certificate.seed,
        summary=summarise(folder.round, outcome, 0.0, 0.0),
        loads=tuple(_loads(solved)),
        groups=group_figures(solved),
        trade_off=tuple(curve),
        left_out=_left_out(folder.unpaired),
        overrides=tuple(_overrides(folder.round, folder.pairings)),
        rules=tuple(_rules(solved.candidates)),
        wishes=dict(Counter(wish.rule for wish in outcome.lost_wishes).most_common()),
        stages=outcome.stages,
        digests=dict(sorted(folder.digests.items())),
    )


def _outcome(folder: OutcomeFolder, solved: SolvedRound) -> Outcome:
    """Return the outcome as a match returns it."""
    roster = solved.roster
    return Outcome(
        status=SolveStatus(folder.certificate.status),
        pairings=folder.pairings,
        unpaired=folder.unpaired,
        stages=tuple(_stages(folder.certificate)),
        lost_wishes=lost_wishes(solved.candidates),
        figures=Figures(len(roster.mentees), len(roster.mentors), folder.certificate.candidates, sum(_places(solved))),
    )


def _stages(certificate: Certificate) -> Iterator[StageValue]:
    """Yield the stages of each pass; a value is its own bound, as the certificate of a stopped pass keeps no other."""
    for part in certificate.passes:
        for name, value in part.values.items():
            yield StageValue(part.pass_number, name, value, value)


def _places(solved: SolvedRound) -> list[int]:
    """Return the places of each mentor, within all limits."""
    mentors = solved.roster.mentors
    places: list[int] = np.minimum(mentors.limit, mentors.places.sum(axis=1)).tolist()
    return places


def _loads(solved: SolvedRound) -> Iterator[MentorLoad]:
    """Yield the mentors, those with most places left first."""
    points: dict[str, list[int]] = {}
    for pairing in solved.pairings:
        points.setdefault(pairing.mentor_id, []).append(pairing.points)
    loads = []
    for mentor_id, places in zip(solved.roster.mentors.ids, _places(solved), strict=True):
        mine = points.get(mentor_id, [])
        loads.append(MentorLoad(mentor_id, places, len(mine), sum(mine) / len(mine) if mine else None))
    yield from sorted(loads, key=lambda load: (load.mentees - load.places, load.mentor_id))


def _left_out(unpaired: Sequence[Unpaired]) -> tuple[LeftOut, ...]:
    """Return who is left out, mentees first and the largest number first."""
    counts = Counter((one.role, one.reason, one.remedy) for one in unpaired)
    found = (LeftOut(*key, people) for key, people in counts.items())
    order = sorted(found, key=lambda one: (one.role is Role.MENTOR, -one.people, one.reason, one.remedy))
    return tuple(order)


def _overrides(matching_round: Round, pairings: Sequence[Pairing]) -> Iterator[Override]:
    """Yield the locks of the round in their order."""
    by_pair = {(pairing.mentor_id, pairing.mentee_id): pairing for pairing in pairings}
    for lock in matching_round.locks:
        forbids = lock.kind is LockKind.MUST_NOT
        yield Override(lock, None if forbids else by_pair.get((lock.mentor_id, lock.mentee_id)))


def _rules(candidates: Candidates) -> Iterator[RuleFigures]:
    """Yield the rules in the order in which they are tried."""
    policy, removed = candidates.roster.policy, _count_removals(candidates)
    for rule in RuleId:
        count = removed[rule]
        shown = None if is_confidential(rule, count) else count
        yield RuleFigures(rule, SENTENCES[rule].for_hr, policy.is_on(rule), shown)


def is_confidential(rule: str, count: int) -> bool:
    """Whether a count of what a rule did is so small that it would tell what somebody said in confidence."""
    return rule in PRIVATE_RULES and 0 < count < THRESHOLD


def _count_removals(candidates: Candidates) -> Counter[RuleId]:
    """Return how many combinations of mentee, mentor and direction each rule was the first to remove."""
    mentees, mentors = len(candidates.roster.mentees), len(candidates.roster.mentors)
    counts: Counter[RuleId] = Counter()
    for part in row_blocks(mentees, mentors):
        block = Block(np.arange(part.start, part.stop), np.arange(mentors))
        for direction in filter(candidates.roster.policy.is_open, DIRECTIONS):
            for rule, deleted in candidates.first_reasons(block, direction).items():
                counts[rule] += int(deleted.sum())
    return counts
