"""Wishes, refusals, conflicts."""

from collections import Counter

from mentormatch.domain.enrolment import Enrolment
from tests.unit.synthesis.samples import a_town, enrolments_of, people_of, share

TOWN = 10_000


def lists_of(enrolment: Enrolment) -> list[tuple[str, ...]]:
    """Return the four lists of people whom one person names."""
    return [enrolment.prefers, enrolment.rather_not, enrolment.avoids, enrolment.conflicts]


def test_people_name_others_who_are_enrolled() -> None:
    enrolled = enrolments_of(TOWN)
    for enrolment in enrolled.values():
        for named in lists_of(enrolment):
            assert all(person_id in enrolled for person_id in named)
            assert enrolment.person_id not in named


def test_nobody_is_named_twice_by_one_person() -> None:
    for enrolment in a_town(TOWN).enrolments:
        named = [person_id for ids in lists_of(enrolment) for person_id in ids]
        assert len(set(named)) == len(named)


def test_people_have_up_to_three_wishes() -> None:
    counts = Counter(len(enrolment.prefers) for enrolment in a_town(TOWN).enrolments)
    assert set(counts) == {0, 1, 2, 3}
    assert 0.3 < counts[0] / counts.total() < 0.6


def test_wishes_lie_outside_the_own_department_and_within_reach_but_for_the_own_manager() -> None:
    people = people_of(TOWN)
    wishes = [(people[e.person_id], people[w]) for e in a_town(TOWN).enrolments for w in e.prefers]
    at_home = [(one, other) for one, other in wishes if one.department == other.department]
    assert all(other.person_id == one.manager_id for one, other in at_home)
    assert share(0 < abs((one.level or 0) - (other.level or 0)) <= 4 for one, other in wishes) > 0.95


def test_mentees_wish_for_mentors() -> None:
    enrolled = enrolments_of(TOWN)
    wished = [enrolled[w].is_mentor for e in enrolled.values() if e.is_mentee for w in e.prefers]
    assert share(wished) > 0.95


def test_mentors_who_ask_for_nothing_wish_for_mentees_below() -> None:
    enrolled, people = enrolments_of(TOWN), people_of(TOWN)
    wishes = [(e.person_id, w) for e in enrolled.values() if not e.is_mentee for w in e.prefers]
    assert len(wishes) > 300
    assert share(enrolled[wished].is_mentee for _, wished in wishes) > 0.9
    assert share((people[w].level or 0) < (people[person_id].level or 0) for person_id, w in wishes) > 0.9


def test_some_wishes_are_mutual() -> None:
    enrolled = enrolments_of(TOWN)
    mutual = sum(e.person_id in enrolled[w].prefers for e in enrolled.values() if e.is_mentee for w in e.prefers)
    assert mutual > 50


def test_some_mentors_are_wished_for_by_many() -> None:
    fame = Counter(wished for e in a_town(TOWN).enrolments if e.is_mentee for wished in e.prefers)
    assert fame.most_common(1)[0][1] > 4 * fame.total() / len(fame)


def test_a_few_wish_for_their_own_manager_which_no_rule_allows() -> None:
    people = people_of(TOWN)
    wishes = [people[e.person_id].manager_id in e.prefers for e in a_town(TOWN).enrolments]
    assert 0.003 < share(wishes) < 0.05


def test_refusals_are_few_and_conflicts_fewer() -> None:
    enrolments = a_town(TOWN).enrolments
    rather_not = share(bool(e.rather_not) for e in enrolments)
    avoids = share(bool(e.avoids) for e in enrolments)
    conflicts = share(bool(e.conflicts) for e in enrolments)
    assert 0.10 > rather_not > avoids > conflicts > 0.002
