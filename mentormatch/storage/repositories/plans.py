"""Plans and their pairings in the database: a step is a condition and a change in one, so nobody takes it twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session, aliased

from mentormatch.domain.pairing import Role, Unpaired
from mentormatch.domain.plan import PairingState, PlanState, StoredPairing, StoredPlan
from mentormatch.domain.programme import EnrolmentState
from mentormatch.storage.mapping.plans import to_unpaired, unpaired_columns
from mentormatch.storage.mapping.rounds import (
    plan_columns,
    stored_pairing_columns,
    to_stored_pairing,
    to_stored_plan,
)
from mentormatch.storage.repositories.person_keys import ids_by_key, keys_by_id
from mentormatch.storage.repositories.statements import insert_all, rows_changed
from mentormatch.storage.rows.enrolments import EnrolmentRow
from mentormatch.storage.rows.plans import PairingRow, PlanRow, UnpairedRow


@dataclass(frozen=True, slots=True)
class SqlPlans:
    """Implements ``services.round_ports.Plans``."""

    transaction: Session

    def add(self, plan: StoredPlan, pairings: Sequence[StoredPairing], unpaired: Sequence[Unpaired]) -> StoredPlan:
        """Add a plan with its pairings and those whom it leaves out, in one statement each."""
        row = PlanRow(**plan_columns(plan))
        self.transaction.add(row)
        self.transaction.flush()
        owner, keys = {"plan_key": row.key}, keys_by_id(self.transaction)
        insert_all(self.transaction, PairingRow, [owner | stored_pairing_columns(stored, keys) for stored in pairings])
        insert_all(self.transaction, UnpairedRow, [owner | unpaired_columns(left, keys) for left in unpaired])
        return replace(plan, key=row.key)

    def of_round(self, round_key: int) -> Sequence[StoredPlan]:
        """Return the plans of a round by number."""
        rows = self.transaction.scalars(select(PlanRow).where(PlanRow.round_key == round_key).order_by(PlanRow.number))
        return [to_stored_plan(row) for row in rows]

    def pairings(self, plan_key: int) -> Sequence[StoredPairing]:
        """Return the pairings of a plan in the order in which they were added."""
        return self._pairings(PairingRow.plan_key == plan_key)

    def pairings_of_person(self, person_key: int) -> Sequence[StoredPairing]:
        """Return the pairings of a person in published plans, the latest plan first."""
        published = select(PlanRow.key).where(PlanRow.state == PlanState.PUBLISHED)
        is_side = (PairingRow.mentor_key == person_key) | (PairingRow.mentee_key == person_key)
        return self._pairings(is_side & PairingRow.plan_key.in_(published))

    def unpaired(self, plan_key: int) -> Sequence[Unpaired]:
        """Return the people whom a plan leaves out, mentees first, in the order of ids."""
        ids = ids_by_key(self.transaction)
        rows = self.transaction.scalars(select(UnpairedRow).where(UnpairedRow.plan_key == plan_key))
        found = (to_unpaired(row, ids) for row in rows)
        return sorted(found, key=lambda left: (left.role is Role.MENTOR, left.person_id))

    def _pairings(self, condition: ColumnElement[bool]) -> list[StoredPairing]:
        """Return the pairings of a condition, those of the latest plan first, in two statements."""
        latest_first = (PairingRow.plan_key.desc(), PairingRow.key)
        rows = self.transaction.scalars(select(PairingRow).where(condition).order_by(*latest_first)).all()
        ids = ids_by_key(self.transaction)
        return [to_stored_pairing(row, ids) for row in rows]

    def publish(self, plan_key: int, by: int, at: datetime) -> bool:
        """Publish a draft, unless its round has a published plan: of two who publish at once one does it."""
        plan = self.transaction.get(PlanRow, plan_key)
        if plan is None:
            return False
        other = aliased(PlanRow)
        taken = exists().where(other.round_key == plan.round_key, other.state == PlanState.PUBLISHED)
        draft = (PlanRow.key == plan_key, PlanRow.state == PlanState.DRAFT, ~taken)
        published = {"state": str(PlanState.PUBLISHED), "published_by": by, "published_at": at}
        return rows_changed(self.transaction, update(PlanRow).where(*draft).values(published)) > 0

    def accept(self, pairing_key: int, at: datetime) -> bool:
        """Accept a proposed pairing of a published plan and take one of the mentor's places.

        False when it is no longer proposed or every place is taken. The place is taken first: whoever comes second
        waits for the row and then finds the condition broken.
        """
        plan = select(PlanRow.round_key, PairingRow.mentor_key).join(PairingRow, PairingRow.plan_key == PlanRow.key)
        found = self.transaction.execute(
            plan.where(PairingRow.key == pairing_key, PlanRow.state == PlanState.PUBLISHED)
        ).one_or_none()
        if found is None:
            return False
        free = (
            EnrolmentRow.round_key == found.round_key,
            EnrolmentRow.person_key == found.mentor_key,
            EnrolmentRow.state == EnrolmentState.ENROLLED,
            EnrolmentRow.accepted_mentees < EnrolmentRow.max_mentees,
        )
        one_more = {"accepted_mentees": EnrolmentRow.accepted_mentees + 1}
        if not rows_changed(self.transaction, update(EnrolmentRow).where(*free).values(one_more)):
            return False
        proposed = (PairingRow.key == pairing_key, PairingRow.state == PairingState.PROPOSED)
        accepted = {"state": str(PairingState.ACCEPTED), "answered_at": at}
        if rows_changed(self.transaction, update(PairingRow).where(*proposed).values(accepted)):
            return True
        one_less = {"accepted_mentees": EnrolmentRow.accepted_mentees - 1}
        rows_changed(self.transaction, update(EnrolmentRow).where(*free[:2]).values(one_less))
        return False
