"""Fixtures of the tests of pages."""

from tests.databases import databases
from tests.pages import portal

__all__ = ["databases", "portal"]
