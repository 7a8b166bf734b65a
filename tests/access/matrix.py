"""The matrix of who reaches which page, as tests read it."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.access.grounds import VISITORS

FILE = Path(__file__).with_name("matrix.toml")
OUTSIDE = ("anonymous", "disabled")
OPEN_FILES = ("static", "bootstrap.static")
REACHED = (200, 302, 409, 422)
"""What somebody sees of a page that is for them."""


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

    def who(self, method: str) -> str:
        """Return somebody who is logged in and for whom the page is; blank where there is nobody."""
        members = (visitor for visitor in VISITORS if visitor not in OUTSIDE)
        return next((visitor for visitor in members if self.status(method, visitor) in REACHED), "")


PAGES = tuple(Page(name, **page) for name, page in tomllib.loads(FILE.read_text(encoding="utf-8")).items())


def pages(check: str, method: str = "") -> list[ParameterSet]:
    """Return the pages for a check that is made once for each of them, or for each that a method reaches."""
    some = [page for page in PAGES if not method or page.who(method)]
    return [pytest.param(page, id=f"{check}-{page.endpoint}") for page in some]
