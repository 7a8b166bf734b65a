"""What does not nest: found in a plan, split into ways that cover every lawful plan, remembered over the passes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from mentormatch.domain.direction import DIRECTION_INDEX, DIRECTIONS, Direction
from mentormatch.domain.policy import CapacityPolicy
from mentormatch.domain.round import Round
from mentormatch.matching.exclusions import Exclusion, ExclusionFinder, ExclusionKind
from mentormatch.matching.roster import build_roster
from mentormatch.matching.rows import Columns, Family, RowKeys, opening_bounds
from tests.acceptance.small_rounds import small_round
from tests.factories import Member, a_member, a_person, a_round, bare_policy, every_direction, loose_capacity
from tests.oracle import caps_of, exclusions_of
from tests.oracle_pairs import Choice, World, all_choices

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
RECIPROCAL, FAVOURS, SPLIT = ExclusionKind
Pairing = tuple[str, str]
"""Mentor and mentee, in upward."""


def everybody(**managers: str) -> list[Member]:
    """Return people who ask and offer in every direction; ``a="B"`` says that a reports to B."""
    ids = dict.fromkeys([*managers, *filter(None, managers.values())])
    places: dict[str, Any] = {"as_mentee": every_direction(), "as_mentor": every_direction(9), "max_mentees": 9}
    return [a_member(who, manager_id=managers.get(who, ""), **places) for who in ids]


def finder_of(round_: Round) -> ExclusionFinder:
    """Return the finder of a round."""
    roster = build_roster(round_)
    return ExclusionFinder(roster, RowKeys(roster))


def a_finder(*members: Member, **capacity: Any) -> ExclusionFinder:
    """Return the finder of members under loose caps; all exclusions are on unless said otherwise."""
    caps: CapacityPolicy = loose_capacity(**({"forbid_reciprocal": True, "forbid_favour_exchange": True} | capacity))
    return finder_of(a_round(*members, policy=bare_policy(capacity=caps)))


def split_finder(limit: int = 1, **capacity: Any) -> ExclusionFinder:
    """Return a finder of the team of B with people in X, Y and Z, and the mentor M."""
    units = {"x1": "X", "x2": "X", "y1": "Y", "y2": "Y", "z1": "Z"}
    places: dict[str, Any] = {"as_mentee": every_direction(2), "max_mentors": 2, "manager_id": "B"}
    mentees = [a_member(who, department=unit, **places) for who, unit in units.items()]
    others = [a_member(who, as_mentor=every_direction(9), max_mentees=9) for who in "MN"]
    capacity = {"team_limit": limit, "mentee_limit": 2, "mentee_direction_limit": 2} | capacity
    caps = loose_capacity(**capacity)
    return finder_of(a_round(a_person("B"), *mentees, *others, policy=bare_policy(capacity=caps)))


def plan(finder: ExclusionFinder, *pairings: Pairing, direction: Direction = UP, points: Sequence[int] = ()) -> Columns:
    """Return pairings as a plan."""
    mentees, mentors = finder.roster.mentees.position, finder.roster.mentors.position
    rows = [(mentees[mentee], mentors[mentor]) for mentor, mentee in pairings]
    worth = np.array(points or [0] * len(rows), np.int64)
    mentee, mentor = (np.array([row[side] for row in rows], np.int64) for side in (0, 1))
    return Columns(mentee, mentor, np.full(len(rows), DIRECTION_INDEX[direction]), worth)


def names(finder: ExclusionFinder, positions: Iterable[int]) -> set[Pairing]:
    """Return positions as (mentor, mentee)."""
    pairs = (divmod(int(position), len(finder.roster.mentors)) for position in positions)
    return {(finder.roster.mentors.ids[mentor], finder.roster.mentees.ids[mentee]) for mentee, mentor in pairs}


class TestWhatIsBroken:
    def test_two_who_mentor_each_other_are_reciprocal(self) -> None:
        finder = a_finder(*everybody(a="", b="", c=""))
        assert finder.broken(plan(finder, ("b", "a"), ("c", "b"), ("a", "b"))) == Exclusion(RECIPROCAL, ("a", "b"))

    @pytest.mark.parametrize("pairings", [[("a", "b")], [("a", "b"), ("b", "c"), ("c", "a")], [("a", "c"), ("b", "c")]])
    def test_one_way_or_a_ring_is_not_reciprocal(self, pairings: list[Pairing]) -> None:
        finder = a_finder(*everybody(a="", b="", c=""))
        assert finder.broken(plan(finder, *pairings)) is None

    def test_managers_who_mentor_each_others_staff_exchange_favours(self) -> None:
        finder = a_finder(*everybody(a="A", b="B", a2="A"))
        assert finder.broken(plan(finder, ("A", "b"), ("B", "a2"))) == Exclusion(FAVOURS, ("A", "B"))

    @pytest.mark.parametrize(
        "pairings",
        [
            [("A", "b")],
            [("A", "b"), ("A", "a")],
            [("A", "a"), ("B", "b")],
            [("A", "b"), ("B", "c"), ("C", "a")],
            [("A", "B"), ("B", "a")],
            [("A", "bb"), ("B", "a")],
        ],
        ids=["one", "own staff too", "own staff both", "a ring", "the manager, not the staff", "two levels down"],
    )
    def test_other_mentors_of_staff_do_not(self, pairings: list[Pairing]) -> None:
        finder = a_finder(*everybody(a="A", b="B", c="C", bb="b"))
        assert finder.broken(plan(finder, *pairings)) is None

    def test_a_manager_may_be_in_the_others_team(self) -> None:
        """B reports to A: A mentors b of B's team, B mentors a of A's."""
        finder = a_finder(*everybody(B="A", a="A", b="B"))
        assert finder.broken(plan(finder, ("A", "b"), ("B", "a"))) == Exclusion(FAVOURS, ("A", "B"))

    def test_a_dotted_line_makes_no_team(self) -> None:
        places: dict[str, Any] = {"as_mentee": every_direction()}
        members = [*everybody(b="B", A=""), a_member("d", dotted_manager_ids=("A",), **places)]
        finder = a_finder(*members)
        assert finder.broken(plan(finder, ("A", "b"), ("B", "d"))) is None

    @pytest.mark.parametrize("capacity", [{"forbid_reciprocal": False}, {"forbid_favour_exchange": False}])
    def test_what_the_policy_allows_is_not_broken(self, capacity: dict[str, bool]) -> None:
        finder = a_finder(*everybody(a="A", b="B"), **capacity)
        kinds = {
            "forbid_reciprocal": plan(finder, ("a", "b"), ("b", "a")),
            "forbid_favour_exchange": plan(finder, ("A", "b"), ("B", "a")),
        }
        for name, pairings in kinds.items():
            assert (finder.broken(pairings) is None) is (name in capacity)

    @pytest.mark.parametrize("limit", [1, 2])
    def test_a_team_over_its_limit_in_several_departments_together_is_split(self, limit: int) -> None:
        finder = split_finder(limit)
        staff = ["x1", "y1", "z1"]
        found = finder.broken(plan(finder, *(("M", who) for who in staff[: limit + 1])))
        assert found is not None
        assert (found.kind, found.names) == (SPLIT, ("M", "upward", "B"))
        assert finder.broken(plan(finder, *(("M", who) for who in staff[:limit]))) is None

    def test_each_mentor_and_direction_counts_by_itself(self) -> None:
        finder = split_finder(1)
        assert finder.broken(plan(finder, ("M", "x1"), ("N", "y1"))) is None
        up, down = plan(finder, ("M", "x1")), plan(finder, ("M", "y1"), direction=DOWN)
        both = Columns(*(np.concatenate([a, b]) for a, b in zip(vars(up).values(), vars(down).values(), strict=True)))
        assert finder.broken(both) is None

    def test_a_team_in_one_department_is_left_to_its_row(self) -> None:
        finder = a_finder(*everybody(a="B", b="B", M=""), team_limit=1)
        assert finder.broken(plan(finder, ("M", "a"), ("M", "b"))) is None

    def test_of_several_the_first_by_kind_and_names_is_found_whatever_the_order_of_the_plan(self) -> None:
        finder = a_finder(*everybody(a="A", b="B", c="", d=""))
        pairings = [("d", "c"), ("c", "d"), ("a", "c"), ("c", "a"), ("A", "b"), ("B", "a")]
        for order in (pairings, pairings[::-1]):
            assert finder.broken(plan(finder, *order)) == Exclusion(FAVOURS, ("A", "B"))
        assert finder.broken(plan(finder, *pairings[:4])) == Exclusion(RECIPROCAL, ("a", "c"))

    @pytest.mark.parametrize("kind", ExclusionKind)
    def test_an_empty_plan_breaks_nothing(self, kind: ExclusionKind) -> None:
        finder = split_finder() if kind is SPLIT else a_finder(*everybody(a="A"))
        assert finder.broken(plan(finder)) is None


class TestWays:
    def test_a_reciprocal_splits_into_who_does_not(self) -> None:
        finder = a_finder(*everybody(a="", b=""))
        exclusion = Exclusion(RECIPROCAL, ("a", "b"))
        assert exclusion.ways == 2
        assert names(finder, finder.forbids(exclusion, 0)) == {("a", "b")}
        assert names(finder, finder.forbids(exclusion, 1)) == {("b", "a")}

    def test_a_favour_exchange_splits_into_whose_staff_is_not_mentored(self) -> None:
        finder = a_finder(*everybody(a="A", a2="A", b="B"))
        exclusion = Exclusion(FAVOURS, ("A", "B"))
        assert exclusion.ways == 2
        assert names(finder, finder.forbids(exclusion, 0)) == {("A", "b")}
        assert names(finder, finder.forbids(exclusion, 1)) == {("B", "a"), ("B", "a2")}

    @pytest.mark.parametrize("kind", [RECIPROCAL, FAVOURS])
    @pytest.mark.parametrize("people", [("ghost", "a"), ("a", "ghost")])
    def test_who_plays_no_role_gives_and_takes_nothing(self, kind: ExclusionKind, people: tuple[str, str]) -> None:
        finder = a_finder(*everybody(a="A"))
        assert finder.given(kind, *people).tolist() == []

    @pytest.mark.parametrize(
        ("limit", "shares"),
        [
            (0, [(0, 0, 0)]),
            (1, [(1, 0, 0), (0, 1, 0), (0, 0, 1)]),
            (2, [(2, 0, 0), (1, 1, 0), (1, 0, 1), (0, 2, 0), (0, 1, 1), (0, 0, 2)]),
        ],
    )
    def test_a_split_team_splits_into_every_way_to_share_its_places(
        self, limit: int, shares: list[tuple[int, int, int]]
    ) -> None:
        finder = split_finder(limit)
        found = finder.broken(plan(finder, ("M", "x1"), ("M", "y1"), ("M", "z1")))
        assert found is not None
        assert found.ways == len(shares)
        assert [dict(way) for way in found.shares] == [dict(zip("xyz", share, strict=True)) for share in shares]

    def test_a_way_of_a_split_team_bounds_its_departments(self) -> None:
        finder = split_finder(2)
        broken = finder.broken(plan(finder, ("M", "x1"), ("M", "y1"), ("M", "z1")))
        assert broken is not None
        bounds = opening_bounds(finder.roster, plan(finder), 1)
        lowered = finder.lowered(broken, 1, bounds)
        pairs = plan(finder, ("M", "x1"), ("M", "y1"), ("M", "z1"), ("N", "x1"))
        keys = finder.keys.of(Family.TEAM, pairs)
        assert lowered[Family.TEAM].at(keys)[1].tolist() == [1, 1, 0, 2]
        assert {family for family in Family if lowered[family] is not bounds[family]} == {Family.TEAM}

    def test_a_way_never_raises_a_bound_that_is_lower_already(self) -> None:
        finder = split_finder(2)
        broken = finder.broken(plan(finder, ("M", "x1"), ("M", "y1"), ("M", "z1")))
        assert broken is not None
        bounds = opening_bounds(finder.roster, plan(finder, ("M", "x2"), ("M", "x1")), 2)
        key = finder.keys.of(Family.TEAM, plan(finder, ("M", "x1")))
        assert finder.lowered(broken, 0, bounds)[Family.TEAM].at(key)[1].tolist() == [0]


class TestWaysCover:
    """A plan keeps an exclusion exactly when it fits into one of its ways, so no lawful plan is lost by a split."""

    @staticmethod
    def fits(finder: ExclusionFinder, exclusion: Exclusion, way: int, pairings: Columns) -> bool:
        """Whether a plan fits into a way of an exclusion."""
        if exclusion.kind is not SPLIT:
            positions = pairings.mentee * len(finder.roster.mentors) + pairings.mentor
            return not np.isin(positions, finder.forbids(exclusion, way)).any()
        bounds = finder.lowered(exclusion, way, opening_bounds(finder.roster, plan(finder), 1))
        keys, counts = np.unique(finder.keys.of(Family.TEAM, pairings), return_counts=True)
        return bool((counts <= bounds[Family.TEAM].at(keys)[1]).all())

    @pytest.mark.parametrize("size", range(6))
    def test_reciprocal(self, size: int) -> None:
        finder = a_finder(*everybody(a="", b="", c=""), forbid_favour_exchange=False)
        exclusion = Exclusion(RECIPROCAL, ("a", "b"))
        pairs = [("a", "b"), ("b", "a"), ("a", "c"), ("c", "a"), ("b", "c")]
        for some in combinations(pairs, size):
            is_lawful = not {("a", "b"), ("b", "a")} <= set(some)
            fitting = [way for way in range(2) if self.fits(finder, exclusion, way, plan(finder, *some))]
            assert bool(fitting) is is_lawful

    @pytest.mark.parametrize("size", range(6))
    def test_favour_exchange(self, size: int) -> None:
        finder = a_finder(*everybody(a="A", a2="A", b="B"), forbid_reciprocal=False)
        exclusion = Exclusion(FAVOURS, ("A", "B"))
        pairs = [("A", "b"), ("B", "a"), ("B", "a2"), ("A", "a"), ("B", "b")]
        for some in combinations(pairs, size):
            is_lawful = not (("A", "b") in some and {("B", "a"), ("B", "a2")} & set(some))
            fitting = [way for way in range(2) if self.fits(finder, exclusion, way, plan(finder, *some))]
            assert bool(fitting) is is_lawful
            assert (finder.broken(plan(finder, *some)) is None) is is_lawful

    @pytest.mark.parametrize("limit", [1, 2, 3])
    def test_split_team(self, limit: int) -> None:
        finder = split_finder(limit)
        staff = ["x1", "x2", "y1", "y2", "z1"]
        exclusion = finder.broken(plan(finder, *(("M", who) for who in staff)))
        assert exclusion is not None
        for size in range(len(staff) + 1):
            for some in combinations(staff, size):
                found = plan(finder, *(("M", who) for who in some))
                fitting = [way for way in range(exclusion.ways) if self.fits(finder, exclusion, way, found)]
                assert bool(fitting) is (size <= limit)


class TestLawfulPlans:
    def test_the_weaker_pairing_of_an_exclusion_goes(self) -> None:
        finder = a_finder(*everybody(a="", b="", c=""))
        found = finder.lawful(plan(finder, ("a", "b"), ("b", "a"), ("c", "b"), points=[600, 500, 1]))
        assert found.points.tolist() == [600, 1]

    def test_pairings_go_until_nothing_is_broken(self) -> None:
        finder = split_finder(1)
        pairings = [("M", "x1"), ("M", "y1"), ("M", "z1"), ("N", "x1"), ("N", "y2")]
        found = finder.lawful(plan(finder, *pairings, points=[300, 900, 500, 100, 200]))
        assert finder.broken(found) is None
        assert found.points.tolist() == [900, 200]

    def test_a_lawful_plan_stays_as_it_is(self) -> None:
        finder = a_finder(*everybody(a="A", b="B"))
        pairings = plan(finder, ("A", "b"), ("a", "b"), points=[3, 4])
        assert finder.lawful(pairings) is pairings

    @pytest.mark.parametrize("first", range(0, 60, 20))
    def test_what_is_left_keeps_every_promise_as_an_independent_reading_counts_it(self, first: int) -> None:
        """Plans that take every candidate of a small round at once break much, and nothing afterwards."""
        removed = 0
        for seed in range(first, first + 20):
            round_ = small_round(seed)
            finder, world = finder_of(round_), World(round_)
            choices = list(all_choices(world))
            numbers = [
                (
                    finder.roster.mentees.position[choice.mentee_id],
                    finder.roster.mentors.position[choice.mentor_id],
                    DIRECTION_INDEX[choice.direction],
                    choice.points,
                )
                for choice in choices
            ]
            everything = Columns(*(np.array([row[k] for row in numbers], np.int64) for k in range(4)))
            kept = finder.lawful(everything)
            left = {choice for choice, pair in zip(choices, numbers, strict=True) if self.holds(kept, pair)}
            assert self.is_lawful(world, finder, left)
            removed += len(choices) - len(left)
        assert removed >= 30

    @staticmethod
    def holds(columns: Columns, pair: tuple[int, int, int, int]) -> bool:
        """Whether a plan holds a pair."""
        return bool(((columns.mentee == pair[0]) & (columns.mentor == pair[1])).any())

    @staticmethod
    def is_lawful(world: World, finder: ExclusionFinder, choices: set[Choice]) -> bool:
        """Whether no exclusion is broken; team limits count for teams that span departments."""
        facts = {fact for choice in choices for fact in exclusions_of(world, choice)[0]}
        banned = {fact for choice in choices for fact in exclusions_of(world, choice)[1]}
        teams: dict[tuple[str, ...], list[Choice]] = {}
        for choice in choices:
            for key, _ in caps_of(world, choice):
                if key[0] == "mentor direction team":
                    teams.setdefault(key, []).append(choice)
        spans = {
            manager: len({finder.roster.mentees.department[row] for row in rows.tolist()}) > 1
            for manager, rows in finder.team_of.items()
        }
        limit = world.policy.capacity.team_limit
        return not facts & banned and all(len(some) <= limit for key, some in teams.items() if spans[key[-1]])


class TestEarlierPasses:
    def test_what_was_given_must_not_be_returned(self) -> None:
        finder = a_finder(*everybody(a="A", b="B", b2="B"))
        assert names(finder, finder.ruled_out(plan(finder, ("A", "b")))) == {("b", "A"), ("B", "a")}

    def test_a_mentor_of_the_own_staff_owes_nobody(self) -> None:
        finder = a_finder(*everybody(a="A", b="A"))
        assert names(finder, finder.ruled_out(plan(finder, ("A", "a")))) == {("a", "A")}

    @pytest.mark.parametrize(
        ("capacity", "expected"),
        [({"forbid_reciprocal": False}, {("B", "a")}), ({"forbid_favour_exchange": False}, {("b", "A")})],
    )
    def test_what_the_policy_allows_is_not_ruled_out(self, capacity: dict[str, bool], expected: set[Pairing]) -> None:
        finder = a_finder(*everybody(a="A", b="B"), **capacity)
        assert names(finder, finder.ruled_out(plan(finder, ("A", "b")))) == expected

    def test_nothing_taken_rules_out_nothing(self) -> None:
        finder = a_finder(*everybody(a="A", b="B"))
        assert finder.ruled_out(plan(finder)).tolist() == []

    @pytest.mark.parametrize(("taken", "left"), [(["x1"], 1), (["x1", "y1"], 0), ([], 2)])
    def test_places_of_a_split_team_are_used_up_in_all_its_departments(self, taken: list[str], left: int) -> None:
        finder = split_finder(2)
        before = plan(finder, *(("M", who) for who in taken))
        bounds = finder.remaining(before, opening_bounds(finder.roster, before, 2))
        keys = finder.keys.of(Family.TEAM, plan(finder, ("M", "x1"), ("M", "y1"), ("M", "z1")))
        assert bounds[Family.TEAM].at(keys)[1].tolist() == [left] * 3
        others = finder.keys.of(Family.TEAM, plan(finder, ("N", "x1")))
        assert bounds[Family.TEAM].at(others)[1].tolist() == [2]

    @pytest.mark.parametrize(
        ("limit", "taken", "now", "shares"),
        [
            (2, ["x1"], ["y1", "z1"], [1, 1, 1]),
            (3, ["x1", "y1"], ["y2", "z1"], [1, 1, 1]),
            (3, ["x1"], ["x2", "y1", "z1"], [2, 2, 2, 2, 2, 2]),
            (2, ["x1"], ["y1"], None),
            (3, ["x1"], ["y1", "z1"], None),
        ],
    )
    def test_a_team_is_split_over_what_earlier_passes_left_of_its_limit(
        self, limit: int, taken: list[str], now: list[str], shares: list[int] | None
    ) -> None:
        finder = split_finder(limit)
        later = replace(finder, taken=plan(finder, *(("M", who) for who in taken)))
        found = later.broken(plan(finder, *(("M", who) for who in now)))
        assert (None if found is None else [sum(dict(way).values()) for way in found.shares]) == shares

    def test_what_another_mentor_took_leaves_the_limit_as_it_is(self) -> None:
        finder = split_finder(2)
        later = replace(finder, taken=plan(finder, ("N", "x1"), ("N", "y1")))
        assert later.broken(plan(finder, ("M", "x1"), ("M", "y1"))) is None
