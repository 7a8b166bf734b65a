"""The group figures as tables: what is shown, what is hidden, and that an attacker makes nothing of it."""

from collections.abc import Mapping

import pytest

from mentormatch.audit.funnel import Funnel, GroupFunnel
from mentormatch.audit.group_tables import (
    COLUMNS,
    ELIGIBLE,
    ENROLLED,
    EVERYBODY,
    NO_GROUP,
    SERVED,
    SMALLER,
    AttributeCounts,
    show_counts,
)
from mentormatch.audit.impact import GroupImpact, Impact, Measure
from mentormatch.audit.inference import Interval, Share
from mentormatch.audit.publication import show_audit
from mentormatch.audit.report import audit
from mentormatch.matching.engine import match
from mentormatch.synthesis.organisation import generate_organisation
from tests.factories import a_round

Row = tuple[int, int, int, int]
"""Eligible, enrolled, with a candidate, served."""


def a_funnel(attribute: str, rows: Mapping[str, Row], everybody: Row, *, is_protected: bool = False) -> Funnel:
    def line(group: str, row: Row) -> GroupFunnel:
        return GroupFunnel(group, *row, row[3], None, 0, 0)

    groups = tuple(line(group, row) for group, row in rows.items())
    return Funnel(attribute, is_protected, groups, line(EVERYBODY, everybody))


def impacts_of(*funnels: Funnel) -> list[Impact]:
    """Return comparisons in which nobody is above a median, so that they hide and tell nothing."""
    none = Interval(0, 1)
    return [
        Impact(
            funnel.attribute,
            funnel.is_protected,
            measure,
            tuple(GroupImpact(one.group, 0, one.enrolled, 0.0, none) for one in funnel.groups),
            Share(0, 0),
        )
        for funnel in funnels
        for measure in Measure
    ]


def shown_of(*funnels: Funnel, parents: Mapping[str, str] | None = None) -> dict[str, AttributeCounts]:
    shown = show_counts(funnels, impacts_of(*funnels), parents)
    return {one.attribute: one for one in shown.attributes}


BIG = {"A": (60, 50, 50, 40), "B": (60, 50, 50, 30), "C": (60, 50, 50, 20)}


def test_large_groups_are_shown_as_they_are() -> None:
    found = shown_of(a_funnel("division", BIG, (180, 150, 150, 90)))["division"]
    assert [found.of("A")[column] for column in (ELIGIBLE, ENROLLED, SERVED)] == [60, 50, 40]
    assert [one.group for one in found.groups] == ["A", "B", "C"]


def test_a_small_count_is_hidden_and_so_is_another_that_would_give_it_away() -> None:
    rows = {**BIG, "C": (60, 50, 50, 3)}
    found = shown_of(a_funnel("division", rows, (180, 150, 150, 73)))["division"]
    hidden = [group for group in rows if found.of(group)[SERVED] is None]
    assert "C" in hidden
    assert len(hidden) >= 2


def test_groups_with_few_mentees_stand_together() -> None:
    rows = {**BIG, "D": (20, 9, 9, 5), "E": (20, 8, 8, 6)}
    found = shown_of(a_funnel("division", rows, (220, 167, 167, 101)))["division"]
    assert [one.group for one in found.groups] == ["A", "B", "C", SMALLER]
    assert (found.of(SMALLER)[ENROLLED], found.of(SMALLER)[SERVED]) == (17, 11)
    assert found.of("D") == dict.fromkeys(COLUMNS)


def test_those_in_no_group_have_a_row_of_their_own() -> None:
    found = shown_of(a_funnel("division", BIG, (200, 165, 165, 101)))["division"]
    assert [one.group for one in found.groups] == ["A", "B", "C", NO_GROUP]
    assert found.of(NO_GROUP)[SERVED] == 11


def test_counts_under_ten_are_hidden_where_the_attribute_is_protected() -> None:
    rows = {**BIG, "C": (60, 50, 50, 8)}
    everybody = (180, 150, 150, 78)
    is_open = shown_of(a_funnel("division", rows, everybody))["division"].of("C")[SERVED]
    is_closed = shown_of(a_funnel("gender", rows, everybody, is_protected=True))["gender"].of("C")[SERVED]
    assert (is_open, is_closed) == (8, None)


def test_the_tables_of_the_organisation_do_not_depend_on_the_attributes_handed_in() -> None:
    division = a_funnel("division", {**BIG, "C": (60, 50, 50, 3)}, (180, 150, 150, 73))
    gender = a_funnel("gender", {"f": (90, 75, 75, 71), "m": (90, 75, 75, 2)}, (180, 150, 150, 73), is_protected=True)
    age = a_funnel("age", {"old": (90, 75, 75, 70), "young": (90, 75, 75, 3)}, (180, 150, 150, 73), is_protected=True)
    alone, all_of_them = shown_of(division), shown_of(division, age, gender)
    assert alone["division"] == all_of_them["division"]
    assert shown_of(division, gender)["gender"] == all_of_them["gender"]


def test_totals_that_every_summary_prints_are_never_hidden_to_protect_a_group() -> None:
    rows = {"A": (60, 50, 50, 40), "B": (60, 50, 50, 3)}
    funnel = a_funnel("division", rows, (120, 100, 100, 43))
    shown = show_counts([funnel], impacts_of(funnel))
    assert shown.everybody.counts[SERVED] == 43
    assert [one.counts[SERVED] for one in shown.attributes[0].groups] == [None, None]


@pytest.mark.parametrize(("parents", "is_safe"), [({"X": "A", "Y": "A"}, True), ({}, False)])
def test_a_small_division_is_not_given_away_by_the_departments_of_another(
    parents: Mapping[str, str], is_safe: bool
) -> None:
    """Whoever knows that X and Y make up division A adds their counts up, and takes them and C off the total."""
    everybody = (160, 130, 130, 67)
    divisions = {"A": (40, 30, 30, 24), "B": (60, 50, 50, 3), "C": (60, 50, 50, 40)}
    departments = {"X": (20, 15, 15, 12), "Y": (20, 15, 15, 12), "Z": (120, 100, 100, 43)}
    found = shown_of(a_funnel("department", departments, everybody), a_funnel("division", divisions, everybody),
                     parents=parents)  # fmt: skip
    of_parts = [found["department"].of(name)[SERVED] or 0 for name in "XY"]
    of_a, of_c = (found["division"].of(name)[SERVED] for name in "AC")
    assert found["division"].of("B")[SERVED] is None
    most = everybody[3] - (of_c or 0) - (of_a or sum(of_parts))
    assert (most >= 5) is is_safe


def test_without_attributes_nothing_is_shown() -> None:
    shown = show_counts([], [])
    assert (shown.attributes, set(shown.everybody.counts.values())) == ((), {None})


@pytest.mark.parametrize("seed", [1, 2])
def test_no_count_that_is_shown_of_an_organisation_is_small(seed: int) -> None:
    organisation = generate_organisation(200, seed)
    round_ = a_round(*organisation.people, enrolments=organisation.enrolments)
    genders = {person.person_id: "fmx"[k % 7 % 3] for k, person in enumerate(round_.people)}
    found = audit(round_, match(round_, digests={}).outcome.pairings, attributes={"gender": genders})
    shown = show_audit(found)
    for funnel in shown.funnels:
        counts = [count for group in funnel.groups for count in group.counts.values() if count is not None]
        assert not any(0 < count < (10 if funnel.is_protected else 5) for count in counts)
        assert any(counts)
