"""What can be read off reporting lines, and when they say nothing."""

import pytest

from mentormatch.domain.hierarchy import build_hierarchy, depths
from tests.factories import a_person


def test_ancestors_are_all_above_at_any_distance() -> None:
    hierarchy = build_hierarchy([a_person("Top"), a_person("Mid", manager_id="Top"), a_person("Low", manager_id="Mid")])
    assert hierarchy.ancestors("Low") == {"Mid", "Top"}
    assert hierarchy.ancestors("Mid") == {"Top"}
    assert hierarchy.ancestors("Top") == frozenset()


def test_dotted_lines_count_like_solid_ones() -> None:
    people = [
        a_person("Top"),
        a_person("Lead", manager_id="Top"),
        a_person("Project", dotted_manager_ids=("Lead",)),
        a_person("Low", dotted_manager_ids=("Project",)),
    ]
    assert build_hierarchy(people).ancestors("Low") == {"Project", "Lead", "Top"}


def test_siblings_and_reports_are_not_ancestors() -> None:
    people = [a_person("Top"), a_person("A", manager_id="Top"), a_person("B", manager_id="Top")]
    hierarchy = build_hierarchy(people)
    assert "B" not in hierarchy.ancestors("A")
    assert "A" not in hierarchy.ancestors("Top")


def test_a_manager_named_twice_counts_once() -> None:
    hierarchy = build_hierarchy([a_person("Top"), a_person("A", manager_id="Top", dotted_manager_ids=("Top", "Top"))])
    assert hierarchy.managers["A"] == ("Top",)
    assert hierarchy.unknown == frozenset()


def test_every_line_that_ends_at_a_top_is_known() -> None:
    people = [a_person("T1"), a_person("T2"), a_person("A", manager_id="T1", dotted_manager_ids=("T2",))]
    assert build_hierarchy(people).unknown == frozenset()


def test_a_line_to_somebody_who_does_not_exist_is_unknown_all_the_way_down() -> None:
    people = [
        a_person("Top"),
        a_person("A", manager_id="Ghost"),
        a_person("B", manager_id="A"),
        a_person("C", manager_id="Top"),
    ]
    assert build_hierarchy(people).unknown == {"A", "B"}


def test_one_unknown_dotted_line_makes_the_whole_line_unknown() -> None:
    people = [a_person("Top"), a_person("A", manager_id="Top", dotted_manager_ids=("Ghost",))]
    assert build_hierarchy(people).unknown == {"A"}


def test_a_line_through_a_quarantined_person_is_unknown() -> None:
    people = [a_person("Top"), a_person("Q", manager_id="Top"), a_person("A", manager_id="Q")]
    assert build_hierarchy(people, frozenset({"Q"})).unknown == {"Q", "A"}


def test_a_loop_is_unknown_and_so_is_everybody_under_it() -> None:
    people = [
        a_person("A", manager_id="B"),
        a_person("B", manager_id="C"),
        a_person("C", manager_id="A"),
        a_person("Under", manager_id="C"),
        a_person("Apart"),
    ]
    assert build_hierarchy(people).unknown == {"A", "B", "C", "Under"}


def test_a_loop_through_dotted_lines_is_a_loop() -> None:
    people = [a_person("A", manager_id="B"), a_person("B", dotted_manager_ids=("A",))]
    assert build_hierarchy(people).unknown == {"A", "B"}


def test_ancestors_of_a_loop_end() -> None:
    people = [a_person("A", manager_id="B"), a_person("B", manager_id="A")]
    assert build_hierarchy(people).ancestors("A") == {"A", "B"}


def test_ones_own_manager_is_a_loop() -> None:
    assert build_hierarchy([a_person("A", manager_id="A")]).unknown == {"A"}


def test_somebody_nobody_knows_has_no_ancestors() -> None:
    assert build_hierarchy([]).ancestors("Nobody") == frozenset()


@pytest.mark.parametrize("height", [1, 500, 20_000])
def test_a_chain_may_be_as_deep_as_it_likes(height: int) -> None:
    people = [a_person(str(row), manager_id=str(row - 1) if row else "") for row in range(height)]
    hierarchy = build_hierarchy(people)
    assert len(hierarchy.ancestors(str(height - 1))) == height - 1
    assert hierarchy.unknown == frozenset()
    assert depths(people)[str(height - 1)] == height - 1


def test_depth_counts_solid_lines_from_the_top() -> None:
    people = [
        a_person("T"),
        a_person("A", manager_id="T"),
        a_person("B", manager_id="A", dotted_manager_ids=("T",)),
        a_person("T2"),
    ]
    assert depths(people) == {"T": 0, "A": 1, "B": 2, "T2": 0}


def test_people_without_a_way_to_a_top_have_no_depth() -> None:
    people = [
        a_person("T"),
        a_person("A", manager_id="B"),
        a_person("B", manager_id="A"),
        a_person("C", manager_id="Ghost"),
    ]
    assert depths(people) == {"T": 0}


def test_the_order_of_the_rows_does_not_matter() -> None:
    people = [
        a_person("T"),
        a_person("A", manager_id="T"),
        a_person("B", manager_id="A", dotted_manager_ids=("T",)),
        a_person("C", manager_id="Ghost"),
    ]
    forwards, backwards = build_hierarchy(people), build_hierarchy(people[::-1])
    assert forwards.unknown == backwards.unknown
    assert all(forwards.ancestors(p.person_id) == backwards.ancestors(p.person_id) for p in people)
    assert depths(people) == depths(people[::-1])
