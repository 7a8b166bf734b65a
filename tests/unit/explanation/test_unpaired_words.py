"""Why somebody has no place, in sentences for HR."""

from dataclasses import replace
from typing import Any

import pytest

from mentormatch.domain.change import OfferPlace
from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import Pairing, Role, UnpairedReason
from mentormatch.domain.policy import Policy
from mentormatch.domain.reasons import SENTENCES, RuleId
from mentormatch.domain.vector import Vector
from mentormatch.explanation.certified_cases import Loss
from mentormatch.explanation.crowd import Crowd
from mentormatch.explanation.draw import LostDraw
from mentormatch.explanation.remedy_search import Remedy, RemedySearch
from mentormatch.explanation.removal import Removal
from mentormatch.explanation.traits import Trait, TraitKind
from mentormatch.explanation.unpaired_answer import UnpairedAnswer
from mentormatch.explanation.unpaired_words import say_difference, say_unpaired

UP = Direction.UPWARD
ANSWER = UnpairedAnswer(
    "A", Role.MENTEE, UnpairedReason.CROWDED_OUT, Enrolment("A"), Policy(), True, True, candidates=3, placed=3
)
REMOVAL = Removal({UP: {RuleId.LEVEL_BAND: 2}}, {RuleId.LEVEL_BAND: 2}, 0)
NOTHING = Vector(0, (0,) * 6, 0, 0)


def said(**changes: Any) -> str:
    """Return the sentences of an answer, one a line."""
    return "\n".join(say_unpaired(replace(ANSWER, **changes)))


def without_candidate(removal: Removal, role: Role = Role.MENTEE) -> str:
    """Return the sentences for somebody without candidates."""
    return said(reason=UnpairedReason.NO_CANDIDATE, removal=removal, candidates=0, role=role)


def test_the_last_rule_standing_is_named_with_its_sentence() -> None:
    words = without_candidate(REMOVAL)
    assert "The last rule standing is level-band: 2 mentors fail by it alone." in words
    assert SENTENCES[RuleId.LEVEL_BAND].for_hr in words
    assert "1 mentee fails by it alone" in without_candidate(replace(REMOVAL, alone={RuleId.AVOID: 1}), Role.MENTOR)


def test_where_everybody_fails_twice_no_rule_is_named() -> None:
    assert "No rule by itself stands in the way" in without_candidate(replace(REMOVAL, alone={}))


def test_locks_and_empty_directions_are_said() -> None:
    assert "Locks forbid 1 mentor who keeps every rule." in without_candidate(replace(REMOVAL, forbidden=1))
    assert without_candidate(Removal({UP: {}}, {}, 0)) == (
        "A has no possible mentor: no mentor is enrolled in the same direction."
    )


@pytest.mark.parametrize(
    ("trait", "words"),
    [
        (None, "12 people share 9 places."),
        (Trait(TraitKind.DEPARTMENT, "Finance", 4, 4), "12 people share 9 places in Finance."),
        (Trait(TraitKind.DIVISION, "North", 9, 10), "9 of the 10 mentors are in North."),
        (Trait(TraitKind.SKILL, "sql", 11, 12), '11 of the 12 people want "sql" first.'),
        (Trait(TraitKind.DIRECTION, "upward", 12, 12), "12 of the 12 people ask for upward alone."),
    ],
)
def test_a_crowd_is_described(trait: Trait | None, words: str) -> None:
    lines = said(crowd=Crowd(12, 9, {"mentor": 1, "team": 2}, trait)).splitlines()
    assert words in lines
    assert "What is full: 1 mentor's own limit, 2 mentors' limits for one team." in lines


def test_a_small_crowd_is_not_described_and_a_way_is_told_from_a_crowd() -> None:
    assert "a crowd so small is not described" in said()
    assert "It is not for lack of places" in said(has_way=True)


def test_what_every_plan_with_the_person_loses_is_said_unless_it_is_the_draw() -> None:
    loss = said(loss=Loss(2, "coverage", 1))
    assert loss.endswith("Every plan in which A is paired loses at least this: 1 person fewer served.")
    assert "loses" not in said(loss=Loss(9, "lottery:1", 77))
    assert "stopped before its proof" in said(is_stopped=True)


def test_a_draw_is_told_with_keys_and_how_to_count_them_again() -> None:
    draw = LostDraw("M", "B", "s", "r|M|A|upward", "r|M|B|upward", 1234, 99999, 1, 20)
    words = said(reason=UnpairedReason.LOST_DRAW, draw=draw)
    assert "B, an equal, got the place with M: own key 1,234, threshold 99,999" in words
    assert 'bits 1 to 20 of the HMAC-SHA256 under the seed "s" of "r|M|A|upward" and of "r|M|B|upward"' in words


def test_a_mentor_who_was_not_needed_learns_where_the_mentees_are() -> None:
    words = said(role=Role.MENTOR, reason=UnpairedReason.NOT_NEEDED, candidates=1, placed=1)
    assert words == "A has 1 possible mentee, 1 of them with a place elsewhere, and was not needed."


def test_a_remedy_says_that_it_was_checked_and_what_it_does() -> None:
    pairing = Pairing("M", "A", UP, 1, 640, 3, {})
    remedy = Remedy((OfferPlace("M", UP),), False, pairing, Vector(1, (0,) * 6, 0, 640), 2, 3)
    lines = said(search=RemedySearch(remedy, 1)).splitlines()
    assert lines[-2] == (
        "What would have helped: M offers one more place in upward. Checked by matching again: the mentor then is M, "
        "upward, 640 points."
    )
    assert (
        lines[-1] == "For the round: pairings that end 2, that begin 3; in all 1 person more served, 640 points more."
    )


@pytest.mark.parametrize(
    ("tried", "words"), [(0, "there was none to try that would"), (12, "none of those tried (12) would")]
)
def test_where_nothing_helps_it_says_so(tried: int, words: str) -> None:
    assert words in said(search=RemedySearch(None, tried))


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (NOTHING, "as many people served, as many points"),
        (Vector(-2, (0,) * 6, 0, -1), "2 people fewer served, 1 point fewer"),
        (Vector(1, (0,) * 6, 0, 2000), "1 person more served, 2,000 points more"),
    ],
)
def test_a_difference_is_said_in_words(difference: Vector, words: str) -> None:
    assert say_difference(difference) == words
