"""Chromium as the system installed it, without anything that would make it talk to the world."""

import os
import shutil
from typing import Any

import pytest

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Return how to start the browser; skip without one, or fail where every test has to run."""
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "no Chromium on this machine; install the package chromium to test pages in a browser"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return {"executable_path": chromium, "args": [*FLAGS]}
