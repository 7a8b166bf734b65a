"""The figures with axes: every number of the data is in the drawing, and nothing else is claimed."""

import re
from functools import partial

import altair as alt

from mentormatch.charts.drawing import FRAMES, SHADES, draw
from mentormatch.charts.marks import (
    Bar,
    CurvePoint,
    HeatCell,
    Interval,
    Stack,
    bars,
    curve,
    heat,
    intervals,
    stacks,
)

WIDE, NARROW = FRAMES


def texts_of(chart: alt.LayerChart | alt.FacetChart) -> list[str]:
    """Return the texts of a drawing, axes included, in their order."""
    drawing = draw("key", "", "", lambda _: chart).wide
    return [text for text in re.findall(r"<text[^>]*>([^<]*)</text>", drawing) if text]


def test_bars_bear_their_labels_in_the_order_given_and_their_counts() -> None:
    texts = texts_of(bars([Bar("zebra", 1_200), Bar("ape", 0), Bar("mole", 7)], "animals", WIDE))
    assert [text for text in texts if text in ("zebra", "ape", "mole")] == ["zebra", "ape", "mole"]
    assert {"1,200", "0", "7", "animals"} <= set(texts)


def test_bars_without_any_count_are_drawn_all_the_same() -> None:
    assert "none" in texts_of(bars([Bar("none", 0)], "animals", WIDE))
    assert texts_of(bars([], "animals", NARROW)) is not None


def test_stacks_show_their_sum_and_a_legend_of_their_parts() -> None:
    texts = texts_of(stacks([Stack("some", 3, 4), Stack("all", 5, 0)], ("full", "room"), "mentors", WIDE))
    assert {"7", "5", "full", "room", "some", "all"} <= set(texts)


def test_a_legend_of_a_narrow_frame_stands_upright() -> None:
    data = [Stack("some", 3, 4)]
    places = [
        stacks(data, ("full", "room"), "mentors", frame).to_dict()["layer"][0]["encoding"]["color"]["legend"]
        for frame in FRAMES
    ]
    assert [place["direction"] for place in places] == ["horizontal", "vertical"]


def test_intervals_are_drawn_from_bound_to_bound_on_a_scale_from_nothing_to_all() -> None:
    chart = intervals([Interval("Sales", 0.5, 0.4, 0.6)], 0.55, "share", WIDE)
    texts = texts_of(chart)
    assert {"Sales", "0%", "100%"} <= set(texts)
    layers = chart.to_dict()["layer"]
    assert [layer["mark"]["type"] for layer in layers] == ["rule", "rule", "point"]
    assert layers[1]["encoding"]["x2"]["field"] == "upper"


def test_a_heat_map_shows_counts_and_leaves_hidden_ones_blank() -> None:
    cells = [HeatCell(0, 0, 12, SHADES - 1), HeatCell(0, 1, None, 0), HeatCell(1, 0, 0, 0), HeatCell(1, 1, 5, 1)]
    texts = texts_of(heat(cells, ["North", "South"], ("mentors", "mentees"), WIDE))
    assert {"1  North", "2  South", "1", "2", "12", "5", "0"} <= set(texts)
    assert "None" not in texts


def test_a_large_heat_map_has_no_counts_in_a_narrow_frame() -> None:
    labels = [f"unit {k}" for k in range(8)]
    cells = [HeatCell(k, k, 77, 1) for k in range(8)]
    assert "77" in texts_of(heat(cells, labels, ("a", "b"), WIDE))
    assert "77" not in texts_of(heat(cells, labels, ("a", "b"), NARROW))


def test_a_curve_labels_each_point_and_sets_the_current_one_apart() -> None:
    points = [
        CurvePoint("350 (now)", 287, 702, True),
        CurvePoint("450", 286, 704, False),
        CurvePoint("750", 9, 770, False),
    ]
    plot = draw("key", "", "", partial(curve, points, ("served", "points")))
    for drawing in (plot.wide, plot.narrow):
        assert {"350 (now)", "450", "750"} <= set(re.findall(r"<text[^>]*>([^<]*)</text>", drawing))
    rows = curve(points, ("served", "points"), WIDE).to_dict()
    places = {row["label"]: row["place"] for data in rows["datasets"].values() for row in data}
    assert places == {"350 (now)": "beside", "450": "below", "750": "above"}


def test_long_labels_are_cut_at_the_room_that_the_frame_has() -> None:
    label = "A department with a name that nobody can remember in full"
    drawn = [text for text in texts_of(bars([Bar(label, 1)], "people", NARROW)) if text.startswith("A dep")]
    assert len(drawn) == 1
    assert drawn[0].endswith("…")
