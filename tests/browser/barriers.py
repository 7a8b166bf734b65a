"""What is wrong with a page as far as a machine can tell: barriers, too much width, what the browser complains of."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.browser.portal_site import DESK, HEIGHT, PHONE
from tests.browser.test_report_page import WCAG_AA, WIDER_THAN_PAGE

AXE = Axe()
REFUSALS = """addEventListener("securitypolicyviolation", refused =>
    console.error(`refused by the policy: ${refused.violatedDirective} ${refused.blockedURI}`))"""
UNSEEN_FOCUS = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary, [tabindex='0']")]
    .filter(one => one.checkVisibility() && one.type !== "hidden" && !one.disabled)
    .filter(one => {
        one.focus({focusVisible: true, preventScroll: true});
        const look = getComputedStyle(one);
        return document.activeElement === one && (look.outlineStyle === "none" || parseFloat(look.outlineWidth) < 2);
    }).map(one => one.outerHTML.slice(0, 120))"""
"""Everything that a keyboard reaches and that looks the same when it is reached."""
LINK_THAT_SKIPS = (
    "document.activeElement.matches('.skip-link') && document.activeElement.getBoundingClientRect().left >= 0"
)


class Watch:
    """Notes what a page says on the console, what its policy refuses, and whom it asks beside its own portal."""

    def __init__(self, page: Page, address: str) -> None:
        """Begin to watch."""
        self.page, self.address = page, address
        self.complaints: list[str] = []
        page.add_init_script(REFUSALS)
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._note_request)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:")):
            self.complaints.append(f"asked {request.url}")

    def take(self) -> list[str]:
        """Return what was noted since the last time."""
        noted = list(self.complaints)
        self.complaints.clear()
        return noted


def barriers_of(page: Page) -> list[str]:
    """Return the barriers of WCAG 2.2 AA that a page has as it looks now."""
    found = AXE.run(page, options=WCAG_AA)
    return [found.generate_report()] if found.violations_count else []


def problems_of(page: Page) -> list[str]:
    """Return what is wrong with a page on a desk in both colours and on a phone; the screen is a desk's afterwards."""
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found += [f"{scheme}: {barrier}" for barrier in barriers_of(page)]
    page.emulate_media(color_scheme="light")
    found += [f"the focus cannot be seen: {place}" for place in page.evaluate(UNSEEN_FOCUS)]
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if page.evaluate(WIDER_THAN_PAGE):
            found.append(f"scrolls sideways at {width}")
        if width == PHONE:
            found += [f"at {width}: {barrier}" for barrier in barriers_of(page)]
    return found
