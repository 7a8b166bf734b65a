"""The rows that bind a plan: their keys, names and nesting, and the bounds at the start of a pass."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.domain.direction import DIRECTION_INDEX, DIRECTIONS, Direction
from mentormatch.domain.policy import CapacityPolicy, FloorPolicy, Policy
from mentormatch.domain.round import Round
from mentormatch.domain.text import fold
from mentormatch.matching.roster import Roster, build_roster
from mentormatch.matching.rows import (
    NO_DUALS,
    NO_ROW,
    Bounds,
    Columns,
    Family,
    RowBounds,
    RowKeys,
    SparseDuals,
    concatenate,
    department_limits,
    opening_bounds,
    price,
)
from mentormatch.synthesis.organisation import generate_organisation
from tests.factories import a_mentee, a_mentor, a_person, a_round

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
NESTED = (Family.MENTOR, Family.DIRECTION, Family.DEPARTMENT, Family.TEAM)
NOTHING = np.zeros(0, np.int64)


def ints(*values: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return whole numbers as an array."""
    return np.array(values, np.int64)


def duals(**values: int) -> SparseDuals:
    """Return duals by the numbers of their rows, written ``r3=2``."""
    keys = sorted(int(name[1:]) for name in values)
    return SparseDuals(ints(*keys), ints(*(values[f"r{key}"] for key in keys)))


def bounds(upper: Sequence[int], stride: int = 1, listed: dict[int, tuple[int, int]] | None = None) -> Bounds:
    """Return bounds with a default a stride and some listed rows."""
    keys = sorted(listed or {})
    lows, highs = zip(*((listed or {})[key] for key in keys), strict=True) if keys else ((), ())
    return Bounds(ints(*upper), stride, ints(*keys), ints(*lows), ints(*highs))


def a_roster(*, policy: Policy | None = None, **mentor: Any) -> Roster:
    """Return three mentees of two departments and a team, one without a manager, and the mentors M and N."""
    mentees = [
        a_mentee("A", department="Sales", manager_id="B"),
        a_mentee("C", department="Sales", manager_id="B"),
        a_mentee("D", department="Works", manager_id="B"),
        a_mentee("E"),
    ]
    places = {UP: 3, PEER: 2}
    mentors = [a_mentor("M", as_mentor=places, max_mentees=3, **mentor), a_mentor("N", places=1)]
    return build_roster(a_round(a_person("B"), *mentees, *mentors, policy=policy or Policy()))


def columns(roster: Roster, *pairings: tuple[str, str, Direction]) -> Columns:
    """Return pairings (mentor, mentee, direction) as columns."""
    mentees, mentors = roster.mentees.position, roster.mentors.position
    rows = [(mentees[mentee], mentors[mentor], DIRECTION_INDEX[d], 0) for mentor, mentee, d in pairings]
    return Columns(*(ints(*(row[k] for row in rows)) for k in range(4)))


def everything(roster: Roster) -> Columns:
    """Return every mentee with every mentor in every direction."""
    shape = (len(roster.mentees), len(roster.mentors), len(DIRECTIONS))
    mentee, mentor, direction = (table.ravel() for table in np.indices(shape))
    return Columns(mentee, mentor, direction, np.zeros(len(mentee), np.int64))


def upper(roster: Roster, family: Family, found: RowBounds, pairing: tuple[str, str, Direction]) -> int:
    """Return the upper bound of a pairing's row in a family."""
    keys = RowKeys(roster).of(family, columns(roster, pairing))
    return int(found[family].at(keys)[1][0])


class TestKeys:
    @pytest.mark.parametrize(
        ("family", "label"),
        [
            (Family.MENTEE, ("A",)),
            (Family.MENTOR, ("M",)),
            (Family.DIRECTION, ("M", "peer")),
            (Family.DEPARTMENT, ("M", "peer", "sales")),
            (Family.TEAM, ("M", "peer", "sales", "B")),
        ],
    )
    def test_a_row_is_named_by_the_words_of_the_round(self, family: Family, label: tuple[str, ...]) -> None:
        roster = a_roster()
        keys = RowKeys(roster)
        key = keys.of(family, columns(roster, ("M", "A", PEER)))
        assert keys.label(family, int(key[0])) == label

    def test_a_blank_department_is_a_department(self) -> None:
        roster = a_roster()
        keys = RowKeys(roster)
        key = keys.of(Family.DEPARTMENT, columns(roster, ("N", "E", UP)))
        assert keys.label(Family.DEPARTMENT, int(key[0])) == ("N", "upward", "")

    def test_somebody_without_a_manager_is_in_no_team(self) -> None:
        roster = a_roster()
        assert RowKeys(roster).of(Family.TEAM, columns(roster, ("N", "E", UP))).tolist() == [NO_ROW]

    @pytest.mark.parametrize("family", Family)
    def test_rows_of_a_whole_organisation_are_told_apart_by_their_names(self, family: Family) -> None:
        made = generate_organisation(90, 4)
        policy = Policy(floors=FloorPolicy("department", group_min=2))
        roster = build_roster(Round(made.people, made.enrolments, policy=policy))
        keys, everybody = RowKeys(roster), everything(roster)
        found = keys.of(family, everybody)
        names = {key: keys.label(family, key) for key in np.unique(found[found != NO_ROW]).tolist()}
        assert len(set(names.values())) == len(names) > 0
        for place in np.flatnonzero(found != NO_ROW)[::53].tolist():
            expected = self.expected(roster, family, everybody.where(ints(place)))
            assert names[int(found[place])] == expected

    @staticmethod
    def expected(roster: Roster, family: Family, one: Columns) -> tuple[str, ...]:
        """Return the name of one candidate's row from the people themselves."""
        person, mentor = roster.mentees.people[int(one.mentee[0])], roster.mentors.ids[int(one.mentor[0])]
        if family is Family.MENTEE:
            return (person.person_id,)
        if family is Family.GROUP:
            return (fold(person.department),)
        words = (mentor, DIRECTIONS[int(one.direction[0])].value, fold(person.department), person.manager_id)
        return words[: NESTED.index(family) + 1]

    def test_the_mentors_rows_nest(self) -> None:
        """Whoever shares an inner row shares every row around it."""
        made = generate_organisation(90, 5)
        roster = build_roster(Round(made.people, made.enrolments))
        everybody = everything(roster)
        table = {family: RowKeys(roster).of(family, everybody) for family in NESTED}
        for outer, inner in pairwise(NESTED):
            pairs = {(i, o) for i, o in zip(table[inner].tolist(), table[outer].tolist(), strict=True) if i != NO_ROW}
            assert len(pairs) == len({i for i, _ in pairs})


class TestDepartmentLimits:
    @pytest.mark.parametrize(
        ("share", "limit", "places"),
        [
            (0.5, 3, 2),
            (0.5, 2, 1),
            (0.5, 1, 1),
            (0.3, 3, 1),
            (0.34, 3, 2),
            (0.1, 10, 1),
            (0.7, 10, 7),
            (0.07, 100, 7),
            (1.0, 3, 3),
            (0.0, 3, 0),
        ],
    )
    def test_a_share_of_the_limit_is_rounded_up_exactly(self, share: float, limit: int, places: int) -> None:
        policy = Policy(capacity=CapacityPolicy(mentor_limit=limit, department_share=share))
        roster = build_roster(a_round(a_mentor("M", places=limit), policy=policy))
        assert department_limits(roster).tolist() == [places]

    def test_the_limit_is_the_mentors_own_where_that_is_lower(self) -> None:
        policy = Policy(capacity=CapacityPolicy(mentor_limit=9, department_share=0.5))
        roster = build_roster(a_round(a_mentor("M", as_mentor={UP: 9}, max_mentees=5), policy=policy))
        assert department_limits(roster).tolist() == [3]


class TestOpeningBounds:
    def test_limits_places_shares_and_teams_bind_a_mentor(self) -> None:
        roster = a_roster()
        found = opening_bounds(roster, columns(roster), 1)
        pairing = ("M", "A", UP)
        values = {family: upper(roster, family, found, pairing) for family in (Family.MENTEE, *NESTED)}
        assert values == {
            Family.MENTEE: 1,
            Family.MENTOR: 3,
            Family.DIRECTION: 3,
            Family.DEPARTMENT: 2,
            Family.TEAM: 1,
        }
        assert upper(roster, Family.DIRECTION, found, ("M", "A", PEER)) == 2
        assert upper(roster, Family.DIRECTION, found, ("N", "A", PEER)) == 0

    def test_a_group_may_hold_every_mentee_until_its_floor_is_set(self) -> None:
        roster = with_groups(a_roster())
        found = opening_bounds(roster, columns(roster, ("M", "A", UP)), 1)
        assert upper(roster, Family.GROUP, found, ("M", "A", UP)) == len(roster.mentees)

    def test_nothing_is_asked_of_anybody_at_the_start(self) -> None:
        roster = a_roster()
        found = opening_bounds(roster, columns(roster, ("M", "A", UP)), 1)
        for family in Family:
            keys = RowKeys(roster).of(family, everything(roster))
            assert not found[family].at(keys[keys != NO_ROW])[0].any()

    @pytest.mark.parametrize(
        ("family", "same_row", "other_row", "before"),
        [
            (Family.MENTOR, ("M", "E", PEER), ("N", "A", UP), 3),
            (Family.DIRECTION, ("M", "E", UP), ("M", "A", PEER), 3),
            (Family.DEPARTMENT, ("M", "C", UP), ("M", "D", UP), 2),
            (Family.TEAM, ("M", "C", UP), ("M", "D", UP), 1),
        ],
    )
    def test_a_taken_pairing_lowers_each_of_its_rows_by_one(
        self,
        family: Family,
        same_row: tuple[str, str, Direction],
        other_row: tuple[str, str, Direction],
        before: int,
    ) -> None:
        roster = a_roster()
        fresh = opening_bounds(roster, columns(roster), 2)
        found = opening_bounds(roster, columns(roster, ("M", "A", UP)), 2)
        assert upper(roster, family, found, same_row) == before - 1
        assert upper(roster, family, found, other_row) == upper(roster, family, fresh, other_row)

    def test_pairings_taken_in_one_row_add_up(self) -> None:
        roster = a_roster()
        found = opening_bounds(roster, columns(roster, ("M", "A", UP), ("M", "C", UP), ("M", "E", UP)), 2)
        assert upper(roster, Family.DEPARTMENT, found, ("M", "A", UP)) == 0
        assert upper(roster, Family.DEPARTMENT, found, ("M", "E", UP)) == 1
        assert upper(roster, Family.DIRECTION, found, ("M", "E", UP)) == 0

    @pytest.mark.parametrize(
        ("limit", "taken", "pass_number", "places"),
        [
            (2, 0, 1, 1),
            (2, 0, 2, 1),
            (2, 1, 1, 0),
            (2, 1, 2, 1),
            (2, 2, 2, 0),
            (1, 1, 2, 0),
            (3, 1, 3, 1),
            (3, 2, 2, 0),
            (3, 2, 3, 1),
        ],
    )
    def test_each_pass_gives_one_place_and_none_to_those_who_have_as_many_as_passes(
        self, limit: int, taken: int, pass_number: int, places: int
    ) -> None:
        """Nobody's second place costs another's first, not even where the first was locked."""
        policy = Policy(capacity=CapacityPolicy(mentee_limit=3, mentee_direction_limit=3))
        mentors = [a_mentor(f"M{k}") for k in range(3)]
        mentee = a_mentee("E", as_mentee={UP: 3}, max_mentors=limit)
        roster = build_roster(a_round(mentee, *mentors, policy=policy))
        pairings = columns(roster, *((f"M{k}", "E", UP) for k in range(taken)))
        assert upper(roster, Family.MENTEE, opening_bounds(roster, pairings, pass_number), ("M2", "E", UP)) == places


class TestBounds:
    def test_rows_that_are_not_listed_have_nothing_below_and_the_default_above(self) -> None:
        found = bounds([5, 7], stride=10, listed={3: (1, 2), 12: (0, 4)})
        lower, high = found.at(ints(3, 4, 12, 19, 0))
        assert (lower.tolist(), high.tolist()) == ([1, 0, 0, 0, 0], [2, 5, 4, 7, 5])

    def test_other_bounds_replace_those_of_the_same_rows(self) -> None:
        before = bounds([9], stride=100, listed={3: (1, 2), 5: (0, 4)})
        after = before.put(ints(5, 1), ints(2, 0), ints(3, 1))
        assert after.keys.tolist() == [1, 3, 5]
        assert [part.tolist() for part in after.at(ints(1, 3, 5, 6))] == [[0, 1, 2, 0], [1, 2, 3, 9]]
        assert before.at(ints(5))[1].tolist() == [4]

    def test_a_row_with_a_positive_dual_is_full_and_one_with_a_negative_dual_at_its_least(self) -> None:
        fixed = bounds([3, 3, 3], listed={2: (1, 3)}).fix(duals(r0=4, r2=-1))
        assert [part.tolist() for part in fixed.at(ints(0, 1, 2))] == [[3, 0, 1], [3, 3, 1]]

    def test_no_duals_fix_nothing(self) -> None:
        fixed = bounds([3, 3]).fix(NO_DUALS)
        assert [part.tolist() for part in fixed.at(ints(0, 1))] == [[0, 0], [3, 3]]

    def test_a_row_is_worth_its_dual_times_the_bound_on_its_side(self) -> None:
        found = bounds([3, 3, 3], listed={1: (1, 2), 2: (2, 2)})
        assert found.worth(duals(r0=4, r1=-5, r2=-7)) == 4 * 3 - 5 * 1 - 7 * 2
        assert found.worth(NO_DUALS) == 0

    def test_a_fixed_row_stays_fixed_whatever_comes(self) -> None:
        fixed = bounds([3]).fix(duals(r0=1))
        for sign in (1, -1):
            assert [part.tolist() for part in fixed.fix(duals(r0=sign)).at(ints(0))] == [[3], [3]]


class TestDuals:
    def test_a_row_that_is_not_listed_has_no_dual(self) -> None:
        assert duals(r2=5, r7=-1).at(ints(7, 3, 2, 9, 0)).tolist() == [-1, 0, 5, 0, 0]

    def test_no_row_has_no_dual(self) -> None:
        assert duals(r0=5, r7=-1).at(ints(NO_ROW, 0)).tolist() == [0, 5]
        assert NO_DUALS.at(ints(NO_ROW, 3)).tolist() == [0, 0]

    @given(st.dictionaries(st.integers(0, 30), st.integers(-9, 9)), st.lists(st.integers(-1, 40)))
    def test_duals_are_read_like_a_dictionary(self, values: dict[int, int], keys: list[int]) -> None:
        found = duals(**{f"r{key}": value for key, value in values.items()})
        assert found.at(ints(*keys)).tolist() == [values.get(key, 0) for key in keys]

    def test_the_price_of_a_candidate_is_the_sum_of_its_rows_duals(self) -> None:
        roster = a_roster()
        keys, pairings = RowKeys(roster), columns(roster, ("M", "A", UP), ("M", "D", PEER), ("N", "E", UP))
        worth = {
            Family.MENTEE: 1,
            Family.MENTOR: 10,
            Family.DIRECTION: 100,
            Family.DEPARTMENT: 1000,
            Family.TEAM: 10**4,
        }
        first = {family: keys.of(family, pairings)[:1] for family in worth}
        priced = {family: SparseDuals(first[family], ints(worth[family])) for family in worth}
        assert price(priced, keys, pairings).tolist() == [11111, 10, 0]
        assert price({}, keys, pairings).tolist() == [0, 0, 0]

    def test_a_group_asks_the_same_of_each_of_its_mentees_whoever_the_mentor_is(self) -> None:
        roster = with_groups(a_roster())
        keys, pairings = RowKeys(roster), columns(roster, ("M", "A", UP), ("M", "D", PEER), ("N", "E", UP))
        names = [roster.groups.own[mentee] for mentee in pairings.mentee.tolist()]
        numbers = keys.of(Family.GROUP, pairings)
        assert [keys.label(Family.GROUP, number) if number != NO_ROW else () for number in numbers.tolist()] == [
            (name,) if name else () for name in names
        ]
        priced = {Family.GROUP: SparseDuals(ints(*range(len(roster.groups.names))), roster.groups.sizes)}
        sizes = dict(zip(roster.groups.names, roster.groups.sizes.tolist(), strict=True))
        assert price(priced, keys, pairings).tolist() == [sizes.get(name, 0) for name in names]


def with_groups(roster: Roster) -> Roster:
    """Return the same people under a policy with access floors for departments."""
    policy = replace(roster.policy, floors=FloorPolicy("department", group_min=1))
    return build_roster(replace(roster.round, policy=policy))


class TestColumns:
    def test_some_of_the_candidates_can_be_chosen_by_number_or_by_truth(self) -> None:
        found = Columns(ints(0, 1, 2), ints(3, 4, 5), ints(0, 1, 2), ints(7, 8, 9))
        for chosen in (ints(2, 0), np.array([True, False, True])):
            assert sorted(found.where(chosen).points.tolist()) == [7, 9]
        assert len(found) == 3

    def test_parts_are_joined_in_their_order(self) -> None:
        one, other = Columns(*[ints(1)] * 4), Columns(*[ints(2, 3)] * 4)
        joined = concatenate([one, other, Columns(*[NOTHING] * 4)])
        assert [part.tolist() for part in vars(joined).values()] == [[1, 2, 3]] * 4

    def test_no_parts_make_no_candidates(self) -> None:
        assert len(concatenate([])) == 0
