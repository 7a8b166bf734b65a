"""The report in a real browser: accessible, readable on every screen, quiet on the network, whole on paper."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.cli.command import run

WCAG_AA = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PRACTICES = {"runOnly": {"type": "tag", "values": ["best-practice"]}}
SCREENS = (320, 768, 1600)
SCHEMES = ("light", "dark")
WIDER_THAN_PAGE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the report of a generated organisation of 300 people."""
    place = tmp_path_factory.mktemp("browser")
    assert run("generate", place / "in", "--people", "300", "--seed", "11").exit_code == 0
    assert run("match", place / "in", "--out", place / "out").exit_code == 0
    assert run("report", place / "out").exit_code == 0
    return Path(place / "out" / "report.html")


def open_report(browser: Browser, file: Path, **screen: Any) -> Page:
    """Open the report on a screen of its own."""
    page = browser.new_context(**screen).new_page()
    page.goto(file.as_uri())
    return page


@pytest.fixture
def page(browser: Browser, report_file: Path) -> Iterator[Page]:
    """Return the report on a usual screen."""
    page = open_report(browser, report_file, viewport={"width": 1280, "height": 900})
    yield page
    page.context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", SCREENS)
def test_the_page_has_no_barrier_that_can_be_found_by_machine(
    browser: Browser, report_file: Path, scheme: str, width: int
) -> None:
    page = open_report(browser, report_file, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(page, options=WCAG_AA)
    assert found.violations_count == 0, found.generate_report()
    page.context.close()


def test_the_page_follows_good_practice_as_well(page: Page) -> None:
    found = Axe().run(page, options=PRACTICES)
    assert found.violations_count == 0, found.generate_report()


def test_the_check_for_barriers_does_find_one(page: Page) -> None:
    page.add_style_tag(content=".note { color: #999 !important; background: #aaa }")
    assert Axe().run(page, options=WCAG_AA).violations_count == 1


@pytest.mark.parametrize("width", SCREENS)
def test_the_page_never_scrolls_sideways(browser: Browser, report_file: Path, width: int) -> None:
    page = open_report(browser, report_file, viewport={"width": width, "height": 900})
    assert not page.evaluate(WIDER_THAN_PAGE)
    page.add_style_tag(content="h1 { width: 4000px }")
    assert page.evaluate(WIDER_THAN_PAGE), "the measure notices what is too wide"
    page.context.close()


def test_opening_the_page_asks_for_nothing_but_the_page(browser: Browser, report_file: Path) -> None:
    page = browser.new_context().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report_file.as_uri(), wait_until="networkidle")
    assert asked == [report_file.as_uri()]
    page.context.close()


def test_the_page_works_without_scripts(browser: Browser, report_file: Path) -> None:
    page = open_report(browser, report_file, java_script_enabled=False)
    assert page.get_by_role("heading", name="Before you publish").is_visible()
    page.get_by_text("Mentors by id").first.click()
    assert page.get_by_role("columnheader", name="mentor", exact=True).is_visible()
    page.context.close()


@pytest.mark.parametrize(("width", "drawn"), [(320, "narrow"), (1600, "wide")])
def test_every_figure_is_seen_once_in_the_size_that_fits_with_a_table_beside_it(
    browser: Browser, report_file: Path, width: int, drawn: str
) -> None:
    page = open_report(browser, report_file, viewport={"width": width, "height": 900})
    panels = page.locator(".panel")
    assert panels.count() >= 8
    for panel in panels.all():
        assert panel.locator("svg:visible").count() == 1
        assert panel.locator(f".{drawn} svg").is_visible()
        assert panel.locator("table:visible").count() >= 1
        box = panel.locator("svg:visible").bounding_box()
        assert box is not None
        assert box["width"] > 250
    page.context.close()


def test_figures_are_images_with_a_name_for_screen_readers(page: Page) -> None:
    names = [image.get_attribute("aria-labelledby") for image in page.get_by_role("img").all()]
    assert len(names) == page.locator("figure").count()
    assert page.get_by_role("img", name="Pairings in each quality band").count() == 1


@pytest.mark.parametrize("width", SCREENS)
def test_no_text_of_a_figure_is_cut_off(browser: Browser, report_file: Path, width: int) -> None:
    page = open_report(browser, report_file, viewport={"width": width, "height": 900})
    outside = page.evaluate(
        """() => [...document.querySelectorAll('svg')].filter(one => one.checkVisibility()).flatMap(svg =>
            [...svg.querySelectorAll('text')].filter(text => {
                const box = text.getBoundingClientRect();
                return box.width && (box.left < -1 || box.right > document.documentElement.clientWidth + 1);
            }).map(text => text.textContent))"""
    )
    assert outside == []
    page.context.close()


def test_a_keyboard_reaches_the_links_and_every_table_that_scrolls(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    regions = page.locator(".table")
    assert regions.count() > 10
    assert all(region.get_attribute("tabindex") == "0" for region in regions.all())


def test_the_page_is_dark_where_the_reader_wants_it_and_light_on_paper(browser: Browser, report_file: Path) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    page = open_report(browser, report_file, color_scheme="dark")
    assert page.evaluate(background) == "rgb(20, 24, 29)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    page.context.close()


def test_the_page_prints_with_all_figures_and_without_the_list_of_ids(page: Page, tmp_path: Path) -> None:
    paper = page.pdf(path=tmp_path / "report.pdf", format="A4")
    assert paper.startswith(b"%PDF")
    page.emulate_media(media="print")
    assert page.locator("svg:visible").count() == page.locator("figure").count()
    assert not page.get_by_text("Mentors by id").first.is_visible()
    assert not page.locator("nav").is_visible()
