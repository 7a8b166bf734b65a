"""Bands and stages in words: the same on the screen and in a report."""

from collections.abc import Sequence

from mentormatch.files.summary import BandFigures

WHAT_COUNTS = {
    "coverage": "mentees served",
    "floors": "groups served alike, in percent",
    "load": "few second and third places",
    "points": "points in all",
    "lottery": "the draw among equals",
    "unique": "no other plan is as good",
}
"""The stages in words."""


def band_name(figures: BandFigures) -> str:
    """Return a band as the points that it spans."""
    if figures.below is None:
        return "any" if figures.lowest is None else f"{figures.lowest} and more"
    return f"under {figures.below}" if figures.lowest is None else f"{figures.lowest} to {figures.below - 1}"


def what_counts(stage: str, bands: Sequence[BandFigures]) -> str:
    """Return the words for a stage, blank for one that has none."""
    kind, _, number = stage.partition(":")
    if kind == "bands":
        return f"few pairings at {band_name(bands[int(number)])}"
    if kind == "waiting":
        return f"served who waited {number} {'round' if number == '1' else 'rounds'}"
    return WHAT_COUNTS.get(kind, "")
