"""Names of many cultures, and addresses made of them."""

import re
from collections import Counter

import pytest

from mentormatch.domain.text import fold
from mentormatch.synthesis.draws import open_stream
from mentormatch.synthesis.names import CULTURES, CULTURES_BY_CITY, draw_names, write_emails, write_plainly
from tests.unit.synthesis.samples import a_town

ADDRESS = re.compile(r"[a-z]+\.[a-z]+[0-9]*@example\.com")


def test_no_two_people_share_an_address() -> None:
    emails = [fold(person.email) for person in a_town(10_000).people]
    assert len(set(emails)) == 10_000


def test_every_address_is_plain_and_belongs_to_nobody_real() -> None:
    assert all(ADDRESS.fullmatch(person.email) for person in a_town(10_000).people)


def test_namesakes_get_a_number() -> None:
    names = [("Ana", "Sen"), ("Bo", "Lim"), ("Ana", "Sen"), ("Ána", "Sen")]
    assert write_emails(names) == [
        "ana.sen@example.com",
        "bo.lim@example.com",
        "ana.sen2@example.com",
        "ana.sen3@example.com",
    ]


@pytest.mark.parametrize(
    ("name", "plain"),
    [("Łukasz", "lukasz"), ("O'Hara", "ohara"), ("Al-Amin", "alamin"), ("Šárka", "sarka"), ("Sjögren", "sjogren")],
)
def test_an_address_keeps_the_letters_from_a_to_z(name: str, plain: str) -> None:
    assert write_plainly(name) == plain


def test_every_name_leaves_something_for_an_address() -> None:
    names = [name for culture in CULTURES for name in culture.given_names + culture.family_names]
    assert all(write_plainly(name) for name in names)


def test_every_culture_has_plenty_of_names_and_none_twice() -> None:
    for culture in CULTURES:
        assert len(set(culture.given_names)) == len(culture.given_names) >= 15
        assert len(set(culture.family_names)) == len(culture.family_names) >= 15


def test_every_culture_is_at_home_somewhere() -> None:
    assert {culture for cultures in CULTURES_BY_CITY.values() for culture in cultures} == set(range(len(CULTURES)))


def test_most_people_have_a_name_of_the_place_and_some_of_elsewhere() -> None:
    names = draw_names(open_stream(1), ["Tokyo"] * 3_000)
    local = CULTURES[CULTURES_BY_CITY["Tokyo"][0]]
    at_home = sum(given in local.given_names and family in local.family_names for given, family in names)
    assert 0.66 < at_home / 3_000 < 0.78


def test_given_and_family_name_come_from_one_culture() -> None:
    for given, family in draw_names(open_stream(1), ["London"] * 500):
        assert any(given in culture.given_names and family in culture.family_names for culture in CULTURES)


def test_names_repeat_as_seldom_as_in_life() -> None:
    counts = Counter(person.name for person in a_town(2_000).people)
    assert counts.most_common(1)[0][1] <= 12
    assert len(counts) > 1_500
