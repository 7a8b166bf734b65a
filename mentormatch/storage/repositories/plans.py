"""Plans and their pairings in the database: a step is a condition and a change in one, so nobody takes it twice."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from mentormatch.storage.repositories.statements import rows_changed
from mentormatch.storage.rows.enrolments import EnrolmentRow, EnrolmentState
from mentormatch.storage.rows.plans import PairingRow, PairingState, PlanRow, PlanState


@dataclass(frozen=True, slots=True)
class SqlPlans:
    """Implements ``services.ports.Plans``."""

    transaction: Session

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
