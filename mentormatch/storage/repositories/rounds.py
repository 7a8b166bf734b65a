"""Rounds in the database."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, func, select, update
from sqlalchemy.orm import Session

from mentormatch.domain.pairing import Role
from mentormatch.domain.plan import PlanState
from mentormatch.domain.programme import EnrolmentState, RoundCounts, RoundRecord, RoundState
from mentormatch.domain.text import fold
from mentormatch.storage.mapping.rounds import round_columns, to_round_record
from mentormatch.storage.repositories.statements import rows_changed
from mentormatch.storage.rows.enrolments import EnrolmentRow, PlacesRow
from mentormatch.storage.rows.plans import PairingRow, PlanRow
from mentormatch.storage.rows.programmes import PolicyVersionRow, RoundRow


@dataclass(frozen=True, slots=True)
class SqlRounds:
    """Implements ``services.round_ports.Rounds``."""

    transaction: Session

    def add(self, new: RoundRecord) -> RoundRecord:
        """Add a round under the version of the policy that it names."""
        version = (
            PolicyVersionRow.programme_key == new.programme_key,
            PolicyVersionRow.number == new.policy_version,
        )
        version_key = self.transaction.scalars(select(PolicyVersionRow.key).where(*version)).one()
        row = RoundRow(policy_version_key=version_key, folded_name=fold(new.name), **round_columns(new))
        self.transaction.add(row)
        self.transaction.flush()
        return replace(new, key=row.key)

    def get(self, key: int) -> RoundRecord | None:
        """Return a round."""
        found = self.transaction.execute(_with_version().where(RoundRow.key == key)).one_or_none()
        return to_round_record(found[0], found[1]) if found else None

    def listed(self, programme_key: int) -> Sequence[tuple[RoundRecord, RoundCounts]]:
        """Return the rounds of a programme with how many take part, in one statement."""
        chosen = _with_version().where(RoundRow.programme_key == programme_key).order_by(RoundRow.key.desc())
        counted = chosen.add_columns(_enrolled(), _in_role(Role.MENTEE), _in_role(Role.MENTOR), _published_pairings())
        return [
            (to_round_record(row, number), RoundCounts(*counts))
            for row, number, *counts in self.transaction.execute(counted)
        ]

    def all_keys(self) -> Sequence[int]:
        """Return the keys of all rounds."""
        return self.transaction.scalars(select(RoundRow.key).order_by(RoundRow.key)).all()

    def set_state(self, key: int, old: RoundState, new: RoundState) -> bool:
        """Move a round on; of two who do so at once one does it."""
        change = update(RoundRow).where(RoundRow.key == key, RoundRow.state == old)
        return rows_changed(self.transaction, change.values(state=str(new), revision=RoundRow.revision + 1)) > 0


def _with_version() -> Select[RoundRow, int]:
    """Return what finds rounds, each with the number of its version of the policy."""
    joined = select(RoundRow, PolicyVersionRow.number)
    return joined.join(PolicyVersionRow, PolicyVersionRow.key == RoundRow.policy_version_key)


def _is_enrolled() -> ColumnElement[bool]:
    return (EnrolmentRow.round_key == RoundRow.key) & (EnrolmentRow.state == EnrolmentState.ENROLLED)


def _enrolled() -> ScalarSelect[int]:
    """Return how many people are enrolled in the round of a row."""
    return select(func.count(EnrolmentRow.key)).where(_is_enrolled()).correlate(RoundRow).scalar_subquery()


def _in_role(role: Role) -> ScalarSelect[int]:
    """Return how many of those enrolled ask for a place, or offer one."""
    most = EnrolmentRow.max_mentors if role is Role.MENTEE else EnrolmentRow.max_mentees
    open_places = (PlacesRow.enrolment_key == EnrolmentRow.key, PlacesRow.role == role, PlacesRow.count > 0)
    counted = select(func.count(EnrolmentRow.key)).where(_is_enrolled(), most > 0, exists().where(*open_places))
    return counted.correlate(RoundRow).scalar_subquery()


def _published_pairings() -> ScalarSelect[int]:
    """Return how many pairings the published plan of the round of a row has."""
    counted = select(func.count(PairingRow.key)).join(PlanRow, PlanRow.key == PairingRow.plan_key)
    published = (PlanRow.round_key == RoundRow.key) & (PlanRow.state == PlanState.PUBLISHED)
    return counted.where(published).correlate(RoundRow).scalar_subquery()
