"""Two outcomes side by side: pairings that came and went, figures, and whom each serves."""

from dataclasses import replace
from typing import Any

import pytest

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.pairing import Pairing, Role, Unpaired
from mentormatch.domain.policy import CapacityPolicy, DirectionPolicy, Policy
from mentormatch.domain.round import Round
from mentormatch.domain.vector import Vector
from mentormatch.matching.comparison import Comparison, GroupCoverage, Share, Side, SideFigures, compare
from tests.factories import Member, a_member, a_mentee, a_mentor, a_round

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
MEMBERS = (*(a_mentee(who) for who in "ABC"), a_mentor("M", places=2), a_mentor("N", places=2))


def a_pairing(pair: str, points: int = 500, direction: Direction = UP, pass_number: int = 1) -> Pairing:
    """Return a pairing, written ``M-A`` with the mentor first."""
    mentor, mentee = pair.split("-")
    return Pairing(mentor, mentee, direction, pass_number, points, Policy().band_of(points), {})


def a_side(*pairings: Pairing | str, members: tuple[Member, ...] = MEMBERS, **changes: Any) -> Side:
    """Return one outcome of a round of members."""
    found = [a_pairing(one) if isinstance(one, str) else one for one in pairings]
    return replace(Side(a_round(*members), found, (), {}), **changes)


def figures(*pairings: Pairing | str, **changes: Any) -> SideFigures:
    """Return the figures of one outcome."""
    side = a_side(*pairings, **changes)
    return compare(side, side).before


def names(pairings: tuple[Pairing, ...]) -> list[str]:
    """Return pairings as ``M-A``."""
    return [f"{pairing.mentor_id}-{pairing.mentee_id}" for pairing in pairings]


class TestPairings:
    def test_pairings_are_added_removed_or_kept_in_the_order_of_ids(self) -> None:
        found = compare(a_side("N-B", "M-A"), a_side("N-C", "M-C", "M-A"))
        assert names(found.kept) == ["M-A"]
        assert names(found.removed) == ["N-B"]
        assert names(found.added) == ["M-C", "N-C"]

    def test_an_outcome_beside_itself_has_nothing_new(self) -> None:
        found = compare(a_side("M-A", "N-B"), a_side("M-A", "N-B"))
        assert (found.added, found.removed, found.changed) == ((), (), ())
        assert found.before == found.after

    def test_the_same_two_the_other_way_round_are_another_pairing(self) -> None:
        found = compare(a_side("M-A"), a_side("A-M"))
        assert (names(found.added), names(found.removed), found.kept) == (["A-M"], ["M-A"], ())

    @pytest.mark.parametrize("after", [a_pairing("M-A", 501), a_pairing("M-A", direction=PEER)])
    def test_a_kept_pairing_with_other_points_or_direction_has_changed(self, after: Pairing) -> None:
        found = compare(a_side("M-A", "N-B"), a_side(after, "N-B"))
        assert [(one.before.points, one.after) for one in found.changed] == [(500, after)]
        assert len(found.kept) == 2

    def test_another_pass_is_no_change(self) -> None:
        assert compare(a_side("M-A"), a_side(a_pairing("M-A", pass_number=0))).changed == ()


class TestFigures:
    def test_the_vector_counts_people_bands_load_and_points(self) -> None:
        found = figures(a_pairing("M-A", 800), a_pairing("N-A", 400), a_pairing("M-B", 460))
        assert found.vector == Vector(2, (0, 1, 1, 0, 0, 1), 1, 1660)
        assert found.coverage == 2 / 3
        assert found.band_bounds == Policy().bands

    def test_the_load_is_how_many_mentors_have_how_many(self) -> None:
        found = figures("M-A", "M-B", "M-C")
        assert (found.loads, found.most, found.mentors, found.mentors_used) == ((1, 0, 0, 1), 3, 2, 1)

    def test_nobody_paired_is_no_load_at_all(self) -> None:
        found = figures()
        assert (found.loads, found.most, found.coverage) == ((2,), 0, 0.0)

    def test_nobody_enrolled_has_no_coverage(self) -> None:
        found = figures(members=())
        assert (found.mentees, found.mentors, found.coverage) == (0, 0, None)

    def test_each_direction_has_its_pairings_and_points(self) -> None:
        found = figures(a_pairing("M-A", 800), a_pairing("N-B", 400, PEER), a_pairing("M-C", 500, PEER))
        counted = {direction: (one.pairings, one.points) for direction, one in found.directions.items()}
        assert counted == {UP: (1, 800), DOWN: (0, 0), REVERSE: (0, 0), PEER: (2, 900), FORWARD: (0, 0)}

    def test_demanded_pairings_are_counted_apart(self) -> None:
        assert figures(a_pairing("M-A", pass_number=0), "N-B").locked == 1

    def test_people_without_a_place_are_counted_by_role_and_reason(self) -> None:
        left = [
            Unpaired("B", Role.MENTEE, "crowded-out", ""),
            Unpaired("C", Role.MENTEE, "crowded-out", "", "for another reason"),
            Unpaired("N", Role.MENTOR, "not-needed", ""),
        ]
        expected = {(Role.MENTEE, "crowded-out"): 2, (Role.MENTOR, "not-needed"): 1}
        assert figures("M-A", unpaired=left).unpaired == expected

    def test_stage_values_are_passed_on(self) -> None:
        assert figures(stages={(1, "coverage"): 2}).stages == {(1, "coverage"): 2}

    @pytest.mark.parametrize(
        "changes",
        [{"max_mentors": 0}, {"as_mentee": {}}, {"as_mentee": {UP: 0}}, {"as_mentee": {PEER: 1}}],
    )
    def test_who_asks_for_nothing_that_the_policy_gives_is_no_mentee(self, changes: dict[str, Any]) -> None:
        closed = Policy(directions={UP: Policy().directions[UP], PEER: DirectionPolicy({0: 1.0}, open=False)})
        round_ = replace(a_round(a_mentee("A"), a_mentee("B", **changes)), policy=closed)
        assert compare(Side(round_, [], [], {}), Side(round_, [], [], {})).before.mentees == 1

    @pytest.mark.parametrize(
        "capacity", [CapacityPolicy(mentee_limit=0), CapacityPolicy(mentee_direction_limit=0)], ids=str
    )
    def test_where_nobody_may_have_a_mentor_there_are_no_mentees(self, capacity: CapacityPolicy) -> None:
        assert figures(round=replace(a_round(*MEMBERS), policy=Policy(capacity=capacity))).mentees == 0

    def test_where_nobody_may_have_a_mentee_there_are_no_mentors(self) -> None:
        round_ = replace(a_round(*MEMBERS), policy=Policy(capacity=CapacityPolicy(mentor_limit=0)))
        assert (figures(round=round_).mentors, figures(round=round_).mentees) == (0, 3)


class TestGroups:
    def units(self, **places: str) -> Round:
        """Return a round of mentees in departments."""
        staff = [a_mentee(who, department=unit, location="Rome", level=1) for who, unit in places.items()]
        return a_round(*staff, a_mentor("M", places=2, department="Law"))

    def groups(self, found: Comparison, attribute: str) -> list[tuple[str, Share, Share]]:
        """Return the groups of one attribute."""
        return [(group.group, group.before, group.after) for group in found.groups if group.attribute == attribute]

    def test_each_department_has_its_rate_in_both_outcomes(self) -> None:
        round_ = self.units(A="Law", B="Law", C="Tax")
        found = compare(a_side("M-A", round=round_), a_side("M-A", "M-C", round=round_))
        expected = [("Law", Share(1, 2), Share(1, 2)), ("Tax", Share(0, 1), Share(1, 1))]
        assert self.groups(found, "department") == expected
        assert self.groups(found, "location") == [("Rome", Share(1, 3), Share(2, 3))]

    def test_a_department_is_one_however_it_is_spelt_and_blank_is_one_too(self) -> None:
        round_ = self.units(A="Law", B=" LAW", C="")
        found = compare(a_side(round=round_), a_side("M-B", round=round_))
        assert self.groups(found, "department") == [
            ("(none)", Share(0, 1), Share(0, 1)),
            ("LAW", Share(0, 2), Share(1, 2)),
        ]

    def test_levels_stand_in_their_own_order_the_unknown_first(self) -> None:
        levels = (10, None, 9)
        members = [a_member(f"P{level}", as_mentee={UP: 1}, level=level) for level in levels]
        found = compare(a_side(members=tuple(members)), a_side(members=tuple(members)))
        assert [group for group, _, _ in self.groups(found, "level")] == ["(none)", "9", "10"]

    def test_a_group_of_one_outcome_alone_has_no_difference(self) -> None:
        found = compare(a_side(round=self.units(A="Law")), a_side("M-A", round=self.units(A="Tax")))
        (law, tax) = (group for group in found.groups if group.attribute == "department")
        assert (law.before, law.after, law.difference) == (Share(0, 1), Share(0, 0), None)
        assert (tax.before.rate, tax.after.rate, tax.difference) == (None, 1.0, None)

    def test_the_difference_is_the_rise_of_the_rate(self) -> None:
        assert GroupCoverage("level", "1", Share(1, 4), Share(3, 4)).difference == 0.5

    def test_mentors_are_no_part_of_any_group(self) -> None:
        found = compare(a_side(), a_side())
        assert {group.before.mentees for group in found.groups} == {3}
