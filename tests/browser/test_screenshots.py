"""The pictures for people to look at: each page small and wide, light and dark, and a page to leaf through them."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import screenshots
from tests.browser.portal_site import Site
from tests.browser.shown_pages import PAGES


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of its own for the pictures."""
    monkeypatch.setattr(screenshots, "FOLDER", tmp_path)
    return tmp_path


def test_a_page_is_drawn_in_two_sizes_and_two_schemes_and_they_differ(
    browser: Browser, site: Site, folder: Path
) -> None:
    drawn = screenshots.take_pictures(browser, site, ["list-programmes"])
    assert drawn == ["hr-list-programmes"]
    pictures = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(pictures) == [
        f"hr-list-programmes-{size}-{scheme}.png" for size in ("phone", "wide") for scheme in ("dark", "light")
    ]
    assert len(set(pictures.values())) == 4


def test_the_page_to_leaf_through_shows_every_picture_with_its_name(folder: Path) -> None:
    screenshots.write_index(["people", "home"])
    text = (folder / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<h2>(\w+)</h2>", text) == ["people", "home"]
    assert len(re.findall(r'<img class="(?:phone|wide)" src="[\w-]+\.png"[^>]* alt="[^"]+"', text)) == 8


def test_every_page_has_pictures_of_its_own() -> None:
    names = [page.name for page in PAGES]
    assert len(names) == len(set(names))
