"""Who lost the draw, by which keys: counted again from the seed and the message alone."""

import hmac
from collections.abc import Iterator
from typing import Any

import pytest

from mentormatch.domain.pairing import Pairing
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.domain.vector import vector_of
from mentormatch.explanation.draw import LostDraw, find_lost_draw
from mentormatch.explanation.first_pass import FirstPass, read_first_pass
from mentormatch.matching.stages import Lottery
from tests.acceptance.small_rounds import crowded_round
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy
from tests.unit.explanation.solved import solved


def left_out(first: FirstPass) -> Iterator[int]:
    """Yield the mentees without a place."""
    placed = set(first.whole_plan.mentee.tolist())
    return (row for row in range(len(first.roster.mentees)) if row not in placed)


def lost_draw(round_: Round) -> LostDraw | None:
    """Return the draw that the first mentee without a place lost."""
    first = read_first_pass(solved(round_))
    return find_lost_draw(first, next(left_out(first)))


def key_of(seed: str, message: str, first_bit: int, last_bit: int) -> int:
    """Count a key again."""
    bits = f"{int.from_bytes(hmac.digest(seed.encode(), message.encode(), 'sha256')):0256b}"
    return int(bits[first_bit - 1 : last_bit], 2)


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_the_keys_can_be_counted_again_and_the_larger_one_won(seed: str) -> None:
    draw = lost_draw(a_round(a_mentee("A"), a_mentee("B"), a_mentor("M"), policy=bare_policy(), seed=seed))
    assert draw is not None
    assert {draw.own_message, draw.holder_message} == {"round|M|A|upward", "round|M|B|upward"}
    assert draw.holder_message == f"round|M|{draw.holder_id}|upward"
    assert (draw.seed, draw.mentor_id, draw.first_bit, draw.last_bit) == (seed, "M", 1, 20)
    assert draw.own_key == key_of(seed, draw.own_message, 1, 20)
    assert draw.threshold == key_of(seed, draw.holder_message, 1, 20)
    assert draw.own_key < draw.threshold


def test_where_the_first_bits_are_equal_the_next_ones_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = a_round(a_mentee("A"), a_mentee("B"), a_mentor("M"), policy=bare_policy())
    drawn = Lottery.digits

    def blunt(self: Lottery, columns: Any, number: int) -> Any:
        """Draw zeros at first."""
        return drawn(self, columns, number) * (number > 0)

    monkeypatch.setattr(Lottery, "digits", blunt)
    draw = lost_draw(round_)
    assert draw is not None
    assert (draw.first_bit, draw.last_bit) == (21, 40)
    assert draw.own_key == key_of("0", draw.own_message, 21, 40) < draw.threshold


@pytest.mark.parametrize("points", [{"A": 400, "B": 500}, {"A": 410, "B": 400, "C": 900}])
def test_who_is_worth_less_has_lost_no_draw(points: dict[str, int]) -> None:
    policy = bare_policy(RuleId.LEVEL_BAND)
    round_ = a_scored_round({(who, "M"): worth for who, worth in points.items()}, policy=policy)
    assert lost_draw(round_) is None


def test_a_place_that_was_locked_or_forbidden_was_not_drawn_for() -> None:
    members = [a_mentee("A"), a_mentee("B"), a_mentor("M")]
    locked = (Lock(LockKind.MUST, "M", "B"),)
    assert lost_draw(a_round(*members, policy=bare_policy(), locks=locked)) is None
    forbidden = (Lock(LockKind.MUST_NOT, "M", "A"),)
    assert lost_draw(a_round(*members, policy=bare_policy(), locks=forbidden)) is None


def test_of_several_draws_the_closest_one_is_told() -> None:
    members = [*(a_mentee(who) for who in "ABCDEF"), a_mentor("M", places=5)]
    base = solved(a_round(*members, policy=bare_policy()))
    draw = lost_draw(base.round)
    assert draw is not None
    holders = {pairing.mentee_id for pairing in base.pairings}
    keys = [key_of("0", f"round|M|{who}|upward", 1, 20) for who in holders]
    assert draw.threshold == min(keys)


def test_with_the_loser_in_the_place_the_round_would_be_worth_the_same() -> None:
    """Over random rounds in which nobody answers anything, so that many are alike."""
    count = 0
    for seed in range(0, 60, 2):
        base = solved(crowded_round(seed))
        first = read_first_pass(base)
        for row in left_out(first):
            draw = find_lost_draw(first, row)
            if draw is not None:
                count += 1
                assert_is_worth_the_same(first, draw, first.roster.mentees.ids[row])
    assert count >= 5


def assert_is_worth_the_same(first: FirstPass, draw: LostDraw, loser: str) -> None:
    """Check that an exchange changes no figure of the plan, and loses in the draw."""
    policy, pairings = first.base.round.policy, first.base.pairings
    held = next(one for one in pairings if (one.mentor_id, one.mentee_id) == (draw.mentor_id, draw.holder_id))
    row, column = first.roster.mentees.position[loser], first.roster.mentors.position[draw.mentor_id]
    own = first.of_mentee(row)
    own = own.where(own.mentor == column)
    new = Pairing(draw.mentor_id, loser, held.direction, held.pass_number, int(own.points[0]), 0, {})
    others = [one for one in pairings if one is not held]
    assert vector_of([*others, new], policy) == vector_of(pairings, policy)
    assert draw.own_key < draw.threshold
