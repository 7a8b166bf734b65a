"""Each rule over blocks says of every pair and direction what the plain reading of one pair says."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

import numpy as np
import pytest

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.pairing import PastPairing
from mentormatch.domain.people import Status
from mentormatch.domain.policy import Policy, RuleSettings
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round
from mentormatch.matching.eligibility import BY_DIRECTION, RULES, Block, Rules, is_open, own_columns
from mentormatch.matching.overlap import Overlaps
from mentormatch.matching.reference import Reference, build_reference
from mentormatch.matching.roster import Bools, build_roster
from mentormatch.synthesis.organisation import generate_organisation
from tests.acceptance.small_rounds import Draw
from tests.factories import a_member, a_mentee, a_mentor, a_person, a_round, bare_policy

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
NAMED_PAIRS = (
    RuleId.REPORTING_LINE,
    RuleId.EVALUATOR,
    RuleId.RECENT_MANAGER,
    RuleId.CONFLICT,
    RuleId.AVOID,
    RuleId.REPEAT,
)
SOURCES = ("generated", "troubled", "lenient")


def rules_of(round_: Round) -> Rules:
    """Return the rules of a round."""
    roster = build_roster(round_)
    return Rules(roster, Overlaps(roster))


def whole(rules: Rules) -> Block:
    """Return all mentees against all mentors."""
    return Block(np.arange(len(rules.roster.mentees)), np.arange(len(rules.roster.mentors)))


def deleted(rules: Rules, rule: RuleId, direction: Direction, block: Block | None = None) -> Bools:
    """Return where a rule deletes in a block, as a full table."""
    block = block or whole(rules)
    return np.broadcast_to(rules.deletes(rule, block, direction), block.shape)


@cache
def source(name: str) -> Round:
    """Return a round of 120 to 140 people with all rules on: made up, full of trouble, or with other settings."""
    if name == "troubled":
        draw = Draw(Random(4), trouble=1.0, is_plain=False, managers=range(30, 31), staff=range(90, 91), side_most=70)
        round_ = draw.round("4")
        policy = replace(round_.policy, rules={}, rule_settings=RuleSettings(floor_points=0))
        return replace(round_, policy=policy)
    made = generate_organisation(120, 20)
    lenient = RuleSettings(same_manager_includes_peers=False, training_needs_answer=True, repeat_rounds=1)
    policy = Policy(rule_settings=lenient) if name == "lenient" else Policy()
    return Round(made.people, made.enrolments, made.history, policy)


@cache
def plain_reading(name: str) -> tuple[Rules, Reference, Mapping[Direction, Mapping[RuleId, Bools]]]:
    """Return a round's rules, and for each direction and rule which pairs break it, asked pair by pair."""
    round_ = source(name)
    rules, reference = rules_of(round_), build_reference(round_)
    mentees, mentors = rules.roster.mentees.ids, rules.roster.mentors.ids
    tables = {d: {rule: np.zeros((len(mentees), len(mentors)), np.bool_) for rule in RuleId} for d in DIRECTIONS}
    for direction, by_rule in tables.items():
        for row, mentee in enumerate(mentees):
            for column, mentor in enumerate(mentors):
                for rule in reference.broken_rules(mentor, mentee, direction):
                    by_rule[rule][row, column] = True
    return rules, reference, tables


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_over_a_block_is_the_rule_of_each_pair(rule: RuleId, name: str) -> None:
    rules, _, tables = plain_reading(name)
    for direction in DIRECTIONS:
        wrong = np.argwhere(deleted(rules, rule, direction) != tables[direction][rule])
        mentees, mentors = rules.roster.mentees.ids, rules.roster.mentors.ids
        assert [(mentors[column], mentees[row], direction) for row, column in wrong] == []


@pytest.mark.parametrize("rule", RULES)
def test_the_rounds_here_break_each_rule_and_keep_it(rule: RuleId) -> None:
    tables = [plain_reading(name)[2][direction][rule] for name in SOURCES for direction in DIRECTIONS]
    assert any(table.any() for table in tables)
    assert any(not table.all() for table in tables)


@pytest.mark.parametrize("rule", RULES)
def test_any_part_of_a_block_is_judged_like_the_whole(rule: RuleId) -> None:
    rules = plain_reading("troubled")[0]
    rng = np.random.default_rng(1)
    shape = whole(rules).shape
    parts = [
        Block(np.arange(7, 8), np.arange(shape[1])),
        Block(rng.permutation(shape[0])[:9], rng.permutation(shape[1])[:11]),
        Block(np.arange(shape[0]), np.array([3])),
        Block(np.zeros(0, np.int64), np.arange(shape[1])),
        Block(np.arange(shape[0]), np.zeros(0, np.int64)),
    ]
    for direction in DIRECTIONS:
        table = deleted(rules, rule, direction)
        for part in parts:
            assert (deleted(rules, rule, direction, part) == table[np.ix_(part.rows, part.columns)]).all()


@pytest.mark.parametrize("rule", sorted(RULES.keys() - BY_DIRECTION))
def test_a_rule_that_does_not_look_at_the_direction_says_the_same_in_all(rule: RuleId) -> None:
    rules = plain_reading("troubled")[0]
    tables = [deleted(rules, rule, direction).tolist() for direction in DIRECTIONS]
    assert all(table == tables[0] for table in tables)


@pytest.mark.parametrize("rule", sorted(BY_DIRECTION))
def test_a_rule_that_looks_at_the_direction_tells_some_apart(rule: RuleId) -> None:
    rules = plain_reading("lenient")[0]
    assert len({deleted(rules, rule, direction).tobytes() for direction in DIRECTIONS}) > 1


class TestRulesThatAreOff:
    @pytest.mark.parametrize("off", NAMED_PAIRS)
    def test_named_pairs_are_gathered_only_for_rules_that_are_on(self, off: RuleId) -> None:
        policy = Policy(rules={off: False})
        rules = rules_of(replace(source("generated"), policy=policy))
        assert set(rules.listed) == set(NAMED_PAIRS) - {off}

    def test_with_all_off_nothing_is_gathered_at_all(self) -> None:
        rules = rules_of(a_round(a_mentee("E", avoids=("M",)), a_mentor("M"), policy=bare_policy()))
        assert dict(rules.listed) == {}

    def test_lists_are_not_even_read_for_a_rule_that_is_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise AssertionError("the history was read")

        monkeypatch.setattr("mentormatch.matching.eligibility.recent_pairs", refuse)
        assert RuleId.REPEAT not in rules_of(a_round(a_mentee("E"), policy=bare_policy(RuleId.AVOID))).listed


class TestNamedPairs:
    @pytest.mark.parametrize(
        ("rule", "list_name"),
        [
            (RuleId.EVALUATOR, "evaluator_ids"),
            (RuleId.RECENT_MANAGER, "previous_manager_ids"),
            (RuleId.CONFLICT, "conflicts"),
            (RuleId.AVOID, "avoids"),
        ],
    )
    @pytest.mark.parametrize("who", ["E", "M"])
    def test_either_side_may_name_the_other(self, rule: RuleId, list_name: str, who: str) -> None:
        changes: dict[str, dict[str, Any]] = {"E": {}, "M": {}}
        changes[who] = {list_name: ("M" if who == "E" else "E", "ghost")}
        members = [a_mentee("E", **changes["E"]), a_mentee("F"), a_mentor("M", **changes["M"]), a_mentor("N")]
        rules = rules_of(a_round(*members, policy=bare_policy(rule)))
        assert deleted(rules, rule, UP).tolist() == [[True, False], [False, False]]

    def test_a_pair_counts_in_both_roles_where_both_people_play_both(self) -> None:
        both = {"as_mentee": {PEER: 1}, "as_mentor": {PEER: 1}}
        members = [a_member("A", avoids=("B",), **both), a_member("B", **both)]
        rules = rules_of(a_round(*members, policy=bare_policy(RuleId.AVOID)))
        assert deleted(rules, RuleId.AVOID, PEER).tolist() == [[False, True], [True, False]]

    @pytest.mark.parametrize("pair", [("M", "E"), ("E", "M")])
    def test_history_counts_either_way_round(self, pair: tuple[str, str]) -> None:
        history = (PastPairing(*pair, DOWN, "r1"), PastPairing("M", "gone", UP, "r1"))
        rules = rules_of(a_round(a_mentee("E"), a_mentor("M"), a_mentor("N"), history=history))
        assert deleted(rules, RuleId.REPEAT, UP).tolist() == [[True, False]]

    def test_a_chain_of_command_counts_at_any_distance_on_any_line(self) -> None:
        chain = [a_person("T"), a_person("B", manager_id="T"), a_person("C", dotted_manager_ids=("B",))]
        members = [a_mentee("E", manager_id="C"), a_mentor("M", dotted_manager_ids=("E",)), a_mentor("N")]
        top = a_mentor("T2", manager_id="")
        rules = rules_of(a_round(*chain, *members, top))
        found = dict(zip(rules.roster.mentors.ids, deleted(rules, RuleId.REPORTING_LINE, UP)[0].tolist(), strict=True))
        assert found == {"M": True, "N": False, "T2": False}

    def test_nobody_listed_leaves_everybody(self) -> None:
        rules = rules_of(a_round(a_mentee("E"), a_mentor("M")))
        assert not any(deleted(rules, rule, UP).any() for rule in NAMED_PAIRS)


class TestLevels:
    @pytest.mark.parametrize("direction", DIRECTIONS)
    @pytest.mark.parametrize(("mentee", "mentor"), [(None, 3), (3, None), (None, None)])
    def test_an_unknown_level_is_outside_every_band(
        self, direction: Direction, mentee: int | None, mentor: int | None
    ) -> None:
        rules = rules_of(a_round(a_mentee("E", level=mentee), a_mentor("M", level=mentor)))
        assert deleted(rules, RuleId.LEVEL_BAND, direction).all()

    @pytest.mark.parametrize("direction", DIRECTIONS)
    def test_the_band_is_the_policys_table(self, direction: Direction) -> None:
        band = Policy().directions[direction].level_gap
        mentors = [a_mentor(f"M{gap + 50}", level=gap) for gap in range(-8, 9)]
        rules = rules_of(a_round(a_mentee("E", level=0), *mentors))
        kept = rules.roster.mentors.level[~deleted(rules, RuleId.LEVEL_BAND, direction)[0]]
        assert sorted(kept.tolist()) == sorted(band)


class TestOpenDirections:
    def test_a_direction_is_open_where_both_give_it_a_place(self) -> None:
        roster = build_roster(
            a_round(
                a_mentee("E", as_mentee={UP: 1, PEER: 0}),
                a_mentee("F", as_mentee={PEER: 2}),
                a_mentor("M", as_mentor={UP: 1, PEER: 1}),
                a_mentor("N", as_mentor={UP: 0, FORWARD: 1}),
            )
        )
        block = Block(np.arange(2), np.arange(2))
        found = {direction: is_open(roster, block, direction).tolist() for direction in (UP, PEER, FORWARD)}
        assert found[UP] == [[True, False], [False, False]]
        assert found[PEER] == [[False, False], [True, False]]
        assert found[FORWARD] == [[False, False], [False, False]]

    @pytest.mark.parametrize("name", ["generated", "troubled"])
    def test_blocks_know_the_open_directions_of_the_reference(self, name: str) -> None:
        rules, reference, _ = plain_reading(name)
        mentees, mentors = rules.roster.mentees.ids, rules.roster.mentors.ids
        own = own_columns(rules.roster)[:, None] == np.arange(len(mentors))[None, :]
        for direction in DIRECTIONS:
            expected = [[reference.is_open(mentor, mentee, direction) for mentor in mentors] for mentee in mentees]
            assert (is_open(rules.roster, whole(rules), direction) & ~own).tolist() == expected

    def test_own_columns_tell_who_stands_on_both_sides(self) -> None:
        both = a_member("B", as_mentee={UP: 1}, as_mentor={UP: 1})
        roster = build_roster(a_round(a_mentor("A"), both, a_mentee("C")))
        assert own_columns(roster).tolist() == [1, -1]


def test_who_is_away_is_away_on_both_sides() -> None:
    members = [a_mentee("E", status=Status.LEAVE), a_mentee("F"), a_mentor("M"), a_mentor("N", status=Status.LEFT)]
    rules = rules_of(a_round(*members))
    assert deleted(rules, RuleId.INACTIVE, UP).tolist() == [[True, True], [False, True]]


def test_a_rule_may_answer_with_less_than_a_table_and_means_the_whole_block() -> None:
    policy = Policy(rule_settings=RuleSettings(same_manager_includes_peers=False))
    under: dict[str, Any] = {"manager_id": "B"}
    rules = rules_of(a_round(a_mentee("E", **under), a_mentor("M", **under), a_person("B"), policy=policy))
    assert not deleted(rules, RuleId.SAME_MANAGER, PEER).any()
    assert deleted(rules, RuleId.SAME_MANAGER, UP).all()
