"""The flow picture: widths add up, boxes do not overlap, every pairing is drawn on both sides."""

import re
from functools import partial
from itertools import pairwise

import pytest

from mentormatch.charts.drawing import draw
from mentormatch.charts.flow import GAP, HEIGHT, Stream, flow, lay_ribbons, stack_boxes

MENTORS = [Stream("level 5", "upward", 30), Stream("level 5", "peer", 5), Stream("level 4", "upward", 10)]
MENTEES = [Stream("level 2", "upward", 25), Stream("level 1", "upward", 15), Stream("level 1", "peer", 5)]
TITLES = ("mentors", "direction", "mentees")


def test_boxes_stand_one_under_the_other_as_high_as_their_counts() -> None:
    boxes = stack_boxes({"a": 30, "b": 10, "c": 1}, scale=2.0)
    assert [box.bottom - box.top for box in boxes] == pytest.approx([60, 20, 2])
    assert [after.top - before.bottom for before, after in pairwise(boxes)] == pytest.approx([GAP, GAP])
    assert boxes[0].top == pytest.approx(HEIGHT - boxes[-1].bottom)


def test_ribbons_fill_their_boxes_without_gaps_or_overlaps() -> None:
    ends = stack_boxes({"level 5": 35, "level 4": 10}, scale=4.0)
    directions = stack_boxes({"upward": 40, "peer": 5}, scale=4.0)
    ribbons = lay_ribbons(MENTORS, ends, directions)
    assert sum(ribbon.left[1] - ribbon.left[0] for ribbon in ribbons) == pytest.approx(45 * 4)
    for box in (*ends, *directions):
        sides = [ribbon.left if box in ends else ribbon.right for ribbon in ribbons]
        inside = sorted(side for side in sides if box.top - 1e-9 <= side[0] < box.bottom)
        assert inside[0][0] == pytest.approx(box.top)
        assert inside[-1][1] == pytest.approx(box.bottom)
        assert all(before[1] == pytest.approx(after[0]) for before, after in pairwise(inside))


def test_a_ribbon_is_as_wide_at_its_end_as_at_its_start() -> None:
    ends, directions = stack_boxes({"level 5": 35, "level 4": 10}, 4.0), stack_boxes({"upward": 40, "peer": 5}, 4.0)
    for ribbon in lay_ribbons(MENTORS, ends, directions):
        assert ribbon.left[1] - ribbon.left[0] == pytest.approx(ribbon.right[1] - ribbon.right[0])


def test_the_picture_names_every_column_level_and_direction_in_the_order_given() -> None:
    drawing = draw("key", "", "", partial(flow, MENTORS, MENTEES, ("peer", "upward"), TITLES)).wide
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawing)
    assert set(texts) == {"level 5", "level 4", "level 2", "level 1", "upward", "peer", *TITLES}
    assert [text for text in texts if text in ("upward", "peer")] == ["peer", "upward"]


def test_a_direction_without_pairings_is_not_drawn() -> None:
    drawing = draw("key", "", "", partial(flow, MENTORS, MENTEES, ("upward", "peer", "reverse"), TITLES)).wide
    assert "reverse" not in re.findall(r"<text[^>]*>([^<]*)</text>", drawing)


def test_a_round_without_pairings_is_an_empty_picture() -> None:
    drawing = draw("key", "", "", partial(flow, [], [], (), TITLES)).wide
    assert "<svg" in drawing
    assert "mentors" not in re.findall(r"<text[^>]*>level[^<]*</text>", drawing)
