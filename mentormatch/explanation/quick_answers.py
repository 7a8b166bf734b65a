"""What a round would have been with one pairing demanded, or one more place, at once and exactly.

The first pass changes along one shortest walk in the network of its steps (residual.py); a later pass is solved again
on what is left, where anything is left for it. Where the proof does not show the answer, because the changed plan
breaks an exclusion or another case might hold a better one, the whole round is matched again, from where it stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mentormatch.domain.change import Change, Demand, OfferPlace
from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Pairing
from mentormatch.explanation.certified_cases import columns_of
from mentormatch.explanation.changed_plans import Plans, ProvenRound, read_proven_round
from mentormatch.explanation.exchange import UnansweredError
from mentormatch.explanation.place_worth import PlaceWorth, worth_of_places
from mentormatch.explanation.plan_worth import PlanWorth
from mentormatch.explanation.what_if import Baseline, only_in, solve_variant
from mentormatch.matching.outcome import pairings_of
from mentormatch.matching.roster import Roster, build_roster
from mentormatch.matching.rows import Columns
from mentormatch.matching.stages import FLOORS, Lottery, draw, stages_of


@dataclass(frozen=True, eq=False)
class QuickAnswer:
    """A round after a change: all its pairings with their passes, and by what they differ from the published ones.

    ``loss`` is by how much the first pass is worth less, by stage, the lottery's digits that were drawn included; a
    demanded pairing counts in it as one of the first pass. ``is_quick`` tells whether walks were enough.
    """

    pairings: tuple[Pairing, ...]
    loss: Mapping[str, int]
    removed: tuple[Pairing, ...]
    added: tuple[Pairing, ...]
    is_quick: bool


@dataclass(frozen=True, eq=False)
class QuickAnswers:
    """A solved round, laid out once for questions about small changes; without a proof each is matched in full."""

    base: Baseline
    proven: ProvenRound | None

    def forced(self, mentor_id: str, mentee_id: str) -> QuickAnswer:
        """Return the round with a pair demanded.

        Raises InputError or RefusedError when the pair cannot be demanded, StoppedError when the whole round has to
        be matched again and its time limit ends that.
        """
        try:
            return self._answer(self._round.with_pair(mentor_id, mentee_id))
        except UnansweredError:
            return answer_in_full(self.base, Demand(mentor_id, mentee_id))

    def with_one_more_place(self, mentor_id: str, direction: Direction) -> QuickAnswer:
        """Return the round in which a mentor offers one more place in a direction, and one more in all.

        Raises KeyError for somebody who is not enrolled, StoppedError as above.
        """
        try:
            return self._answer(self._round.with_room(mentor_id, direction))
        except UnansweredError:
            return answer_in_full(self.base, OfferPlace(mentor_id, direction))

    def worth_of_places(self) -> tuple[PlaceWorth, ...]:
        """Return what one more place would bring, with each mentor and direction; the most first.

        Without a proof nothing is known, and there is none.
        """
        found = () if self.proven is None else worth_of_places(self.proven)
        return tuple(sorted(found, key=lambda one: one.rank, reverse=True))

    @property
    def _round(self) -> ProvenRound:
        """The proven round. Raises UnansweredError when it is none."""
        if self.proven is None:
            raise UnansweredError("The proof of the round tells nothing at once.")
        return self.proven

    def _answer(self, plans: Plans) -> QuickAnswer:
        """Return changed plans as an answer."""
        known = {(pairing.mentor_id, pairing.mentee_id): pairing for pairing in self.base.pairings}
        pairings = sorted(_pairings(self._round, plans, known), key=lambda one: (one.mentor_id, one.mentee_id))
        return _compared(self.base, tuple(pairings), plans.loss, is_quick=True)


def open_quick_answers(base: Baseline) -> QuickAnswers:
    """Lay out a solved round for quick answers."""
    try:
        return QuickAnswers(base, read_proven_round(base))
    except UnansweredError:
        return QuickAnswers(base, None)


def answer_in_full(base: Baseline, change: Change) -> QuickAnswer:
    """Return a round after a change by matching all of it again, from where it stands."""
    variant = solve_variant(base, change)
    loss = _loss_between(base, build_roster(variant.round), variant.outcome.pairings)
    return _compared(base, variant.outcome.pairings, loss, is_quick=False)


def _compared(base: Baseline, pairings: tuple[Pairing, ...], loss: Mapping[str, int], *, is_quick: bool) -> QuickAnswer:
    """Return pairings as an answer."""
    return QuickAnswer(
        pairings,
        loss,
        removed=only_in(base.pairings, pairings),
        added=only_in(pairings, base.pairings),
        is_quick=is_quick,
    )


def _pairings(proven: ProvenRound, plans: Plans, known: Mapping[tuple[str, str], Pairing]) -> Iterator[Pairing]:
    """Yield the pairings of changed plans with their passes; those that are new are counted anew."""
    mentors, mentees = proven.roster.mentors.ids, proven.roster.mentees.ids
    unknown: list[Columns] = []
    for number, plan in enumerate((plans.locked, plans.first, *plans.later)):
        pairs = zip(plan.mentor.tolist(), plan.mentee.tolist(), strict=True)
        found = [known.get((mentors[mentor], mentees[mentee])) for mentor, mentee in pairs]
        yield from (replace(one, pass_number=number) for one in found if one is not None)
        unknown.append(plan.where(np.array([one is None for one in found], np.bool_)))
    yield from pairings_of(proven.passes.candidates, unknown)


def _loss_between(base: Baseline, roster: Roster, after: Sequence[Pairing]) -> Mapping[str, int]:
    """Return by how much the first pass is worth less, by stage; what is locked now and was not counts as of it."""
    locked = [one for one in base.pairings if one.pass_number == 0]
    plan = [one for one in base.pairings if one.pass_number == 1]
    pairs = {(one.mentor_id, one.mentee_id) for one in locked}
    other = [one for one in after if one.pass_number <= 1 and (one.mentor_id, one.mentee_id) not in pairs]
    held = np.bincount(columns_of(roster, locked).mentor, minlength=len(roster.mentors)).astype(np.int64)
    values = {name for part in base.certificate.passes[:1] for name in part.values}
    lottery = Lottery(roster)
    draws = [draw(lottery, number) for number in range(sum(name.startswith("lottery") for name in values))]
    stages = [stage for stage in stages_of(roster) if stage.name != FLOORS]
    return PlanWorth([*stages, *draws], held).loss(columns_of(roster, plan), columns_of(roster, other))
