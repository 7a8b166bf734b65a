"""How figures are drawn: as Altair specifications, turned into SVG for a wide and for a narrow page.

Colours are custom properties of the page with the light colour behind them, so that one drawing serves light and dark
pages and paper; ``PALETTE`` holds both. Nothing is drawn that the table beside a figure does not say.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import altair as alt
import vl_convert

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"
SHADES = 5
PALETTE: dict[str, tuple[str, str]] = {
    "ink": ("#1b1f24", "#e9edf1"),
    "muted": ("#4a535d", "#b7c0ca"),
    "grid": ("#d8dde3", "#363f49"),
    "paper": ("#ffffff", "#14181d"),
    "first": ("#1a5fb4", "#7db4f5"),
    "second": ("#a34e00", "#f0a95a"),
    "shade-0": ("#eef2f6", "#1d242c"),
    "shade-1": ("#cfe0f4", "#1f3f63"),
    "shade-2": ("#93bce8", "#2a629f"),
    "shade-3": ("#2f72bb", "#77b1ee"),
    "shade-4": ("#0f4a8a", "#c2ddfa"),
    "on-shade-0": ("#1b1f24", "#e9edf1"),
    "on-shade-1": ("#1b1f24", "#e9edf1"),
    "on-shade-2": ("#1b1f24", "#ffffff"),
    "on-shade-3": ("#ffffff", "#10151b"),
    "on-shade-4": ("#ffffff", "#10151b"),
    "upward": ("#1a5fb4", "#7db4f5"),
    "downward": ("#a34e00", "#f0a95a"),
    "reverse": ("#7a3fa0", "#c99dec"),
    "peer": ("#0b7159", "#5ecfab"),
    "forward": ("#b0224d", "#f58aa8"),
}
"""Each colour of a figure on a light and on a dark page; every mark differs from the page by 3 to 1 or more."""


def colour(name: str) -> str:
    """Return a colour as a page can change it, and as a drawing outside of any page shows it."""
    return f"var(--chart-{name}, {PALETTE[name][0]})"


@dataclass(frozen=True, slots=True)
class Frame:
    """The room for a figure: its name, its width and that of labels in pixels, and about how many ticks an axis has."""

    name: str
    width: int
    label_width: int
    ticks: int

    @property
    def is_narrow(self) -> bool:
        """Whether the figure is for a small screen."""
        return self.width < 400


FRAMES = (Frame("wide", 660, 230, 6), Frame("narrow", 288, 112, 3))
"""The rooms in which every figure is drawn; a page shows the one that fits."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure as two SVG drawings of the same content, with the words that stand for it."""

    title: str
    description: str
    wide: str
    narrow: str


Layers = alt.LayerChart | alt.FacetChart


def draw(key: str, title: str, description: str, build: Callable[[Frame], Layers]) -> Plot:
    """Return a figure in both frames; ``key`` makes the ids of its title and description its own on the page."""
    drawings = {frame.name: _svg(build(frame), f"{key}-{frame.name}", title, description) for frame in FRAMES}
    return Plot(title, description, drawings["wide"], drawings["narrow"])


def finish(chart: Layers, frame: Frame, height: int) -> Layers:
    """Return a figure that fits its frame, with the page's font and colours."""
    text = {"labelColor": colour("ink"), "titleColor": colour("muted"), "labelFontSize": 12, "titleFontSize": 12}
    finished: Layers = (
        chart.properties(
            width=frame.width, height=max(height, 60), autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
        )
        .configure(font=FONT, background="transparent", padding={"left": 2, "right": 14, "top": 4, "bottom": 2})
        .configure_view(stroke=None)
        .configure_axis(
            gridColor=colour("grid"), tickColor=colour("grid"), titleFontWeight="normal", titlePadding=8, **text
        )
        .configure_legend(symbolOpacity=1, **text)
    )
    return finished


def _svg(chart: Layers, key: str, title: str, description: str) -> str:
    """Return a figure as one SVG element that screen readers announce as an image with title and description."""
    drawn = vl_convert.vegalite_to_svg(chart.to_dict())
    inner = re.sub(r' (?:role|aria-[a-z]+|pointer-events)="[^"]*"', "", drawn)
    width, height = re.findall(r'^<svg[^>]* width="([\d.]+)" height="([\d.]+)"', inner)[0]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" '
        f'aria-labelledby="{key}-title {key}-description">'
        f'<title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-description">{escape(description)}</desc>'
    )
    return re.sub(r"^<svg[^>]*>", lambda _: head, inner, count=1)
