"""Fixtures of the tests of who reaches what."""

from collections.abc import Iterator

import pytest

from tests.access.grounds import Grounds, lay_grounds
from tests.databases import Databases, databases
from tests.pages import portal

__all__ = ["databases", "portal"]


@pytest.fixture(scope="session")
def laid(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    """Return a portal with one of everything, made once."""
    grounds = lay_grounds(databases, tmp_path_factory.mktemp("grounds"))
    yield grounds
    grounds.close()


@pytest.fixture
def grounds(laid: Grounds) -> Iterator[Grounds]:
    """Return the portal with one of everything as it was made, whatever an earlier test did."""
    yield laid
    laid.restore()
