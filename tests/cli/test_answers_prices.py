"""Prices and recruiting as they are printed."""

import json
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from mentormatch.cli.answers_prices import answer_prices, answer_recruiting
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.explanation.what_if import Baseline
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy, loose_capacity
from tests.unit.explanation.solved import solved

UP = DIRECTIONS[0]


def answered(answer: Any, base: Baseline, layout: str = "table") -> tuple[str, str]:
    """Return what an answer prints, and its progress."""
    out, progress = StringIO(), StringIO()
    answer(base, Console(file=out, width=80), Console(file=progress, width=80), layout)
    return out.getvalue(), progress.getvalue()


def line_of(text: str, start: str) -> list[str]:
    """Return the cells of the row that begins so."""
    return next(line.split() for line in text.splitlines() if line.strip().startswith(start))


def avoided() -> Round:
    """Return a round in which A avoids the only mentor, and HR has forbidden the other mentee's pairing."""
    policy = bare_policy(RuleId.AVOID, RuleId.CONFLICT, capacity=loose_capacity(team_limit=1))
    members = [a_mentee("A", avoids=("M",)), a_mentee("B"), a_mentor("M", places=2)]
    return a_round(*members, policy=policy, locks=(Lock(LockKind.MUST_NOT, "M", "B"),))


def test_each_rule_and_lock_is_a_row_with_what_it_costs() -> None:
    text, progress = answered(answer_prices, solved(avoided()))
    assert line_of(text, "avoid")[:4] == ["avoid", "1", "+1", "+1"]
    assert line_of(text, "conflict")[:4] == ["conflict", "0", "0", "0"]
    assert line_of(text, "must-not M B")[3:6] == ["1", "+1", "+1"]
    assert text.index("Without a rule") < text.index("Without a limit") < text.index("Without a lock")
    assert "alone: pairs that it and nothing else keeps apart" in text
    assert progress.splitlines() == [
        "counting what each rule keeps apart",
        "without avoid",
        "without team-limit",
        "without must-not M B",
    ]


def test_the_longest_names_and_numbers_fit_into_eighty_columns() -> None:
    text, _ = answered(answer_prices, solved(avoided()))
    assert max(len(line.rstrip()) for line in text.splitlines() if "must-not" in line or "alone  " in line) <= 80


def test_prices_as_data_hold_the_round_and_each_difference(capsys: pytest.CaptureFixture[str]) -> None:
    answered(answer_prices, solved(avoided()), "json")
    found = json.loads(capsys.readouterr().out)
    assert found["round"]["served"] == 0
    assert [price["name"] for price in found["prices"]] == ["conflict", "avoid", "team-limit", "must-not M B"]
    assert found["prices"][1]["pairs_alone"] == 1
    assert found["prices"][1]["difference"]["served"] == 1


def test_what_cannot_be_taken_away_is_told_with_the_reason() -> None:
    """Without the band downward is worth more to A and B, and M has one place there."""
    skills: dict[str, Any] = {"skills_wanted": ("x", "y"), "skills_offered": ("y",)}
    bands = bare_policy().directions[UP]
    downward = type(bands)({9: 1.0})
    policy = bare_policy(RuleId.LEVEL_BAND, directions={UP: bands, DIRECTIONS[1]: downward})
    staff = [a_mentee(who, as_mentee={UP: 1, DIRECTIONS[1]: 1}, **skills) for who in "AB"]
    mentor = a_mentor("M", as_mentor={UP: 2, DIRECTIONS[1]: 1}, max_mentees=2, **skills)
    locks = (Lock(LockKind.MUST, "M", "A"), Lock(LockKind.MUST, "M", "B"))
    text, _ = answered(answer_prices, solved(a_round(*staff, mentor, policy=policy, locks=locks)))
    assert "cannot be" in text
    assert "Without level-band the round cannot be matched: These 2 locks ask for 2 downward places of M" in text


def test_the_places_that_bring_most_are_named_exact_and_the_bounds_at_most() -> None:
    text, progress = answered(answer_recruiting, solved(a_scored_round({("A", "M"): 900, ("B", "M"): 700})))
    row = next(line for line in text.splitlines() if line.strip().startswith("M "))
    assert row.split("  ")[0].strip() == "M"
    assert row.count("1 person more served") == 2
    assert "+700" in row
    assert "brings exactly" in text
    assert "at most" in text
    assert "no other brings more" in text
    assert progress == "one more place of M, upward\n"


def test_where_no_place_is_wanted_a_sentence_says_so() -> None:
    text, _ = answered(answer_recruiting, solved(a_scored_round({("A", "M"): 900})))
    assert text == "By the proof, one more place with any mentor would bring the first pass nothing.\n"


def test_kinds_of_mentors_are_tables_of_their_own() -> None:
    mentors = [a_mentor(name, department="Sales", skills_offered=("law",)) for name in "MNO"]
    round_ = a_round(*(a_mentee(name) for name in "ABCD"), *mentors, policy=bare_policy())
    text, _ = answered(answer_recruiting, solved(round_))
    for kind in ("department", "level", "skill"):
        assert f"Mentors by {kind}, at most" in text
    assert line_of(text, "sales")[:3] == ["sales", "3", "1.00"]


def test_recruiting_as_data_tells_bounds_from_exact_gains(capsys: pytest.CaptureFixture[str]) -> None:
    locks = (Lock(LockKind.MUST, "M", "A"),)
    answered(answer_recruiting, solved(a_scored_round({("A", "M"): 900, ("B", "M"): 700}, locks=locks)), "json")
    found = json.loads(capsys.readouterr().out)
    (place,) = found["places"]
    assert place["exact"]["coverage"] == 1
    assert place["at_most"]["coverage"] is None
    assert place["difference"]["served"] == 1
    assert (place["mentor_id"], found["is_certain"], len(found["bounds"])) == ("M", True, 1)
