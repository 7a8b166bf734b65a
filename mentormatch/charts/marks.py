"""The figures with axes: bars, stacked bars, shares with intervals, a heat map, a curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from mentormatch.charts.drawing import SHADES, Frame, Layers, colour, finish


@dataclass(frozen=True, slots=True)
class Bar:
    """A count with its label."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Stack:
    """Two counts that make one bar."""

    label: str
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A share between its bounds, all from 0 to 1."""

    label: str
    share: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A count at a row and a column, both by number; ``None`` is a count that is not shown.

    ``shade`` is the class of the count, 0 for the palest.
    """

    row: int
    column: int
    count: int | None
    shade: int


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A point of a curve with its label; ``is_current`` is where the reader stands."""

    label: str
    x: float
    y: float
    is_current: bool


def bars(data: Sequence[Bar], what: str, frame: Frame) -> Layers:
    """Return bars with their counts at the end, in the order given; ``what`` names what is counted."""
    rows = _bar_rows(data)
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=_labels([bar.label for bar in data], frame))
    ends = _room_for_text(max((bar.count for bar in data), default=0), frame)
    x = alt.X("count:Q", title=what, scale=ends, axis=_axis(tickMinStep=1, tickCount=frame.ticks))
    return finish(base.mark_bar(color=colour("first")).encode(x=x) + _end_text(base), frame, len(data) * 30)


def stacks(data: Sequence[Stack], names: tuple[str, str], what: str, frame: Frame) -> Layers:
    """Return bars of two parts with a legend of their names; the sum stands at the end."""
    rows = [
        {"label": one.label, "part": name, "count": count, "order": k}
        for one in data
        for k, (name, count) in enumerate(zip(names, (one.first, one.second), strict=True))
    ]
    sums = [Bar(one.label, one.first + one.second) for one in data]
    y = _labels([one.label for one in data], frame)
    ends = _room_for_text(max((bar.count for bar in sums), default=0), frame)
    x = alt.X("count:Q", title=what, stack="zero", scale=ends, axis=_axis(tickMinStep=1, tickCount=frame.ticks))
    parts = alt.Scale(domain=list(names), range=[colour("first"), colour("second")])
    side: Literal["vertical", "horizontal"] = "vertical" if frame.is_narrow else "horizontal"
    legend = alt.Legend(title=None, orient="top", direction=side, columnPadding=18)
    drawn = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(stroke=colour("paper"), strokeWidth=1)
        .encode(x=x, y=y, order="order:Q", color=alt.Color("part:N", scale=parts, legend=legend))
    )
    return finish(
        drawn + _end_text(alt.Chart(alt.InlineData(values=_bar_rows(sums))).encode(y=y)), frame, len(data) * 34
    )


def intervals(data: Sequence[Interval], mean: float, what: str, frame: Frame) -> Layers:
    """Return a dot for each share, a line from bound to bound, and an upright line at the mean of all."""
    rows = [{"label": one.label, "share": one.share, "lower": one.lower, "upper": one.upper} for one in data]
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=_labels([one.label for one in data], frame))
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("lower:Q", title=what, scale=scale, axis=_axis(format=".0%", tickCount=frame.ticks))
    lines = base.mark_rule(color=colour("first"), strokeWidth=3).encode(x=x, x2="upper:Q")
    dots = base.mark_point(filled=True, opacity=1, size=90, color=colour("first")).encode(x=alt.X("share:Q"))
    overall = alt.Chart(alt.InlineData(values=[{"mean": mean}]))
    rule = overall.mark_rule(color=colour("second"), strokeDash=[5, 3], strokeWidth=1.5).encode(x=alt.X("mean:Q"))
    return finish(rule + lines + dots, frame, len(data) * 30)


def heat(cells: Sequence[HeatCell], labels: Sequence[str], axes: tuple[str, str], frame: Frame) -> Layers:
    """Return a square of cells whose rows and columns bear the same ``labels``; columns show their numbers alone.

    ``axes`` are the titles of rows and columns. In a narrow frame there is no room for many counts in the cells.
    """
    rows = [
        {
            "row": _numbered(labels, cell.row),
            "column": str(cell.column + 1),
            "shade": cell.shade,
            "text": "" if cell.count is None or (frame.is_narrow and len(labels) > 6) else f"{cell.count:,}",
        }
        for cell in cells
    ]
    order = [str(number + 1) for number in range(len(labels))]
    names = [_numbered(labels, number) for number in range(len(labels))]
    y = _labels(names, frame, field="row", title=None if frame.is_narrow else axes[0])
    title = "mentees" if frame.is_narrow else axes[1]
    x = alt.X("column:N", sort=order, title=title, axis=_axis(orient="top", labelAngle=0, grid=False))
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y)
    squares = base.mark_rect(stroke=colour("grid"), strokeWidth=1).encode(color=_shades("shade"))
    texts = base.mark_text(fontSize=12).encode(text="text:N", color=_shades("on-shade"))
    return finish((squares + texts).resolve_scale(color="independent"), frame, len(labels) * 34 + 40)


def curve(points: Sequence[CurvePoint], axes: tuple[str, str], frame: Frame) -> Layers:
    """Return points joined in their order, each with its label; ``axes`` are the titles of x and y."""
    rows = [
        {"label": p.label, "x": p.x, "y": p.y, "order": k, "now": p.is_current, "place": _label_place(p, k)}
        for k, p in enumerate(points)
    ]
    scale = alt.Scale(zero=False, padding=60)
    x = alt.X("x:Q", title=axes[0], scale=scale, axis=_axis(tickCount=frame.ticks, tickMinStep=1, format=",d"))
    y = alt.Y("y:Q", title=axes[1], scale=scale, axis=_axis(tickCount=frame.ticks, tickMinStep=1, format=",d"))
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y, order="order:Q")
    shown = alt.condition("datum.now", alt.value(colour("second")), alt.value(colour("first")))
    line = base.mark_line(color=colour("first"), strokeWidth=2)
    dots = base.mark_point(filled=True, opacity=1, size=110).encode(
        color=shown, shape=alt.condition("datum.now", alt.value("diamond"), alt.value("circle"))
    )
    places = {"beside": (14, 0), "below": (0, 18), "above": (0, -16)}
    texts = [
        base.transform_filter(f"datum.place == '{place}'")
        .mark_text(dx=dx, dy=dy, align="left" if dx else "center", fontSize=12, color=colour("ink"))
        .encode(text="label:N")
        for place, (dx, dy) in places.items()
    ]
    return finish(alt.layer(line, dots, *texts), frame, 300)


def _label_place(point: CurvePoint, number: int) -> str:
    """Return where a label stands: neighbours may lie close together, so above and below in turn."""
    return "beside" if point.is_current else ("above", "below")[number % 2]


def _bar_rows(data: Sequence[Bar]) -> list[dict[str, object]]:
    return [{"label": bar.label, "count": bar.count, "text": f"{bar.count:,}"} for bar in data]


def _numbered(labels: Sequence[str], number: int) -> str:
    return f"{number + 1}  {labels[number]}"


def _shades(name: str) -> alt.Color:
    """Return the colours of the classes of a heat map; no legend, as each cell bears its count."""
    shades = alt.Scale(domain=[*range(SHADES)], range=[colour(f"{name}-{k}") for k in range(SHADES)])
    return alt.Color("shade:O", scale=shades, legend=None)


def _room_for_text(largest: int, frame: Frame) -> alt.Scale:
    """Return a scale of counts that leaves room for the text at the end of the longest bar."""
    return alt.Scale(domainMin=0, domainMax=max(largest, 1) * (1.3 if frame.is_narrow else 1.12))


def _end_text(base: alt.Chart) -> alt.Chart:
    """Return the texts at the ends of bars."""
    texts: alt.Chart = base.mark_text(align="left", dx=5, fontSize=12, color=colour("ink"))
    return texts.encode(x=alt.X("count:Q"), text="text:N")


def _labels(order: Sequence[str], frame: Frame, field: str = "label", title: str | None = None) -> alt.Y:
    """Return the axis of labels, in the order given."""
    # The page's font may be wider than the one that is measured here.
    extent = min(frame.label_width, max((7.2 * len(label) for label in order), default=0)) + 8
    axis = _axis(labelLimit=frame.label_width * 0.9, minExtent=extent, grid=False, ticks=False, labelPadding=6)
    return alt.Y(f"{field}:N", sort=[*order], title=title, axis=axis)


def _axis(**settings: Any) -> alt.Axis:
    return alt.Axis(domain=False, **settings)
