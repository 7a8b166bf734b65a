"""A repair in words: every ended pairing has its sentence, everybody concerned a line, and data is never markup."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from mentormatch.cli.mending import Repaired
from mentormatch.cli.repair_rendering import band_names, print_repair, vector_figures, write_repair
from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Criterion, Pairing, Role
from mentormatch.domain.vector import Vector
from mentormatch.matching.repair import LetGo, RepairPlan
from mentormatch.matching.repair_report import Concerned, Cost
from tests.factories import a_mentee, a_round

BEFORE = Vector(900, (0, 1, 2, 3, 4, 890), 12, 650_000)
REPAIR = Vector(899, (0, 2, 2, 3, 4, 888), 11, 649_000)
FULL = Vector(899, (0, 1, 2, 3, 4, 889), 10, 649_500)


def a_pairing(mentor_id: str, mentee_id: str, points: int = 612) -> Pairing:
    """Return a pairing of two people."""
    return Pairing(mentor_id, mentee_id, Direction.PEER, 1, points, 3, dict.fromkeys(Criterion, 0))


def a_plan(**changes: Any) -> RepairPlan:
    """Return a plan in which two pairings stay, one was declined, one ended and one was let go."""
    plan = RepairPlan(
        round=a_round(a_mentee("A")),
        kept=(a_pairing("K1", "K2"), a_pairing("K3", "K4")),
        declined=(a_pairing("D1", "D2"),),
        left=(a_pairing("L1", "L2"),),
        let_go=(LetGo("G1", "G2", "the limit of G1 as a mentor is 1"),),
    )
    return replace(plan, **changes)


def a_repair(**changes: Any) -> Repaired:
    """Return a repair that was done."""
    done = Repaired(
        target=Path("there"),
        status="proven",
        plan=a_plan(),
        new=(a_pairing("N1", "N2", 1_234),),
        concerned=(
            Concerned("D2", Role.MENTEE, (), (), "crowded-out: 1 possible mentor", "Ask for one more place."),
            Concerned("D1", Role.MENTOR, ("N2", "N3"), ("K2",)),
        ),
        cost=Cost(BEFORE, REPAIR, FULL, 7),
        full_status="proven",
    )
    return replace(done, **changes)


def shown(done: Repaired, width: int = 200) -> str:
    """Return what is printed of a repair."""
    console = Console(file=io.StringIO(), width=width, color_system=None, highlight=False)
    print_repair(console, done)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def row(text: str, name: str) -> list[str]:
    """Return the figures of a row of a table."""
    return str(re.findall(rf"^ *{re.escape(name)} +(.*)$", text, re.MULTILINE)[0]).split()


@pytest.mark.parametrize(
    "sentence",
    [
        "2 pairings stay as they were.",
        "D1 and D2: declined, and not to be paired again in this round.",
        "L1 and L2: ended, as one of the two has left.",
        "G1 and G2: let go; the limit of G1 as a mentor is 1.",
        "A full solve would end 7 of the 2 pairings that were kept.",
        "Written to there.",
    ],
)
def test_each_thing_that_happened_is_one_sentence(sentence: str) -> None:
    assert sentence in shown(a_repair()).splitlines()


def test_a_single_pairing_is_spoken_of_as_one() -> None:
    text = shown(a_repair(plan=a_plan(kept=(a_pairing("K1", "K2"),))))
    assert text.startswith("1 pairing stays as it was.\n")


def test_the_new_pairings_stand_in_a_table() -> None:
    assert row(shown(a_repair()), "N1") == ["N2", "peer", "1,234"]


def test_nothing_new_is_said_and_has_no_table() -> None:
    text = shown(a_repair(new=()))
    assert "Nobody new could be paired." in text
    assert "New pairings" not in text


def test_everybody_concerned_learns_whom_they_have_or_why_nobody() -> None:
    text = shown(a_repair())
    assert "new: N2, N3; still: K2" in text
    assert "nobody (crowded-out: 1 possible mentor). Ask for one more place." in text


def test_nobody_concerned_is_no_table() -> None:
    assert "People whose pairing ended" not in shown(a_repair(concerned=()))


def test_the_cost_stands_beside_what_was_and_what_could_be() -> None:
    text = shown(a_repair())
    assert row(text, "mentees served") == ["900", "899", "899", "0"]
    assert row(text, "pairings") == ["900", "899", "899", "0"]
    assert row(text, "750 and more") == ["890", "888", "889", "-1"]
    assert row(text, "350 to 449") == ["1", "2", "1", "1"]
    assert row(text, "second and further places") == ["12", "11", "10", "1"]
    assert row(text, "points") == ["650,000", "649,000", "649,500", "-500"]


@pytest.mark.parametrize(
    ("bounds", "names"),
    [((), ["any"]), ((400,), ["400 and more", "under 400"]), ((400, 600), ["600 and more", "400 to 599", "under 400"])],
)
def test_bands_are_named_from_the_best_to_the_worst(bounds: tuple[int, ...], names: list[str]) -> None:
    assert band_names(bounds) == names


def test_figures_stand_in_the_order_of_their_names() -> None:
    assert vector_figures(Vector(5, (1, 2, 4), 3, 999)) == [5, 7, 4, 2, 1, 3, 999]


def test_ids_are_never_taken_for_markup() -> None:
    done = a_repair(new=(a_pairing("[red]X", "[/]"),), concerned=(Concerned("[b]", Role.MENTEE, ("[/]",), ()),))
    text = shown(done)
    assert "[red]X" in text
    assert "new: [/]" in text


@pytest.mark.parametrize("width", [60, 80])
def test_no_table_is_wider_than_its_terminal(width: int) -> None:
    tables = shown(a_repair(), width).split("New pairings")[1].split("A full solve")[0]
    assert max(map(len, tables.splitlines())) <= width


def test_the_data_says_the_same() -> None:
    told = json.loads(write_repair(a_repair()))
    assert (told["kept"], told["declined"], told["left"]) == (2, [["D1", "D2"]], [["L1", "L2"]])
    assert told["let_go"] == [{"mentor_id": "G1", "mentee_id": "G2", "why": "the limit of G1 as a mentor is 1"}]
    assert (told["new"][0]["mentor_id"], told["new"][0]["points"], told["new"][0]["direction"]) == ("N1", 1_234, "peer")
    assert told["concerned"][1] == {
        "person_id": "D1",
        "role": "mentor",
        "new": ["N2", "N3"],
        "still": ["K2"],
        "why": "",
        "remedy": "",
    }
    assert told["cost"]["full"] == {"served": 899, "bands": [0, 1, 2, 3, 4, 889], "load": 10, "points": 649_500}
    assert (told["status"], told["full_status"], told["cost"]["ended"]) == ("proven", "proven", 7)
