"""Databases for the tests of background work."""

from tests.databases import databases, engine, kind, store, url
from tests.offices import office

__all__ = ["databases", "engine", "kind", "office", "store", "url"]
