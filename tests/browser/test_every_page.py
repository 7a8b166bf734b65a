"""Every page of the portal in a real browser: no barrier, nothing too wide, no complaint, a keyboard is enough."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.browser.barriers import LINK_THAT_SKIPS, Watch, problems_of
from tests.browser.portal_site import PHONE, Site
from tests.browser.shown_pages import NO_PAGES, PAGES, Shown
from tests.browser.test_report_page import WIDER_THAN_PAGE

ONCE = ("hr.show_erasure",)
"""Pages that are there once, after a step; the test of that step looks at them."""
CASES = [pytest.param(page, id=page.name) for page in PAGES]

ADD_STYLE = (
    "css => { const added = new CSSStyleSheet(); added.replaceSync(css); document.adoptedStyleSheets = [added]; }"
)
BAD = (
    ".blind:focus-visible { outline: none } .tiny { display: inline-block; width: 8px; height: 8px; overflow: hidden }"
)

type Visit = tuple[Page, Watch]


class Entrances:
    """One browser for each visitor, kept open from page to page."""

    def __init__(self, browser: Browser, site: Site) -> None:
        """Begin without any."""
        self.browser, self.site = browser, site
        self.visits: dict[str, Visit] = {}

    def of(self, visitor: str) -> Visit:
        """Return the page of a visitor, and who watches it."""
        if visitor not in self.visits:
            page = self.site.enter(self.browser, visitor).new_page()
            self.visits[visitor] = page, Watch(page, self.site.address)
        return self.visits[visitor]


@pytest.fixture(scope="module")
def entrances(browser: Browser, site: Site) -> Iterator[Entrances]:
    """Open browsers as they are needed, and close them."""
    opened = Entrances(browser, site)
    yield opened
    contexts: list[BrowserContext] = [page.context for page, _ in opened.visits.values()]
    for context in contexts:
        context.close()


def open_page(page: Page, path: str) -> None:
    """Open a page, which has to be there, with its title and one heading of the first rank."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.title() != " · MentorMatch"


@pytest.mark.parametrize("shown", CASES)
def test_a_page_has_no_barrier_fits_every_screen_and_makes_nobody_complain(entrances: Entrances, shown: Shown) -> None:
    page, watch = entrances.of(shown.visitor)
    open_page(page, shown.path(entrances.site.grounds))
    page.keyboard.press("Tab")
    assert page.evaluate(LINK_THAT_SKIPS), "the first stop of a keyboard is the link to the content"
    page.evaluate("document.activeElement.blur()")  # the link covers the name of the portal while it is there
    assert problems_of(page) == []
    assert watch.take() == []


@pytest.mark.parametrize("shown", CASES)
def test_a_page_fits_whoever_else_may_open_it(entrances: Entrances, shown: Shown) -> None:
    for visitor in shown.others:
        page, watch = entrances.of(visitor)
        page.set_viewport_size({"width": PHONE, "height": 700})
        open_page(page, shown.path(entrances.site.grounds))
        assert not page.evaluate(WIDER_THAN_PAGE)
        assert watch.take() == []


def test_every_page_is_visited(site: Site) -> None:
    readable = {rule.endpoint for rule in site.grounds.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert readable == {page.endpoint for page in PAGES} | {*NO_PAGES, *ONCE}


def test_what_is_left_out_is_no_page(site: Site) -> None:
    for endpoint in NO_PAGES:
        grounds = site.grounds
        values = {"run_key": 2, "programme_key": 1, "number": 1, "person_key": 2, "filename": "css/bootstrap.min.css"}
        path = grounds.address(endpoint, values | ({"filename": "theme.js"} if endpoint == "static" else {}))
        answer = grounds.ask("hr", "GET", path)
        assert answer.status_code == 200
        assert "<!doctype" not in answer.text


def test_the_page_of_an_error_is_as_good_as_any_other(entrances: Entrances) -> None:
    for visitor in ("employee", "hr"):
        page, watch = entrances.of(visitor)
        answer = page.goto("/nowhere")
        assert answer is not None
        assert answer.status == 404
        assert problems_of(page) == []
        assert [said for said in watch.take() if "404" not in said] == []


@pytest.fixture
def spoilt(browser: Browser, site: Site) -> Iterator[Visit]:
    """Return a page into which something wrong can be planted with ``route``."""
    page = site.enter(browser, "hr").new_page()
    yield page, Watch(page, site.address)
    page.context.close()


def plant(page: Page, markup: str) -> None:
    """Put some markup at the beginning of what the next page says."""

    def spoil(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, body=answer.text().replace('<div class="heading">', f'{markup}<div class="heading">')
        )

    page.route("**/account", spoil)
    page.goto("/account")


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ("<script>document.title = 'mine'</script>", "refused by the policy: script-src"),
        ('<p style="color: red">mine</p>', "refused by the policy: style-src"),
        ('<button onclick="alert(1)">mine</button>', "refused by the policy: script-src"),
        ('<img alt="" src="https://elsewhere.example/pixel.png">', "asked https://elsewhere.example/pixel.png"),
        ('<script type="module" src="/static/nowhere.js"></script>', "404"),
    ],
    ids=["script", "style", "handler", "other host", "missing file"],
)
def test_what_a_browser_complains_of_is_noticed(spoilt: Visit, markup: str, complaint: str) -> None:
    page, watch = spoilt
    plant(page, markup)
    page.wait_for_load_state("networkidle")
    assert complaint in "\n".join(watch.take())


@pytest.mark.parametrize(
    ("markup", "problem"),
    [
        ("<button></button>", "button-name"),
        ('<p class="text-light bg-white">faint</p>', "color-contrast"),
        ('<a href="/" class="tiny">a</a><a href="/" class="tiny">b</a>', "target-size"),
        ('<img src="/static/mark.svg" width="2000" height="2" alt="">', "scrolls sideways at 320"),
        ('<a href="/" class="blind">unseen</a>', "the focus cannot be seen"),
    ],
    ids=["name", "contrast", "target", "width", "focus"],
)
def test_a_barrier_is_noticed(spoilt: Visit, markup: str, problem: str) -> None:
    page, _ = spoilt
    plant(page, markup)
    page.evaluate(ADD_STYLE, BAD)
    assert problem in "\n".join(problems_of(page))
