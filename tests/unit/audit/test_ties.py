"""Ties within pairings: one line, one department, an earlier round, favours in return, second helpings."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from mentormatch.audit.random_plans import Null, draw_plans
from mentormatch.audit.ties import (
    FAVOUR_EXCHANGE,
    RECIPROCAL,
    REPEAT,
    SAME_DEPARTMENT,
    SAME_LINE,
    TIES,
    TieFinder,
    count_ties,
    find_division_heads,
    return_figures,
    second_helpings,
    tie_figures,
)
from mentormatch.domain.pairing import PastPairing
from mentormatch.domain.people import Person
from mentormatch.domain.reasons import RuleId
from mentormatch.synthesis.organisation import generate_organisation
from tests.factories import a_mentee, a_mentor, a_person, a_round, a_scored_round, bare_policy, loose_capacity
from tests.unit.audit.plans import UP, a_plan, an_open_round


def people_of(*people: Person) -> dict[str, Person]:
    return {person.person_id: person for person in people}


def test_the_head_of_a_division_is_the_last_one_up_the_line_in_it() -> None:
    people = people_of(
        a_person("ceo", division="Board"),
        a_person("head", division="Works", manager_id="ceo"),
        a_person("lead", division=" works", manager_id="head"),
        a_person("hand", division="WORKS", manager_id="lead"),
        a_person("guest", division="Sales", manager_id="lead"),
        a_person("nomad", manager_id="lead"),
    )
    found = find_division_heads(people)
    assert found == {"ceo": "ceo", "head": "head", "lead": "head", "hand": "head", "guest": "guest"}


def test_a_loop_has_an_end() -> None:
    people = people_of(a_person("A", division="x", manager_id="B"), a_person("B", division="x", manager_id="A"))
    assert find_division_heads(people) == {"A": "B", "B": "A"}


def a_finder(mentor: Mapping[str, Any], mentee: Mapping[str, Any], history: tuple[PastPairing, ...] = ()) -> TieFinder:
    round_ = an_open_round([a_mentee("E", **mentee)], [a_mentor("M", **mentor)], history=history)
    return TieFinder(a_plan(round_))


@pytest.mark.parametrize(
    ("mentor", "mentee", "is_line"),
    [
        ({"division": "x", "manager_id": "H"}, {"division": "x", "manager_id": "G"}, False),
        ({"division": "x"}, {"division": "x", "manager_id": "M"}, True),
        ({"manager_id": "B"}, {"manager_id": "B"}, True),
        ({"manager_id": "B"}, {"previous_manager_ids": ("B",)}, True),
        ({"previous_manager_ids": ("B",)}, {"previous_manager_ids": ("A", "B")}, True),
        ({"manager_id": "B"}, {"manager_id": "C"}, False),
        ({}, {}, False),
    ],
)
def test_one_line_is_one_division_head_or_a_manager_in_common_now_or_lately(
    mentor: Mapping[str, Any], mentee: Mapping[str, Any], is_line: bool
) -> None:
    assert a_finder(mentor, mentee).is_same_line("M", "E") is is_line


def test_departments_are_compared_as_the_rules_do() -> None:
    assert count_ties(a_finder({"department": "Tax"}, {"department": " tax"}), [("M", "E")])[SAME_DEPARTMENT] == 1
    assert count_ties(a_finder({}, {}), [("M", "E")])[SAME_DEPARTMENT] == 0


@pytest.mark.parametrize("pair", [("M", "E"), ("E", "M")])
def test_a_repeat_counts_either_way_round(pair: tuple[str, str]) -> None:
    finder = a_finder({}, {}, (PastPairing(*pair, UP, "r1"),))
    assert count_ties(finder, [("M", "E")]) == {SAME_LINE: 0, SAME_DEPARTMENT: 0, REPEAT: 1}


def test_ties_are_counted_in_every_random_plan() -> None:
    mentees = [a_mentee(f"E{k}", department=name) for k, name in enumerate("xxyz")]
    mentors = [a_mentor(f"M{k}", department=name) for k, name in enumerate("xyyz")]
    solved = a_plan(an_open_round(mentees, mentors), *((f"M{k}", f"E{k}") for k in range(4)))
    sample = draw_plans(solved, Null.ANY, seed=0, plans=60)
    finder, names = TieFinder(solved), solved.roster.mentees.ids
    plans = [
        [(pair.mentor_id, names[k]) for pair, k in zip(solved.pairings, row, strict=True)] for row in sample.mentees
    ]
    expected = [count_ties(finder, plan)[SAME_DEPARTMENT] for plan in plans]
    assert tie_figures(finder, sample)[SAME_DEPARTMENT].tolist() == expected
    assert expected[0] == 3
    assert len(set(expected)) > 2


def test_many_pairs_have_the_ties_that_they_have_one_by_one() -> None:
    organisation = generate_organisation(150, 9)
    round_ = a_round(*organisation.people, enrolments=organisation.enrolments, history=organisation.history)
    solved = a_plan(round_)
    finder, mentors, mentees = TieFinder(solved), solved.roster.mentors.ids, solved.roster.mentees.ids
    tables = finder.tables(mentors, mentees)
    for k, name in enumerate(TIES):
        expected = [[finder.ties(mentor, mentee)[k] for mentee in mentees] for mentor in mentors]
        assert tables[k].tolist() == expected, name
        assert tables[k].any(), name


def test_favours_in_return_are_counted_where_the_policy_allows_them() -> None:
    """X and Y mentor each other; A and B mentor each other's people."""
    both = [a_mentee(who, as_mentor={UP: 1}, max_mentees=1) for who in "XY"]
    mentees = [a_mentee("a", manager_id="A"), a_mentee("b", manager_id="B"), a_mentee("z", manager_id="Z")]
    mentors = [a_mentor(who, places=2) for who in "ABZ"]
    pairs = (("X", "Y"), ("Y", "X"), ("A", "b"), ("B", "a"), ("Z", "z"))
    solved = a_plan(an_open_round([*both, *mentees], mentors), *pairs)
    found = return_figures(draw_plans(solved, Null.ANY, seed=0, plans=5))
    assert (found[RECIPROCAL][0], found[FAVOUR_EXCHANGE][0]) == (1, 1)


def test_favours_in_return_are_counted_in_every_random_plan() -> None:
    mentees = [a_mentee(f"E{k}", manager_id=f"M{(k + 1) % 4}") for k in range(4)]
    solved = a_plan(
        an_open_round(mentees, [a_mentor(f"M{k}") for k in range(4)]), *((f"M{k}", f"E{k}") for k in range(4))
    )
    sample = draw_plans(solved, Null.ANY, seed=3, plans=40)
    expected = []
    for row in sample.ends:
        given = {(place, (end + 1) % 4) for place, end in enumerate(row.tolist())}
        expected.append(sum((b, a) in given and a < b for a, b in given))
    assert return_figures(sample)[FAVOUR_EXCHANGE].tolist() == expected
    assert len(set(expected)) > 1


def test_without_pairings_there_are_no_ties() -> None:
    solved = a_plan(an_open_round([a_mentee("E")], [a_mentor("M")]))
    sample = draw_plans(solved, Null.ANY, seed=0, plans=3)
    assert tie_figures(TieFinder(solved), sample)[SAME_LINE].tolist() == [0] * 4
    assert np.array_equal(return_figures(sample)[RECIPROCAL], np.zeros(4))


class TestSecondHelpings:
    policy = bare_policy(RuleId.LEVEL_BAND, capacity=loose_capacity(mentee_limit=2, mentee_direction_limit=2))

    def helpings(self, points: Mapping[tuple[str, str], int]) -> tuple[tuple[str, str], ...]:
        """Let A have both M and N, while B has neither."""
        round_ = a_scored_round(points, policy=self.policy)
        entries = [e if e.person_id != "A" else type(e)("A", {UP: 2}, max_mentors=2) for e in round_.enrolments]
        round_ = type(round_)(round_.people, tuple(entries), policy=round_.policy)
        return second_helpings(a_plan(round_, ("M", "A"), second=[("N", "A")]))

    def test_a_second_place_while_a_candidate_of_that_mentor_waits_is_listed(self) -> None:
        assert self.helpings({("A", "M"): 500, ("A", "N"): 500, ("B", "N"): 500}) == (("N", "A"),)

    def test_a_candidate_of_the_first_mentor_does_not_count(self) -> None:
        assert self.helpings({("A", "M"): 500, ("A", "N"): 500, ("B", "M"): 500}) == ()
