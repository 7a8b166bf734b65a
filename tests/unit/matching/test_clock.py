"""Shared working hours, by the clock of 24 hours."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.domain.policy import RuleSettings
from mentormatch.errors import InputError
from mentormatch.matching.clock import exact, offset_hours, shared_hours, timezone_names

SETTINGS = RuleSettings()
TIMEZONES = st.sampled_from(sorted(timezone_names()))


@pytest.mark.parametrize(
    ("timezone", "january", "july"),
    [
        ("UTC", "0", "0"),
        ("Europe/London", "0", "1"),
        ("America/New_York", "-5", "-4"),
        ("Asia/Kolkata", "11/2", "11/2"),
        ("Asia/Kathmandu", "23/4", "23/4"),
        ("Australia/Adelaide", "21/2", "19/2"),
        ("Australia/Lord_Howe", "11", "21/2"),
        ("Pacific/Chatham", "55/4", "51/4"),
        ("Pacific/Kiritimati", "14", "14"),
        ("Etc/GMT+12", "-12", "-12"),
    ],
)
def test_offsets_are_exact_in_winter_and_summer(timezone: str, january: str, july: str) -> None:
    assert offset_hours(timezone, 2026) == (Fraction(january), Fraction(july))


@pytest.mark.parametrize(
    ("one", "other", "hours"),
    [
        ("Europe/London", "Europe/London", "8"),
        ("Europe/London", "Europe/Berlin", "7"),
        ("Europe/London", "America/New_York", "3"),
        ("Europe/Berlin", "America/New_York", "2"),
        ("Europe/Berlin", "America/Chicago", "1"),
        ("Europe/Berlin", "America/Los_Angeles", "0"),
        ("Europe/London", "Asia/Kolkata", "5/2"),
        ("Asia/Kolkata", "Asia/Kathmandu", "31/4"),
        ("Pacific/Auckland", "America/Los_Angeles", "3"),
        ("Pacific/Kiritimati", "Etc/GMT+12", "6"),
        ("Pacific/Kiritimati", "Pacific/Honolulu", "8"),
    ],
)
def test_shared_hours_are_those_of_the_worse_day(one: str, other: str, hours: str) -> None:
    assert shared_hours(one, other, SETTINGS) == Fraction(hours)


def test_clocks_that_change_on_different_halves_of_the_globe_count_the_season_in_which_they_are_apart() -> None:
    assert offset_hours("Australia/Sydney", 2026) == (Fraction(11), Fraction(10))
    assert offset_hours("Asia/Tokyo", 2026) == (Fraction(9), Fraction(9))
    assert shared_hours("Australia/Sydney", "Asia/Tokyo", SETTINGS) == 6


@given(TIMEZONES, TIMEZONES)
def test_it_does_not_matter_who_is_named_first(one: str, other: str) -> None:
    assert shared_hours(one, other, SETTINGS) == shared_hours(other, one, SETTINGS)


@given(TIMEZONES)
def test_a_whole_working_day_is_shared_with_oneself(timezone: str) -> None:
    assert shared_hours(timezone, timezone, SETTINGS) == 8


@given(TIMEZONES, TIMEZONES)
def test_nobody_shares_less_than_nothing_or_more_than_a_day(one: str, other: str) -> None:
    assert 0 <= shared_hours(one, other, SETTINGS) <= 8


def test_long_days_meet_on_both_sides_of_midnight() -> None:
    long_days = RuleSettings(working_day_start=6.0, working_day_end=22.0)
    assert shared_hours("UTC", "Etc/GMT-12", long_days) == 8
    assert shared_hours("UTC", "Etc/GMT-10", long_days) == 8
    assert shared_hours("UTC", "Etc/GMT-4", long_days) == 12


def test_a_night_shift_ends_on_the_next_day() -> None:
    nights = RuleSettings(working_day_start=22.0, working_day_end=6.0)
    assert shared_hours("UTC", "UTC", nights) == 8
    assert shared_hours("UTC", "Etc/GMT-3", nights) == 5


def test_half_hours_of_the_working_day_count_exactly() -> None:
    shorter = RuleSettings(working_day_start=8.6, working_day_end=16.9)
    assert shared_hours("UTC", "Etc/GMT-1", shorter) == Fraction(73, 10)


def test_rules_of_the_year_decide() -> None:
    assert offset_hours("Asia/Pyongyang", 2016) == (Fraction(17, 2), Fraction(17, 2))
    assert offset_hours("Asia/Pyongyang", 2026) == (Fraction(9), Fraction(9))


@pytest.mark.parametrize(
    "timezone", ["", "Mars/Olympus", "europe/london", "../zones", "/etc/localtime", "Europe", "UTC "]
)
def test_a_time_zone_that_does_not_exist_is_an_explained_problem(timezone: str) -> None:
    with pytest.raises(InputError) as caught:
        offset_hours(timezone, 2026)
    assert str(caught.value) == f"There is no time zone {timezone!r}; write an IANA name such as Europe/London."
    assert caught.value.data == {"timezone": timezone}


def test_the_data_of_the_machine_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = offset_hours("America/Sao_Paulo", 2026)
    offset_hours.cache_clear()
    monkeypatch.setattr("zoneinfo.TZPATH", ())
    monkeypatch.setenv("PYTHONTZPATH", "/nowhere")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert offset_hours("America/Sao_Paulo", 2026) == expected == (Fraction(-3), Fraction(-3))


@pytest.mark.parametrize(
    ("number", "fraction"), [(0.15, "3/20"), (0.1, "1/10"), (3.0, "3"), (1, "1"), (1e-07, "1/10000000")]
)
def test_numbers_of_a_policy_mean_what_is_written(number: float, fraction: str) -> None:
    assert exact(number) == Fraction(fraction)
