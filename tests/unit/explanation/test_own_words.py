"""Why somebody has no place, in sentences for that person."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from mentormatch.domain.change import OpenDirection
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import Pairing, Role, UnpairedReason
from mentormatch.domain.policy import Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind
from mentormatch.domain.vector import Vector
from mentormatch.explanation.crowd import Crowd
from mentormatch.explanation.draw import LostDraw
from mentormatch.explanation.own_words import PUBLIC_RULES, public_removal, say_to_person
from mentormatch.explanation.remedy_search import Remedy, RemedySearch
from mentormatch.explanation.removal import Removal
from mentormatch.explanation.traits import Trait, TraitKind
from mentormatch.explanation.unpaired_answer import UnpairedAnswer, explain_unpaired
from tests.factories import a_mentee, a_mentor, a_person, a_round
from tests.unit.explanation.solved import solved

UP, _, _, PEER, _ = DIRECTIONS
POLICY = Policy()
ANSWER = UnpairedAnswer("A", Role.MENTEE, UnpairedReason.CROWDED_OUT, Enrolment("A"), POLICY, True, True)


def told(**changes: Any) -> list[str]:
    """Return what a person is told."""
    return say_to_person(replace(ANSWER, **changes))


def without_candidate(counts: dict[RuleId, int], **changes: Any) -> list[str]:
    """Return what somebody without candidates is told."""
    removal = Removal({UP: counts}, {}, 0)
    return told(reason=UnpairedReason.NO_CANDIDATE, removal=removal, **changes)


def test_only_public_rules_are_counted_and_only_from_five_on() -> None:
    counts = {RuleId.LEVEL_BAND: 5, RuleId.NO_COMMON_LANGUAGE: 4, RuleId.AVOID: 50, RuleId.EVALUATOR: 7}
    lines = without_candidate(counts)
    assert lines == [
        "No mentor in this round could be paired with you.",
        "5 possibilities: Your levels are too close or too far apart for this direction.",
    ]


@pytest.mark.parametrize("rule", [rule for rule in RuleId if rule not in PUBLIC_RULES])
def test_no_other_rule_is_let_slip(rule: RuleId) -> None:
    removal = Removal({UP: {rule: 50}}, {rule: 50}, 0)
    answer = replace(ANSWER, reason=UnpairedReason.NO_CANDIDATE, removal=removal)
    assert public_removal(answer) == {}
    assert say_to_person(answer) == ["No mentor in this round could be paired with you."]


class TestPrivateReasons:
    @staticmethod
    def rounds() -> Iterator[list[str]]:
        """Yield what A is told where M is kept from A for one private reason after the other."""
        reasons: tuple[dict[str, Any], ...] = (
            {"avoids": ("A",)},
            {"conflicts": ("A",)},
            {"evaluator_ids": ("A",)},
            {"previous_manager_ids": ("A",)},
            {"manager_id": "A"},
            {"trained": False},
        )
        for reason in reasons:
            yield say_to_person(explain_unpaired(solved(a_round(a_mentee("A"), a_mentor("M", **reason))), "A"))
        locks = (Lock(LockKind.MUST_NOT, "M", "A"),)
        yield say_to_person(explain_unpaired(solved(a_round(a_mentee("A"), a_mentor("M"), locks=locks)), "A"))
        team = a_round(a_person("T"), a_mentee("A", manager_id="T"), a_mentor("M", manager_id="T"))
        yield say_to_person(explain_unpaired(solved(team), "A"))

    def test_they_cannot_be_told_from_each_other(self) -> None:
        found = list(self.rounds())
        assert found == [["No mentor in this round could be paired with you."]] * len(found)


def test_what_is_the_own_is_said() -> None:
    assert "HR" in without_candidate({RuleId.INACTIVE: 9}, is_active=False)[0]
    assert (
        "reporting lines on file are incomplete" in without_candidate({RuleId.LINE_UNKNOWN: 9}, is_line_known=False)[0]
    )
    trained = without_candidate({RuleId.UNTRAINED: 9}, role=Role.MENTOR)
    assert trained == ["You have not done the training that this programme asks of mentors."]
    assert without_candidate({}) == ["No mentor is enrolled in a direction that you named."]


def test_a_crowd_is_told_in_numbers() -> None:
    lines = told(crowd=Crowd(12, 9, {"mentor": 9}, Trait(TraitKind.DEPARTMENT, "Finance", 4, 4)))
    assert lines[0] == "You are one of 12 people who share 9 places in Finance."
    lines = told(crowd=Crowd(12, 1, {"mentor": 1}, Trait(TraitKind.SKILL, "sql", 11, 12)))
    assert lines[:2] == ["You are one of 12 people who share 1 place.", '11 of the 12 people want "sql" first.']


def test_a_small_crowd_is_told_without_numbers() -> None:
    assert told()[0] == "There were too few places with the mentors who suit you."
    assert told(has_way=True)[0] == "Other pairings serve the round better, or as well by the draw."


def test_a_draw_is_told_in_its_two_numbers_alone() -> None:
    draw = LostDraw("M17", "B23", "seed", "round|M17|A|upward", "round|M17|B23|upward", 1234, 99999, 1, 20)
    lines = told(reason=UnpairedReason.LOST_DRAW, draw=draw)
    assert "your number was 1,234, the other 99,999" in lines[0]
    assert not any(name in " ".join(lines) for name in ("M17", "B23", "seed"))


@pytest.mark.parametrize(("stages", "said"), [(POLICY.stages, True), (("coverage", "points", "lottery"), False)])
def test_the_wait_is_promised_only_where_it_counts(stages: tuple[str, ...], said: bool) -> None:
    words = "In the next round you come before those who have waited less."
    assert (words in told(policy=replace(POLICY, stages=stages))) is said
    assert words not in told(reason=UnpairedReason.NOT_NEEDED, role=Role.MENTOR)


def test_an_answer_of_the_own_that_would_have_helped_is_told_and_no_pairing() -> None:
    pairing = Pairing("M17", "A", PEER, 1, 640, 3, {})
    change = OpenDirection("A", Role.MENTEE, PEER)
    remedy = Remedy((change,), True, pairing, Vector(0, (0,) * 6, 0, 0), 1, 0)
    lines = told(search=RemedySearch(remedy, 1))
    assert lines[-1] == "Checked by matching again: if you also ask for peer, this round pairs you."
    assert "M17" not in " ".join(lines)
    nothing = "No other answer of your own that was tried would have changed this."
    assert told(search=RemedySearch(replace(remedy, is_own=False), 1))[-1] == nothing
    assert told(search=RemedySearch(None, 0))[-1] == nothing
