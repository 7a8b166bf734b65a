"""Who lost nothing but the draw: the own key, and the key of the one who got the place."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.explanation.first_pass import FirstPass
from mentormatch.matching.exclusions import ExclusionFinder
from mentormatch.matching.roster import Roster
from mentormatch.matching.rows import Columns, RowKeys, concatenate
from mentormatch.matching.stages import LOTTERY_BITS, LOTTERY_DIGITS, Lottery
from mentormatch.matching.unpaired import Exchanges


@dataclass(frozen=True, slots=True)
class LostDraw:
    """A place that an equal got by the draw.

    ``own_key`` and ``threshold`` are the numbers drawn for the own pairing with the mentor and for that of
    ``holder_id``; the larger one won. They are made of ``own_message`` and ``holder_message``: bits ``first_bit`` to
    ``last_bit``, counted from 1 from the front, of the message's HMAC-SHA256 under the seed.
    """

    mentor_id: str
    holder_id: str
    seed: str
    own_message: str
    holder_message: str
    own_key: int
    threshold: int
    first_bit: int
    last_bit: int


def find_lost_draw(first: FirstPass, row: int) -> LostDraw | None:
    """Return the draw that a mentee without a place lost by the least; nothing if none was lost.

    With the mentee in the holder's place the plan would keep every limit and every rule against favours in return, and
    would be worth the same in every stage before the draw.
    """
    draws = sorted(_draws(first, row), key=lambda found: (found[0].first_bit, found[0].threshold - found[0].own_key))
    return next((draw for draw, place in draws if _is_lawful(first, row, place)), None)


def _draws(first: FirstPass, row: int) -> Iterator[tuple[LostDraw, int]]:
    """Yield the draws lost against each equal, with the place of the equal's pairing in the plan."""
    plan, lottery = first.whole_plan, Lottery(first.roster)
    for place in Exchanges(first.candidates, plan, len(first.locked)).equals(row):
        pair = plan.where(np.array([place]))
        own = Columns(np.array([row]), pair.mentor, pair.direction, pair.points)
        draw = _compare(first.roster, lottery, own, pair)
        if draw is not None and row * len(first.roster.mentors) + int(pair.mentor[0]) not in first.forbidden:
            yield draw, place


def _compare(roster: Roster, lottery: Lottery, own: Columns, holder: Columns) -> LostDraw | None:
    """Return how one pairing lost against another: by the first bits that differ; nothing if it did not."""
    for number in range(LOTTERY_DIGITS):
        own_key, threshold = int(lottery.digits(own, number)[0]), int(lottery.digits(holder, number)[0])
        if own_key > threshold:
            return None
        if own_key < threshold:
            return LostDraw(
                mentor_id=roster.mentors.ids[own.mentor[0]],
                holder_id=roster.mentees.ids[holder.mentee[0]],
                seed=roster.round.seed,
                own_message=message_of(roster, own),
                holder_message=message_of(roster, holder),
                own_key=own_key,
                threshold=threshold,
                first_bit=LOTTERY_BITS * number + 1,
                last_bit=LOTTERY_BITS * (number + 1),
            )
    return None


def message_of(roster: Roster, pair: Columns) -> str:
    """Return what the lottery's key of a pairing is made of (docs/rules-and-score.md, Stages)."""
    names = roster.mentors.ids[pair.mentor[0]], roster.mentees.ids[pair.mentee[0]], DIRECTIONS[pair.direction[0]].value
    return "|".join((roster.policy.round_name, *names))


def _is_lawful(first: FirstPass, row: int, place: int) -> bool:
    """Whether the plan with a mentee in another's place breaks none of the rules that are no rows."""
    plan = first.whole_plan
    others, pair = plan.where(np.arange(len(plan)) != place), plan.where(np.array([place]))
    changed = concatenate([others, Columns(np.array([row]), pair.mentor, pair.direction, pair.points)])
    return ExclusionFinder(first.roster, RowKeys(first.roster)).broken(changed) is None
