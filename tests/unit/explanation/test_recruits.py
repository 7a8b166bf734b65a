"""Whom to recruit: a plausible mentor who would be a candidate."""

from typing import Any

from mentormatch.domain.change import Recruit
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Role
from mentormatch.explanation.changes import apply_change
from mentormatch.explanation.first_pass import read_first_pass
from mentormatch.explanation.recruits import NEWCOMER, recruits_for
from mentormatch.explanation.seeker import Seeker
from mentormatch.matching.reference import build_reference
from tests.factories import Member, a_mentee, a_mentor, a_person, a_round
from tests.unit.explanation.solved import solved

UP, DOWN, _, PEER, FORWARD = DIRECTIONS
WANTS: dict[str, Any] = {"skills_wanted": ("sql", "law"), "languages": ("en", "de"), "timezone": "Europe/Berlin"}


def recruits(*members: Any, who: str = "A") -> list[Recruit]:
    """Return whom to recruit for a mentee of a round."""
    first = read_first_pass(solved(a_round(*members)))
    return list(recruits_for(Seeker(first, Role.MENTEE, first.roster.mentees.position[who])))


def seniors() -> list[Any]:
    """Return people on levels 2 to 4 who are not enrolled."""
    return [a_person(f"L{level}", level=level) for level in (2, 3, 4)]


def test_the_newcomer_has_what_the_mentee_wants_first_and_shares_language_and_clock() -> None:
    (found,) = recruits(a_mentee("A", **WANTS), *seniors())
    assert found.enrolment.skills_offered == ("sql",)
    assert (found.person.languages, found.person.timezone) == (("en",), "Europe/Berlin")
    assert (found.person.manager_id, found.person.dotted_manager_ids, found.person.evaluator_ids) == ("", (), ())
    assert found.enrolment.as_mentor == {UP: 1}


def test_the_level_has_the_best_gap_among_those_that_exist() -> None:
    assert [one.person.level for one in recruits(a_mentee("A"), *seniors())] == [3]
    assert [one.person.level for one in recruits(a_mentee("A"), a_person("X", level=5))] == [5]
    assert recruits(a_mentee("A"), a_person("X", level=9)) == []
    assert recruits(a_mentee("A", level=None), *seniors()) == []


def test_the_newcomer_is_a_candidate_by_the_plain_reading_of_the_rules() -> None:
    round_ = a_round(a_mentee("A", as_mentee={UP: 1, DOWN: 1, PEER: 1}, **WANTS), *seniors())
    first = read_first_pass(solved(round_))
    found = list(recruits_for(Seeker(first, Role.MENTEE, 0)))
    assert [next(iter(one.enrolment.as_mentor)) for one in found] == [UP, DOWN, PEER]
    for recruit in found:
        assert build_reference(apply_change(recruit, round_)).candidate(NEWCOMER, "A") is not None


def test_forward_takes_somebody_of_the_area_asked_for_and_of_no_other() -> None:
    asking: Member = a_mentee("A", FORWARD, target_area="law", department="Sales")
    lawyer = a_person("X", level=3, department="Law", division="Staff")
    (found,) = recruits(asking, lawyer, a_person("Y", level=3, department="Works"))
    assert (found.person.department, found.person.division) == ("Law", "Staff")
    assert recruits(asking, a_person("Y", level=3, department="Works")) == []
    assert recruits(a_mentee("A", FORWARD, department="Sales"), lawyer) == []


def test_otherwise_the_unit_is_that_of_most_mentors_but_not_the_own_one() -> None:
    mentors = [a_mentor(f"M{k}", level=9, department=name) for k, name in enumerate(("Sales", "Sales", "Law", "Works"))]
    (found,) = recruits(a_mentee("A", department="Sales"), *mentors, *seniors())
    assert found.person.department == "Law"


def test_nobody_is_recruited_whom_a_rule_would_remove() -> None:
    """Who is away is paired with nobody."""
    first = read_first_pass(solved(a_round(a_mentee("A"), *seniors(), quarantined=frozenset({"A"}))))
    assert list(recruits_for(Seeker(first, Role.MENTEE, 0))) == []


def test_the_id_is_nobody_elses() -> None:
    (found,) = recruits(a_mentee("A"), *seniors(), a_person(NEWCOMER, level=1))
    assert found.person.person_id == f"{NEWCOMER}-2"
