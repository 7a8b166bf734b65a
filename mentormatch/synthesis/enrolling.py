"""Enrolments: what made-up people ask, offer and refuse in the coming round."""

from collections.abc import Sequence

import numpy as np

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment, Rhythm
from mentormatch.domain.pairing import PastPairing
from mentormatch.synthesis.draws import (
    NOBODY,
    Flags,
    Integers,
    Stream,
    draw_below,
    draw_between,
    draw_choices,
    draw_flags,
    take_distinct,
)
from mentormatch.synthesis.past_rounds import draw_waiting
from mentormatch.synthesis.skills import INTEREST_WEIGHTS, INTERESTS, SKILLS, draw_skills, find_families
from mentormatch.synthesis.styles import Roles, draw_mentee_places, draw_mentor_places, draw_roles
from mentormatch.synthesis.wishes import draw_relations
from mentormatch.synthesis.workforce import Workforce

SKILLS_WANTED = {2: 10, 3: 25, 4: 35, 5: 30}
SKILLS_OFFERED = {4: 4, 5: 7, 6: 14, 7: 22, 8: 27, 9: 26}
"""How many skills people name, and per cent of people."""
PICKS_PER_SKILL = 4
"""Draws with replacement per skill, so that enough different ones are among them."""
WANTED_AT_HOME = 0.08
OFFERED_AT_HOME = 0.2
"""Shares of wanted and offered skills from the families of the own unit."""
BLANK_SHARE = 0.06
"""Share of people who leave an optional question unanswered."""
INTERESTS_NAMED = (1, 6)
TITLE_SHARE = 0.35
"""Share of target areas that name a job title instead of a department."""
TARGET_TRIES = 4
HOURS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
HOUR_WEIGHTS = (15, 12, 35, 18, 14, 6)
RHYTHM_WEIGHTS = (15, 38, 47)
TRAINED_WEIGHTS = (90, 3, 7)
"""Per cent of mentors who answer yes, answer no, do not answer."""


def draw_enrolments(workforce: Workforce, history: Sequence[PastPairing], stream: Stream) -> tuple[Enrolment, ...]:
    """Return the enrolments of those who sign up, in the order of the workforce."""
    roles = draw_roles(workforce, stream)
    chosen = roles.is_mentee | roles.is_mentor
    roles = Roles(roles.is_mentee[chosen], roles.is_mentor[chosen])
    return _write_enrolments(workforce.select(chosen), roles, history, stream)


def _write_enrolments(
    enrolled: Workforce, roles: Roles, history: Sequence[PastPairing], stream: Stream
) -> tuple[Enrolment, ...]:
    """Return one enrolment for each person of ``enrolled``."""
    as_mentee, max_mentors = _blank_places(draw_mentee_places(enrolled, stream), roles.is_mentee, otherwise=1)
    as_mentor, max_mentees = _blank_places(draw_mentor_places(enrolled, stream), roles.is_mentor, otherwise=2)
    targets = _draw_targets(enrolled, as_mentee, as_mentor, stream)
    as_mentee = [_ask_upward(asked) if not target else asked for asked, target in zip(as_mentee, targets, strict=True)]
    asks_reverse = np.array([Direction.REVERSE in asked for asked in as_mentee], np.bool_)
    relations = draw_relations(enrolled, roles, asks_reverse, stream)
    columns = {
        "person_id": [person.person_id for person in enrolled.people],
        "as_mentee": as_mentee,
        "as_mentor": as_mentor,
        "max_mentors": max_mentors,
        "max_mentees": max_mentees,
        "skills_wanted": _draw_skill_lists(enrolled, roles.is_mentee, SKILLS_WANTED, WANTED_AT_HOME, stream),
        "skills_offered": _draw_skill_lists(enrolled, roles.is_mentor, SKILLS_OFFERED, OFFERED_AT_HOME, stream),
        "target_area": targets,
        "interests": _draw_interests(len(enrolled), stream),
        "prefers": [named.prefers for named in relations],
        "rather_not": [named.rather_not for named in relations],
        "avoids": [named.avoids for named in relations],
        "conflicts": [named.conflicts for named in relations],
        "hours_per_month": _draw_answers(HOURS, HOUR_WEIGHTS, len(enrolled), stream),
        "meeting_rhythm": _draw_answers(tuple(Rhythm), RHYTHM_WEIGHTS, len(enrolled), stream),
        "trained": _draw_training(roles.is_mentor, stream),
        "waiting_rounds": _blank_waiting(draw_waiting(enrolled, history, stream), roles.is_mentee),
    }
    return tuple(Enrolment(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True))


def _blank_places(
    drawn: tuple[list[dict[Direction, int]], list[int]], plays: Flags, otherwise: int
) -> tuple[list[dict[Direction, int]], list[int]]:
    """Return places and limits, none for those who do not play the role; their limit is the default one."""
    places, limits = drawn
    answers = plays.tolist()
    return (
        [place if play else {} for place, play in zip(places, answers, strict=True)],
        [limit if play else otherwise for limit, play in zip(limits, answers, strict=True)],
    )


def _ask_upward(asked: dict[Direction, int]) -> dict[Direction, int]:
    """Return what a mentee without a target area asks for: upward where it was forward."""
    return {Direction.UPWARD if name is Direction.FORWARD else name: places for name, places in asked.items()}


def _blank_waiting(waiting: list[int], is_mentee: Flags) -> list[int]:
    """Return the rounds waited, 0 for those who ask for no mentor."""
    return [rounds if asks else 0 for rounds, asks in zip(waiting, is_mentee.tolist(), strict=True)]


def _draw_skill_lists(
    enrolled: Workforce, plays: Flags, counts: dict[int, int], home_share: float, stream: Stream
) -> list[tuple[str, ...]]:
    """Return ranked skills for those who play the role; a few leave the question blank."""
    homes = [find_families(person.division, person.department) for person in enrolled.people]
    picks = draw_skills(stream, homes, max(counts) * PICKS_PER_SKILL, home_share)
    limits = np.array(list(counts))[draw_choices(stream, tuple(counts.values()), len(enrolled))]
    limits[~plays | draw_flags(stream, BLANK_SHARE, len(enrolled))] = 0
    return [tuple(SKILLS[skill] for skill in skills) for skills in take_distinct(picks, limits)]


def _draw_interests(count: int, stream: Stream) -> list[tuple[str, ...]]:
    """Return leisure interests; a few people leave the question blank."""
    most = INTERESTS_NAMED[1]
    picks = draw_choices(stream, INTEREST_WEIGHTS, count * most).reshape(count, most)
    limits = draw_between(stream, *INTERESTS_NAMED, count)
    limits[draw_flags(stream, BLANK_SHARE, count)] = 0
    return [tuple(INTERESTS[interest] for interest in interests) for interests in take_distinct(picks, limits)]


def _draw_targets(
    enrolled: Workforce, as_mentee: list[dict[Direction, int]], as_mentor: list[dict[Direction, int]], stream: Stream
) -> list[str]:
    """Return for each mentee who asks for forward a department or job title outside their own department, else nothing.

    The areas are those of people who offer forward, or of anybody while nobody does.
    """
    offering = [person for person, places in enumerate(as_mentor) if Direction.FORWARD in places]
    models = np.array(offering or range(len(enrolled)), np.int64)
    tries = draw_below(stream, np.full(len(enrolled) * TARGET_TRIES, models.size)).reshape(-1, TARGET_TRIES)
    by_title = draw_flags(stream, TITLE_SHARE, len(enrolled)).tolist()
    rows = zip(models[tries].tolist(), as_mentee, by_title, strict=True)
    return [
        _name_target(enrolled, person, found, title) if Direction.FORWARD in asked else ""
        for person, (found, asked, title) in enumerate(rows)
    ]


def _name_target(enrolled: Workforce, person: int, found: list[int], by_title: bool) -> str:
    """Return the job title or department of the first of ``found`` who works in another department, or nothing."""
    for model in found:
        other = enrolled.people[model]
        if enrolled.department[model] not in (NOBODY, enrolled.department[person]):
            return (by_title and other.job_title) or other.department
    return ""


def _draw_answers[T](answers: tuple[T, ...], weights: tuple[int, ...], count: int, stream: Stream) -> list[T | None]:
    """Return an answer of each person, ``None`` of the few who leave the question blank."""
    drawn = draw_choices(stream, weights, count)
    drawn[draw_flags(stream, BLANK_SHARE, count)] = len(answers)
    return [(*answers, None)[answer] for answer in drawn.tolist()]


def _draw_training(is_mentor: Flags, stream: Stream) -> list[bool | None]:
    """Return whether each mentor is trained; those who only ask are not asked."""
    drawn: Integers = draw_choices(stream, TRAINED_WEIGHTS, is_mentor.size)
    return [(True, False, None)[answer] for answer in np.where(is_mentor, drawn, 2).tolist()]
