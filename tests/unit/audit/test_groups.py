"""Groups: who is in which, by units read off people and by attributes that are handed in."""

from mentormatch.audit.groups import Grouping, find_groupings, find_nested
from tests.factories import a_person


def by_name(*groupings: Grouping) -> dict[str, Grouping]:
    return {grouping.attribute: grouping for grouping in groupings}


def test_names_that_fold_alike_are_one_group_called_what_most_people_call_it() -> None:
    people = [a_person(str(k), department=name) for k, name in enumerate(["sales", "Sales ", "SALES", "Sales"])]
    found = by_name(*find_groupings(people))["department"]
    assert found.groups == ("Sales",)
    assert found.members("Sales", ["0", "1", "3", "stranger"]) == {"0", "1", "3"}


def test_whoever_has_no_unit_is_in_no_group() -> None:
    people = [a_person("A", location="Berlin"), a_person("B", location=" ")]
    assert by_name(*find_groupings(people))["location"].group_of == {"A": "Berlin"}


def test_an_attribute_that_nobody_has_is_left_out() -> None:
    assert [grouping.attribute for grouping in find_groupings([a_person("A", level=None)])] == []


def test_levels_stand_in_the_order_of_their_size() -> None:
    people = [a_person(str(level), level=level) for level in (10, 9, -1, 2)]
    assert by_name(*find_groupings(people))["level"].groups == ("-1", "2", "9", "10")


def test_attributes_from_outside_are_protected_and_the_others_are_not() -> None:
    people = [a_person("A", department="Sales"), a_person("B")]
    found = by_name(*find_groupings(people, {"gender": {"A": "f", "B": ""}}))
    assert found["gender"].is_protected
    assert not found["department"].is_protected
    assert found["gender"].group_of == {"A": "f"}


def test_strangers_in_the_attributes_make_no_group() -> None:
    assert find_groupings([a_person("A", level=None)], {"gender": {"X": "f"}}) == ()


def test_a_department_lies_in_the_division_of_all_its_people() -> None:
    places = [("Tax", "Finance"), ("Tax", "finance"), ("Law", "Finance"), ("Law", "Works"), ("Lab", ""), ("Lab", "R")]
    people = [a_person(str(k), department=d, division=v) for k, (d, v) in enumerate(places)]
    assert find_nested(find_groupings(people), "department", "division") == {"Tax": "Finance"}


def test_nothing_is_nested_where_an_attribute_is_missing() -> None:
    assert find_nested(find_groupings([a_person("A", department="Tax")]), "department", "division") == {}
