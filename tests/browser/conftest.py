"""Chromium as the system installed it, without anything that would make it talk to the world, and a portal for it."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.portal_site import FLAGS, Site, find_chromium, open_site


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Return how to start the browser; skip without one, or fail where every test has to run."""
    chromium = find_chromium()
    if chromium is None:
        reason = "no Chromium on this machine; install the package chromium to test pages in a browser"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return {"executable_path": chromium, "args": [*FLAGS]}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a portal with one of everything, made once; tests look at it and change nothing that others look at."""
    with open_site(tmp_path_factory.mktemp("site")) as opened:
        yield opened
