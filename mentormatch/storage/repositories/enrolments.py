"""Enrolments in the database: a round costs the same few statements, however many take part."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.programme import EnrolmentState, StoredEnrolment
from mentormatch.storage.mapping.enrolments import enrolment_columns, places_columns, to_enrolment, wish_columns
from mentormatch.storage.repositories.person_keys import ids_by_key, keys_by_id
from mentormatch.storage.repositories.statements import insert_all
from mentormatch.storage.rows.enrolments import EnrolmentRow, PlacesRow, WishRow


@dataclass(frozen=True, slots=True)
class SqlEnrolments:
    """Implements ``services.round_ports.Enrolments``."""

    transaction: Session

    def add(
        self,
        round_key: int,
        enrolments: Sequence[Enrolment],
        state: EnrolmentState,
        accepted: Mapping[str, int],
        at: datetime,
    ) -> None:
        """Add enrolments with their places and wishes."""
        if not enrolments:
            return
        people = keys_by_id(self.transaction)
        fresh = {"round_key": round_key, "state": str(state), "goals": "", "revision": 1, "changed_at": at}
        rows = [
            fresh
            | enrolment_columns(enrolment)
            | {"person_key": people[enrolment.person_id], "accepted_mentees": accepted.get(enrolment.person_id, 0)}
            for enrolment in enrolments
        ]
        insert_all(self.transaction, EnrolmentRow, rows)
        own = select(EnrolmentRow.person_key, EnrolmentRow.key).where(EnrolmentRow.round_key == round_key)
        keys = {row.person_key: row.key for row in self.transaction.execute(own)}
        owners = [{"enrolment_key": keys[people[enrolment.person_id]]} for enrolment in enrolments]
        pairs = list(zip(enrolments, owners, strict=True))
        places = [columns | owner for enrolment, owner in pairs for columns in places_columns(enrolment)]
        wishes = [columns | owner for enrolment, owner in pairs for columns in wish_columns(enrolment, people)]
        insert_all(self.transaction, PlacesRow, places)
        insert_all(self.transaction, WishRow, wishes)

    def of_round(self, round_key: int) -> Sequence[StoredEnrolment]:
        """Return the enrolments of a round in the order in which they were added."""
        return [stored for _, stored in self._found(EnrolmentRow.round_key == round_key)]

    def of_person(self, person_key: int) -> Mapping[int, StoredEnrolment]:
        """Return the enrolments of a person by the key of the round."""
        return dict(self._found(EnrolmentRow.person_key == person_key))

    def _found(self, condition: ColumnElement[bool]) -> Iterable[tuple[int, StoredEnrolment]]:
        """Yield the keys of rounds and enrolments of a condition, in four statements."""
        rows = self.transaction.scalars(select(EnrolmentRow).where(condition).order_by(EnrolmentRow.key)).all()
        keys = select(EnrolmentRow.key).where(condition)
        places = self.transaction.scalars(select(PlacesRow).where(PlacesRow.enrolment_key.in_(keys)))
        wishes = self.transaction.scalars(select(WishRow).where(WishRow.enrolment_key.in_(keys)))
        places_of, wishes_of = _by_owner(places), _by_owner(wishes)
        ids = ids_by_key(self.transaction)
        for row in rows:
            enrolment = to_enrolment(row, places_of.get(row.key, ()), wishes_of.get(row.key, ()), ids)
            state = EnrolmentState(row.state)
            yield row.round_key, StoredEnrolment(row.key, row.person_key, enrolment, state, row.accepted_mentees)


def _by_owner[Owned: (PlacesRow, WishRow)](rows: Iterable[Owned]) -> dict[int, list[Owned]]:
    """Return rows by the enrolment to which they belong."""
    gathered: dict[int, list[Owned]] = {}
    for row in rows:
        gathered.setdefault(row.enrolment_key, []).append(row)
    return gathered
