"""Answers about people without a place as they are printed."""

import json
from io import StringIO

import pytest
from rich.console import Console

from mentormatch.cli.answers_unpaired import answer_unpaired
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.reasons import RuleId
from mentormatch.errors import InputError
from mentormatch.explanation.what_if import Baseline
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round, bare_policy
from tests.unit.explanation.solved import solved

UP, DOWN, _, PEER, _ = DIRECTIONS
BAND = bare_policy(RuleId.LEVEL_BAND)


def printed(base: Baseline, person_id: str, *, for_employee: bool = False) -> str:
    """Return what is printed about a person."""
    out = StringIO()
    answer_unpaired(base, person_id, Console(file=out, width=120), "table", for_employee=for_employee)
    return out.getvalue()


@pytest.fixture(scope="module")
def crowded() -> Baseline:
    """Return a round in which A and B want M's one place, and B is worth more."""
    return solved(a_scored_round({("A", "M"): 500, ("B", "M"): 600}, policy=BAND))


@pytest.fixture(scope="module")
def removed() -> Baseline:
    """Return a round in which no rule leaves A anybody."""
    mentors = [a_mentor(f"M{k}", level=9) for k in range(6)]
    return solved(a_round(a_mentee("A", as_mentor={DOWN: 1}, max_mentees=1), *mentors, policy=BAND))


def test_hr_reads_reason_figures_and_remedy(crowded: Baseline) -> None:
    text = printed(crowded, "A")
    assert text.startswith("As a mentee: crowded-out.\n")
    assert "M offers one more place in upward. Checked by matching again" in text


def test_the_rules_are_a_table_with_a_column_for_each_direction(removed: Baseline) -> None:
    lines = printed(removed, "A").splitlines()
    head = next(line for line in lines if "by it alone" in line)
    row = next(line for line in lines if line.strip().startswith("level-band"))
    assert head.split()[:2] == ["rule", "upward"]
    assert row.split() == ["level-band", "6", "6", "6"]


def test_somebody_without_a_place_in_two_roles_is_answered_for_both(removed: Baseline) -> None:
    text = printed(removed, "A")
    assert "As a mentee: no-candidate." in text
    assert "As a mentor: no-candidate." in text


def test_the_person_reads_no_other_id(crowded: Baseline, removed: Baseline) -> None:
    text = printed(crowded, "A", for_employee=True)
    assert text.splitlines()[:2] == ["As a mentee:", "There were too few places with the mentors who suit you."]
    assert "M" not in text.replace("mentee", "").split()
    assert "6 possibilities: Your levels" in printed(removed, "A", for_employee=True)


def test_programs_get_the_same_as_data(crowded: Baseline, capsys: pytest.CaptureFixture[str]) -> None:
    answer_unpaired(crowded, "A", Console(file=StringIO()), "json", for_employee=False)
    (answer,) = json.loads(capsys.readouterr().out)["answers"]
    assert (answer["role"], answer["reason"], answer["candidates"]) == ("mentee", "crowded-out", 1)
    assert answer["loss"]["stage"] == "points"
    remedy = answer["remedy"]
    assert remedy["changes"] == [{"kind": "OfferPlace", "mentor_id": "M", "direction": "upward"}]
    assert (remedy["checked"], remedy["difference"]["served"], remedy["pairing"]["points"]) == (True, 1, 500)


def test_the_data_of_rules_names_the_last_one(removed: Baseline, capsys: pytest.CaptureFixture[str]) -> None:
    answer_unpaired(removed, "A", Console(file=StringIO()), "json", for_employee=False)
    answer = json.loads(capsys.readouterr().out)["answers"][0]
    assert answer["removal"] == {
        "first": {"upward": {"level-band": 6}},
        "alone": {"level-band": 6},
        "forbidden": 0,
        "last_rule": "level-band",
    }


def test_the_persons_data_holds_the_own_change_and_the_own_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    members = [a_mentee("A"), a_mentee("B"), a_mentor("M"), a_mentor("N", PEER, level=1)]
    base = solved(a_round(*members, policy=bare_policy()))
    (loser,) = {"A", "B"} - {pairing.mentee_id for pairing in base.pairings}
    answer_unpaired(base, loser, Console(file=StringIO()), "json", for_employee=True)
    (answer,) = json.loads(capsys.readouterr().out)["answers"]
    assert set(answer["draw"]) == {"own_key", "threshold"}
    change = {"kind": "OpenDirection", "person_id": loser, "role": "mentee", "direction": "peer"}
    assert answer["remedy"] == [change]
    assert set(answer) == {"role", "reason", "sentences", "removal", "crowd", "draw", "remedy"}


@pytest.mark.parametrize("layout", ["table", "json"])
def test_whoever_has_a_place_is_told_so(crowded: Baseline, layout: str) -> None:
    with pytest.raises(InputError, match="B has a place as a mentee or mentor in this round"):
        answer_unpaired(crowded, "B", Console(file=StringIO()), layout, for_employee=False)
