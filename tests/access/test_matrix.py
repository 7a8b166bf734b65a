"""Every page by everybody: who reaches what stands in matrix.toml; a page that is not in it fails (AZ-01, AZ-11)."""

import pytest
from _pytest.mark import ParameterSet

from tests.access.grounds import VISITORS, Grounds
from tests.access.matrix import OPEN_FILES, OUTSIDE, PAGES, Page, pages
from tests.pages import SAME_SITE

METHODS = ("GET", "POST")
OTHER_METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def cells() -> list[ParameterSet]:
    """Return every page with every method and every visitor."""
    return [
        pytest.param(page, method, visitor, id=f"AZ-01-{page.endpoint}-{method}-{visitor}")
        for page in PAGES
        for method in METHODS
        for visitor in VISITORS
    ]


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
    dead = [page.endpoint for page in PAGES if not page.who("GET") and not page.who("POST")]
    assert dead == ["hr.show_erasure"]  # it is there once, after an erasure


@pytest.mark.parametrize("page", pages("AZ-11"))
def test_no_page_answers_to_another_method(grounds: Grounds, page: Page) -> None:
    path, before = grounds.address(page.endpoint, page.values), grounds.digest()
    methods = [method for method in OTHER_METHODS if method != "OPTIONS" or page.endpoint not in OPEN_FILES]
    for visitor in ("anonymous", "hr", "administrator"):
        statuses = {method: grounds.ask(visitor, method, path).status_code for method in methods}
        assert statuses == dict.fromkeys(methods, 405)
    assert grounds.digest() == before


@pytest.mark.parametrize("page", pages("AZ-11"))
def test_the_head_of_a_page_is_for_whom_the_page_is(grounds: Grounds, page: Page) -> None:
    before = grounds.digest()
    for visitor in VISITORS:
        answer = grounds.ask(visitor, "HEAD", grounds.address(page.endpoint, page.values, visitor))
        assert (answer.status_code, answer.data) == (page.status("GET", visitor), b"")
    assert grounds.digest() == before


@pytest.mark.parametrize("page", pages("AZ-11"))
def test_no_header_makes_a_change_of_a_page_that_is_read(grounds: Grounds, page: Page) -> None:
    path, before = grounds.address(page.endpoint, page.values, "hr"), grounds.digest()
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = grounds.ask("hr", "GET", f"{path}?_method=POST", headers=SAME_SITE | {name: "POST"})
        assert answer.status_code == page.status("GET", "hr")
    assert grounds.digest() == before
