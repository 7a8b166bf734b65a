"""The figures of a match, for the screen and for summary.json."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.floors import AccessFloors, GroupAccess
from mentormatch.domain.pairing import Pairing, Role, Unpaired
from mentormatch.domain.policy import Policy
from mentormatch.domain.round import Figures, LostWish, Outcome, SolveStatus, StageValue
from mentormatch.errors import InputError
from mentormatch.files.summary import (
    BandFigures,
    Coverage,
    DirectionFigures,
    Load,
    Summary,
    read_summary,
    summarise,
    write_summary,
)
from tests.factories import a_member, a_mentee, a_mentor, a_round

ROUND = a_round(
    a_mentor("M1", places=2),
    a_mentor("M2", Direction.DOWNWARD),
    a_mentee("E1"),
    a_mentee("E2", as_mentee={Direction.UPWARD: 1, Direction.DOWNWARD: 1}),
    a_mentee("E3", Direction.DOWNWARD),
    a_member("N", as_mentee={Direction.UPWARD: 1}, max_mentors=0),
    quarantined=frozenset({"Z", "Q"}),
)
OUTCOME = Outcome(
    status=SolveStatus.PROVEN,
    pairings=(
        Pairing("M1", "E1", Direction.UPWARD, 1, 700, 4, {}),
        Pairing("M1", "E2", Direction.UPWARD, 1, 501, 2, {}),
        Pairing("M2", "E2", Direction.DOWNWARD, 2, 300, 0, {}),
    ),
    unpaired=(
        Unpaired("E3", Role.MENTEE, "crowded-out", ""),
        Unpaired("E4", Role.MENTEE, "no-candidate", ""),
        Unpaired("E5", Role.MENTEE, "no-candidate", ""),
        Unpaired("M3", Role.MENTOR, "nobody-asked", ""),
    ),
    stages=(StageValue(1, "coverage", 2, 2), StageValue(2, "coverage", 1, 1)),
    lost_wishes=(LostWish("E1", "M2", "reporting-line"),),
    figures=Figures(mentees=3, mentors=2, candidates=7, places=3, seconds={"scoring": 0.12345, "solving": 1.0}),
)


def summary(**changes: object) -> Summary:
    """Return the summary of the outcome with a few changes."""
    return summarise(ROUND, replace(OUTCOME, **changes), 9.87654, 123.456)  # type: ignore[arg-type]


def test_mentees_are_served_once_however_many_places_they_have() -> None:
    assert summary().coverage == Coverage(mentees=3, served=2, pairings=3)


def test_mentors_and_places_are_counted_as_the_engine_counts_them() -> None:
    assert summary().load == Load(mentors=2, used=2, places=3, places_left=0)
    assert summary(pairings=OUTCOME.pairings[:1]).load == Load(mentors=2, used=1, places=3, places_left=2)


def test_every_direction_is_told_side_by_side() -> None:
    found = {figures.direction: figures for figures in summary().directions}
    assert tuple(found) == DIRECTIONS
    assert found[Direction.UPWARD] == DirectionFigures(Direction.UPWARD, 2, 1, 2, 2, 600.5)
    assert found[Direction.DOWNWARD] == DirectionFigures(Direction.DOWNWARD, 2, 1, 1, 1, 300.0)
    assert found[Direction.PEER] == DirectionFigures(Direction.PEER, 0, 0, 0, 0, None)


def test_every_quality_band_is_told_even_without_pairings() -> None:
    assert summary().bands == (
        BandFigures(None, 350, 1),
        BandFigures(350, 450, 0),
        BandFigures(450, 550, 1),
        BandFigures(550, 650, 0),
        BandFigures(650, 750, 1),
        BandFigures(750, None, 0),
    )


def test_without_bounds_there_is_one_band() -> None:
    one = summarise(replace(ROUND, policy=Policy(bands=())), OUTCOME, 0.0, 0.0)
    assert one.bands == (BandFigures(None, None, 1),)


def test_the_unpaired_are_counted_by_role_and_reason_the_most_frequent_first() -> None:
    assert {role: list(reasons.items()) for role, reasons in summary().unpaired.items()} == {
        "mentee": [("no-candidate", 2), ("crowded-out", 1)],
        "mentor": [("nobody-asked", 1)],
    }


def test_people_who_were_set_aside_are_named_in_order() -> None:
    assert summary().quarantined == ("Q", "Z")


def test_a_summary_is_written_as_json_with_all_its_figures() -> None:
    content = json.loads(write_summary(summary()))
    assert content["status"] == "proven"
    assert content["coverage"] == {"mentees": 3, "served": 2, "pairings": 3}
    assert content["load"] == {"mentors": 2, "used": 2, "places": 3, "places_left": 0}
    assert content["directions"][1] == {
        "direction": "downward",
        "mentees": 2,
        "mentors": 1,
        "places": 1,
        "pairings": 1,
        "mean_points": 300.0,
    }
    assert content["bands"][0] == {"lowest": None, "below": 350, "pairings": 1}
    assert content["stages"][0] == {"pass_number": 1, "name": "coverage", "value": 2, "bound": 2}
    assert content["lost_wishes"] == [{"person_id": "E1", "wished_id": "M2", "rule": "reporting-line"}]
    assert content["seconds"] == {"scoring": 0.123, "solving": 1.0}
    assert content["total_seconds"] == 9.877
    assert content["memory_mb"] == 123.5
    assert content["quarantined"] == ["Q", "Z"]


def test_access_floors_are_told_with_every_group_and_those_too_small() -> None:
    assert summary().floors is None
    groups = (GroupAccess("Sales", 40, 20), GroupAccess("Works", 30, 12)), (GroupAccess("Legal", 3, 1),)
    found = summary(floors=AccessFloors("department", 80, 73, Fraction(5, 9), *groups))
    content = json.loads(write_summary(found))["floors"]
    assert content["groups"][1] == {"name": "Works", "size": 30, "served": 12}
    assert content["too_small"] == [{"name": "Legal", "size": 3, "served": 1}]
    assert {name: content[name] for name in ("by", "asked", "reached", "rate")} == {
        "by": "department",
        "asked": 80,
        "reached": 73,
        "rate": 0.5556,
    }


def test_a_round_with_nobody_has_a_summary() -> None:
    empty = Outcome(SolveStatus.PROVEN, (), (), (), (), Figures(0, 0, 0, 0))
    found = summarise(a_round(), empty, 0.0, 0.0)
    assert (found.coverage, found.load) == (Coverage(0, 0, 0), Load(0, 0, 0, 0))
    assert json.loads(write_summary(found))["unpaired"] == {}


def test_a_summary_is_read_as_it_was_written() -> None:
    assert read_summary(write_summary(summary())) == summary()


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff"])
def test_what_is_no_summary_is_bad_input(data: bytes) -> None:
    with pytest.raises(InputError) as error:
        read_summary(data)
    assert error.value.sentence == "summary.json is not one that match has written."
