"""What people do, in a real browser: logging in and out, editing a policy, erasing somebody, choosing colours."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.programmes import add_programme
from tests.browser.barriers import Watch, barriers_of, problems_of
from tests.browser.portal_site import DESK, HEIGHT, PHONE, log_in, serving
from tests.browser.test_report_page import WIDER_THAN_PAGE
from tests.databases import databases
from tests.offices import PASSWORD
from tests.pages import Portal, portal

__all__ = ["databases", "portal"]

STATUS = "the server responded with a status of"
"""How the console notes an answer with an error: a form to mend, or a log-in that is asked for."""
FOCUSED = "document.activeElement.id"


@pytest.fixture
def address(portal: Portal) -> Iterator[str]:
    """The address at which the portal is served."""
    with serving(portal.app) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page of nobody yet; what the browser complains of fails the test."""
    context = browser.new_context(
        base_url=address, viewport={"width": DESK, "height": HEIGHT}, reduced_motion="reduce", color_scheme="light"
    )
    page = context.new_page()
    watch = Watch(page, address)
    yield page
    context.close()
    assert [said for said in watch.take() if STATUS not in said] == []


@pytest.fixture
def hr(page: Page, address: str) -> Page:
    """A page of somebody of HR."""
    log_in(page, address, "hr@company.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Hanna Human")
    return page


def open_own_menu(page: Page) -> None:
    """Open the menu behind one's name."""
    page.locator(".menu.own summary").click()


def test_somebody_logs_in_after_a_slip_and_out_again_and_leaves_nothing_behind(page: Page, address: str) -> None:
    log_in(page, address, "employee@company.example", "not my password at all")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("E-mail address")).to_have_value("employee@company.example")
    expect(page.get_by_label("Password")).to_have_value("")
    assert problems_of(page) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Emma Employee")
    open_own_menu(page)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("status")).to_have_text("You are logged out.")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    assert "Emma" not in page.content()


def test_whoever_asks_for_a_page_comes_to_it_after_the_log_in(page: Page) -> None:
    page.goto("/account/password")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    page.get_by_label("E-mail address").fill("employee@company.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change your password")


def test_a_typed_form_survives_a_log_in_that_ended(hr: Page, portal: Portal) -> None:
    hr.goto("/programmes/new")
    hr.get_by_label("Name").fill("Mentoring across the lakes")
    portal.office.clock.move(hours=48)
    hr.get_by_role("button", name="Make the programme").click()
    expect(hr.get_by_role("status")).to_contain_text("What you typed is kept")
    assert problems_of(hr) == []
    hr.get_by_label("E-mail address").fill("hr@company.example")
    hr.get_by_label("Password").fill(PASSWORD)
    hr.get_by_role("button", name="Log in").click()
    expect(hr.get_by_role("heading", level=1)).to_have_text("Nothing is lost")
    expect(hr.get_by_text("Mentoring across the lakes")).to_be_visible()
    assert problems_of(hr) == []
    hr.get_by_role("button", name="Send it now").click()
    expect(hr.get_by_role("heading", level=1)).to_have_text("Mentoring across the lakes")


def test_a_wrong_value_of_a_policy_is_told_at_its_field_and_a_right_one_makes_a_version(
    hr: Page, portal: Portal
) -> None:
    add_programme(portal.office.ports, COMMAND_LINE, "Company mentoring")
    hr.goto("/programmes/1/policy")
    needs = hr.locator('[name="weights.needs"]')
    needs.fill("many")
    hr.get_by_role("button", name="Save as a new version").first.click()
    expect(hr.get_by_role("alert")).to_be_focused()
    expect(needs).to_have_value("many")
    expect(needs).to_have_attribute("aria-invalid", "true")
    told = hr.locator(f"#{(needs.get_attribute('aria-describedby') or '').split()[-1].replace('.', '\\.')}")
    expect(told).to_be_visible()
    assert problems_of(hr) == []
    hr.get_by_role("alert").get_by_role("link").first.click()
    assert hr.evaluate(FOCUSED) == "weights.needs"
    hr.keyboard.press("ControlOrMeta+A")
    hr.keyboard.type("310")
    hr.get_by_label("Why").fill("agreed in May")
    hr.get_by_role("button", name="Save as a new version").last.click()
    expect(hr.get_by_role("status")).to_contain_text("saved as a new version")
    expect(hr.get_by_role("row").filter(has_text="310")).to_contain_text("300")


def test_a_policy_that_is_being_edited_is_not_left_by_mistake(hr: Page, portal: Portal) -> None:
    add_programme(portal.office.ports, COMMAND_LINE, "Company mentoring")
    hr.goto("/programmes/1/policy")
    hr.locator('[name="weights.needs"]').fill("310")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    hr.once("dialog", stay)
    hr.get_by_role("link", name="People", exact=True).click(no_wait_after=True)
    expect(hr.locator('[name="weights.needs"]')).to_have_value("310")
    assert asked == ["beforeunload"]
    hr.once("dialog", lambda dialog: dialog.accept())
    hr.get_by_role("link", name="People", exact=True).click()
    expect(hr.get_by_role("heading", level=1)).to_have_text("People")


def test_somebody_is_erased_after_the_box_is_ticked(hr: Page, portal: Portal) -> None:
    hr.goto(f"/people/{portal.keys['p4']}")
    hr.get_by_role("link", name="Erase this person").click()
    hr.get_by_role("button", name="Erase them for good").click()
    assert hr.evaluate("document.activeElement.type") == "checkbox", "the browser asks for the box first"
    hr.get_by_label("I have read this and want it done.").check()
    hr.get_by_role("button", name="Erase them for good").click()
    expect(hr.get_by_role("heading", level=1)).to_have_text("Erased")
    assert problems_of(hr) == []
    hr.reload()
    expect(hr.get_by_role("heading", level=1)).not_to_have_text("Erased")


def test_the_colours_that_somebody_chooses_stay(hr: Page) -> None:
    expect(hr.locator("html")).to_have_attribute("data-bs-theme", "light")
    open_own_menu(hr)
    hr.get_by_role("button", name="Dark").click()
    expect(hr.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    expect(hr.locator("html")).to_have_attribute("data-bs-theme", "dark")
    hr.goto("/people")
    expect(hr.locator("html")).to_have_attribute("data-bs-theme", "dark")
    open_own_menu(hr)
    hr.get_by_role("button", name="As the system").click()
    expect(hr.locator("html")).to_have_attribute("data-bs-theme", "light")
    hr.emulate_media(color_scheme="dark")
    expect(hr.locator("html")).to_have_attribute("data-bs-theme", "dark")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_open_menus_fit_and_have_no_barrier_and_close_by_keyboard(hr: Page, width: int) -> None:
    hr.set_viewport_size({"width": width, "height": HEIGHT})
    for menu in hr.locator("details.menu:visible").all():
        summary = menu.locator("summary")
        summary.focus()
        hr.keyboard.press("Enter")
        assert menu.get_attribute("open") is not None
        assert not hr.evaluate(WIDER_THAN_PAGE)
        assert barriers_of(hr) == []
        hr.keyboard.press("Tab")
        hr.keyboard.press("Escape")
        assert menu.get_attribute("open") is None
        expect(summary).to_be_focused()


def test_a_keyboard_comes_to_the_content_in_two_steps(hr: Page) -> None:
    hr.goto("/people")
    hr.keyboard.press("Tab")
    hr.keyboard.press("Enter")
    assert hr.evaluate(FOCUSED) == "content"


def test_a_form_is_sent_once_however_often_its_button_is_pressed(hr: Page, portal: Portal) -> None:
    hr.goto("/programmes/new")
    hr.get_by_label("Name").fill("Company mentoring")
    hr.get_by_role("button", name="Make the programme").dblclick()
    expect(hr.get_by_role("heading", level=1)).to_have_text("Company mentoring")
    assert portal.office.actions().count("programme-added") == 1


def test_the_portal_works_without_scripts(browser: Browser, address: str) -> None:
    page = browser.new_context(java_script_enabled=False, base_url=address).new_page()
    log_in(page, address, "hr@company.example")
    page.get_by_role("link", name="People", exact=True).first.click()
    page.get_by_label("Search").fill("emma")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="Emma Employee").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Emma Employee")
    open_own_menu(page)
    expect(page.get_by_text("Colours")).to_be_hidden()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("You are logged out.")).to_be_visible()
    page.context.close()
