"""Each criterion over blocks gives the points of the plain reading, pair by pair, in whole points."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

import numpy as np
import pytest

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.enrolment import Rhythm
from mentormatch.domain.pairing import Criterion
from mentormatch.domain.policy import DirectionPolicy, Measures, Policy
from mentormatch.domain.round import Round
from mentormatch.matching.eligibility import Block
from mentormatch.matching.overlap import Overlaps
from mentormatch.matching.reference import build_reference
from mentormatch.matching.roster import build_roster
from mentormatch.matching.scoring import BY_DIRECTION, CRITERIA, Points, Scores
from mentormatch.synthesis.organisation import generate_organisation
from tests.acceptance.small_rounds import Draw
from tests.factories import a_mentee, a_mentor, a_round

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
LONDON, KOLKATA = "Europe/London", "Asia/Kolkata"
ODD_WEIGHTS = dict(zip(Criterion, (301, 223, 151, 99, 83, 71, 45), strict=True))
OTHER_MEASURES = (
    Measures(needs=(1.0,), wish_ranks=(), wish_later=0.7, interests_counted=0, full_hours=8.0),
    Measures(needs=(0.4, 0.3, 0.2, 0.1), wish_ranks=(0.9, 0.8), wish_mentee_share=0.25, interest_halving=0.3),
    Measures(needs=(0.5, 0.0, 0.5), same_division=0.15, rhythm=(0.9, 0.7, 0.3), unanswered=0.45, interests_counted=1),
)


def scores_of(round_: Round) -> Scores:
    """Return the criteria of a round."""
    roster = build_roster(round_)
    return Scores(roster, Overlaps(roster))


def whole(scores: Scores) -> Block:
    """Return all mentees against all mentors."""
    return Block(np.arange(len(scores.roster.mentees)), np.arange(len(scores.roster.mentors)))


def points(scores: Scores, criterion: Criterion, direction: Direction = UP, block: Block | None = None) -> Points:
    """Return the points of a criterion over a block, as a full table."""
    block = block or whole(scores)
    return np.broadcast_to(scores.points(criterion, block, direction), block.shape)


def two(criterion: Criterion, mentee: dict[str, Any], mentor: dict[str, Any], **policy: Any) -> int:
    """Return the points of one pair in upward."""
    round_ = a_round(a_mentee("E", **mentee), a_mentor("M", **mentor), policy=Policy(**policy))
    return int(points(scores_of(round_), criterion)[0, 0])


@cache
def source(name: str) -> Round:
    """Return a made-up organisation, or people in each other's way, under one of several policies."""
    if name == "generated":
        made = generate_organisation(130, 9)
        return Round(made.people, made.enrolments, made.history)
    draw = Draw(Random(8), trouble=0.6, is_plain=False, managers=range(12, 13), staff=range(40, 41), side_most=30)
    round_ = draw.round("8")
    policies = {"troubled": round_.policy, "odd": replace(round_.policy, weights=ODD_WEIGHTS)}
    policies |= {f"measures {k}": replace(round_.policy, measures=m) for k, m in enumerate(OTHER_MEASURES)}
    return replace(round_, policy=policies[name])


@cache
def plain_reading(name: str) -> tuple[Scores, Mapping[Direction, Mapping[Criterion, Points]]]:
    """Return a round's criteria, and the points of each direction and criterion, asked pair by pair."""
    scores, reference = scores_of(source(name)), build_reference(source(name))
    mentees, mentors = scores.roster.mentees.ids, scores.roster.mentors.ids
    tables = {d: {c: np.zeros((len(mentees), len(mentors)), np.int16) for c in Criterion} for d in DIRECTIONS}
    for direction, by_criterion in tables.items():
        for row, mentee in enumerate(mentees):
            for column, mentor in enumerate(mentors):
                for criterion, found in reference.components(mentor, mentee, direction).items():
                    by_criterion[criterion][row, column] = found
    return scores, tables


@pytest.mark.parametrize("name", ["generated", "troubled", "odd", "measures 0", "measures 1", "measures 2"])
@pytest.mark.parametrize("criterion", Criterion)
def test_a_criterion_over_a_block_gives_the_points_of_each_pair(criterion: Criterion, name: str) -> None:
    scores, tables = plain_reading(name)
    mentees, mentors = scores.roster.mentees.ids, scores.roster.mentors.ids
    for direction in DIRECTIONS:
        wrong = np.argwhere(points(scores, criterion, direction) != tables[direction][criterion])
        assert [(mentors[column], mentees[row], direction) for row, column in wrong] == []


@pytest.mark.parametrize("criterion", Criterion)
def test_the_rounds_here_tell_pairs_apart_by_each_criterion(criterion: Criterion) -> None:
    tables = [plain_reading(name)[1] for name in ("generated", "troubled")]
    found = {int(value) for table in tables for direction in DIRECTIONS for value in table[direction][criterion].flat}
    assert len(found) >= 3


@pytest.mark.parametrize("criterion", Criterion)
def test_any_part_of_a_block_scores_like_the_whole(criterion: Criterion) -> None:
    scores = plain_reading("troubled")[0]
    rng = np.random.default_rng(2)
    shape = whole(scores).shape
    parts = [
        Block(np.arange(5, 6), np.arange(shape[1])),
        Block(rng.permutation(shape[0])[:9], rng.permutation(shape[1])[:8]),
        Block(np.arange(shape[0]), np.array([2])),
        Block(np.zeros(0, np.int64), np.arange(shape[1])),
        Block(np.arange(shape[0]), np.zeros(0, np.int64)),
    ]
    for direction in DIRECTIONS:
        table = points(scores, criterion, direction)
        for part in parts:
            assert (points(scores, criterion, direction, part) == table[np.ix_(part.rows, part.columns)]).all()


@pytest.mark.parametrize("criterion", sorted(CRITERIA.keys() - BY_DIRECTION))
def test_a_criterion_that_does_not_look_at_the_direction_gives_the_same_in_all(criterion: Criterion) -> None:
    scores = plain_reading("generated")[0]
    tables = [points(scores, criterion, direction).tolist() for direction in DIRECTIONS]
    assert all(table == tables[0] for table in tables)


@pytest.mark.parametrize("criterion", sorted(BY_DIRECTION))
def test_a_criterion_that_looks_at_the_direction_tells_some_apart(criterion: Criterion) -> None:
    scores = plain_reading("generated")[0]
    assert len({points(scores, criterion, direction).tobytes() for direction in DIRECTIONS}) > 1


class TestWholePoints:
    @pytest.mark.parametrize(
        ("weight", "share", "expected"),
        [(225, 0.5, 112), (227, 0.5, 114), (300, 0.15, 45), (70, Fraction(1, 3), 23), (1, 0.5, 0), (3, 0.5, 2)],
    )
    def test_halves_go_to_the_even_number(self, weight: int, share: float | Fraction, expected: int) -> None:
        scores = scores_of(a_round(policy=Policy(weights={Criterion.WISHES: weight})))
        assert scores.worth(Criterion.WISHES, [share]).tolist() == [expected]

    def test_decimals_are_taken_as_they_are_written(self) -> None:
        """0.35 x 10 is 3.5, which goes to 4; the nearest binary fraction of 0.35 lies below and would give 3."""
        scores = scores_of(a_round(policy=Policy(weights={Criterion.NEEDS: 10, Criterion.WISHES: 50})))
        assert scores.worth(Criterion.NEEDS, [0.35, 0.45, 0.15]).tolist() == [4, 4, 2]
        assert scores.worth(Criterion.WISHES, [0.29, 0.57]).tolist() == [14, 28]

    def test_a_criterion_without_a_weight_gives_nothing(self) -> None:
        scores = scores_of(a_round(a_mentee("E"), a_mentor("M"), policy=Policy(weights={})))
        assert not any(points(scores, criterion).any() for criterion in Criterion)

    @pytest.mark.parametrize("criterion", Criterion)
    def test_the_largest_weight_that_a_policy_may_have_fits(self, criterion: Criterion) -> None:
        policy = Policy(weights={criterion: 4095}, measures=Measures(unanswered=1.0, wish_not_listed=1.0))
        policy = replace(policy, directions={UP: DirectionPolicy({2: 1.0})})
        scores = scores_of(a_round(a_mentee("E"), a_mentor("M"), policy=policy))
        assert points(scores, criterion).tolist() == [[4095]]


class TestNeeds:
    def test_the_table_of_needs_holds_the_share_of_every_set_of_met_skills(self) -> None:
        table = scores_of(a_round(policy=Policy())).needs_table.tolist()
        assert table[0] == [0] * 8
        assert table[1] == [0, 300] * 4
        assert table[2] == [0, 212, 88, 300] * 2
        assert table[3] == [0, 180, 75, 255, 45, 225, 120, 300]

    @pytest.mark.parametrize(
        ("wanted", "offered", "expected"),
        [
            (("a", "b", "c"), ("a",), 180),
            (("a", "b", "c"), ("c", "b"), 120),
            (("a", "b", "c", "d"), ("d",), 0),
            (("a",), ("a", "b"), 300),
            ((), ("a",), 150),
            (("a",), (), 150),
            (("a", "A ", "b"), ("b",), 88),
        ],
    )
    def test_ranked_needs_are_met_by_offered_skills(
        self, wanted: tuple[str, ...], offered: tuple[str, ...], expected: int
    ) -> None:
        assert two(Criterion.NEEDS, {"skills_wanted": wanted}, {"skills_offered": offered}) == expected

    def test_downward_counts_the_mentors_order(self) -> None:
        mentee, mentor = a_mentee("E", skills_wanted=("x", "b")), a_mentor("M", skills_offered=("a", "b", "c"))
        scores = scores_of(a_round(mentee, mentor))
        assert points(scores, Criterion.NEEDS, DOWN).tolist() == [[75]]
        assert points(scores, Criterion.NEEDS, UP).tolist() == [[88]]


class TestWishes:
    @pytest.mark.parametrize(
        ("mentee", "mentor", "expected"),
        [
            ({}, {}, 100),
            ({"prefers": ("M",)}, {}, 190),
            ({}, {"prefers": ("E",)}, 160),
            ({"prefers": ("M",)}, {"prefers": ("E",)}, 250),
            ({"prefers": ("a", "b", "c", "M")}, {}, 130),
            ({"rather_not": ("M",)}, {}, 55),
            ({"prefers": ("M",), "rather_not": ("M",)}, {"prefers": ("E",)}, 115),
            ({"rather_not": ("M",)}, {"rather_not": ("E",)}, 25),
        ],
    )
    def test_both_sides_wishes_count_the_mentees_more(
        self, mentee: dict[str, Any], mentor: dict[str, Any], expected: int
    ) -> None:
        assert two(Criterion.WISHES, mentee, mentor) == expected

    def test_a_person_listed_twice_counts_at_the_first_place(self) -> None:
        assert two(Criterion.WISHES, {"prefers": ("M", "x", "M")}, {}) == 190

    def test_only_pairs_that_somebody_listed_are_kept(self) -> None:
        members = [a_mentee("E", prefers=("M", "ghost", "F")), a_mentee("F"), a_mentor("M", rather_not=("F",))]
        listed = scores_of(a_round(*members)).listed_wishes
        assert listed.toarray().tolist() == [[90], [-30]]

    def test_nobody_listed_leaves_the_neutral_points(self) -> None:
        scores = scores_of(a_round(a_mentee("E"), a_mentor("M"), a_mentor("N")))
        assert scores.listed_wishes.nnz == 0
        assert points(scores, Criterion.WISHES).tolist() == [[100, 100]]


class TestTheOtherCriteria:
    @pytest.mark.parametrize(("shared", "expected"), [(0, 0), (1, 75), (2, 112), (3, 131), (4, 131)])
    def test_each_further_interest_counts_half_and_the_fourth_nothing(self, shared: int, expected: int) -> None:
        names = tuple("abcd")
        mentor = {"interests": (*names[:shared], "other")}
        assert two(Criterion.COMMON_GROUND, {"interests": names}, mentor) == expected

    @pytest.mark.parametrize(("mentee", "mentor"), [((), ("a",)), (("a",), ()), ((), ())])
    def test_interests_left_blank_are_neutral(self, mentee: tuple[str, ...], mentor: tuple[str, ...]) -> None:
        assert two(Criterion.COMMON_GROUND, {"interests": mentee}, {"interests": mentor}) == 75

    @pytest.mark.parametrize(("gap", "expected"), [(-1, 0), (0, 0), (1, 70), (2, 100), (4, 50), (5, 0), (10**7, 0)])
    def test_a_level_gap_has_the_worth_of_the_table_and_none_outside(self, gap: int, expected: int) -> None:
        assert two(Criterion.LEVEL_GAP, {"level": 0}, {"level": gap}) == expected

    @pytest.mark.parametrize("direction", DIRECTIONS)
    @pytest.mark.parametrize(("mentee", "mentor"), [(None, 2), (2, None), (None, None)])
    def test_an_unknown_level_gap_is_worth_nothing(
        self, direction: Direction, mentee: int | None, mentor: int | None
    ) -> None:
        scores = scores_of(a_round(a_mentee("E", level=mentee), a_mentor("M", level=mentor)))
        assert points(scores, Criterion.LEVEL_GAP, direction).tolist() == [[0]]

    @pytest.mark.parametrize("table", [{}, {0: 0.5}, {-3: 1.0, 7: 0.25}])
    def test_any_table_of_level_gaps_is_read_right(self, table: dict[int, float]) -> None:
        mentors = [a_mentor(f"M{gap + 10}", level=gap) for gap in range(-9, 10)]
        policy = Policy(directions={UP: DirectionPolicy(table)})
        scores = scores_of(a_round(a_mentee("E", level=0), *mentors, policy=policy))
        found = points(scores, Criterion.LEVEL_GAP)[0].tolist()
        gaps = scores.roster.mentors.level.tolist()
        assert dict(zip(gaps, found, strict=True)) == {gap: round(100 * table.get(gap, 0)) for gap in gaps}

    @pytest.mark.parametrize(
        ("mentee", "mentor", "expected"),
        [
            (("X", "N"), (" x", "N"), 16),
            (("X", "N"), ("Y", "n "), 48),
            (("X", "N"), ("Y", "S"), 80),
            (("X", ""), ("Y", ""), 80),
            (("", "N"), ("Y", "N"), 40),
            (("X", "N"), ("", "N"), 40),
            (("", ""), ("", ""), 40),
        ],
    )
    def test_farther_apart_is_worth_more(self, mentee: tuple[str, str], mentor: tuple[str, str], expected: int) -> None:
        places = [dict(zip(("department", "division"), side, strict=True)) for side in (mentee, mentor)]
        assert two(Criterion.DISTANCE, places[0], places[1]) == expected

    @pytest.mark.parametrize(
        ("mentee", "mentor", "expected"),
        [
            ({"timezone": LONDON}, {"timezone": LONDON}, 70),
            ({"timezone": LONDON}, {"timezone": KOLKATA}, 58),
            ({"timezone": LONDON}, {}, 35),
            ({}, {}, 35),
            ({"languages": ("en",)}, {"languages": ("de",)}, 0),
            ({"languages": ("en",), "timezone": LONDON}, {"languages": ("de",), "timezone": LONDON}, 0),
            ({"languages": ("en",), "timezone": LONDON}, {"timezone": LONDON}, 70),
        ],
    )
    def test_hours_and_a_language_in_common(
        self, mentee: dict[str, Any], mentor: dict[str, Any], expected: int
    ) -> None:
        assert two(Criterion.SHARED_HOURS, mentee, mentor) == expected

    @pytest.mark.parametrize("one", [None, *Rhythm])
    @pytest.mark.parametrize("other", [None, *Rhythm])
    def test_rhythms_lose_by_the_step(self, one: Rhythm | None, other: Rhythm | None) -> None:
        order = list(Rhythm)
        steps = None if one is None or other is None else abs(order.index(one) - order.index(other))
        expected = 25 if steps is None else (50, 25, 0)[steps]
        assert two(Criterion.RHYTHM, {"meeting_rhythm": one}, {"meeting_rhythm": other}) == expected


@pytest.mark.parametrize(("mentees", "mentors"), [(0, 0), (0, 2), (2, 0)])
@pytest.mark.parametrize("criterion", Criterion)
def test_sides_of_nobody_score_nothing(criterion: Criterion, mentees: int, mentors: int) -> None:
    members = [*(a_mentee(f"E{k}") for k in range(mentees)), *(a_mentor(f"M{k}") for k in range(mentors))]
    assert points(scores_of(a_round(*members)), criterion).shape == (mentees, mentors)
