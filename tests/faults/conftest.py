"""What tests with faults use."""

from tests.databases import databases

__all__ = ["databases"]
