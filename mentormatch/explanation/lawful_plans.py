"""The best plan that breaks no exclusion, from the best plan of all: split by what it breaks, the better case first.

Branch and bound as in the engine (branching.py), but a case is not solved anew: the candidates that it forbids are
pushed out of the plan of the case above, one shortest round trip each.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

import numpy as np

from mentormatch.explanation.exchange import NoPlanError, UnansweredError
from mentormatch.explanation.more_places import Row, lower_row
from mentormatch.explanation.revised_plans import Revision, forbid
from mentormatch.matching.exclusions import Exclusion, ExclusionFinder, ExclusionKind
from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import NO_ROW, Family, RowBounds
from mentormatch.matching.stages import Lottery

MOST_CASES = 60
"""After this many cases the engine is asked."""


def open_cases(revision: Revision, finder: ExclusionFinder, lottery: Lottery) -> tuple[Revision, ...]:
    """Return cases that together hold every plan that breaks no exclusion, the best such plan first.

    Raises UnansweredError after ``MOST_CASES`` cases.
    """
    search = LawfulSearch(finder, lottery)
    search.push(revision)
    return (search.run(lambda case: case), *(case for *_, case, _ in sorted(search.waiting)))


def find_lawful(
    cases: Sequence[Revision], change: Callable[[Revision], Revision], finder: ExclusionFinder, lottery: Lottery
) -> Revision:
    """Return the best plan that breaks no exclusion after a change of all cases.

    ``change`` returns a case after the change and raises NoPlanError where it holds no plan then. Raises
    UnansweredError when no case holds one, or after ``MOST_CASES`` cases. A change that gains, such as one more place,
    has to be made before: the cases are looked at in the order of their plans.
    """
    search = LawfulSearch(finder, lottery)
    for case in cases:
        search.push(case, is_changed=False)
    return search.run(change)


@dataclass(eq=False)
class LawfulSearch:
    """The cases that wait: their rank, a number that tells equals apart, the case, and whether it is changed."""

    finder: ExclusionFinder
    lottery: Lottery
    waiting: list[tuple[tuple[int, ...], int, Revision, bool]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def push(self, case: Revision, *, is_changed: bool = True) -> None:
        """Add a case."""
        heappush(self.waiting, (case.rank, next(self.numbers), case, is_changed))

    def run(self, change: Callable[[Revision], Revision]) -> Revision:
        """Look at the best case until it breaks nothing."""
        for _ in range(MOST_CASES):
            if not self.waiting:
                break
            *_, best, is_changed = heappop(self.waiting)
            if not is_changed:
                with suppress(NoPlanError):
                    self.push(change(best))
                continue
            broken = self.finder.broken(best.plan)
            if broken is None:
                return best
            for case in _cases(best, broken, self.finder, self.lottery):
                self.push(case)
        raise UnansweredError("No plan that breaks no exclusion was found in a moment.")


def _cases(revision: Revision, broken: Exclusion, finder: ExclusionFinder, lottery: Lottery) -> Iterator[Revision]:
    """Yield the best plan of each case of an exclusion; none where a demanded pairing is what a case forbids."""
    if broken.kind is ExclusionKind.SPLIT_TEAM:
        yield from _shared_out(revision, broken, finder, lottery)
        return
    width = len(finder.roster.mentors)
    for way in range(broken.ways):
        positions = finder.forbids(broken, way)
        if not np.isin(revision.demanded.mentee * width + revision.demanded.mentor, positions).any():
            yield forbid(revision, *np.divmod(positions, max(width, 1)), lottery)


def _shared_out(revision: Revision, broken: Exclusion, finder: ExclusionFinder, lottery: Lottery) -> Iterator[Revision]:
    """Yield the best plan of each way to share a team's places among its departments."""
    for way in range(broken.ways):
        before, after = (bounds[Family.TEAM] for bounds in _team_bounds(revision, broken, finder, way))
        surplus = before.at(after.keys)[1] - after.upper
        if (after.upper >= 0).all():
            shared = revision
            for key in np.repeat(after.keys, surplus).tolist():
                shared = lower_row(shared, Row(Family.TEAM, key), lottery)
            yield shared


def _team_bounds(
    revision: Revision, broken: Exclusion, finder: ExclusionFinder, way: int
) -> tuple[RowBounds, RowBounds]:
    """Return the row bounds before and in one way to share places; demanded pairings use places of their own rows."""
    bounds = revision.residual.bounds
    own = finder.keys.of(Family.TEAM, revision.demanded)
    own = np.unique(own[own != NO_ROW])
    after = finder.lowered(broken, way, _plus(bounds, own, 1))
    return bounds, _plus(after, own, -1)


def _plus(bounds: RowBounds, keys: Ints, more: int) -> RowBounds:
    """Return row bounds with more places in some rows of teams."""
    lower, upper = bounds[Family.TEAM].at(keys)
    return {**bounds, Family.TEAM: bounds[Family.TEAM].put(keys, lower, upper + more)}
