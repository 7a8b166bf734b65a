"""Divisions and departments: pieces of the tree with one head each and names that fit."""

from collections import Counter

import pytest

from mentormatch.synthesis.divisions import DIVISION_KINDS, EXECUTIVE, KIND_BY_NAME, PEOPLE_DIVISION, SIZE_ORDER
from mentormatch.synthesis.draws import open_stream
from mentormatch.synthesis.skills import FAMILIES
from mentormatch.synthesis.tree import Tree, grow_tree
from mentormatch.synthesis.units import LARGEST_LIMIT, Units, form_units

SIZES = (40, 400, 2_000, 10_000)


def a_tree_with_units(people_count: int, seed: int = 1) -> tuple[Tree, Units]:
    tree = grow_tree(people_count, open_stream(seed))
    return tree, form_units(tree)


@pytest.mark.parametrize("people_count", SIZES)
def test_a_department_is_one_piece_of_the_tree_under_its_head(people_count: int) -> None:
    tree, units = a_tree_with_units(people_count)
    for number, department in enumerate(units.departments):
        members = (units.member_of == number).nonzero()[0].tolist()
        outside = [person for person in members if units.member_of[tree.manager[person]] != number]
        assert department.head in members
        assert set(outside) <= {department.head}


@pytest.mark.parametrize("people_count", SIZES)
def test_a_department_that_is_no_office_is_a_whole_subtree(people_count: int) -> None:
    tree, units = a_tree_with_units(people_count)
    for number, department in enumerate(units.departments):
        if not department.is_office:
            members = (units.member_of == number).nonzero()[0].tolist()
            assert members == list(range(department.head, department.head + int(tree.size[department.head])))


@pytest.mark.parametrize("people_count", SIZES)
def test_a_division_is_a_whole_subtree_under_the_top(people_count: int) -> None:
    tree, units = a_tree_with_units(people_count)
    names = units.division_names()
    heads = [head for head in range(1, people_count) if tree.depth[head] == 1 and tree.leads[head]]
    for head in heads:
        inside = set(names[head : head + int(tree.size[head])])
        assert len(inside) == 1
        assert names.count(inside.pop()) == int(tree.size[head])


def test_the_top_and_their_assistants_work_in_the_executive_office() -> None:
    tree, units = a_tree_with_units(2_000)
    names = units.department_names()
    for person, name in enumerate(names):
        is_outside_divisions = person == 0 or (tree.depth[person] == 1 and not tree.leads[person])
        assert (name == EXECUTIVE) == is_outside_divisions


@pytest.mark.parametrize("people_count", SIZES)
def test_no_two_departments_share_a_name(people_count: int) -> None:
    _, units = a_tree_with_units(people_count)
    assert max(Counter(department.name for department in units.departments).values()) == 1


def test_departments_are_of_a_size_in_which_people_know_each_other() -> None:
    tree, units = a_tree_with_units(20_000)
    sizes = [int(tree.size[department.head]) for department in units.departments if not department.is_office]
    assert max(sizes) <= LARGEST_LIMIT
    assert 60 <= len(sizes) <= 250


def test_the_largest_unit_is_the_usually_largest_division() -> None:
    _, units = a_tree_with_units(10_000)
    by_size = [name for name, _ in Counter(units.division_names()).most_common() if name != EXECUTIVE]
    assert by_size == [name for name in SIZE_ORDER if name in by_size]


@pytest.mark.parametrize("seed", range(5))
def test_an_organisation_with_divisions_has_human_resources(seed: int) -> None:
    _, units = a_tree_with_units(400, seed)
    assert PEOPLE_DIVISION in units.division_names()


@pytest.mark.parametrize("people_count", [1, 2, 3, 4, 5])
def test_a_handful_of_people_is_one_office(people_count: int) -> None:
    _, units = a_tree_with_units(people_count)
    assert set(units.department_names()) == {EXECUTIVE}


def test_every_kind_of_division_is_complete() -> None:
    assert set(SIZE_ORDER) == set(KIND_BY_NAME)
    assert len(SIZE_ORDER) == len(DIVISION_KINDS) == 12
    for kind in DIVISION_KINDS:
        assert set(kind.families) <= set(FAMILIES)
        assert len(kind.departments) >= 10
        assert all(name and role for name, role in kind.departments)


def test_no_department_belongs_to_two_kinds_of_division() -> None:
    names = [name for kind in DIVISION_KINDS for name, _ in kind.departments]
    assert len(names) == len(set(names))
