"""The flow picture: mentors' levels on the left, directions in the middle, mentees' levels on the right."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import altair as alt

from mentormatch.charts.drawing import Frame, Layers, colour, finish

HEIGHT = 400.0
"""Pixels from the top of the highest column to its bottom."""
GAP = 20.0
"""Pixels between the boxes of a column: enough for the label of a thin one."""
STEPS = 24
"""Pieces of which a ribbon is made."""
LABEL_PLACES = (-0.02, 0.52, 1.02)
SIDES: tuple[Literal["left", "right"], ...] = ("right", "left", "left")
"""Where the texts of each column stand: beside its boxes, never on them."""


@dataclass(frozen=True, slots=True)
class Stream:
    """So many pairings between the end of one column and a direction, by their labels."""

    end: str
    direction: str
    count: int


@dataclass(frozen=True, slots=True)
class Box:
    """A label's place in its column, in pixels from the top."""

    label: str
    count: int
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A stream as a band between two columns: where it begins and ends, at either side (top, bottom)."""

    direction: str
    left: tuple[float, float]
    right: tuple[float, float]


def flow(
    mentors: Sequence[Stream],
    mentees: Sequence[Stream],
    directions: Sequence[str],
    titles: tuple[str, str, str],
    frame: Frame,
) -> Layers:
    """Return the picture: ends stand in their columns as they first occur, directions in the order given.

    ``titles`` are those of the columns.
    """
    total = max(sum(stream.count for stream in mentors), 1)
    middle = {direction: sum(one.count for one in mentors if one.direction == direction) for direction in directions}
    ends = [_counts(mentors), {name: count for name, count in middle.items() if count}, _counts(mentees)]
    scale = (HEIGHT - GAP * (max(map(len, ends), default=1) - 1)) / total
    columns = [stack_boxes(counts, scale) for counts in ends]
    left = lay_ribbons(mentors, columns[0], columns[1])
    right = [Ribbon(r.direction, r.right, r.left) for r in lay_ribbons(mentees, columns[2], columns[1])]
    shapes = [
        alt.Chart(alt.InlineData(values=[*_pieces(left, 0.0), *_pieces(right, 0.5)])).mark_area(opacity=0.4),
        alt.Chart(alt.InlineData(values=[*_box_rows(columns)])).mark_bar(orient="vertical"),
    ]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.3, 1.3] if frame.is_narrow else [-0.12, 1.12]))
    y = alt.Y("top:Q", axis=None, scale=alt.Scale(domain=[HEIGHT, -26], nice=False))
    shade = alt.Color("direction:N", scale=_colours([box.label for box in columns[1]]), legend=None)
    areas = shapes[0].encode(x=x, y=y, y2="bottom:Q", color=shade, detail="ribbon:N")
    boxes = shapes[1].encode(x=x, x2="x2:Q", y=y, y2="bottom:Q", color=shade)
    return finish(alt.layer(areas, boxes, *_texts(columns, titles, x)), frame, round(HEIGHT) + 30)


def stack_boxes(counts: Mapping[str, int], scale: float) -> list[Box]:
    """Return the boxes of a column one under the other, the whole in the middle of the picture's height."""
    top = (HEIGHT - scale * sum(counts.values()) - GAP * (len(counts) - 1)) / 2
    boxes = []
    for label, count in counts.items():
        boxes.append(Box(label, count, top, top + scale * count))
        top += scale * count + GAP
    return boxes


def lay_ribbons(streams: Sequence[Stream], ends: Sequence[Box], directions: Sequence[Box]) -> list[Ribbon]:
    """Return the ribbons from a column of ends to the directions; none crosses another at the box where both begin."""
    places = [{box.label: box.top for box in column} for column in (ends, directions)]
    ranks = [{box.label: k for k, box in enumerate(column)} for column in (ends, directions)]
    per_pairing = max(((box.bottom - box.top) / box.count for box in (*ends, *directions) if box.count), default=0.0)
    found = []
    for stream in sorted(streams, key=lambda one: (ranks[0][one.end], ranks[1][one.direction])):
        start, arrival, width = places[0][stream.end], places[1][stream.direction], per_pairing * stream.count
        found.append(Ribbon(stream.direction, (start, start + width), (arrival, arrival + width)))
        places[0][stream.end] += width
        places[1][stream.direction] += width
    return found


def _counts(streams: Sequence[Stream]) -> dict[str, int]:
    """Return how many pairings run through each end, in the order in which the ends occur."""
    counts: Counter[str] = Counter()
    for stream in streams:
        counts[stream.end] += stream.count
    return dict(counts)


def _pieces(ribbons: Sequence[Ribbon], start: float) -> Iterator[dict[str, object]]:
    """Yield the outline of each ribbon, which swings from one side to the other over half the picture's width."""
    for number, ribbon in enumerate(ribbons):
        for step in range(STEPS + 1):
            share = step / STEPS
            swing = share * share * (3 - 2 * share)
            top, bottom = (a + (b - a) * swing for a, b in zip(ribbon.left, ribbon.right, strict=True))
            place = {"x": start + share / 2, "top": round(top, 2), "bottom": round(bottom, 2)}
            yield {**place, "direction": ribbon.direction, "ribbon": f"{start} {number}"}


def _box_rows(columns: Sequence[Sequence[Box]]) -> Iterator[dict[str, object]]:
    """Yield the boxes; those of the outer columns belong to no direction."""
    for k, column in enumerate(columns):
        for box in column:
            middle, name = k / 2, box.label if k == 1 else ""
            sides = {"x": middle - 0.008, "x2": middle + 0.008, "top": box.top, "bottom": box.bottom}
            yield {**sides, "direction": name}


def _texts(columns: Sequence[Sequence[Box]], titles: Sequence[str], x: alt.X) -> Iterator[alt.Chart]:
    """Yield the labels beside the boxes and the titles over the columns."""
    y = alt.Y("top:Q", axis=None)
    for k, (column, title) in enumerate(zip(columns, titles, strict=True)):
        rows = [{"x": LABEL_PLACES[k], "top": (box.top + box.bottom) / 2, "text": box.label} for box in column]
        head = [{"x": LABEL_PLACES[k], "top": -18, "text": title}]
        for part, shade in ((rows, "ink"), (head, "muted")):
            texts = alt.Chart(alt.InlineData(values=part)).mark_text(align=SIDES[k], fontSize=12, color=colour(shade))
            yield texts.encode(x=x, y=y, text="text:N")


def _colours(directions: Sequence[str]) -> alt.Scale:
    """Return the colours of the directions that occur, and that of all boxes beside them."""
    return alt.Scale(domain=["", *directions], range=[colour("muted"), *map(colour, directions)])
