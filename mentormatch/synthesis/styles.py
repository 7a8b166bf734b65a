"""Who signs up, in which role, and for which directions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.domain.direction import Direction
from mentormatch.synthesis.draws import Flags, Integers, Stream, draw_choices, draw_flags
from mentormatch.synthesis.workforce import Workforce

MENTOR_RANKS = (300, 500, 600, 700, 800, 850, 900)
MENTOR_WEIGHTS = (5, 8, 10, 20, 45, 90, 120, 150)
"""How likely people below each rank are to be mentors: mostly seniors, and a few juniors for reverse and peer."""
MENTOR_SHARE = 0.132
LIKELIEST = 0.75
GROUP_RANKS = (500, 800)
"""Three groups of people by rank, in thousandths: junior, settled, senior."""
MENTEE_WEIGHTS = (64, 58, 36)
"""How likely the people of each group are to ask for a mentor."""
MENTEE_SHARE = 0.56
MENTORS_ASK_SELDOMER = 2
"""How much less likely those who offer are to ask as well."""
MOST_PLACES = (15, 40, 45)
"""Per cent of mentors with 1, 2, 3 places in all."""
PLACES = (35, 45, 20)
"""Per cent of a mentor's directions with 1, 2, 3 places, as far as their places go."""
SECOND_MENTOR_SHARE = 0.12

type Style = tuple[Direction, ...]

UP, DOWN, REVERSE, PEER, FORWARD = Direction


@dataclass(frozen=True, slots=True)
class Roles:
    """Who asks for a mentor and who offers to be one; one entry a person."""

    is_mentee: Flags
    is_mentor: Flags


JUNIOR_MENTEES: dict[Style, int] = {
    (UP, DOWN): 35,
    (UP, DOWN, FORWARD): 19,
    (UP, DOWN, PEER): 21,
    (DOWN,): 7,
    (UP,): 5,
    (FORWARD,): 5,
    (UP, FORWARD): 4,
    (PEER,): 2,
    (DOWN, PEER): 2,
}
SETTLED_MENTEES: dict[Style, int] = {
    (UP, DOWN): 33,
    (UP, DOWN, FORWARD): 17,
    (UP, DOWN, PEER): 18,
    (REVERSE, UP, DOWN): 9,
    (REVERSE,): 5,
    (REVERSE, PEER): 4,
    (DOWN,): 5,
    (UP,): 3,
    (FORWARD,): 4,
    (PEER,): 2,
}
SENIOR_MENTEES: dict[Style, int] = {
    (REVERSE,): 20,
    (REVERSE, PEER): 15,
    (REVERSE, UP, DOWN): 20,
    (UP, DOWN): 20,
    (UP, DOWN, FORWARD): 8,
    (PEER,): 12,
    (FORWARD,): 5,
}
MENTEE_STYLES = (JUNIOR_MENTEES, SETTLED_MENTEES, SENIOR_MENTEES)
JUNIOR_MENTORS: dict[Style, int] = {(REVERSE,): 45, (REVERSE, PEER): 35, (PEER,): 10, (UP, DOWN, PEER): 10}
SETTLED_MENTORS: dict[Style, int] = {
    (UP, DOWN): 24,
    (UP, DOWN, PEER): 28,
    (UP, DOWN, REVERSE): 14,
    (UP, DOWN, FORWARD): 22,
    (UP,): 3,
    (DOWN,): 4,
    (REVERSE, PEER): 5,
}
SENIOR_MENTORS: dict[Style, int] = {
    (UP, DOWN): 26,
    (UP, DOWN, FORWARD): 44,
    (UP, DOWN, PEER): 14,
    (UP, DOWN, REVERSE): 4,
    (DOWN,): 4,
    (UP,): 3,
    (UP, FORWARD): 3,
    (DOWN, FORWARD): 2,
}
MENTOR_STYLES = (JUNIOR_MENTORS, SETTLED_MENTORS, SENIOR_MENTORS)
"""The directions that people name together, by group, and how often."""


def find_groups(rank: Integers) -> Integers:
    """Return the number of each person's group: junior 0, settled 1, senior 2."""
    return np.searchsorted(GROUP_RANKS, rank, side="right")


def draw_mentors(workforce: Workforce, stream: Stream) -> Flags:
    """Draw who offers to be a mentor: about an eighth of all, in any hierarchy."""
    weights = np.array(MENTOR_WEIGHTS)[np.searchsorted(MENTOR_RANKS, workforce.rank, side="right")]
    return _draw_share(weights, MENTOR_SHARE, stream)


def draw_roles(workforce: Workforce, stream: Stream) -> Roles:
    """Draw who asks for a mentor, about half, and who offers to be one; some do both."""
    is_mentor = draw_mentors(workforce, stream)
    weights = np.array(MENTEE_WEIGHTS)[find_groups(workforce.rank)]
    weights = np.where(is_mentor, weights // MENTORS_ASK_SELDOMER, weights)
    return Roles(_draw_share(weights, MENTEE_SHARE, stream), is_mentor)


def _draw_share(weights: Integers, share: float, stream: Stream) -> Flags:
    """Draw a share of the people, each as likely as their weight says."""
    scale = share * weights.size / max(int(weights.sum()), 1)
    return draw_flags(stream, np.minimum(weights * scale, LIKELIEST), weights.size)


def draw_styles(groups: Integers, tables: Sequence[dict[Style, int]], stream: Stream) -> list[Style]:
    """Return the directions that each person names, from the table of their group."""
    drawn = [draw_choices(stream, tuple(table.values()), groups.size).tolist() for table in tables]
    styles = [tuple(table) for table in tables]
    return [styles[group][drawn[group][person]] for person, group in enumerate(groups.tolist())]


def draw_mentee_places(workforce: Workforce, stream: Stream) -> tuple[list[dict[Direction, int]], list[int]]:
    """Return what each mentee asks for, one place a direction, and how many mentors they want at most."""
    styles = draw_styles(find_groups(workforce.rank), MENTEE_STYLES, stream)
    wants_two = draw_flags(stream, SECOND_MENTOR_SHARE, len(workforce)).tolist()
    limits = [2 if two and len(style) > 1 else 1 for two, style in zip(wants_two, styles, strict=True)]
    return [dict.fromkeys(style, 1) for style in styles], limits


def draw_mentor_places(workforce: Workforce, stream: Stream) -> tuple[list[dict[Direction, int]], list[int]]:
    """Return what each mentor offers, one to three places a direction, and how many mentees they take at most."""
    styles = draw_styles(find_groups(workforce.rank), MENTOR_STYLES, stream)
    limits = (1 + draw_choices(stream, MOST_PLACES, len(workforce))).tolist()
    each = (1 + draw_choices(stream, PLACES, len(workforce) * len(Direction)).reshape(-1, len(Direction))).tolist()
    rows = zip(styles, each, limits, strict=True)
    return [_limit_places(style, places, limit) for style, places, limit in rows], limits


def _limit_places(style: Style, places: list[int], limit: int) -> dict[Direction, int]:
    """Return the places a direction; who names one direction offers all of them there."""
    if len(style) == 1:
        return {style[0]: limit}
    return {direction: min(offered, limit) for direction, offered in zip(style, places, strict=False)}
