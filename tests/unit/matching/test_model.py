"""The programme of a stage: which rows stand, between which bounds, with which candidates and at which cost."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from mentormatch.domain.direction import DIRECTION_INDEX, DIRECTIONS, Direction
from mentormatch.domain.policy import Policy
from mentormatch.domain.round import Round
from mentormatch.matching.candidates import build_candidates
from mentormatch.matching.face import Face
from mentormatch.matching.model import Master, Programme, add_candidates, build_programme, group_rows, load_steps
from mentormatch.matching.roster import Ints, Roster, build_roster
from mentormatch.matching.rows import Columns, Family, RowBounds, RowKeys, concatenate, opening_bounds
from mentormatch.synthesis.organisation import generate_organisation
from tests.factories import PLENTY, a_mentee, a_mentor, a_person, a_round, bare_policy, loose_capacity

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
Pairing = tuple[str, str, Direction]
Row = tuple[float | None, float | None, dict[str, float]]
"""Least, most, and the coefficient of each variable."""

FOUR: tuple[Pairing, ...] = (("A", "M", UP), ("B", "M", UP), ("C", "M", PEER), ("C", "N", UP))


def ints(*values: int) -> Ints:
    """Return whole numbers as an array."""
    return np.array(values, np.int64)


def a_roster(places: int = 3, *, limit: int = PLENTY, **capacity: Any) -> Roster:
    """Return A and B of one team in Sales, C of Works, D, and the mentors M and N with places in two directions."""
    team: dict[str, Any] = {"department": "Sales", "manager_id": "T"}
    mentees = [a_mentee("A", **team), a_mentee("B", **team), a_mentee("C", department="Works"), a_mentee("D")]
    offer = {UP: places, PEER: places}
    mentors = [a_mentor(who, as_mentor=offer, max_mentees=limit) for who in "MN"]
    policy = bare_policy(capacity=loose_capacity(**capacity))
    return build_roster(a_round(a_person("T"), *mentees, *mentors, policy=policy))


def columns(roster: Roster, pairings: Iterable[Pairing]) -> Columns:
    """Return (mentee, mentor, direction) as columns."""
    mentees, mentors = roster.mentees.position, roster.mentors.position
    rows = [(mentees[mentee], mentors[mentor], DIRECTION_INDEX[d], 0) for mentee, mentor, d in pairings]
    return Columns(*(ints(*(row[k] for row in rows)) for k in range(4)))


def a_master(roster: Roster, pairings: Sequence[Pairing] = FOUR, *weights: int, **changes: Any) -> Master:
    """Return a master of pairings at the start of a pass, of weight 1 unless weights say otherwise."""
    found = columns(roster, pairings)
    bounds = changes.pop("bounds", None) or opening_bounds(roster, columns(roster, ()), 1)
    return Master(RowKeys(roster), found, ints(*(weights or [1] * len(found))), bounds, **changes)


def bounded(roster: Roster, family: Family, pairing: Pairing, lower: int, upper: int) -> RowBounds:
    """Return the bounds at the start of a pass, with other ones for the row of a pairing."""
    bounds = opening_bounds(roster, columns(roster, ()), 1)
    key = RowKeys(roster).of(family, columns(roster, (pairing,)))
    return {**bounds, family: bounds[family].put(key, ints(lower), ints(upper))}


def names(programme: Programme) -> dict[int, str]:
    """Return what each variable stands for: a candidate by its number, another by its own name."""
    found = {variable.id: f"x{number}" for number, variable in enumerate(programme.variables)}
    return found | {variable.id: variable.name for variable, _ in programme.costs}


def rows_of(programme: Programme) -> dict[tuple[str, ...], list[Row]]:
    """Return the rows that stand, by family and words."""
    known = names(programme)
    return {
        (family.value, *programme.master.keys.label(family, key)): [
            (c.getLb(), c.getUb(), {known[variable.id]: value for variable, value in c.items()}) for c in constraints
        ]
        for family, by_key in programme.rows.items()
        for key, constraints in by_key.items()
    }


def costs_of(programme: Programme) -> dict[str, float]:
    """Return the objective, by what its variables stand for."""
    known, objective = names(programme), programme.problem.objective
    assert objective is not None
    return {known[variable.id]: cost for variable, cost in objective.items() if cost}


def families_of(programme: Programme) -> dict[str, int]:
    """Return how many rows of each family stand, those without any left out."""
    return {family.value: len(by_key) for family, by_key in programme.rows.items() if by_key}


def at_most(upper: int, *candidates: int) -> list[Row]:
    """Return the row that allows so many of some candidates."""
    return [(None, upper, {f"x{number}": 1.0 for number in candidates})]


class TestRowsThatStand:
    def test_a_mentees_row_always_stands_as_it_bounds_the_variables(self) -> None:
        programme = build_programme(a_master(a_roster()))
        assert rows_of(programme) == {
            ("mentee", "A"): at_most(1, 0),
            ("mentee", "B"): at_most(1, 1),
            ("mentee", "C"): at_most(1, 2, 3),
        }

    def test_a_variable_has_no_upper_bound_of_its_own(self) -> None:
        """A bound on the variable would draw part of the dual away from the rows."""
        programme = build_programme(a_master(a_roster()))
        add_candidates(programme, columns(programme.master.keys.roster, [("D", "N", UP)]), ints(1))
        assert {(v.lowBound, v.upBound) for v in programme.variables} == {(0.0, np.inf)}

    @pytest.mark.parametrize(
        ("places", "capacity", "stated"),
        [
            (9, {}, {}),
            (9, {"limit": 3}, {}),
            (9, {"limit": 2}, {("mentor", "M"): at_most(2, 0, 1, 2)}),
            (2, {}, {}),
            (1, {}, {("direction", "M", "upward"): at_most(1, 0, 1)}),
            (9, {"department_share": 0.0005}, {("department", "M", "upward", "sales"): at_most(1, 0, 1)}),
            (9, {"team_limit": 1}, {("team", "M", "upward", "sales", "T"): at_most(1, 0, 1)}),
            (1, {"limit": 1}, {("mentor", "M"): at_most(1, 0, 1, 2)}),
            (1, {"team_limit": 1}, {("direction", "M", "upward"): at_most(1, 0, 1)}),
            (
                1,
                {"limit": 2},
                {("mentor", "M"): at_most(2, 0, 1, 2), ("direction", "M", "upward"): at_most(1, 0, 1)},
            ),
        ],
    )
    def test_a_row_stands_when_it_can_bind_and_no_row_around_it_is_as_tight(
        self, places: int, capacity: dict[str, Any], stated: Mapping[tuple[str, ...], list[Row]]
    ) -> None:
        found = rows_of(build_programme(a_master(a_roster(places, **capacity))))
        assert {name: row for name, row in found.items() if name[0] != "mentee"} == stated

    @pytest.mark.parametrize("family", [Family.MENTOR, Family.DIRECTION, Family.DEPARTMENT, Family.TEAM])
    @pytest.mark.parametrize(
        ("lower", "upper", "bounds"),
        [(2, 2, [(2, 2)]), (1, 1, [(1, 1)]), (1, 2, [(None, 2), (1, None)]), (0, 0, [(0, 0)]), (0, 1, [(None, 1)])],
    )
    def test_a_row_is_an_equation_an_upper_limit_or_two_constraints(
        self, family: Family, lower: int, upper: int, bounds: list[tuple[float | None, float | None]]
    ) -> None:
        roster = a_roster()
        master = a_master(roster, FOUR[:2], bounds=bounded(roster, family, FOUR[0], lower, upper))
        (name, row), *others = [(n, r) for n, r in rows_of(build_programme(master)).items() if n[0] != "mentee"]
        assert name[0] == family.value
        assert [(least, most) for least, most, _ in row] == bounds
        assert all(entries == {"x0": 1.0, "x1": 1.0} for _, _, entries in row)
        assert others == []

    def test_a_row_that_asks_for_a_least_number_stands_even_if_it_holds_few(self) -> None:
        roster = a_roster()
        master = a_master(roster, FOUR[:1], bounds=bounded(roster, Family.MENTOR, FOUR[0], 1, 3))
        assert rows_of(build_programme(master))["mentor", "M"] == [(None, 3, {"x0": 1.0}), (1, None, {"x0": 1.0})]

    def test_no_candidates_need_no_rows(self) -> None:
        programme = build_programme(a_master(a_roster(), ()))
        assert (rows_of(programme), programme.variables) == ({}, [])


class TestObjective:
    def test_the_programme_minimises_minus_the_weights(self) -> None:
        programme = build_programme(a_master(a_roster(), FOUR, 5, 0, -7, 900))
        assert costs_of(programme) == {"x0": -5.0, "x2": 7.0, "x3": -900.0}

    def test_places_beside_the_candidates_cost_what_they_cost(self) -> None:
        roster = a_roster(2, limit=2)
        programme = build_programme(a_master(roster, FOUR[:2], 0, 0, held=ints(1, 0)))
        assert costs_of(programme) == {"z_0_0": 1.0, "z_0_1": 2.0}


class TestLoads:
    @pytest.mark.parametrize(
        ("held", "lower", "upper", "costs"),
        [(0, 0, 3, [0, 1, 2]), (2, 0, 2, [2, 3]), (0, 1, 3, [1, 2]), (1, 2, 4, [3, 4]), (1, 2, 2, None)],
    )
    def test_each_further_place_costs_as_much_as_places_are_held(
        self, held: int, lower: int, upper: int, costs: list[int] | None
    ) -> None:
        roster = a_roster()
        bounds = bounded(roster, Family.MENTOR, FOUR[0], lower, upper)
        master = a_master(roster, FOUR[:3], bounds=bounds, held=ints(held, 0))
        assert load_steps(master, group_rows(master, Family.MENTOR)).get(0) == costs

    def test_the_load_is_the_least_number_plus_the_places_used(self) -> None:
        roster = a_roster()
        bounds = bounded(roster, Family.MENTOR, FOUR[0], 1, 3)
        programme = build_programme(a_master(roster, FOUR[:3], bounds=bounds, held=ints(0, 0)))
        entries = {"x0": 1.0, "x1": 1.0, "x2": 1.0, "z_0_0": -1.0, "z_0_1": -1.0}
        assert rows_of(programme)["mentor", "M"] == [(1, 1, entries)]
        assert {variable.upBound for variable, _ in programme.costs} == {1.0}

    def test_a_mentor_whose_load_is_settled_has_a_plain_row(self) -> None:
        roster = a_roster()
        bounds = bounded(roster, Family.MENTOR, FOUR[0], 2, 2)
        programme = build_programme(a_master(roster, FOUR[:3], bounds=bounds, held=ints(5, 5)))
        assert rows_of(programme)["mentor", "M"] == [(2, 2, {"x0": 1.0, "x1": 1.0, "x2": 1.0})]
        assert programme.costs == []

    def test_other_stages_have_no_places_beside_the_candidates(self) -> None:
        assert build_programme(a_master(a_roster())).costs == []


class TestShortfalls:
    def test_a_row_may_lack_places_of_its_least_number_at_a_cost_of_one(self) -> None:
        roster = a_roster()
        bounds = bounded(roster, Family.MENTOR, FOUR[0], 2, 3)
        programme = build_programme(a_master(roster, FOUR[:2], 0, 0, bounds=bounds, may_fall_short=True))
        entries = {"x0": 1.0, "x1": 1.0, "s_mentor_0": 1.0}
        assert rows_of(programme)["mentor", "M"] == [(None, 3, entries), (2, None, entries)]
        assert [(v.name, v.upBound, cost) for v, cost in programme.costs] == [("s_mentor_0", 2.0, 1)]

    @pytest.mark.parametrize("family", [Family.MENTEE, Family.MENTOR, Family.DEPARTMENT])
    def test_a_row_without_candidates_lacks_all_its_places(self, family: Family) -> None:
        roster = a_roster()
        bounds = bounded(roster, family, ("D", "N", UP), 1, 1)
        programme = build_programme(a_master(roster, FOUR[:2], 0, 0, bounds=bounds, may_fall_short=True))
        (missing,) = programme.missing
        assert missing.name.startswith(f"s_{family.value}_")
        lacking = [row for rows in rows_of(programme).values() for row in rows if missing.name in row[2]]
        assert lacking == [(1, 1, {missing.name: 1.0})]

    def test_no_row_may_lack_places_unless_the_stage_asks(self) -> None:
        roster = a_roster()
        bounds = bounded(roster, Family.MENTOR, ("D", "N", UP), 1, 1)
        programme = build_programme(a_master(roster, FOUR[:2], bounds=bounds))
        assert programme.missing == []
        assert families_of(programme) == {"mentee": 2}


class TestGroups:
    def test_candidates_are_grouped_by_their_rows_in_order(self) -> None:
        groups = group_rows(a_master(a_roster()), Family.MENTOR)
        parts = [groups.order[a:b] for a, b in zip(groups.starts, groups.starts[1:], strict=False)]
        assert dict(zip(groups.keys.tolist(), parts, strict=True)) == {0: [0, 1, 2], 1: [3]}

    def test_candidates_without_a_row_are_left_out(self) -> None:
        groups = group_rows(a_master(a_roster()), Family.TEAM)
        assert (groups.order, len(groups.keys)) == ([0, 1], 1)

    @pytest.mark.parametrize("family", Family)
    def test_no_candidates_make_no_groups(self, family: Family) -> None:
        groups = group_rows(a_master(a_roster(), ()), family)
        assert (groups.order, groups.starts, len(groups.keys)) == ([], [0], 0)


class TestJoining:
    """A programme that candidates joined later says the same as one built from all of them at once."""

    @staticmethod
    def master(seed: int, held: bool) -> Master:
        """Return the master of all candidates of a made-up organisation under tight limits."""
        made = generate_organisation(90, seed)
        face = Face(build_candidates(build_roster(Round(made.people, made.enrolments, policy=Policy()))))
        face.open(Columns(*[ints()] * 4), 1)
        found = concatenate(face.scan(lambda part, _: part))
        held_places = np.zeros(len(face.roster.mentors), np.int64) if held else None
        return Master(face.keys, found, found.points, face.bounds, held_places)

    @pytest.mark.parametrize("held", [False, True])
    @pytest.mark.parametrize("seed", range(3))
    def test_joined_later_or_there_from_the_start_is_the_same(self, seed: int, held: bool) -> None:
        whole = self.master(seed, held)
        order = np.random.default_rng(seed).permutation(len(whole.columns))
        part = Master(whole.keys, whole.columns.where(ints()), whole.weights[:0], whole.bounds, whole.held)
        programme = build_programme(part)
        for some in np.array_split(order, 4):
            add_candidates(programme, whole.columns.where(some), whole.weights[some])
        expected = build_programme(part.joined_by(whole.columns.where(order), whole.weights[order]))
        assert self.said_by(programme) == self.said_by(expected)
        assert len(families_of(expected)) >= 3

    @staticmethod
    def said_by(programme: Programme) -> tuple[object, object]:
        """Return the rows and what everything costs."""
        costs = {name: cost for name, cost in costs_of(programme).items() if name.startswith("x")}
        return rows_of(programme), costs | {variable.name: cost for variable, cost in programme.costs}

    def test_who_joins_stands_in_the_rows_that_stand_and_in_those_that_can_bind_now(self) -> None:
        roster = a_roster(2, limit=PLENTY, team_limit=1)
        programme = build_programme(a_master(roster, FOUR[:1]))
        assert families_of(programme) == {"mentee": 1}
        programme.joined.clear()
        programme.stated.clear()
        add_candidates(programme, columns(roster, [FOUR[1], ("A", "N", UP)]), ints(4, 0))
        found = rows_of(programme)
        assert found["mentee", "A"] == at_most(1, 0, 2)
        assert found["team", "M", "upward", "sales", "T"] == at_most(1, 0, 1)
        assert len(programme.master.columns) == 3
        assert programme.master.weights.tolist() == [1, 4, 0]

    def test_what_joined_and_was_stated_is_kept_for_the_solver(self) -> None:
        roster = a_roster(2, team_limit=1)
        programme = build_programme(a_master(roster, FOUR[:1]))
        programme.joined.clear()
        programme.stated.clear()
        add_candidates(programme, columns(roster, [FOUR[1], ("A", "N", UP)]), ints(4, 0))
        (old_row,) = programme.rows[Family.MENTEE][roster.mentees.position["A"]]
        assert [(variable.id, cost, rows) for variable, cost, rows in programme.joined] == [
            (programme.variables[1].id, -4, []),
            (programme.variables[2].id, 0, [old_row.id]),
        ]
        assert [constraint.getUb() for constraint in programme.stated] == [1.0, 1.0]
