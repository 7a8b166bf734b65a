"""Groups in a report: counted right, hidden where they are small, and never to be worked out from the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from mentormatch.audit.solved_round import SolvedRound, read_solved_round
from mentormatch.domain.direction import Direction
from mentormatch.reporting.groups import (
    EVERYBODY,
    MOST_UNITS,
    NOT_STATED,
    OTHERS,
    GroupCoverage,
    GroupShare,
    LevelTable,
    group_figures,
)
from tests.factories import Member, a_mentee, a_mentor
from tests.unit.audit.plans import a_plan, an_open_round


def a_firm(sizes: Mapping[str, tuple[int, int]], *, unit: str = "department", **place: Any) -> SolvedRound:
    """Return a plan in which of each unit so many enrol as mentees and so many of them are served, by mentors of M."""
    mentees, pairs = list[Member](), list[tuple[str, str]]()
    for name, (enrolled, served) in sizes.items():
        home: dict[str, Any] = {unit: name} | place
        mentees += [a_mentee(f"{name}{k:03}", **home) for k in range(enrolled)]
        pairs += [(f"M {name}{k:03}", f"{name}{k:03}") for k in range(served)]
    home = {unit: "M"}
    mentors = [a_mentor(mentor, **home) for mentor, _ in pairs]
    return a_plan(an_open_round(mentees, mentors), *pairs)


def coverage_of(solved: SolvedRound, attribute: str = "department") -> GroupCoverage:
    return next(one for one in group_figures(solved).coverage if one.attribute == attribute)


def row(coverage: GroupCoverage, group: str) -> GroupShare:
    return next(one for one in coverage.groups if one.group == group)


def test_a_group_has_its_share_and_an_interval_around_it() -> None:
    coverage = coverage_of(a_firm({"A": (40, 10), "B": (30, 20)}))
    share = row(coverage, "A")
    assert (share.enrolled, share.served, share.share) == (40, 10, 0.25)
    assert share.interval is not None
    # Wilson's interval of 10 in 40, from the formula by hand: centre (10 + 1.92) / 43.84, half width .1315.
    assert (share.interval.low, share.interval.high) == pytest.approx((0.1419, 0.4019), abs=5e-4)
    assert (coverage.everybody.group, coverage.everybody.enrolled, coverage.everybody.served) == (EVERYBODY, 70, 30)


@pytest.mark.parametrize(
    ("enrolled", "has_share", "has_interval"), [(9, False, False), (10, True, False), (20, True, True)]
)
def test_a_share_needs_ten_people_and_an_interval_twenty(enrolled: int, has_share: bool, has_interval: bool) -> None:
    share = row(coverage_of(a_firm({"A": (enrolled, 5), "B": (60, 30), "C": (70, 20)})), "A")
    assert (share.share is not None, share.interval is not None) == (has_share, has_interval)


def test_a_small_count_is_hidden_together_with_another_that_would_give_it_away() -> None:
    coverage = coverage_of(a_firm({"A": (3, 2), "B": (30, 20), "C": (40, 15)}))
    assert row(coverage, "A").served is None
    others = [row(coverage, name).served for name in ("B", "C")]
    assert None in others, "everybody less B and C is A"
    assert row(coverage, "A").share is None


def test_groups_without_small_counts_are_all_shown() -> None:
    coverage = coverage_of(a_firm({"A": (30, 12), "B": (30, 20)}))
    assert all(group.served is not None and group.enrolled is not None for group in coverage.groups)


def test_who_has_stated_nothing_is_a_group_of_its_own() -> None:
    solved = a_firm({"A": (30, 12), "": (30, 20)})
    assert row(coverage_of(solved), NOT_STATED).served == 20


def test_many_departments_give_way_to_divisions() -> None:
    sizes = {f"D{k:02}": (20, 10) for k in range(MOST_UNITS + 1)}
    one_division = a_firm(sizes, division="North")
    assert [one.attribute for one in group_figures(one_division).coverage] == ["department", "level"]
    people = tuple(replace(p, division=f"North {k % 2}") for k, p in enumerate(one_division.round.people))
    figures = group_figures(read_solved_round(replace(one_division.round, people=people), one_division.pairings))
    assert figures.exchange is not None
    assert figures.exchange.attribute == "division"
    assert "department" not in {one.attribute for one in figures.coverage}


def test_without_divisions_the_smallest_of_many_departments_merge() -> None:
    sizes = {f"D{k:02}": (20 + k, 10) for k in range(MOST_UNITS + 3)}
    coverage = coverage_of(a_firm(sizes))
    names = [group.group for group in coverage.groups]
    assert len(names) <= MOST_UNITS
    assert OTHERS in names
    assert "D00" not in names
    assert f"D{MOST_UNITS + 2}" in names
    assert sum(group.enrolled or 0 for group in coverage.groups) == sum(enrolled for enrolled, _ in sizes.values())


def test_pairings_are_counted_from_the_mentors_unit_to_the_mentees() -> None:
    exchange = group_figures(a_firm({"A": (30, 12), "B": (30, 20)})).exchange
    assert exchange is not None
    assert exchange.labels == ("A", "B", "M")
    assert exchange.counts[2] == (12, 20, 0)


def levels_of(table: LevelTable) -> dict[str, dict[str, int | None]]:
    return {
        level: dict(zip(table.directions, counts, strict=True))
        for level, counts in zip(table.levels, table.counts, strict=True)
    }


def a_ladder(counts: Mapping[tuple[int, int], int]) -> SolvedRound:
    """Return a plan with so many upward pairings from a mentor's level to a mentee's."""
    members, pairs = list[Member](), list[tuple[str, str]]()
    for (high, low), number in counts.items():
        for k in range(number):
            mentor, mentee = f"M{high}{low}{k:03}", f"E{high}{low}{k:03}"
            members += [a_mentor(mentor, level=high), a_mentee(mentee, level=low)]
            pairs.append((mentor, mentee))
    return a_plan(an_open_round(members, []), *pairs)


def test_pairings_are_counted_by_the_level_of_each_side_the_highest_first() -> None:
    figures = group_figures(a_ladder({(5, 1): 10, (4, 1): 20, (4, 2): 30}))
    assert levels_of(figures.mentor_levels) == {"level 5": {"upward": 10}, "level 4": {"upward": 50}}
    assert levels_of(figures.mentee_levels) == {"level 2": {"upward": 30}, "level 1": {"upward": 30}}
    assert list(levels_of(figures.mentor_levels)) == ["level 5", "level 4"]
    assert figures.mentor_levels.totals == (60,)


def test_a_hidden_level_cannot_be_had_from_the_total_of_its_direction() -> None:
    table = group_figures(a_ladder({(5, 1): 2, (4, 1): 20, (3, 1): 30})).mentor_levels
    found = levels_of(table)
    hidden = [level for level, counts in found.items() if counts["upward"] is None]
    assert "level 5" in hidden
    assert len(hidden) >= 2, "52 less the others is level 5"


def test_a_round_in_which_nobody_takes_part_has_no_groups() -> None:
    figures = group_figures(a_plan(an_open_round([], [])))
    assert all(not one.groups for one in figures.coverage)
    assert figures.mentor_levels.directions == ()


def test_nobody_placed_is_counted_as_such() -> None:
    coverage = coverage_of(a_firm({"A": (30, 0), "B": (40, 0)}))
    assert [(group.enrolled, group.served) for group in coverage.groups] == [(30, 0), (40, 0)]


def test_directions_stand_in_their_usual_order() -> None:
    def pair(k: int, direction: Direction) -> Sequence[Member]:
        return a_mentor(f"M{k}", direction), a_mentee(f"E{k}", direction)

    ways = [Direction.PEER] * 6 + [Direction.UPWARD] * 6
    members = [member for k, way in enumerate(ways) for member in pair(k, way)]
    table = group_figures(a_plan(an_open_round(members, []), *((f"M{k}", f"E{k}") for k in range(12)))).mentor_levels
    assert table.directions == ("upward", "peer")
    assert table.totals == (6, 6)


def test_an_attribute_that_all_share_divides_nobody() -> None:
    figures = group_figures(a_firm({"A": (30, 12), "B": (30, 20)}, division="North", location="Here"))
    assert [one.attribute for one in figures.coverage] == ["department", "level"]
    alone = group_figures(a_firm({"M": (30, 12)}))
    assert alone.exchange is None


def test_a_firm_with_one_level_still_says_which() -> None:
    figures = group_figures(a_ladder({(1, 1): 12}))
    assert levels_of(figures.mentor_levels) == {"level 1": {"upward": 12}}
    assert figures.coverage == ()
