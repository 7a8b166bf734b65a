"""Imports in a real browser: a file with problems, and one that is imported."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from mentormatch.services import import_work
from tests.browser.barriers import Watch
from tests.browser.portal_site import DESK, HEIGHT, log_in, serving
from tests.databases import databases
from tests.import_stages import CHANGES, PROBLEMS
from tests.pages import Portal, portal

__all__ = ["databases", "portal"]


@pytest.fixture
def address(portal: Portal) -> Iterator[str]:
    """The address at which the portal is served."""
    with serving(portal.app) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page of somebody of HR; whatever the browser complains about fails the test."""
    page = browser.new_context(viewport={"width": DESK, "height": HEIGHT}, base_url=address).new_page()
    watch = Watch(page, address)
    log_in(page, address, "hr@company.example")
    yield page
    page.context.close()
    assert watch.take() == []


def hand_in(page: Page, name: str, content: bytes) -> int:
    """Hand a file in as people do, and return the key of its run."""
    page.goto("/imports")
    page.get_by_role("link", name="Hand in a file").click()
    page.get_by_label("File of people").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Hand it in").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    return int(page.url.rpartition("/")[2])


def test_a_file_that_is_handed_in_is_previewed_and_imported(page: Page, portal: Portal) -> None:
    run_key = hand_in(page, "people.csv", CHANGES)
    import_work.preview(portal.office.ports, run_key)
    page.get_by_role("link", name="Import these 5 changes").click()  # the page looks again by itself
    page.get_by_role("button", name="Import these 5 changes").click()
    expect(page.get_by_text("waits to be imported").first).to_be_visible()
    import_work.apply(portal.office.ports, run_key)
    expect(page.get_by_text("Everything in this file was imported.")).to_be_visible()


def test_a_file_with_problems_says_which_rows_to_mend(page: Page, portal: Portal) -> None:
    import_work.preview(portal.office.ports, hand_in(page, "people.csv", PROBLEMS))
    expect(page.get_by_role("heading", name="6 problems to mend")).to_be_visible()
    assert page.get_by_role("link", name="Import these").count() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="All problems as CSV").click()
    assert download.value.suggested_filename == "problems-1.csv"


def test_a_page_without_scripts_offers_to_look_again(browser: Browser, address: str, portal: Portal) -> None:
    page = browser.new_context(java_script_enabled=False, base_url=address).new_page()
    log_in(page, address, "hr@company.example")
    import_work.preview(portal.office.ports, hand_in(page, "people.csv", CHANGES))
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("link", name="Import these 5 changes")).to_be_visible()
    page.context.close()
