"""Working hours that people in different time zones share, in exact hours."""

from datetime import datetime
from fractions import Fraction
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from mentormatch.domain.policy import RuleSettings
from mentormatch.errors import InputError

HOURS_OF_A_DAY = 24
MONTHS_LOOKED_AT = (1, 7)
DAY_LOOKED_AT = 15
"""15 January and 15 July: a day on each side of every clock change."""


def exact(number: float) -> Fraction:
    """Return a number of a policy as it is written: 0.15 is 3/20, not the binary fraction closest to it."""
    return Fraction(str(number))


@cache
def timezone_names() -> frozenset[str]:
    """Return the names of all time zones of the ``tzdata`` package."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


@cache
def offset_hours(timezone: str, year: int) -> tuple[Fraction, ...]:
    """Return how many hours a time zone is ahead of UTC at noon on 15 January and on 15 July of a year.

    The offsets come from the ``tzdata`` package alone, so that machines with different databases of their own agree.
    Raises InputError when there is no such time zone.
    """
    if timezone not in timezone_names():
        sentence = f"There is no time zone {timezone!r}; write an IANA name such as Europe/London."
        raise InputError(sentence, timezone=timezone)
    with files("tzdata").joinpath("zoneinfo", *timezone.split("/")).open("rb") as stream:
        zone = ZoneInfo.from_file(stream, key=timezone)
    days = [datetime(year, month, DAY_LOOKED_AT, 12, tzinfo=zone).utcoffset() for month in MONTHS_LOOKED_AT]
    return tuple(Fraction(int(offset.total_seconds()), 3600) for offset in days if offset is not None)


def shared_hours(timezone: str, other: str, settings: RuleSettings) -> Fraction:
    """Return the working hours that two time zones share on the clock of 24 hours, on the worse of the two days.

    Each side works from ``working_day_start`` to ``working_day_end`` local time; an end before the start lies on the
    next day. Raises InputError when one of the time zones does not exist.
    """
    pairs = zip(offset_hours(timezone, settings.hours_year), offset_hours(other, settings.hours_year), strict=True)
    length = _hours_worked(settings)
    return min(_overlap(length, (ours - theirs) % HOURS_OF_A_DAY) for ours, theirs in pairs)


def _hours_worked(settings: RuleSettings) -> Fraction:
    """Return the length of the working day in hours."""
    length = exact(settings.working_day_end) - exact(settings.working_day_start)
    return length if length >= 0 else length + HOURS_OF_A_DAY


def _overlap(length: Fraction, shift: Fraction) -> Fraction:
    """Return how much of a working day falls into another of the same length.

    The other starts ``shift`` (0 to 24) hours later. Long days can meet on both sides of midnight, hence two pieces.
    """
    before = max(length - shift, Fraction(0))
    after = max(length - (HOURS_OF_A_DAY - shift), Fraction(0))
    return before + after
