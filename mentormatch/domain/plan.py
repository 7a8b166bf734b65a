"""Plans as they are kept: the drafts of a round, the one that is published, and what people made of their pairings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mentormatch.domain.pairing import Pairing


class PlanState(StrEnum):
    """Whether the people of a plan can see it: only a published one, of which a round has one at most."""

    DRAFT = "draft"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class PairingState(StrEnum):
    """What the two people have made of a pairing."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan without its pairings. Numbers count from 1 in each round.

    ``input_digest`` is the SHA-256 of the round that it was solved from; ``summary`` holds how the match ended, the
    value and bound of each stage, and counts: nothing about one person.
    """

    key: int
    round_key: int
    number: int
    state: PlanState
    input_digest: str
    summary: Mapping[str, object]
    created_at: datetime
    published_by: int | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredPairing:
    """A pairing of a plan, what the two have made of it, and when they did."""

    key: int
    plan_key: int
    pairing: Pairing
    state: PairingState
    answered_at: datetime | None = None
