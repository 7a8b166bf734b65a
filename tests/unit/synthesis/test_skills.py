"""Skills in families, their popularity, and interests."""

from collections import Counter

import numpy as np
import pytest

from mentormatch.domain.text import fold
from mentormatch.synthesis.divisions import DIVISION_KINDS
from mentormatch.synthesis.draws import open_stream
from mentormatch.synthesis.skills import FAMILIES, INTERESTS, SKILLS, draw_skills, find_families
from tests.unit.synthesis.samples import a_town, people_of, share


def test_there_are_more_than_two_hundred_skills_in_families() -> None:
    assert len(SKILLS) > 200
    assert len(FAMILIES) > 15
    assert sum(map(len, FAMILIES.values())) == len(SKILLS)


@pytest.mark.parametrize("names", [SKILLS, INTERESTS], ids=["skills", "interests"])
def test_no_name_stands_twice_or_would_break_a_list(names: tuple[str, ...]) -> None:
    assert len({fold(name) for name in names}) == len(names)
    assert all(name == name.strip() and ";" not in name for name in names)


def test_there_are_about_sixty_interests() -> None:
    assert 55 <= len(INTERESTS) <= 65


def test_a_known_division_has_the_families_of_its_kind() -> None:
    for kind in DIVISION_KINDS:
        assert find_families(kind.name, "Whatever") == kind.families


@pytest.mark.parametrize(("division", "department"), [("", "Border Force"), ("Unit 7", "Border Force"), ("", "")])
def test_an_unknown_unit_has_families_that_depend_on_its_name_alone(division: str, department: str) -> None:
    families = find_families(division, department)
    assert set(families) <= set(FAMILIES)
    assert families == find_families(division, department)


def test_unknown_units_differ_in_what_they_know() -> None:
    assert len({find_families("", f"Department {number}") for number in range(50)}) > 30


def test_skills_at_home_come_from_the_families_of_the_unit() -> None:
    picks = draw_skills(open_stream(1), [("Law", "Risk")] * 200 + [("Design",)] * 200, 5, home_share=1.0)
    assert {SKILLS[pick] for pick in picks[:200].ravel()} <= {*FAMILIES["Law"], *FAMILIES["Risk"]}
    assert {SKILLS[pick] for pick in picks[200:].ravel()} <= {*FAMILIES["Design"]}


def test_the_first_skill_of_a_family_is_the_most_popular() -> None:
    picks = draw_skills(open_stream(1), [("Law",)] * 2_000, 5, home_share=1.0)
    counts = Counter(SKILLS[pick] for pick in picks.ravel())
    assert [skill for skill, _ in counts.most_common(4)] == list(FAMILIES["Law"][:4])


def test_every_skill_can_come_up_anywhere() -> None:
    picks = draw_skills(open_stream(1), [("Law",)] * 60_000, 20, home_share=0.0)
    assert np.unique(picks).size == len(SKILLS)


def wanted_counts(people_count: int) -> Counter[str]:
    """Return how many people want each skill."""
    return Counter(skill for enrolment in a_town(people_count).enrolments for skill in enrolment.skills_wanted)


def test_popularity_has_a_long_tail() -> None:
    counts = sorted(wanted_counts(10_000).values(), reverse=True)
    assert sum(counts[:12]) > 0.4 * sum(counts)
    assert sum(counts[30:]) > 0.05 * sum(counts)
    assert len(counts) > 180


def test_what_everybody_wants_is_leadership_and_communication() -> None:
    top = {skill for skill, _ in wanted_counts(10_000).most_common(5)}
    assert top <= {*FAMILIES["Leadership"], *FAMILIES["Communication"], *FAMILIES["Career"]}


def test_people_offer_what_their_department_knows_more_than_others_do() -> None:
    people = people_of(10_000)
    rare = set(FAMILIES["Software"])

    def offered_by(is_inside: bool) -> float:
        offers = [
            skill
            for enrolment in a_town(10_000).enrolments
            if (people[enrolment.person_id].division == "Technology") is is_inside
            for skill in enrolment.skills_offered
        ]
        return share(skill in rare for skill in offers)

    assert offered_by(True) > 5 * offered_by(False)
