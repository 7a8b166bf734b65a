"""The style guide: for whoever builds pages, and not there in production."""

import re

import pytest

from mentormatch.portal.application import create_app
from mentormatch.portal.style_guide import COLOURS
from tests.architecture.source import PACKAGE
from tests.offices import plain_settings
from tests.pages import Portal, said

STYLES = (PACKAGE / "portal" / "static" / "mentormatch.css").read_text(encoding="utf-8")
PARTS = (
    "table-frame",
    "figures",
    "facts",
    "rows",
    "panel",
    "notice",
    "warning",
    "problem",
    "nothing",
    "filters",
    "pages",
)


def test_the_style_guide_shows_a_form_as_it_is_and_as_it_has_to_be_mended(portal: Portal) -> None:
    answer = portal.member("employee").get("/style-guide")
    assert answer.status_code == 200
    assert "Type the name." in said(answer)
    assert "What was typed stays." in said(answer)
    assert len(re.findall('aria-invalid="true"', answer.text)) == 2


@pytest.mark.parametrize("part", PARTS)
def test_the_style_guide_shows_every_part_of_which_pages_are_made(portal: Portal, part: str) -> None:
    classes = {
        name
        for found in re.findall(r'class="([^"]+)"', portal.member().get("/style-guide").text)
        for name in found.split()
    }
    assert part in classes


def test_every_colour_that_is_shown_is_one_of_the_look_in_both_schemes() -> None:
    for colour in COLOURS:
        assert len(re.findall(rf"--{colour}: #", STYLES)) == 2
        assert f".swatch.{colour} {{" in STYLES


def test_production_has_no_style_guide(portal: Portal) -> None:
    real = plain_settings(environment="production")
    ports = portal.office.ports
    app = create_app(type(ports)(ports.store, ports.clock, ports.passwords, ports.secrets, real, ports.jobs))
    assert "style_guide.show_style_guide" not in app.view_functions
    assert "style_guide.show_style_guide" in portal.app.view_functions
