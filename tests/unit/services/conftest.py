"""What tests of the services use."""

from tests.databases import databases
from tests.offices import office

__all__ = ["databases", "office"]
