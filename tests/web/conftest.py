"""Fixtures of the tests of log-in, sessions and what every request meets."""

from tests.access.conftest import grounds, laid
from tests.databases import databases, engine, kind, store, url
from tests.pages import portal

__all__ = ["databases", "engine", "grounds", "kind", "laid", "portal", "store", "url"]
