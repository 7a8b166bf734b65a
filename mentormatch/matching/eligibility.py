"""The rules: one function each, over a block of mentees x mentors, true where the rule deletes the candidate."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mentormatch.domain.direction import DIRECTION_INDEX, Direction
from mentormatch.domain.reasons import RuleId
from mentormatch.matching.history import recent_pairs
from mentormatch.matching.overlap import Overlaps, columns_of
from mentormatch.matching.roster import Bools, Ints, Roster
from mentormatch.matching.sparse import sparse_table

if TYPE_CHECKING:
    from scipy.sparse import coo_array, csr_array

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, eq=False)
class Block:
    """Some mentees (rows) against some mentors (columns) of a roster, by their numbers."""

    rows: Ints
    columns: Ints

    @property
    def shape(self) -> tuple[int, int]:
        """Mentees x mentors."""
        return len(self.rows), len(self.columns)


@dataclass(frozen=True, eq=False)
class Rules:
    """The rules of a round, ready to be applied to blocks. Nothing is prepared for a rule that is off."""

    roster: Roster
    overlaps: Overlaps

    def deletes(self, rule: RuleId, block: Block, direction: Direction) -> Bools:
        """Return where the rule deletes the direction, as an array that broadcasts to the block's shape."""
        return RULES[rule](self, block, direction)

    @cached_property
    def listed(self) -> Mapping[RuleId, "csr_array"]:
        """For each rule over named pairs: a sparse matrix mentees x mentors, non-zero where the rule deletes."""
        sources = _pair_sources(self.roster)
        return {
            rule: _pair_matrix(self.roster, source())
            for rule, source in sources.items()
            if self.roster.policy.is_on(rule)
        }

    @cached_property
    def level_worth(self) -> Mapping[Direction, Mapping[int, float]]:
        """The bands and curves of the directions."""
        return {direction: policy.level_gap for direction, policy in self.roster.policy.directions.items()}


def across[T: np.generic](block: Block, mentees: NDArray[T], mentors: NDArray[T]) -> tuple[NDArray[T], NDArray[T]]:
    """Return one attribute of the block's mentees as a column and of its mentors as a row."""
    return mentees[block.rows][:, None], mentors[block.columns][None, :]


def inactive(rules: Rules, block: Block, _: Direction) -> Bools:
    """Either is not active for the whole term."""
    mentees, mentors = across(block, rules.roster.mentees.is_active, rules.roster.mentors.is_active)
    return ~(mentees & mentors)


def line_unknown(rules: Rules, block: Block, _: Direction) -> Bools:
    """The reporting line of either is unknown: fail closed."""
    mentees, mentors = across(block, rules.roster.mentees.is_line_known, rules.roster.mentors.is_line_known)
    return ~(mentees & mentors)


def level_band(rules: Rules, block: Block, direction: Direction) -> Bools:
    """The level gap is outside the direction's band."""
    mentees, mentors = across(block, rules.roster.mentees.level, rules.roster.mentors.level)
    return ~np.isin(mentors - mentees, list(rules.level_worth[direction]))


def same_manager(rules: Rules, block: Block, direction: Direction) -> Bools:
    """Both report to the same manager."""
    if direction is Direction.PEER and not rules.roster.policy.rule_settings.same_manager_includes_peers:
        return np.zeros((1, 1), np.bool_)
    mentees, mentors = across(block, rules.roster.mentees.manager, rules.roster.mentors.manager)
    return np.asarray((mentees == mentors) & (mentees >= 0), np.bool_)


def manager_peer(rules: Rules, block: Block, _: Direction) -> Bools:
    """The mentor reports to the manager of the mentee's manager, inside one department."""
    upper = rules.roster.mentees.upper_manager[block.rows][:, None]
    mentors = rules.roster.mentors.manager[block.columns][None, :]
    return np.asarray((upper == mentors) & (upper >= 0) & _same_department(rules, block), np.bool_)


def untrained(rules: Rules, block: Block, _: Direction) -> Bools:
    """The mentor lacks the training that the policy asks for."""
    return ~rules.roster.mentors.is_trained[block.columns][None, :]


def no_common_language(rules: Rules, block: Block, _: Direction) -> Bools:
    """Both named languages and share none."""
    return rules.overlaps.no_common_language(block.rows, block.columns)


def no_shared_hours(rules: Rules, block: Block, _: Direction) -> Bools:
    """They share fewer working hours than the policy asks for."""
    return rules.overlaps.no_shared_hours(block.rows, block.columns)


def no_need_met(rules: Rules, block: Block, direction: Direction) -> Bools:
    """None of the wanted skills is offered; forward: the mentor is not in the target area, or in the own department."""
    if direction is not Direction.FORWARD:
        return rules.overlaps.no_need_met(block.rows, block.columns)
    area = rules.roster.mentees.target_area[block.rows][:, None]
    mentors = rules.roster.mentors
    is_there = (area == mentors.department[block.columns]) | (area == mentors.job_title[block.columns])
    return np.asarray(~is_there | (area < 0) | _same_department(rules, block), np.bool_)


def _same_department(rules: Rules, block: Block) -> Bools:
    """Whether both are in one department, blank ones apart."""
    mentees, mentors = across(block, rules.roster.mentees.department, rules.roster.mentors.department)
    return np.asarray((mentees == mentors) & (mentees >= 0), np.bool_)


def part_of(pairs: "csr_array", block: Block) -> "coo_array":
    """Return the part of a sparse matrix mentees x mentors that lies in a block."""
    return columns_of(pairs[block.rows], block.columns).tocoo()


def _listed_rule(rule: RuleId) -> Callable[[Rules, Block, Direction], Bools]:
    """Return the function of a rule over named pairs."""

    def deletes(rules: Rules, block: Block, _: Direction) -> Bools:
        """Return where the pair is among those that the rule names."""
        found = part_of(rules.listed[rule], block)
        mask = np.zeros(block.shape, np.bool_)
        mask[found.row, found.col] = True
        return mask

    return deletes


RULES: Mapping[RuleId, Callable[[Rules, Block, Direction], Bools]] = {
    RuleId.INACTIVE: inactive,
    RuleId.LINE_UNKNOWN: line_unknown,
    RuleId.LEVEL_BAND: level_band,
    RuleId.REPORTING_LINE: _listed_rule(RuleId.REPORTING_LINE),
    RuleId.SAME_MANAGER: same_manager,
    RuleId.MANAGER_PEER: manager_peer,
    RuleId.EVALUATOR: _listed_rule(RuleId.EVALUATOR),
    RuleId.RECENT_MANAGER: _listed_rule(RuleId.RECENT_MANAGER),
    RuleId.CONFLICT: _listed_rule(RuleId.CONFLICT),
    RuleId.AVOID: _listed_rule(RuleId.AVOID),
    RuleId.REPEAT: _listed_rule(RuleId.REPEAT),
    RuleId.UNTRAINED: untrained,
    RuleId.NO_COMMON_LANGUAGE: no_common_language,
    RuleId.NO_SHARED_HOURS: no_shared_hours,
    RuleId.NO_NEED_MET: no_need_met,
}
"""All rules but the floor, which needs the score and stands in candidates.py."""

BY_DIRECTION = frozenset({RuleId.LEVEL_BAND, RuleId.SAME_MANAGER, RuleId.NO_NEED_MET})
"""Rules whose answer depends on the direction; the others are asked once a block."""


def is_open(roster: Roster, block: Block, direction: Direction) -> Bools:
    """Whether both enrolments name the direction; nobody meets themselves."""
    column = DIRECTION_INDEX[direction]
    mentees = roster.mentees.places[block.rows, column][:, None] > 0
    return np.asarray(mentees & (roster.mentors.places[block.columns, column][None, :] > 0), np.bool_)


def own_columns(roster: Roster) -> Ints:
    """Return for each mentee their own number among the mentors, -1 for people in one role only."""
    position = roster.mentors.position
    return np.fromiter((position.get(person_id, -1) for person_id in roster.mentees.ids), np.int64)


def _pair_sources(roster: Roster) -> Mapping[RuleId, Callable[[], Pairs]]:
    """Return for each rule over named pairs where its pairs come from; a pair counts both ways round."""
    everybody = (*roster.mentees.people, *roster.mentors.people)
    entries = (*roster.mentees.enrolments, *roster.mentors.enrolments)
    return {
        RuleId.REPORTING_LINE: lambda: (
            (p.person_id, a) for p in everybody for a in roster.hierarchy.ancestors(p.person_id)
        ),
        RuleId.EVALUATOR: lambda: ((p.person_id, other) for p in everybody for other in p.evaluator_ids),
        RuleId.RECENT_MANAGER: lambda: ((p.person_id, other) for p in everybody for other in p.previous_manager_ids),
        RuleId.CONFLICT: lambda: ((e.person_id, other) for e in entries for other in e.conflicts),
        RuleId.AVOID: lambda: ((e.person_id, other) for e in entries for other in e.avoids),
        RuleId.REPEAT: lambda: recent_pairs(roster.round.history, roster.policy.rule_settings.repeat_rounds),
    }


def _pair_matrix(roster: Roster, pairs: Pairs) -> "csr_array":
    """Return named pairs, either way round, as a sparse matrix mentees x mentors."""
    mentees, mentors = roster.mentees.position, roster.mentors.position
    rows: list[int] = []
    columns: list[int] = []
    for one, other in pairs:
        for mentee, mentor in ((one, other), (other, one)):
            if mentee in mentees and mentor in mentors:
                rows.append(mentees[mentee])
                columns.append(mentors[mentor])
    return sparse_table(np.ones(len(rows), np.int8), rows, columns, (len(mentees), len(mentors)))
