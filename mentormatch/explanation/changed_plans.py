"""The plans of a round after a small change, from its proof: the first pass by walks, the later ones by the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mentormatch.domain.direction import DIRECTION_INDEX, Direction
from mentormatch.domain.round import SolveStatus
from mentormatch.explanation.certified_cases import CertifiedPass, certified_pass
from mentormatch.explanation.exchange import UnansweredError
from mentormatch.explanation.later_passes import LaterPasses
from mentormatch.explanation.lawful_plans import find_lawful, open_cases
from mentormatch.explanation.more_places import raise_rows, raised_rows
from mentormatch.explanation.plan_worth import PlanWorth
from mentormatch.explanation.proven_network import build_network, keeps_rows
from mentormatch.explanation.revised_plans import Revision, demand
from mentormatch.explanation.what_if import Baseline
from mentormatch.matching.candidates import build_candidates
from mentormatch.matching.exclusions import ExclusionFinder
from mentormatch.matching.face import Face
from mentormatch.matching.locking import apply_locks
from mentormatch.matching.roster import Roster, build_roster
from mentormatch.matching.rows import Columns, concatenate
from mentormatch.matching.stages import Lottery, draw, stages_of


@dataclass(frozen=True, eq=False)
class Plans:
    """What a changed round pairs: before the first pass, in it, and in each later one.

    ``loss`` is by how much the first pass is worth less, by stage; a newly demanded pairing counts as one of it.
    """

    locked: Columns
    first: Columns
    later: Sequence[Columns]
    loss: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class ProvenRound:
    """A proven round, laid out once: its first pass, and the best plan of its whole network, exclusions aside.

    The ``cases`` together hold every plan that breaks no exclusion; the first one's plan is the published one.
    """

    first: CertifiedPass
    best: Revision
    cases: tuple[Revision, ...]
    finder: ExclusionFinder
    passes: LaterPasses
    worth: PlanWorth
    lottery: Lottery

    @property
    def roster(self) -> Roster:
        """Both sides of the round as arrays."""
        return self.first.roster

    def with_pair(self, mentor_id: str, mentee_id: str) -> Plans:
        """Return the plans with a pair demanded. Raises UnansweredError when the network does not tell."""
        row, column = self.roster.mentees.position.get(mentee_id), self.roster.mentors.position.get(mentor_id)
        if row is None or column is None:
            raise UnansweredError("The pair is no candidate of the first pass.")
        pair = self.best.residual.market.decode(np.array([row]), np.array([column]))
        found = find_lawful(self.cases, lambda case: demand(case, pair, self.lottery), self.finder, self.lottery)
        loss = self._checked(found)
        later = self.passes.plans(concatenate([self.first.taken, found.plan]), self.roster)
        return Plans(concatenate([self.first.taken, pair]), found.residual.pairs, later, loss)

    def with_room(self, mentor_id: str, direction: Direction) -> Plans:
        """Return the plans after a mentor's offer of one more place. Raises UnansweredError as above."""
        mentor = self.roster.mentors.position.get(mentor_id)
        if mentor is None:
            raise UnansweredError("The mentor has no place in the round yet.")
        rows = raised_rows(self.roster, mentor, direction)
        raised = [raise_rows(case, rows, self.lottery) for case in self.cases]
        found = find_lawful(raised, lambda case: case, self.finder, self.lottery)
        loss = self._checked(found)
        taken = concatenate([self.first.taken, found.plan])
        later = self.passes.plans(taken, _with_place(self.roster, mentor, direction))
        return Plans(self.first.taken, found.plan, later, loss)

    def _checked(self, found: Revision) -> Mapping[str, int]:
        """Return what a plan loses against the published one, by stage.

        Raises UnansweredError when it breaks a limit or is not worth what the walks to it say.
        """
        walked = self.worth.loss(self.best.plan, found.plan)
        stages = [stage.name for stage in self.worth.stages if not stage.name.startswith("lottery")]
        lost = self.best.residual.market.packing.unpack(found.loss - self.best.loss)
        if tuple(walked[name] for name in stages) != lost:
            raise UnansweredError("The walks do not lose what their plan does.")
        if not keeps_rows(self.roster, found.residual.bounds, found.residual.pairs):
            raise UnansweredError("The plan breaks a limit.")
        return self.worth.loss(self.first.plan, found.plan)


def _with_place(roster: Roster, mentor: int, direction: Direction) -> Roster:
    """Return a roster in which a mentor has one more place in a direction and in all, as far as the policy lets it."""
    entry, most = roster.mentors.enrolments[mentor], roster.policy.capacity.mentor_limit
    limit, places = roster.mentors.limit.copy(), roster.mentors.places.copy()
    limit[mentor] = min(entry.max_mentees + 1, most)
    places[mentor, DIRECTION_INDEX[direction]] = min(entry.as_mentor.get(direction, 0) + 1, most)
    return replace(roster, mentors=replace(roster.mentors, limit=limit, places=places))


def read_proven_round(base: Baseline) -> ProvenRound:
    """Lay out a proven round. Raises UnansweredError when its proof is not one, or holds access floors."""
    roster = build_roster(base.round)
    first = certified_pass(roster, base.certificate, base.pairings, 1)
    if first is None or base.certificate.status != SolveStatus.PROVEN:
        raise UnansweredError("The round was stopped before it was proven.")
    candidates = build_candidates(roster)
    face = Face(candidates)
    apply_locks(candidates, face)
    lottery = Lottery(roster)
    best = build_network(first, face, lottery)
    finder = ExclusionFinder(roster, face.keys, first.taken)
    draws = [draw(lottery, number) for number in range(sum(name.startswith("lottery") for name in first.values))]
    worth = PlanWorth([*stages_of(roster), *draws], best.residual.market.held)
    return ProvenRound(
        first, best, open_cases(best, finder, lottery), finder, LaterPasses(base, candidates, face), worth, lottery
    )
