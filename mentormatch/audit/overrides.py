"""Overrides: what HR fixed by hand, and whether it favours one manager's people, top mentors, or one line."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from scipy.stats import hypergeom

from mentormatch.audit.favouritism import find_top_mentors
from mentormatch.audit.inference import Share, holm
from mentormatch.audit.solved_round import SolvedRound
from mentormatch.audit.ties import TieFinder
from mentormatch.domain.round import Lock, LockKind
from mentormatch.matching.roster import Bools

LEVEL = 0.05
PAIRING_KINDS = (LockKind.MUST, LockKind.KEEP)


class Concern(StrEnum):
    """What overrides may be concentrated on."""

    MANAGER = "one manager's people"
    TOP_MENTORS = "top mentors"
    SAME_LINE = "pairs of one line"


@dataclass(frozen=True, slots=True)
class OverrideTest:
    """How many overrides of one kind are of a sort, against as many pairings taken at random from the whole plan.

    ``among_overrides`` counts those of the sort among the overrides, ``among_all`` among all pairings. ``p`` is exact:
    the chance that a random choice of as many pairings has at least as many of the sort. ``manager_id`` is blank
    unless the concern is a manager's people.
    """

    kind: LockKind
    concern: Concern
    manager_id: str
    among_overrides: Share
    among_all: Share
    p: float
    adjusted_p: float = 1.0

    @property
    def is_flagged(self) -> bool:
        """Whether chance does not explain it, all tests of overrides taken together."""
        return self.adjusted_p < LEVEL


@dataclass(frozen=True, slots=True)
class Overrides:
    """The locks of a round, in the order of kind and ids, and the pairings of one line among them and among the rest.

    ``tests`` begin with the most unusual.
    """

    locks: tuple[Lock, ...]
    same_line: Share
    same_line_elsewhere: Share
    tests: tuple[OverrideTest, ...]


def find_overrides(solved: SolvedRound) -> Overrides:
    """List the locks of a round, and hold the pairings that they demand against a random choice of pairings."""
    is_locked, finder = solved.passes == 0, TieFinder(solved)
    is_line = np.array([finder.is_same_line(pair.mentor_id, pair.mentee_id) for pair in solved.pairings], np.bool_)
    return Overrides(
        locks=tuple(sorted(solved.round.locks, key=lambda lock: (lock.kind, lock.mentor_id, lock.mentee_id))),
        same_line=_share(is_line, is_locked),
        same_line_elsewhere=_share(is_line, ~is_locked),
        tests=_tests(solved, is_line),
    )


def _share(is_sort: Bools, is_chosen: Bools) -> Share:
    return Share(int((is_sort & is_chosen).sum()), int(is_chosen.sum()))


def _tests(solved: SolvedRound, is_line: Bools) -> tuple[OverrideTest, ...]:
    """Return the tests of both kinds of overrides, adjusted together, the most unusual first."""
    sorts = _sorts(solved, is_line)
    tests = [
        _test(kind, sort, is_sort, is_chosen)
        for kind in PAIRING_KINDS
        if (is_chosen := _pairings_of(solved, kind)).any()
        for sort, is_sort in sorts.items()
    ]
    adjusted = holm([test.p for test in tests])
    found = [replace(test, adjusted_p=p) for test, p in zip(tests, adjusted, strict=True)]
    return tuple(sorted(found, key=lambda test: (test.adjusted_p, test.p, test.kind, test.concern, test.manager_id)))


def _pairings_of(solved: SolvedRound, kind: LockKind) -> Bools:
    """Return which pairings a kind of lock demands; what is demanded twice counts as demanded."""
    by_kind = sorted(solved.round.locks, key=lambda lock: lock.kind is LockKind.MUST)
    locks = {(lock.mentor_id, lock.mentee_id): lock.kind for lock in by_kind}
    return np.array([locks.get((pair.mentor_id, pair.mentee_id)) is kind for pair in solved.pairings], np.bool_)


def _sorts(solved: SolvedRound, is_line: Bools) -> Mapping[tuple[Concern, str], Bools]:
    """Return which pairings are of each sort that overrides may be concentrated on.

    Every manager with a served person is tested, whether or not an override concerns them: a choice made after looking
    at the overrides would make chance look like intent.
    """
    mentees = solved.roster.mentees
    managers = np.array([mentees.people[row].manager_id for row in solved.plan.mentee.tolist()], np.str_)
    return {
        (Concern.TOP_MENTORS, ""): find_top_mentors(solved)[solved.plan.mentor],
        (Concern.SAME_LINE, ""): is_line,
        **{(Concern.MANAGER, name): managers == name for name in sorted(set(managers.tolist()) - {""})},
    }


def _test(kind: LockKind, sort: tuple[Concern, str], is_sort: Bools, is_chosen: Bools) -> OverrideTest:
    """Return one test: the number of the sort among a random choice is hypergeometric."""
    among, everywhere = _share(is_sort, is_chosen), _share(is_sort, np.ones(len(is_sort), np.bool_))
    p = float(hypergeom.sf(among.part - 1, everywhere.whole, everywhere.part, among.whole))
    return OverrideTest(kind, *sort, among, everywhere, min(p, 1.0))
