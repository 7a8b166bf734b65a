"""The files that pages bring along: kept by browsers for a year, so their address changes with what is in them."""

import re

from tests.pages import Portal


def test_every_file_of_a_page_has_a_version_in_its_address_and_may_be_kept(portal: Portal) -> None:
    visitor = portal.visitor()
    page = visitor.get("/log-in").text
    files = re.findall(r'(?:src|href)="(/(?:static|bootstrap)/[^"]+)"', page)
    assert len(files) >= 5
    for file in files:
        assert re.search(r"\?v=[\w.]+$", file)
        with visitor.get(file) as answer:
            assert (answer.status_code, answer.cache_control.max_age) == (200, 365 * 24 * 3600)
