"""Every page by everybody: who reaches what stands in matrix.toml, and what is not in it does not exist (AZ-01, AZ-11)."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.access.grounds import VISITORS, Grounds

FILE = Path(__file__).with_name("matrix.toml")
METHODS = ("GET", "POST")
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
OUTSIDE = ("anonymous", "disabled")
OPEN_FILES = ("static", "bootstrap.static")


@dataclass(frozen=True, slots=True)
class Page:
    """One endpoint: what its address names, and the status for each visitor in the order of ``VISITORS``."""

    endpoint: str
    GET: list[int]
    POST: list[int]
    values: dict[str, object] = field(default_factory=dict)

    def status(self, method: str, visitor: str) -> int:
        """Return the status that a visitor is to see."""
        statuses: list[int] = getattr(self, method)
        return statuses[VISITORS.index(visitor)]


PAGES = tuple(Page(name, **page) for name, page in tomllib.loads(FILE.read_text(encoding="utf-8")).items())


def cells() -> Iterator[object]:
    """Yield every page with every method and every visitor."""
    for page in PAGES:
        for method in METHODS:
            for visitor in VISITORS:
                yield pytest.param(page, method, visitor, id=f"AZ-01-{page.endpoint}-{method}-{visitor}")


def by_id(check: str) -> dict[str, object]:
    """Return the parameters of a check that is made once for each page."""
    return {"argvalues": PAGES, "ids": [f"{check}-{page.endpoint}" for page in PAGES]}


@pytest.mark.parametrize(("page", "method", "visitor"), cells())
def test_everybody_sees_what_the_matrix_says(grounds: Grounds, page: Page, method: str, visitor: str) -> None:
    path, before = grounds.address(page.endpoint, page.values, visitor), grounds.digest()
    answer = grounds.ask(visitor, method, path)
    assert answer.status_code == page.status(method, visitor)
    if method == "GET" or visitor in OUTSIDE or answer.status_code >= 400:
        assert grounds.digest() == before
    if visitor in OUTSIDE and method == "GET" and answer.status_code == 302:
        assert answer.location.startswith("/log-in?next=")


def test_every_page_of_the_portal_stands_in_the_matrix_and_no_other_az_01(grounds: Grounds) -> None:
    routes = {rule.endpoint for rule in grounds.app.url_map.iter_rules()}
    listed = {page.endpoint for page in PAGES}
    assert routes - listed == set(), "pages without an entry in tests/access/matrix.toml"
    assert listed - routes == set(), "entries of tests/access/matrix.toml without a page"


def test_every_entry_says_something_of_everybody_az_01() -> None:
    assert [page.endpoint for page in PAGES if {len(page.GET), len(page.POST)} != {len(VISITORS)}] == []
    assert [page.endpoint for page in PAGES] == sorted(page.endpoint for page in PAGES)


def test_every_page_is_opened_or_changed_by_somebody_az_01() -> None:
    dead = [page.endpoint for page in PAGES if not {200, 302, 409, 422} & {*page.GET[1:-1], *page.POST[1:-1]}]
    assert dead == ["hr.show_erasure"]  # it is there once, after an erasure


@pytest.mark.parametrize("page", **by_id("AZ-11"))
def test_no_page_answers_to_another_method(grounds: Grounds, page: Page) -> None:
    path, before = grounds.address(page.endpoint, page.values), grounds.digest()
    methods = [method for method in OTHER_METHODS if method != "OPTIONS" or page.endpoint not in OPEN_FILES]
    for visitor in ("anonymous", "hr", "administrator"):
        statuses = {method: grounds.ask(visitor, method, path).status_code for method in methods}
        assert statuses == dict.fromkeys(methods, 405)
    assert grounds.digest() == before


@pytest.mark.parametrize("page", **by_id("AZ-11"))
def test_the_head_of_a_page_is_for_whom_the_page_is(grounds: Grounds, page: Page) -> None:
    before = grounds.digest()
    for visitor in VISITORS:
        answer = grounds.ask(visitor, "HEAD", grounds.address(page.endpoint, page.values, visitor))
        assert (answer.status_code, answer.data) == (page.status("GET", visitor), b"")
    assert grounds.digest() == before


@pytest.mark.parametrize("page", **by_id("AZ-11"))
def test_no_header_makes_a_change_of_a_page_that_is_read(grounds: Grounds, page: Page) -> None:
    path, before = grounds.address(page.endpoint, page.values, "hr"), grounds.digest()
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = grounds.ask("hr", "GET", f"{path}?_method=POST", headers={name: "POST"})
        assert answer.status_code == page.status("GET", "hr")
    assert grounds.digest() == before
