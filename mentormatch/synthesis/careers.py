"""Levels, job titles, status and start dates of made-up people."""

from datetime import date

import numpy as np

from mentormatch.domain.people import Status
from mentormatch.synthesis.draws import Integers, Stream, draw_choices
from mentormatch.synthesis.tree import Tree
from mentormatch.synthesis.units import Department, Units

LEAD_STEPS = (0, 92, 8)
"""Per cent of managers who stand 0, 1, 2 levels below their own manager."""
STAFF_STEPS = (5, 28, 38, 29)
"""Per cent of staff who stand 0 (specialists of a higher grade), 1, 2, 3 levels below their manager."""
LOWEST_LEVEL = 1
STATUSES = tuple(Status)
STAFF_STATUSES = (942, 23, 35)
"""Of a thousand people without reports: active, on leave, left. Managers are active, so that no team is without one."""
HIRED_UNTIL = date(2025, 12, 31)
LONGEST_STAY = 1500
LONGEST_STAY_PER_LEVEL = 1200
"""Days; the square of a uniform number makes short stays frequent."""
LARGE_TEAM = 25
GRADES = ("", "Junior ", "", "Senior ", "Lead ", "Principal ")
HIGHEST_GRADE = 5


def draw_levels(tree: Tree, stream: Stream) -> Integers:
    """Return whole-number levels, the top highest, nobody above their manager, the lowest manager on level 2."""
    leads = tree.leads
    steps = np.where(leads, draw_choices(stream, LEAD_STEPS, leads.size), draw_choices(stream, STAFF_STEPS, leads.size))
    lowest = np.where(leads, LOWEST_LEVEL + 1, LOWEST_LEVEL)
    levels = np.full(leads.size, int(tree.depth.max()) + 1, np.int64)
    for depth in range(1, int(tree.depth.max()) + 1):
        at = np.flatnonzero(tree.depth == depth)
        levels[at] = np.maximum(levels[tree.manager[at]] - steps[at], lowest[at])
    return levels


def draw_statuses(tree: Tree, stream: Stream) -> list[Status]:
    """Return who is active, on leave or has left; people who lead are active."""
    drawn = draw_choices(stream, STAFF_STATUSES, tree.size.size)
    return [STATUSES[place] for place in np.where(tree.leads, 0, drawn).tolist()]


def draw_start_dates(levels: Integers, stream: Stream) -> list[date]:
    """Return the day on which each person joined; the more senior have been here for longer."""
    luck = stream.random(levels.size)
    stays = (luck * luck * (LONGEST_STAY + LONGEST_STAY_PER_LEVEL * levels)).astype(np.int64)
    last = HIRED_UNTIL.toordinal()
    return [date.fromordinal(last - days) for days in stays.tolist()]


def write_titles(tree: Tree, units: Units, levels: Integers) -> list[str]:
    """Return the job title of each person, from their department, their level and whom they lead."""
    rows = zip(units.member_of.tolist(), levels.tolist(), tree.size.tolist(), strict=True)
    return [_write_title(person, units.departments[unit], *facts) for person, (unit, *facts) in enumerate(rows)]


def _write_title(person: int, department: Department, level: int, size: int) -> str:
    """Return one person's title; ``size`` counts the person and everybody below."""
    if person == 0:
        return "Chief Executive Officer"
    if person == department.head:
        return f"Director of {department.division}" if department.is_office else f"Head of {department.name}"
    if size > LARGE_TEAM:
        return f"Senior {department.name} Manager"
    if size > 1:
        return f"{department.name} Manager"
    return GRADES[min(level, HIGHEST_GRADE)] + department.role
