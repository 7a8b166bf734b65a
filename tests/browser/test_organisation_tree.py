"""The tree of the organisation in a real browser: by hand and by keyboard, with scripts and without."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert
from sqlalchemy.orm import Session

from mentormatch.storage.engines import WRITING, make_engine
from mentormatch.storage.migrating import upgrade
from mentormatch.storage.rows.organisation import LineRow
from mentormatch.storage.store import SqlStore
from tests.browser.barriers import Watch, problems_of
from tests.browser.portal_site import log_in, serving
from tests.factories import a_person
from tests.pages import Portal, make_portal
from tests.participants import a_mentor_of, a_secretive_mentee, hold_round

PAGES = (("hr", "/organisation"), ("hr", "/organisation/3"), ("hr", "/people/2"))
"""Pages with branches that open in place."""


@dataclass(frozen=True, slots=True)
class Served:
    """A portal that answers at an address; two people in it report to each other."""

    portal: Portal
    address: str
    looping: int

    def open(self, browser: Browser, path: str, role: str = "hr", **screen: Any) -> Page:
        """Log in in a browser of one's own and open a page."""
        page = browser.new_context(**screen).new_page()
        log_in(page, self.address, f"{role}@company.example")
        page.wait_for_url(f"{self.address}/")
        page.goto(f"{self.address}{path}")
        return page


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a portal with a loop in its lines and a round that some take part in."""
    url = f"sqlite:///{tmp_path_factory.mktemp('tree') / 'portal.sqlite'}"
    upgrade(url)
    engine = make_engine(url)
    portal = make_portal(SqlStore(engine))
    keys = portal.office.employ(a_person("l1"), a_person("l2", manager_id="l1"))
    with Session(engine) as session, session.begin():
        session.connection(execution_options={WRITING: True})
        session.execute(
            insert(LineRow),
            [{"person_key": keys["l1"], "kind": "solid", "position": 0, "over_key": keys["l2"]}],
        )
    hold_round(portal.office, "Spring", a_secretive_mentee("p3"), a_mentor_of("p4"), a_mentor_of("p2"))
    with serving(portal.app) as address:
        yield Served(portal, address, keys["l1"])
    engine.dispose()


@pytest.fixture
def tree(browser: Browser, served: Served) -> Iterator[Page]:
    """Return the page of the tree."""
    page = served.open(browser, "/organisation")
    yield page
    page.context.close()


def test_a_branch_opens_and_closes_in_place_by_keyboard(tree: Page) -> None:
    button = tree.get_by_role("button", name="Reports of Ada Top: 4")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    tree.keyboard.press("Enter")
    inner = tree.get_by_role("button", name="Reports of Manuel Manager: 2")
    expect(inner).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(button).to_be_focused()
    inner.press("Space")
    expect(tree.get_by_role("link", name="Emma Employee")).to_be_visible()
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(inner).to_be_hidden()


def test_what_was_open_is_open_again_when_one_comes_back(tree: Page) -> None:
    tree.get_by_role("button", name="Reports of Ada Top").click()
    tree.get_by_role("button", name="Reports of Manuel Manager").click()
    expect(tree.get_by_role("link", name="Emma Employee")).to_be_visible()
    kept = tree.evaluate("sessionStorage.getItem('organisation-open')")
    assert kept.replace(",", "").isdigit()
    tree.get_by_role("link", name="Emma Employee").click()
    tree.go_back()
    expect(tree.get_by_role("link", name="Emma Employee")).to_be_visible()
    tree.get_by_role("button", name="Reports of Ada Top").click()
    tree.reload()
    expect(tree.get_by_role("button", name="Reports of Ada Top")).to_have_attribute("aria-expanded", "false")


def test_a_branch_that_cannot_be_had_says_what_to_do(tree: Page) -> None:
    tree.route("**/branch", lambda route: route.abort())
    button = tree.get_by_role("button", name="Reports of Ada Top")
    button.click()
    expect(tree.get_by_role("status").filter(has_text="could not be opened")).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "false")
    tree.unroute("**/branch")
    button.click()
    expect(tree.get_by_role("button", name="Reports of Manuel Manager")).to_be_visible()


def test_whose_log_in_has_ended_comes_to_the_log_in_page(tree: Page) -> None:
    tree.context.clear_cookies()
    tree.get_by_role("button", name="Reports of Ada Top").click()
    expect(tree.get_by_role("heading", name="Log in")).to_be_visible()


def test_a_loop_is_not_opened_without_end(browser: Browser, served: Served) -> None:
    page = served.open(browser, f"/organisation/{served.looping}")
    page.get_by_role("button", name="Reports of Person l2").click()
    expect(page.get_by_role("link", name="Person l1")).to_have_count(2)
    page.get_by_role("button", name="Reports of Person l1").click()
    expect(page.get_by_role("link", name="Person l2")).to_have_count(2)
    page.goto(f"{served.address}/organisation")
    expect(page.get_by_role("button", name="Reports of Ada Top")).to_be_visible()
    page.context.close()


def test_without_scripts_a_branch_is_a_page_of_its_own(browser: Browser, served: Served) -> None:
    page = served.open(browser, "/organisation", java_script_enabled=False)
    page.get_by_role("link", name="Reports of Ada Top").click()
    page.get_by_role("link", name="Reports of Manuel Manager").click()
    expect(page.get_by_role("link", name="Emma Employee")).to_be_visible()
    assert page.url == f"{served.address}/organisation/2"
    page.context.close()


def test_a_name_leads_to_the_place_of_a_person(tree: Page) -> None:
    tree.get_by_label("Find somebody in the tree").fill("emma")
    tree.keyboard.press("Enter")
    expect(tree.locator(".node[aria-current]")).to_contain_text("Emma Employee")
    expect(tree.get_by_role("link", name="Ada Top", exact=True)).to_be_visible()


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_open_branches_have_no_barrier_and_fit_every_screen(
    browser: Browser, served: Served, role: str, path: str
) -> None:
    page = served.open(browser, "/", role, reduced_motion="reduce")
    watch = Watch(page, served.address)
    page.goto(f"{served.address}{path}")
    for button in page.get_by_role("button", name="Reports of").all():
        button.click()
        expect(button).to_have_attribute("aria-expanded", "true")
    assert problems_of(page) == []
    assert watch.take() == []
    page.context.close()
