"""people.csv, enrolments.csv and history.csv are written as their readers read them."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment, Rhythm
from mentormatch.domain.pairing import PastPairing
from mentormatch.domain.people import Person, Status
from mentormatch.domain.policy import CapacityPolicy
from mentormatch.files.enrolments_file import read_enrolments
from mentormatch.files.history_file import read_history
from mentormatch.files.people_file import read_people
from mentormatch.files.problems import Findings
from mentormatch.files.round_tables import write_enrolments, write_history, write_people

word = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=8).filter(
    lambda text: ";" not in text
)
maybe = st.one_of(st.just(""), word)
some = st.lists(st.text("abcdefgh", min_size=1, max_size=4), unique=True, max_size=3).map(tuple)
days = st.one_of(st.none(), st.dates(date(1950, 1, 1), date(2100, 1, 1)))
people = st.builds(
    Person,
    person_id=st.text("ABC123", min_size=3, max_size=6),
    name=word,
    email=st.sampled_from(["", "ann@x.org"]),
    manager_id=maybe,
    dotted_manager_ids=some,
    level=st.integers(-5, 20),
    job_title=maybe,
    department=maybe,
    timezone=st.sampled_from(["", "Europe/London", "UTC"]),
    languages=some,
    start_date=days,
    status=st.sampled_from(Status),
    evaluator_ids=some,
    previous_manager_ids=some,
)
places = st.dictionaries(st.sampled_from(Direction), st.integers(0, 2))
enrolments = st.builds(
    Enrolment,
    person_id=st.text("ABC", min_size=1, max_size=4),
    as_mentee=places,
    as_mentor=places,
    max_mentors=st.integers(0, 2),
    max_mentees=st.integers(0, 3),
    skills_wanted=some,
    skills_offered=some,
    target_area=maybe,
    interests=some,
    avoids=some,
    conflicts=some,
    hours_per_month=st.one_of(st.none(), st.sampled_from([0.0, 0.5, 2.0, 744.0])),
    meeting_rhythm=st.one_of(st.none(), st.sampled_from(Rhythm)),
    trained=st.sampled_from([None, True, False]),
    waiting_rounds=st.integers(0, 99),
)
history = st.builds(
    PastPairing,
    mentor_id=st.text("AB", min_size=1, max_size=4),
    mentee_id=st.text("CD", min_size=1, max_size=4),
    direction=st.sampled_from(Direction),
    round_name=word,
    started=st.one_of(st.none(), st.dates(date(1950, 1, 1), date(2000, 1, 1))),
    ended=st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2100, 1, 1))),
    end_reason=maybe,
)


@given(st.lists(people, min_size=1, max_size=4))
def test_people_are_read_back_as_they_were(written: list[Person]) -> None:
    findings = Findings()
    assert read_people(write_people(written), findings).people == tuple(written)
    assert findings.problems == []


@given(st.lists(enrolments, max_size=4))
def test_enrolments_are_read_back_as_they_were(written: list[Enrolment]) -> None:
    findings = Findings()
    assert read_enrolments(write_enrolments(written), CapacityPolicy(), findings).enrolments == tuple(written)
    assert findings.problems == []


@given(st.lists(history, max_size=4))
def test_history_is_read_back_as_it_was(written: list[PastPairing]) -> None:
    findings = Findings()
    assert read_history(write_history(written), findings) == tuple(written)
    assert findings.problems == []


def test_what_is_unknown_is_a_blank_cell() -> None:
    assert write_people([Person("A", "Ann")]).decode().splitlines()[1] == "A,Ann,,,,,,,,,,,,active,,"
    assert write_enrolments([Enrolment("A")]).decode().splitlines()[1] == "A,,,1,2,,,,,,,,,,,,0"


def test_places_languages_and_answers_are_written_as_people_write_them() -> None:
    enrolment = Enrolment("A", {Direction.UPWARD: 1, Direction.PEER: 2}, trained=False, hours_per_month=1.5)
    assert write_enrolments([enrolment]).decode().splitlines()[1] == "A,upward:1;peer:2,,1,2,,,,,,,,,1.5,,no,0"
