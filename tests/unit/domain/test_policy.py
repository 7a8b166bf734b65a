"""The defaults of a policy are those of the scheme as published, and its questions answer as written."""

from fractions import Fraction

import pytest

from mentormatch.domain.direction import DIRECTION_INDEX, DIRECTIONS, Direction
from mentormatch.domain.pairing import Criterion
from mentormatch.domain.policy import STAGES, DirectionPolicy, Policy
from mentormatch.domain.reasons import PRIVATE, SENTENCES, RuleId


def test_the_weights_make_a_thousand_points() -> None:
    assert sum(Policy().weights.values()) == 1000
    assert set(Policy().weights) == set(Criterion)


def test_ties_between_directions_go_upward_downward_reverse_peer_forward() -> None:
    assert [direction.value for direction in DIRECTIONS] == ["upward", "downward", "reverse", "peer", "forward"]
    assert [DIRECTION_INDEX[direction] for direction in DIRECTIONS] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("direction", "gaps"),
    [
        (Direction.UPWARD, range(1, 5)),
        (Direction.DOWNWARD, range(1, 5)),
        (Direction.REVERSE, range(-6, 0)),
        (Direction.PEER, range(-1, 2)),
        (Direction.FORWARD, range(-1, 7)),
    ],
)
def test_each_direction_has_its_band_of_level_gaps(direction: Direction, gaps: range) -> None:
    assert sorted(Policy().directions[direction].level_gap) == list(gaps)


def test_every_share_lies_between_nothing_and_everything() -> None:
    policy = Policy()
    measures = policy.measures
    worths = [worth for direction in policy.directions.values() for worth in direction.level_gap.values()]
    shares = [*worths, *measures.needs, *measures.wish_ranks, *measures.rhythm, measures.unanswered]
    assert all(0 <= share <= 1 for share in shares)
    assert sum(Fraction(str(share)) for share in measures.needs) == 1


@pytest.mark.parametrize(
    ("points", "band"),
    [(0, 0), (349, 0), (350, 1), (449, 1), (450, 2), (649, 3), (650, 4), (749, 4), (750, 5), (1000, 5)],
)
def test_a_bound_belongs_to_the_better_band(points: int, band: int) -> None:
    assert Policy().band_of(points) == band


def test_without_bounds_all_pairings_are_in_one_band() -> None:
    assert {Policy(bands=()).band_of(points) for points in (0, 500, 1000)} == {0}


def test_a_rule_that_is_not_listed_is_on() -> None:
    policy = Policy(rules={RuleId.AVOID: False})
    assert not policy.is_on(RuleId.AVOID)
    assert all(policy.is_on(rule) for rule in RuleId if rule is not RuleId.AVOID)


def test_a_direction_that_is_closed_or_not_listed_is_not_open() -> None:
    policy = Policy(
        directions={Direction.PEER: DirectionPolicy({0: 1.0}), Direction.UPWARD: DirectionPolicy({1: 1.0}, open=False)}
    )
    assert [direction for direction in Direction if policy.is_open(direction)] == [Direction.PEER]


def test_all_directions_are_open_and_all_rules_on_unless_somebody_says_otherwise() -> None:
    assert all(map(Policy().is_open, Direction))
    assert all(map(Policy().is_on, RuleId))


def test_the_longest_wait_comes_before_all_else_and_the_lottery_last() -> None:
    assert STAGES[0] == "waiting"
    assert STAGES[1] == "coverage"
    assert STAGES[-1] == "lottery"
    assert Policy().stages == STAGES


@pytest.mark.parametrize("rule", RuleId)
def test_every_rule_has_a_sentence_for_hr_and_one_for_the_employee(rule: RuleId) -> None:
    sentences = SENTENCES[rule]
    assert sentences.for_hr.endswith(".")
    assert sentences.for_employee.endswith(".")
    assert len(sentences.for_employee) < 100


def test_private_reasons_cannot_be_told_apart_by_an_employee() -> None:
    assert SENTENCES[RuleId.CONFLICT].for_employee == SENTENCES[RuleId.AVOID].for_employee == PRIVATE
