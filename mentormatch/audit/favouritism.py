"""Favouritism: ties within pairings, and who gets the mentors that many wish for, against random plans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from mentormatch.audit.inference import holm
from mentormatch.audit.random_plans import Figures, Finding, Null, PlanSample, draw_ends, make_finding
from mentormatch.audit.solved_round import SolvedRound
from mentormatch.audit.ties import (
    FAVOUR_EXCHANGE,
    RECIPROCAL,
    TIES,
    TieFinder,
    return_figures,
    second_helpings,
    tie_figures,
)
from mentormatch.matching.roster import Bools, Ints

LEVEL = 0.05
TOP_SHARE = 0.1
FEWEST_PLANS, MOST_PLANS = 999, 9_999
PLANS_PER_MANAGER = 40
"""The least p is one in the number of plans, and has to stay under the level when it is multiplied by the managers."""
FEWEST_PEOPLE = 3
"""Managers with fewer served people are not tested: with a tenth of the mentors at the top, chance explains two."""


@dataclass(frozen=True, slots=True)
class ManagerAccess:
    """How many of a manager's served people got a top mentor; the finding counts pairings, not people twice.

    ``adjusted_p`` takes all managers into account, and is the larger of the two kinds of random plans.
    """

    manager_id: str
    people: int
    finding: Finding
    adjusted_p: float

    @property
    def is_flagged(self) -> bool:
        """Whether neither the rules nor the fit of the pairings explain it."""
        return self.adjusted_p < LEVEL


@dataclass(frozen=True, slots=True)
class Tie:
    """How many pairings have a tie. ``is_forbidden`` says that the policy allows none."""

    finding: Finding
    adjusted_p: float
    is_forbidden: bool

    @property
    def is_flagged(self) -> bool:
        """Whether there is one that must not be, or more than rules and fit explain."""
        return self.adjusted_p < LEVEL or (self.is_forbidden and self.finding.observed > 0)


@dataclass(frozen=True, slots=True)
class Favouritism:
    """All signs of favouritism among the pairings.

    ``second_helpings`` are (mentor, mentee) pairs beyond the mentee's first for which somebody without any place was a
    candidate. ``top_mentors`` are the tenth of the mentors most wished for per place.
    """

    ties: tuple[Tie, ...]
    second_helpings: tuple[tuple[str, str], ...]
    top_mentors: tuple[str, ...]
    managers: tuple[ManagerAccess, ...]


def find_favouritism(solved: SolvedRound, samples: Mapping[Null, PlanSample], *, seed: int = 0) -> Favouritism:
    """Hold the pairings of a round against random plans; ``seed`` is that of the plans drawn for the managers."""
    return Favouritism(
        ties=_ties(solved, samples),
        second_helpings=second_helpings(solved),
        top_mentors=tuple(sorted(solved.roster.mentors.ids[k] for k in np.flatnonzero(find_top_mentors(solved)))),
        managers=_managers(solved, seed),
    )


def find_top_mentors(solved: SolvedRound) -> Bools:
    """Return which mentors are most sought: the tenth with the most wishes for each place they offer, ties included.

    Wishes are those of the mentees; rank and seniority do not count. Nobody is at the top without a wish.
    """
    mentors = solved.roster.mentors
    wished = [mentors.position[who] for who in _wishes(solved) if who in mentors.position]
    demand = np.bincount(np.array(wished, np.int64), minlength=len(mentors))
    places = np.maximum(np.minimum(mentors.limit, mentors.places.sum(axis=1)), 1)
    ratio = demand / places
    if not len(ratio):
        return np.zeros(0, np.bool_)
    least = np.sort(ratio)[-ceil(TOP_SHARE * len(ratio))]
    return np.asarray((ratio >= least) & (demand > 0), np.bool_)


def _wishes(solved: SolvedRound) -> list[str]:
    """Return whom the mentees wish for, once a mentee."""
    return [who for entry in solved.roster.mentees.enrolments for who in dict.fromkeys(entry.prefers)]


def _ties(solved: SolvedRound, samples: Mapping[Null, PlanSample]) -> tuple[Tie, ...]:
    """Return every tie with how rare it is, adjusted for their number."""
    finder, capacity = TieFinder(solved), solved.round.policy.capacity
    forbidden = {RECIPROCAL: capacity.forbid_reciprocal, FAVOUR_EXCHANGE: capacity.forbid_favour_exchange}
    figures = {null: {**tie_figures(finder, sample), **return_figures(sample)} for null, sample in samples.items()}
    findings = [
        make_finding(name, {null: rows[name] for null, rows in figures.items()})
        for name in (*TIES, RECIPROCAL, FAVOUR_EXCHANGE)
    ]
    return tuple(
        Tie(finding, p, forbidden.get(finding.name, False))
        for finding, p in zip(findings, adjust(findings), strict=True)
    )


def adjust(findings: Sequence[Finding]) -> list[float]:
    """Return for each finding the larger of its p-values, each adjusted for the number of findings (Holm 1979)."""
    kinds = [holm([finding.rarity[null].p for finding in findings]) for null in Null]
    return [max(both) for both in zip(*kinds, strict=True)]


def served_by_manager(solved: SolvedRound) -> dict[str, Ints]:
    """Return the managers with at least three served people, with the pairings of those people."""
    roster = solved.roster
    pairings: dict[str, list[int]] = {}
    for place, mentee in enumerate(solved.plan.mentee.tolist()):
        pairings.setdefault(roster.mentees.people[mentee].manager_id, []).append(place)
    return {
        manager: np.array(places, np.int64)
        for manager, places in sorted(pairings.items())
        if manager and len(np.unique(solved.plan.mentee[places])) >= FEWEST_PEOPLE
    }


def plans_needed(managers: int) -> int:
    """Return how many random plans it takes to tell one manager among so many."""
    return min(max(FEWEST_PLANS, PLANS_PER_MANAGER * managers), MOST_PLANS)


def _managers(solved: SolvedRound, seed: int) -> tuple[ManagerAccess, ...]:
    """Return how often each manager's people got a top mentor, the most unusual first."""
    teams = served_by_manager(solved)
    if not teams:
        return ()
    counts = {null: _top_pairings(solved, null, teams, seed) for null in Null}
    findings = [
        make_finding("pairings with a top mentor", {null: table[:, k] for null, table in counts.items()})
        for k in range(len(teams))
    ]
    people = [len(np.unique(solved.plan.mentee[places])) for places in teams.values()]
    managers = map(ManagerAccess, teams, people, findings, adjust(findings))
    return tuple(sorted(managers, key=lambda access: (access.adjusted_p, access.manager_id)))


def _top_pairings(solved: SolvedRound, null: Null, teams: Mapping[str, Ints], seed: int) -> Figures:
    """Return how many pairings with a top mentor each manager's people have; plans x managers."""
    places = np.flatnonzero(find_top_mentors(solved)[solved.plan.mentor])
    ends = draw_ends(solved, null, places, seed=seed, plans=plans_needed(len(teams)))
    team = np.full(len(solved.plan), len(teams), np.int64)
    for number, pairings in enumerate(teams.values()):
        team[pairings] = number
    width = len(teams) + 1
    keys = np.arange(len(ends))[:, None] * width + team[ends]
    counts = np.bincount(keys.ravel(), minlength=len(ends) * width).reshape(len(ends), width)
    return counts[:, :-1].astype(np.float64)
