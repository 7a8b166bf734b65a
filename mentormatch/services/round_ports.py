"""What the uses need of rounds that are kept: who takes part, plans and pairings, and the history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import PastPairing, Unpaired
from mentormatch.domain.plan import StoredPairing, StoredPlan
from mentormatch.domain.programme import EnrolmentState, RoundCounts, RoundRecord, RoundState, StoredEnrolment


class Rounds(Protocol):
    """Rounds of programmes, without those who take part."""

    def add(self, new: RoundRecord) -> RoundRecord:
        """Add a round; its key is given by the store, and the version of the policy must be there."""

    def get(self, key: int) -> RoundRecord | None:
        """Return a round."""

    def listed(self, programme_key: int) -> Sequence[tuple[RoundRecord, RoundCounts]]:
        """Return the rounds of a programme with how many take part, the latest first."""

    def all_keys(self) -> Sequence[int]:
        """Return the keys of the rounds of every programme, the first first."""

    def set_state(self, key: int, old: RoundState, new: RoundState) -> bool:
        """Move a round on; false when it is in another state."""


class Enrolments(Protocol):
    """Who takes part in a round, with places and wishes."""

    def add(
        self,
        round_key: int,
        enrolments: Sequence[Enrolment],
        state: EnrolmentState,
        accepted: Mapping[str, int],
        at: datetime,
    ) -> None:
        """Add enrolments of people whose ids are all known; ``accepted`` maps ids to places taken by consent."""

    def of_round(self, round_key: int) -> Sequence[StoredEnrolment]:
        """Return the enrolments of a round in the order in which they were added, in whatever state."""

    def of_person(self, person_key: int) -> Mapping[int, StoredEnrolment]:
        """Return the enrolments of a person by the key of the round."""


class Plans(Protocol):
    """Plans of rounds and their pairings."""

    def add(self, plan: StoredPlan, pairings: Sequence[StoredPairing], unpaired: Sequence[Unpaired]) -> StoredPlan:
        """Add a plan with all that belongs to it; keys are given by the store."""

    def of_round(self, round_key: int) -> Sequence[StoredPlan]:
        """Return the plans of a round by number."""

    def pairings(self, plan_key: int) -> Sequence[StoredPairing]:
        """Return the pairings of a plan in the order in which they were added."""

    def unpaired(self, plan_key: int) -> Sequence[Unpaired]:
        """Return the people whom a plan leaves out, mentees first, in the order of ids."""

    def pairings_of_person(self, person_key: int) -> Sequence[StoredPairing]:
        """Return the pairings of a person in published plans, the latest plan first."""

    def publish(self, plan_key: int, by: int, at: datetime) -> bool:
        """Publish a draft; false for any other plan, or when the round has a published one."""

    def accept(self, pairing_key: int, at: datetime) -> bool:
        """Accept a proposed pairing; false when it is not proposed or the mentor's places are taken."""


class History(Protocol):
    """Pairings of the past: those that a file told of, and those of earlier rounds of a programme."""

    def add(self, past: Sequence[PastPairing]) -> int:
        """Add pairings of people whose ids are all known; return how many were not stored already."""

    def told(self) -> Sequence[PastPairing]:
        """Return the pairings that files told of, in the order in which they were added."""

    def before(self, round_key: int) -> Sequence[PastPairing]:
        """Return the pairings that people lived in those rounds of the programme which were stored before a round."""
