"""Lines beside the solid one: dotted managers (always nearer to the top, so no loop), evaluators, previous managers."""

import numpy as np

from mentormatch.domain.people import Status
from mentormatch.synthesis.divisions import PEOPLE_DIVISION
from mentormatch.synthesis.draws import (
    NOBODY,
    Integers,
    RankedPool,
    Stream,
    draw_below,
    draw_flags,
    rank_pool,
    take_distinct,
)
from mentormatch.synthesis.tree import Tree
from mentormatch.synthesis.units import Units

DOTTED_SHARE = 0.066
"""A few are drawn inside the own line and dropped; about 6 % keep a dotted line."""
DOTTED_REACH = 3
MOVED_SHARE = 0.085
UPPER_MANAGER_SHARE = 0.6
HR_PARTNER_SHARE = 0.45
PANEL_SHARE = 0.03
EVALUATORS = 3


def draw_dotted_managers(tree: Tree, units: Units, stream: Stream) -> Integers:
    """Return a dotted manager or ``NOBODY`` for each: nearer to the top, in another department, not in their line."""
    people = np.arange(tree.size.size)
    found = _pool_leads(tree).draw(stream, tree.depth - DOTTED_REACH, tree.depth - 1)
    has_line = draw_flags(stream, DOTTED_SHARE, people.size) & (found != NOBODY)
    has_line &= (units.member_of[found] != units.member_of) & ~tree.is_above(found, people)
    return np.where(has_line, found, NOBODY)


def draw_previous_managers(tree: Tree, stream: Stream) -> Integers:
    """Return the manager whom a person had until a recent move, or ``NOBODY``."""
    found = _pool_leads(tree).draw(stream, tree.depth - 2, tree.depth - 1)
    has_moved = draw_flags(stream, MOVED_SHARE, found.size) & (found != tree.manager)
    return np.where(has_moved, found, NOBODY)


def draw_evaluators(tree: Tree, units: Units, statuses: list[Status], stream: Stream) -> list[list[int]]:
    """Return who evaluates each: often the manager's manager or the department's HR partner, seldom a panel member."""
    count = tree.size.size
    upper = np.where(tree.manager == NOBODY, NOBODY, tree.manager[tree.manager])
    partner = _draw_hr_partners(units, statuses, stream)[units.member_of]
    panel = _pool_leads(tree).draw(stream, tree.depth - DOTTED_REACH, tree.depth - 1)
    shares = (UPPER_MANAGER_SHARE, HR_PARTNER_SHARE, PANEL_SHARE)
    columns = [
        np.where(draw_flags(stream, share, count) & (found != np.arange(count)), found, NOBODY)
        for share, found in zip(shares, (upper, partner, panel), strict=True)
    ]
    return take_distinct(np.column_stack(columns), np.full(count, EVALUATORS))


def _draw_hr_partners(units: Units, statuses: list[Status], stream: Stream) -> Integers:
    """Return for each department who looks after it in human resources, or ``NOBODY`` without such a division."""
    is_active = np.array([status is Status.ACTIVE for status in statuses])
    is_hr = np.array([name == PEOPLE_DIVISION for name in units.division_names()])
    staff = np.flatnonzero(is_active & is_hr)
    count = len(units.departments)
    if not staff.size:
        return np.full(count, NOBODY)
    return staff[draw_below(stream, np.full(count, staff.size))]


def _pool_leads(tree: Tree) -> RankedPool:
    """Gather the managers below the top by depth."""
    leads = np.flatnonzero(tree.leads & (tree.depth > 0))
    return rank_pool(leads, tree.depth[leads])
