"""How figures are drawn: colours that can be told apart, words for screen readers, the same bytes each time."""

import re
from functools import partial
from itertools import product

import pytest

from mentormatch.charts.drawing import FRAMES, PALETTE, SHADES, Plot, colour, draw
from mentormatch.charts.marks import Bar, bars

MARKS = ("first", "second", "upward", "downward", "reverse", "peer", "forward", "ink", "muted")
TEXTS = ("ink", "muted")


def luminance(shade: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(shade[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def a_plot(*counts: int, title: str = "Title", description: str = "Words") -> Plot:
    data = [Bar(f"label {k}", count) for k, count in enumerate(counts)]
    return draw("key", title, description, partial(bars, data, "things"))


@pytest.mark.parametrize(("name", "side"), [*product(MARKS, (0, 1))])
def test_marks_differ_from_the_page_by_three_to_one_and_texts_by_four_and_a_half(name: str, side: int) -> None:
    assert contrast(PALETTE[name][side], PALETTE["paper"][side]) >= (4.5 if name in TEXTS else 3)


@pytest.mark.parametrize(("shade", "side"), [*product(range(SHADES), (0, 1))])
def test_counts_can_be_read_on_every_shade_of_a_heat_map(shade: int, side: int) -> None:
    assert contrast(PALETTE[f"shade-{shade}"][side], PALETTE[f"on-shade-{shade}"][side]) >= 4.5


@pytest.mark.parametrize("side", [0, 1])
def test_shades_go_one_way_from_the_page_to_the_strongest(side: int) -> None:
    contrasts = [contrast(PALETTE[f"shade-{k}"][side], PALETTE["paper"][side]) for k in range(SHADES)]
    assert contrasts == sorted(contrasts)


def test_contrast_is_that_of_the_guideline() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_figure_is_announced_as_one_image_with_title_and_description() -> None:
    plot = a_plot(3, title="A <title>", description='Say "words"')
    for name, drawing in (("wide", plot.wide), ("narrow", plot.narrow)):
        assert drawing.count("role=") == 1
        assert 'role="img"' in drawing
        assert f'aria-labelledby="key-{name}-title key-{name}-description"' in drawing
        assert f'<title id="key-{name}-title">A &lt;title&gt;</title>' in drawing
        assert "Say &quot;words&quot;" in drawing
        assert set(re.findall(r"aria-[a-z]+", drawing)) == {"aria-labelledby"}


def test_a_figure_is_the_same_each_time_it_is_drawn() -> None:
    assert a_plot(3, 1, 4) == a_plot(3, 1, 4)


def test_a_figure_asks_for_nothing_outside_itself() -> None:
    drawing = a_plot(3, 1, 4).wide
    assert set(re.findall(r'"(https?://[^"]*)"', drawing)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert "<image" not in drawing
    assert "@import" not in drawing
    assert "url(" not in drawing


def test_every_colour_of_a_drawing_can_be_changed_by_its_page() -> None:
    drawing = a_plot(3, 1, 4).wide
    painted = set(re.findall(r'(?:fill|stroke)="([^"]*)"', drawing)) - {"none", "transparent"}
    assert painted
    assert [paint for paint in painted if not paint.startswith("var(--chart-")] == []


def test_a_colour_stands_in_a_drawing_with_its_light_shade_for_other_places() -> None:
    assert colour("ink") == f"var(--chart-ink, {PALETTE['ink'][0]})"


def test_each_frame_is_as_wide_as_it_says() -> None:
    plot = a_plot(3, 1, 4)
    for frame, drawing in zip(FRAMES, (plot.wide, plot.narrow), strict=True):
        width = float(re.findall(r'viewBox="0 0 ([\d.]+)', drawing)[0])
        assert width == pytest.approx(frame.width, abs=2)
