"""Losses and stages in words."""

import pytest

from mentormatch.domain.policy import STAGES, Policy
from mentormatch.explanation.certified_cases import NO_LOSS, Loss
from mentormatch.explanation.stage_words import say_band, say_loss, say_stage

POLICY = Policy(bands=(350, 450))


@pytest.mark.parametrize(
    ("stage", "amount", "words"),
    [
        ("coverage", 1, "1 person fewer served"),
        ("coverage", 1200, "1,200 people fewer served"),
        ("waiting:1", 1, "1 person fewer served of those who waited 1 round"),
        ("waiting:2", 3, "3 people fewer served of those who waited 2 rounds"),
        ("bands:0", 1, "1 pairing more at under 350 points"),
        ("bands:1", 2, "2 pairings more at 350 to 449 points"),
        ("load", 2, "places spread worse over the mentors (cost of the load 2 higher)"),
        ("points", 1, "1 point fewer"),
        ("points", 1500, "1,500 points fewer"),
        ("lottery:1", 77, "nothing but the draw among equals"),
    ],
)
def test_a_loss_says_what_it_means(stage: str, amount: int, words: str) -> None:
    assert say_loss(Loss(0, stage, amount), POLICY) == words


def test_no_loss_is_nothing() -> None:
    assert say_loss(NO_LOSS, POLICY) == "nothing"


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "floors"])
def test_every_stage_has_words_of_its_own(stage: str) -> None:
    assert say_stage(f"{stage}:1", POLICY) != stage


def test_bands_are_told_by_the_points_that_they_span() -> None:
    spans = [say_band(band, POLICY.bands) for band in range(3)]
    assert spans == ["under 350 points", "350 to 449 points", "450 points and more"]
    assert say_band(0, ()) == "any points"
