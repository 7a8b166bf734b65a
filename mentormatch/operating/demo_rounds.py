"""The rounds of the demonstration: one that is over, one that is open and half enrolled, one whose plan is reviewed."""

import calendar
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import PastPairing, Role
from mentormatch.domain.people import Person
from mentormatch.domain.plan import PairingState, PlanState
from mentormatch.domain.policy import Policy
from mentormatch.domain.programme import RoundDates, RoundState
from mentormatch.domain.round import Round
from mentormatch.matching.engine import match
from mentormatch.services.round_import import FinishedPlan, NewRound
from mentormatch.synthesis.organisation import Organisation, enrol_hierarchy, generate_organisation

COMPANY = "Company mentoring"
REVERSE = "Reverse mentoring"
SKILLS_ASKED = 4
"""How many skills somebody wants to learn in the reverse programme."""


@dataclass(frozen=True, slots=True)
class DemoRound:
    """A round to be brought in, with its plan if it was matched."""

    new: NewRound
    matching_round: Round
    plan: FinishedPlan | None = None


@dataclass(frozen=True, slots=True)
class DemoRounds:
    """The people, and the rounds in the order in which they began."""

    people: tuple[Person, ...]
    closed: DemoRound
    review: DemoRound
    open: DemoRound


def company_policy() -> Policy:
    """Return the policy of the programme that is open in all directions: the default."""
    return Policy(programme=COMPANY)


def reverse_policy() -> Policy:
    """Return the policy of the programme in which juniors mentor seniors, and nothing else is offered."""
    directions = {
        direction: replace(settings, open=direction is Direction.REVERSE)
        for direction, settings in Policy().directions.items()
    }
    return Policy(programme=REVERSE, directions=directions)


def make_rounds(people_count: int, seed: int, today: date) -> DemoRounds:
    """Make up an organisation and its rounds; the same words but for dates, which are counted from today.

    Takes about two seconds at 400 people, most of it for the two matches.
    """
    organisation = generate_organisation(people_count, seed)
    closed = _closed_round(organisation, seed, today)
    return DemoRounds(
        people=organisation.people,
        closed=closed,
        review=_reviewed_round(organisation.people, closed.matching_round.history, seed, today),
        open=_open_round(organisation.people, closed, seed, today),
    )


def _closed_round(organisation: Organisation, seed: int, today: date) -> DemoRound:
    """Return the round that is over: matched, published, and every pairing ended."""
    dates = _dates(today, opened=270, closed=240, ended=50)
    history = tuple(_before(organisation.history, today - timedelta(days=284)))
    drawn = Round(organisation.people, organisation.enrolments, history, company_policy(), f"demonstration {seed}")
    outcome = match(drawn, digests={}).outcome
    plan = FinishedPlan(outcome, PlanState.PUBLISHED, PairingState.ENDED)
    return DemoRound(NewRound(_name_of(dates), RoundState.CLOSED_OUT, dates), drawn, plan)


def _open_round(people: Sequence[Person], closed: DemoRound, seed: int, today: date) -> DemoRound:
    """Return the round that is open: half of those who will take part are in, some of them for the second time."""
    dates = _dates(today, opened=14, closed=-14, ended=-200)
    drawn = enrol_hierarchy(people, seed + 1).enrolments[::2]
    again = closed.matching_round.enrolments[::4]
    waited = _left_out(closed)
    by_id = {one.person_id: replace(one, waiting_rounds=int(one.person_id in waited)) for one in (*again, *drawn)}
    enrolments = tuple(by_id[person_id] for person_id in sorted(by_id))
    drawn_round = Round(tuple(people), enrolments, (), company_policy(), f"demonstration {seed + 1}")
    return DemoRound(NewRound(_name_of(dates), RoundState.OPEN, dates), drawn_round)


def _reviewed_round(people: Sequence[Person], history: tuple[PastPairing, ...], seed: int, today: date) -> DemoRound:
    """Return the round of the reverse programme: matched, and its draft not published yet."""
    dates = _dates(today, opened=60, closed=7, ended=-180)
    turned = (_turn_round(one) for one in enrol_hierarchy(people, seed + 2).enrolments if _comes(one))
    drawn = Round(tuple(people), tuple(turned), history, reverse_policy(), f"demonstration {seed + 2}")
    plan = FinishedPlan(match(drawn, digests={}).outcome)
    return DemoRound(NewRound(_name_of(dates), RoundState.REVIEW, dates), drawn, plan)


def _comes(one: Enrolment) -> bool:
    """Whether somebody takes part in the reverse programme: every senior, and a third of the juniors."""
    return one.is_mentor or int(one.person_id.strip("P") or 0) % 3 == 0


def _turn_round(one: Enrolment) -> Enrolment:
    """Return the enrolment the other way round: whoever asked somebody above now offers what they know, one place."""
    offers = one.is_mentee and not one.is_mentor
    known, wanted = one.skills_offered or one.skills_wanted, one.skills_wanted or one.skills_offered
    places = {Direction.REVERSE: 1}
    return replace(
        one,
        as_mentee={} if offers else places,
        as_mentor=places if offers else {},
        max_mentors=1,
        max_mentees=1,
        skills_offered=known if offers else (),
        skills_wanted=() if offers else wanted[:SKILLS_ASKED],
        target_area="",
        prefers=(),
        rather_not=(),
        waiting_rounds=0,
    )


def _left_out(closed: DemoRound) -> frozenset[str]:
    """Return those who asked for a mentor in the round that is over and got none."""
    unpaired = closed.plan.outcome.unpaired if closed.plan else ()
    return frozenset(left.person_id for left in unpaired if left.role is Role.MENTEE)


def _before(history: Iterable[PastPairing], last: date) -> Iterator[PastPairing]:
    """Yield the pairings of the past, moved so that the last one ended on a day, in rounds that are called anew."""
    pairings = tuple(history)
    shift = last - max((past.ended for past in pairings if past.ended), default=last)
    starts: dict[str, date] = {}
    for past in pairings:
        if past.started:
            starts.setdefault(past.round_name, past.started + shift)
    for past in pairings:
        started = past.started and past.started + shift
        named = month_of(starts[past.round_name]) if past.round_name in starts else past.round_name
        yield replace(past, round_name=named, started=started, ended=past.ended and past.ended + shift)


def _dates(today: date, *, opened: int, closed: int, ended: int) -> RoundDates:
    """Return the dates of a round in days before today."""
    return RoundDates(*(today - timedelta(days=days) for days in (opened, closed, ended)))


def _name_of(dates: RoundDates) -> str:
    """Return the name of a round: the month in which it opens."""
    return month_of(dates.opens_on) if dates.opens_on else ""


def month_of(day: date) -> str:
    """Return a month as a name, such as ``March 2026``."""
    return f"{calendar.month_name[day.month]} {day.year}"
