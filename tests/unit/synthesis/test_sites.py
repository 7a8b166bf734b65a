"""Sites, time zones and languages."""

from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

import pytest

from mentormatch.synthesis.names import CULTURES_BY_CITY
from mentormatch.synthesis.sites import SITES, Site
from tests.unit.synthesis.samples import a_town, share

CONTINENTS = {"Europe": 0.5, "America": 0.15, "Asia": 0.08}
SITE_BY_CITY = {site.city: site for site in SITES}


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.city)
def test_every_site_has_a_real_time_zone(site: Site) -> None:
    assert ZoneInfo(site.timezone).key == site.timezone


def test_every_site_has_names_of_its_own() -> None:
    assert set(CULTURES_BY_CITY) == set(SITE_BY_CITY)


def test_a_person_has_the_time_zone_of_their_site() -> None:
    assert all(SITE_BY_CITY[person.location].timezone == person.timezone for person in a_town().people)


def test_people_work_on_three_continents() -> None:
    for continent, least in CONTINENTS.items():
        assert share(person.timezone.startswith(continent) for person in a_town(10_000).people) > least


@pytest.mark.parametrize(("people_count", "fewest", "most"), [(40, 1, 3), (400, 3, 5), (10_000, 15, 18)])
def test_larger_organisations_have_more_sites(people_count: int, fewest: int, most: int) -> None:
    assert fewest <= len({person.location for person in a_town(people_count).people}) <= most


def test_most_of_a_department_works_at_one_or_two_sites() -> None:
    members: dict[str, Counter[str]] = defaultdict(Counter)
    for person in a_town(10_000).people:
        members[person.department][person.location] += 1
    at_main_sites = sum(count for sites in members.values() for _, count in sites.most_common(2))
    assert at_main_sites / 10_000 > 0.88
    assert sum(len(sites) > 2 for sites in members.values()) > len(members) / 2


def test_nearly_everybody_speaks_english_and_everybody_speaks_something() -> None:
    people = a_town(10_000).people
    assert 0.97 < share("English" in person.languages for person in people) < 1
    assert min(len(person.languages) for person in people) == 1


def test_whoever_speaks_no_english_speaks_the_local_language() -> None:
    others = [person for person in a_town(10_000).people if "English" not in person.languages]
    assert all(SITE_BY_CITY[person.location].language in person.languages for person in others)


def test_local_languages_are_spoken_at_their_sites_by_most() -> None:
    in_berlin = [person for person in a_town(10_000).people if person.location == "Berlin"]
    assert 0.8 < share("German" in person.languages for person in in_berlin) < 0.97


def test_nobody_names_a_language_twice() -> None:
    assert all(len(set(person.languages)) == len(person.languages) for person in a_town(10_000).people)
