"""MentorMatch: mentorship rounds with a proof that no better one exists.

The front door of the library. ``match`` solves a round, ``verify`` checks its certificate without a solver; ``Round``
and ``Policy`` are what they work on. Solver and numbers are loaded when ``match`` or ``verify`` is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from mentormatch.domain.policy import Policy
from mentormatch.domain.round import Outcome, Round

if TYPE_CHECKING:
    from mentormatch.matching.engine import match
    from mentormatch.matching.verification import verify

__version__ = "0.1.0"
__all__ = ["Outcome", "Policy", "Round", "match", "verify"]

_DOORS = {"match": "mentormatch.matching.engine", "verify": "mentormatch.matching.verification"}


def __getattr__(name: str) -> object:
    """Load what stands behind a door when it is first opened."""
    if name in _DOORS:
        return getattr(import_module(_DOORS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
