"""Bands and stages in words."""

import pytest

from mentormatch.domain.policy import STAGES
from mentormatch.files.figure_names import WHAT_COUNTS, band_name, what_counts
from mentormatch.files.summary import BandFigures

BANDS = (BandFigures(None, 350, 0), BandFigures(350, 450, 3), BandFigures(450, None, 9))


@pytest.mark.parametrize(("band", "name"), [*zip(BANDS, ("under 350", "350 to 449", "450 and more"), strict=True)])
def test_a_band_is_named_by_the_points_that_it_spans(band: BandFigures, name: str) -> None:
    assert band_name(band) == name


def test_the_only_band_of_a_policy_without_bands_holds_any_points() -> None:
    assert band_name(BandFigures(None, None, 3)) == "any"


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("waiting:1", "served who waited 1 round"),
        ("waiting:3", "served who waited 3 rounds"),
        ("bands:1", "few pairings at 350 to 449"),
        ("lottery:2", "the draw among equals"),
        ("unheard-of", ""),
    ],
)
def test_a_stage_is_explained_by_what_counts_in_it(stage: str, words: str) -> None:
    assert what_counts(stage, BANDS) == words


def test_every_stage_has_words() -> None:
    assert set(STAGES) - {"waiting", "bands"} <= set(WHAT_COUNTS)
