"""Letters to be sent, in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mentormatch.domain.records import Letter, LetterState
from mentormatch.storage.mapping.records import to_letter
from mentormatch.storage.repositories.statements import insert_all, insertion_into, rows_changed
from mentormatch.storage.rows.outbox import LetterRow


@dataclass(frozen=True, slots=True)
class SqlOutbox:
    """Implements ``services.ports.Outbox``."""

    transaction: Session

    def add(self, occasion: str, kind: str, user_key: int, data: Mapping[str, object], at: datetime) -> None:
        """Add a letter, unless the occasion has one."""
        addition = insertion_into(self.transaction, LetterRow)
        what = {"occasion": occasion, "kind": str(kind), "user_key": user_key, "data": dict(data)}
        times = {"state": str(LetterState.WAITING), "tries": 0, "created_at": at, "due_at": at}
        self.transaction.execute(addition.values(what | times).on_conflict_do_nothing(index_elements=["occasion"]))

    def add_many(self, occasions: Mapping[str, int], kind: str, at: datetime) -> None:
        """Add letters, one for each occasion, to the user whose key it holds."""
        bare = {"kind": str(kind), "data": {}, "state": str(LetterState.WAITING), "tries": 0}
        times = {"created_at": at, "due_at": at}
        rows = [{"occasion": occasion, "user_key": key} | bare | times for occasion, key in occasions.items()]
        insert_all(self.transaction, LetterRow, rows)

    def due(self, at: datetime, limit: int) -> Sequence[Letter]:
        """Return letters that are to be sent now, the oldest first."""
        waiting = select(LetterRow).where(LetterRow.state == LetterState.WAITING, LetterRow.due_at <= at)
        return [to_letter(row) for row in self.transaction.scalars(waiting.order_by(LetterRow.key).limit(limit))]

    def sent(self, key: int, at: datetime) -> bool:
        """Note that a letter was sent."""
        waiting = (LetterRow.key == key, LetterRow.state == LetterState.WAITING)
        change = update(LetterRow).where(*waiting).values(state=str(LetterState.SENT), sent_at=at, data={})
        return rows_changed(self.transaction, change) > 0

    def postponed(self, key: int, until: datetime, is_given_up: bool) -> None:
        """Note that a letter could not be sent."""
        state = LetterState.FAILED if is_given_up else LetterState.WAITING
        values = {"state": str(state), "due_at": until, "tries": LetterRow.tries + 1}
        rows_changed(self.transaction, update(LetterRow).where(LetterRow.key == key).values(values))
