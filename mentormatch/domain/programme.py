"""Programmes: standing schemes, the versions of their policies, and the states of their rounds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RoundState(StrEnum):
    """Where a round stands, in the order of its life."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    MATCHING = "matching"
    REVIEW = "review"
    PUBLISHED = "published"
    ACTIVE = "active"
    CLOSED_OUT = "closed-out"


@dataclass(frozen=True, slots=True)
class Programme:
    """A standing scheme. ``versions`` counts the versions of its policy; the last one is in force."""

    key: int
    name: str
    is_archived: bool
    versions: int


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a programme's policy: its text as TOML, the SHA-256 of its canonical form, who wrote it when."""

    key: int
    programme_key: int
    number: int
    text: str
    digest: str
    author_key: int | None
    created_at: datetime
