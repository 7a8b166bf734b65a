"""The two past rounds, and who has waited since."""

from collections import Counter
from datetime import date

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.pairing import PastPairing
from mentormatch.domain.people import Person
from mentormatch.domain.policy import Policy
from mentormatch.synthesis.draws import open_stream
from mentormatch.synthesis.past_rounds import END_REASONS, MOST_MENTEES, PAST_ROUNDS, draw_past_rounds, draw_waiting
from mentormatch.synthesis.workforce import gather_workforce
from tests.factories import a_person
from tests.unit.synthesis.samples import a_town, enrolments_of, lines_above, people_of

TOWN = 2_000


def history() -> tuple[PastPairing, ...]:
    return a_town(TOWN).history


def both_of(pairing: PastPairing) -> tuple[Person, Person]:
    """Return the mentor and the mentee."""
    return people_of(TOWN)[pairing.mentor_id], people_of(TOWN)[pairing.mentee_id]


def test_there_are_two_rounds_of_last_year_one_after_the_other() -> None:
    terms = {p.round_name: (p.started or date.min, p.ended or date.max) for p in history()}
    assert sorted(terms) == ["2025-1", "2025-2"]
    days = [*terms["2025-1"], *terms["2025-2"]]
    assert days == sorted(days)
    assert {day.year for day in days[:3]} == {2025}


def test_about_one_in_sixteen_people_was_served_in_each_round() -> None:
    counts = Counter(pairing.round_name for pairing in history())
    assert all(0.04 < count / TOWN < 0.09 for count in counts.values())


def test_levels_fit_the_direction() -> None:
    for pairing in history():
        mentor, mentee = both_of(pairing)
        gap = (mentor.level or 0) - (mentee.level or 0)
        assert gap in Policy().directions[pairing.direction].level_gap


def test_every_direction_has_been_tried() -> None:
    counts = Counter(pairing.direction for pairing in a_town(10_000).history)
    assert set(counts) == set(DIRECTIONS)
    assert counts.most_common(1)[0][0] is Direction.UPWARD
    assert min(counts.values()) > 30


def test_nobody_was_paired_in_their_chain_of_command() -> None:
    people = people_of(TOWN)
    for pairing in history():
        assert pairing.mentor_id not in lines_above(pairing.mentee_id, people)
        assert pairing.mentee_id not in lines_above(pairing.mentor_id, people)


def test_nobody_was_paired_inside_their_team() -> None:
    assert all(mentor.manager_id != mentee.manager_id for mentor, mentee in map(both_of, history()))


def test_forward_led_out_of_the_department() -> None:
    forward = [both_of(pairing) for pairing in history() if pairing.direction is Direction.FORWARD]
    assert forward
    assert all(mentor.department != mentee.department for mentor, mentee in forward)


def test_no_two_people_were_paired_twice() -> None:
    pairs = Counter(frozenset((pairing.mentor_id, pairing.mentee_id)) for pairing in history())
    assert set(pairs.values()) == {1}


def test_a_round_gave_each_mentee_one_mentor_and_each_mentor_few_mentees() -> None:
    mentees = Counter((pairing.round_name, pairing.mentee_id) for pairing in history())
    mentors = Counter((pairing.round_name, pairing.mentor_id) for pairing in history())
    assert set(mentees.values()) == {1}
    assert 1 < max(mentors.values()) <= MOST_MENTEES


def test_only_people_who_were_here_took_part() -> None:
    for pairing in history():
        for person in both_of(pairing):
            assert person.start_date is not None
            assert pairing.started is not None
            assert person.start_date < pairing.started


def test_most_pairings_were_completed() -> None:
    reasons = Counter(pairing.end_reason for pairing in history())
    assert set(reasons) <= set(END_REASONS)
    assert reasons.most_common(1)[0][0] == "completed"


def test_most_have_not_waited_and_some_have_waited_once_or_twice() -> None:
    waited = Counter(enrolment.waiting_rounds for enrolment in a_town(TOWN).enrolments)
    assert set(waited) == {0, 1, 2}
    assert waited[0] > 0.8 * waited.total()
    assert waited[1] > waited[2] > 10


def test_only_mentees_wait() -> None:
    assert all(e.is_mentee for e in a_town(TOWN).enrolments if e.waiting_rounds)


def test_nobody_waits_from_a_round_that_served_them() -> None:
    enrolled = enrolments_of(TOWN)
    for pairing in history():
        if pairing.mentee_id in enrolled:
            most = 0 if pairing.round_name == PAST_ROUNDS[-1].name else 1
            assert enrolled[pairing.mentee_id].waiting_rounds <= most


def test_nobody_waits_from_before_they_came() -> None:
    for enrolment in a_town(TOWN).enrolments:
        joined = people_of(TOWN)[enrolment.person_id].start_date
        assert joined is not None
        assert enrolment.waiting_rounds <= sum(joined < past.started for past in PAST_ROUNDS)


def test_people_whose_start_is_unknown_may_have_waited() -> None:
    workforce = gather_workforce([a_person(f"P{number}") for number in range(500)])
    assert set(draw_waiting(workforce, (), open_stream(1))) == {0, 1, 2}


def test_newcomers_have_not_waited() -> None:
    today = date(2026, 1, 5)
    workforce = gather_workforce([a_person(f"P{number}", start_date=today) for number in range(200)])
    assert set(draw_waiting(workforce, (), open_stream(1))) == {0}


def test_a_team_under_one_manager_has_no_past() -> None:
    team = [a_person("BOSS", level=2), *(a_person(f"P{number}", manager_id="BOSS") for number in range(200))]
    assert draw_past_rounds(gather_workforce(team), team, open_stream(1)) == ()
