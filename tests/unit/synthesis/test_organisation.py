"""The organisation as a whole: the same seed, the same people; valid for the checks, and worth matching."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.people import Status
from mentormatch.domain.round import Round
from mentormatch.errors import InputError
from mentormatch.files.folder import read_round
from mentormatch.files.generated_files import write_generated
from mentormatch.matching.candidates import build_candidates, directions_of
from mentormatch.matching.roster import build_roster
from mentormatch.synthesis.organisation import MOST_PEOPLE, generate_organisation
from tests.unit.synthesis.samples import a_town, people_of, reports_of

ROOT = Path(__file__).parents[3]
SMALL = (1, 2, 3, 5, 10, 40)
PRINT_DIGEST = """
import hashlib
from mentormatch.synthesis.organisation import generate_organisation
print(hashlib.sha256(repr(generate_organisation(120, 7)).encode()).hexdigest())
"""
PUBLISHED_DIGEST = "031080b0040390612cbd1306c99daf60e75cbc18cf4f95b35372c9f8cd5c2ae4"
"""Of ``repr(generate_organisation(120, 7))``. Whoever changes what is drawn changes this line; nothing else may."""


def digest_of(people_count: int, seed: int) -> str:
    return hashlib.sha256(repr(generate_organisation(people_count, seed)).encode()).hexdigest()


def digest_in_a_process(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PRINT_DIGEST]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_the_same_seed_gives_the_same_organisation_on_every_machine() -> None:
    assert digest_of(120, 7) == PUBLISHED_DIGEST


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_the_hash_seed_of_python_changes_nothing(hash_seed: str) -> None:
    assert digest_in_a_process(hash_seed) == PUBLISHED_DIGEST


def test_different_seeds_give_different_organisations() -> None:
    assert len({digest_of(40, seed) for seed in range(20)}) == 20


def test_another_size_gives_other_people() -> None:
    assert a_town(40).people != a_town(41).people[:40]


@settings(max_examples=40)
@given(st.integers(1, 120), st.integers(0, 2**63))
def test_any_size_and_seed_gives_one_tree_of_that_many_people(people_count: int, seed: int) -> None:
    people = generate_organisation(people_count, seed).people
    assert len({person.person_id for person in people}) == people_count
    assert [person.manager_id for person in people].count("") == 1
    assert {person.manager_id for person in people} <= {person.person_id for person in people} | {""}


@pytest.mark.parametrize("people_count", SMALL)
def test_every_field_of_a_person_that_matters_is_filled(people_count: int) -> None:
    for person in a_town(people_count).people:
        assert person.name
        assert person.email
        assert person.level is not None
        assert person.job_title
        assert person.division
        assert person.department
        assert person.location
        assert person.timezone
        assert person.languages
        assert person.start_date


def test_ids_stand_in_order_and_say_nothing_about_rank() -> None:
    ids = [person.person_id for person in a_town().people]
    assert ids == sorted(ids) == [f"P{number:04}" for number in range(1, 2_001)]
    assert people_of()["P0001"].manager_id
    correlation = np.corrcoef(range(2_000), [person.level or 0 for person in a_town().people])[0, 1]
    assert abs(correlation) < 0.1


def test_ids_of_a_large_organisation_have_one_length() -> None:
    assert {len(person.person_id) for person in a_town(10_000).people} == {6}


def test_enrolments_stand_in_the_order_of_the_people() -> None:
    ids = [enrolment.person_id for enrolment in a_town().enrolments]
    assert ids == sorted(ids)


@pytest.mark.parametrize("people_count", [2_000, 10_000])
def test_spans_are_three_to_twelve_as_people_see_them(people_count: int) -> None:
    reports = reports_of(a_town(people_count).people)
    spans = [len(team) for manager, team in reports.items() if manager]
    assert 3 <= min(spans) <= max(spans) <= 12
    assert len(reports[""]) == 1


@pytest.mark.parametrize("people_count", [0, -5, MOST_PEOPLE + 1])
def test_an_impossible_size_is_refused_in_one_sentence(people_count: int) -> None:
    with pytest.raises(InputError) as caught:
        generate_organisation(people_count, 1)
    expected = f"An organisation of {people_count} people cannot be made up: ask for 1 to {MOST_PEOPLE}."
    assert str(caught.value) == expected


def test_a_seed_below_zero_is_refused_in_one_sentence() -> None:
    with pytest.raises(InputError) as caught:
        generate_organisation(10, -3)
    assert str(caught.value) == "The seed -3 cannot be used: give a whole number of 0 or more."


@pytest.mark.parametrize(("people_count", "seed"), [*((size, 3) for size in SMALL), (400, 1), (400, 2), (3_000, 7)])
def test_the_files_of_an_organisation_pass_every_check(tmp_path: Path, people_count: int, seed: int) -> None:
    for name, content in write_generated(people_count, seed).items():
        (tmp_path / name).write_bytes(content)
    folder = read_round(tmp_path)
    assert folder.problems == ()
    assert {notice.code for notice in folder.notices} <= ({"nobody-enrolled"} if people_count < 5 else set())
    assert folder.round is not None
    organisation = generate_organisation(people_count, seed)
    assert (folder.round.people, folder.round.enrolments) == (organisation.people, organisation.enrolments)
    assert folder.round.history == organisation.history


def test_a_round_has_many_candidates_in_every_direction() -> None:
    town = a_town(2_000)
    roster = build_roster(Round(town.people, town.enrolments, town.history))
    codes = build_candidates(roster).codes
    found = np.bincount(directions_of(codes[codes >= 0]), minlength=len(DIRECTIONS))
    assert found.min() > 100
    assert 0.4 < found.sum() / codes.size < 0.7
    assert found[DIRECTIONS.index(Direction.DOWNWARD)] > found.sum() / 6


def test_nearly_everybody_in_a_round_has_a_candidate() -> None:
    town = a_town(2_000)
    codes = build_candidates(build_roster(Round(town.people, town.enrolments, town.history))).codes
    assert (codes >= 0).any(axis=1).mean() > 0.97
    assert (codes >= 0).any(axis=0).mean() > 0.9


def test_nobody_on_leave_or_gone_is_in_the_round() -> None:
    enrolled = {enrolment.person_id for enrolment in a_town().enrolments}
    away = {person.person_id for person in a_town().people if person.status is not Status.ACTIVE}
    assert away
    assert not enrolled & away
