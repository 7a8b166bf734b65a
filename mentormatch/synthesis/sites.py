"""Sites on four continents: where people work, in which time zone, and what they speak there."""

from dataclasses import dataclass

import numpy as np

from mentormatch.synthesis.draws import Integers, Stream, draw_choices, draw_flags

HOME_WEIGHTS = (72, 20, 8)
"""Per cent of a department at its home site, at its second site, and anywhere."""
ENGLISH_SHARE = 0.98
LOCAL_SHARE = 0.9
FURTHER_SHARE = 0.15
FURTHER_LANGUAGES = ("Spanish", "French", "German", "Portuguese", "Italian", "Mandarin", "Hindi", "Arabic", "Polish")


@dataclass(frozen=True, slots=True)
class Site:
    """A city with its IANA time zone, its language, and its weight: how many people work there, relatively."""

    city: str
    timezone: str
    language: str
    weight: int


SITES: tuple[Site, ...] = (
    Site("London", "Europe/London", "English", 20),
    Site("New York", "America/New_York", "English", 13),
    Site("Bengaluru", "Asia/Kolkata", "Hindi", 9),
    Site("Berlin", "Europe/Berlin", "German", 13),
    Site("Warsaw", "Europe/Warsaw", "Polish", 8),
    Site("Toronto", "America/Toronto", "English", 6),
    Site("Paris", "Europe/Paris", "French", 9),
    Site("Singapore", "Asia/Singapore", "Mandarin", 3),
    Site("Madrid", "Europe/Madrid", "Spanish", 7),
    Site("São Paulo", "America/Sao_Paulo", "Portuguese", 5),
    Site("Dublin", "Europe/Dublin", "English", 5),
    Site("Prague", "Europe/Prague", "Czech", 5),
    Site("Dubai", "Asia/Dubai", "Arabic", 3),
    Site("Milan", "Europe/Rome", "Italian", 4),
    Site("Lagos", "Africa/Lagos", "English", 3),
    Site("Stockholm", "Europe/Stockholm", "Swedish", 4),
    Site("Chicago", "America/Chicago", "English", 2),
    Site("Tokyo", "Asia/Tokyo", "Japanese", 2),
)
"""In the order in which a growing organisation opens them."""


def draw_sites(stream: Stream, departments: Integers) -> Integers:
    """Return the position in ``SITES`` at which each person works, given the number of each person's department.

    Most of a department is at one or two sites. Larger organisations have more sites.
    """
    weights = [site.weight for site in SITES[: 3 + departments.size // 150]]
    home, second = (draw_choices(stream, weights, int(departments.max()) + 1)[departments] for _ in range(2))
    anywhere = draw_choices(stream, weights, departments.size)
    return np.choose(draw_choices(stream, HOME_WEIGHTS, departments.size), [home, second, anywhere])


def draw_languages(stream: Stream, sites: Integers) -> list[tuple[str, ...]]:
    """Return the languages of each person, given their site: English nearly always, the local one, seldom another."""
    count = sites.size
    columns = zip(
        sites.tolist(),
        draw_flags(stream, ENGLISH_SHARE, count).tolist(),
        draw_flags(stream, LOCAL_SHARE, count).tolist(),
        draw_flags(stream, FURTHER_SHARE, count).tolist(),
        draw_choices(stream, (1,) * len(FURTHER_LANGUAGES), count).tolist(),
        strict=True,
    )
    return [_list_languages(SITES[site].language, *answers) for site, *answers in columns]


def _list_languages(
    local: str, speaks_english: int, speaks_local: int, speaks_further: int, further: int
) -> tuple[str, ...]:
    """Return the languages without repetition; who does not speak English speaks the local language."""
    spoken = ["English"] * bool(speaks_english) + [local] * bool(speaks_local or not speaks_english)
    return tuple(dict.fromkeys(spoken + [FURTHER_LANGUAGES[further]] * bool(speaks_further)))
