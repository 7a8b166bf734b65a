"""Dotted lines, evaluators and previous managers."""

from collections import Counter

import pytest

from mentormatch.domain.hierarchy import build_hierarchy
from mentormatch.domain.people import Status
from tests.unit.synthesis.samples import a_town, chain_of, lines_above, people_of, reports_of, share

SIZES = (40, 400, 2_000)


@pytest.mark.parametrize("people_count", SIZES)
def test_every_line_names_somebody_else_who_exists(people_count: int) -> None:
    people = people_of(people_count)
    for person in people.values():
        named = (*person.dotted_manager_ids, *person.evaluator_ids, *person.previous_manager_ids)
        assert set(named) <= people.keys() - {person.person_id}
        assert len(set(person.evaluator_ids)) == len(person.evaluator_ids)


@pytest.mark.parametrize("people_count", SIZES)
def test_solid_and_dotted_lines_together_make_no_loop(people_count: int) -> None:
    people = people_of(people_count)
    assert all(person_id not in lines_above(person_id, people) for person_id in people)


def test_every_line_is_known_to_its_end() -> None:
    assert build_hierarchy(a_town().people).unknown == frozenset()


def test_about_six_in_a_hundred_have_a_dotted_line() -> None:
    assert 0.05 < share(bool(person.dotted_manager_ids) for person in a_town(10_000).people) < 0.07


def test_a_dotted_line_leads_nearer_to_the_top_outside_the_own_line_and_department() -> None:
    people = people_of()
    for person in people.values():
        chain = chain_of(person, people)
        for manager_id in person.dotted_manager_ids:
            assert len(chain_of(people[manager_id], people)) < len(chain)
            assert manager_id not in chain
            assert people[manager_id].department != person.department


def test_about_eight_in_a_hundred_have_moved_from_another_manager() -> None:
    people = a_town(10_000).people
    assert 0.07 < share(bool(person.previous_manager_ids) for person in people) < 0.10
    assert all(person.manager_id not in person.previous_manager_ids for person in people)


def test_a_previous_manager_leads_people() -> None:
    leads = reports_of(a_town().people).keys()
    assert all(set(person.previous_manager_ids) <= leads for person in a_town().people)


def test_the_manager_of_the_manager_often_evaluates() -> None:
    people = people_of()
    deep = [person for person in people.values() if len(chain_of(person, people)) > 1]
    evaluated = share(chain_of(person, people)[1] in person.evaluator_ids for person in deep)
    assert 0.55 < evaluated < 0.67


def test_a_department_has_one_partner_in_human_resources_who_evaluates_many() -> None:
    people = people_of(10_000)
    partners: dict[str, Counter[str]] = {}
    for person in people.values():
        outside = [e for e in person.evaluator_ids if people[e].division == "Human Resources" != person.division]
        partners.setdefault(person.department, Counter()).update(outside)
    large = [counts for counts in partners.values() if counts.total() > 20]
    assert len(large) > 20
    assert all(counts.most_common(1)[0][1] > 0.8 * counts.total() for counts in large)


def test_the_partners_in_human_resources_are_at_work() -> None:
    people = people_of(10_000)
    evaluators = {evaluator for person in people.values() for evaluator in person.evaluator_ids}
    assert all(people[evaluator].status is Status.ACTIVE for evaluator in evaluators)


def test_now_and_then_a_panel_member_evaluates() -> None:
    people = people_of()
    for_panel = [
        evaluator
        for person in people.values()
        for evaluator in person.evaluator_ids
        if evaluator not in chain_of(person, people) and people[evaluator].division != "Human Resources"
    ]
    assert 0.01 < len(for_panel) / len(people) < 0.05


def test_an_organisation_without_human_resources_has_no_partners() -> None:
    people = people_of(10)
    for person in people.values():
        assert set(person.evaluator_ids) <= set(chain_of(person, people)[1:2])
