"""Pairings of the past in the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import PastPairing
from mentormatch.domain.plan import PairingState, PlanState
from mentormatch.domain.programme import RoundState
from mentormatch.services.rounds import past_name
from mentormatch.storage.mapping.plans import past_pairing_columns, to_past_pairing
from mentormatch.storage.repositories.person_keys import ids_by_key, keys_by_id
from mentormatch.storage.repositories.statements import insert_all
from mentormatch.storage.rows.plans import PairingRow, PastPairingRow, PlanRow
from mentormatch.storage.rows.programmes import RoundRow

LIVED = (PairingState.ACCEPTED, PairingState.ENDED)


@dataclass(frozen=True, slots=True)
class SqlHistory:
    """Implements ``services.round_ports.History``."""

    transaction: Session

    def add(self, past: Sequence[PastPairing]) -> int:
        """Add pairings; one that is stored already stays as it is."""
        stored = {past_name(pairing) for pairing in self.told()}
        fresh = {past_name(pairing): pairing for pairing in reversed(past) if past_name(pairing) not in stored}
        keys = keys_by_id(self.transaction)
        rows = [past_pairing_columns(pairing, keys) for pairing in reversed(fresh.values())]
        insert_all(self.transaction, PastPairingRow, rows)
        return len(rows)

    def told(self) -> Sequence[PastPairing]:
        """Return the pairings that files told of."""
        rows = self.transaction.scalars(select(PastPairingRow).order_by(PastPairingRow.key))
        ids = ids_by_key(self.transaction)
        return [to_past_pairing(row, ids) for row in rows]

    def before(self, round_key: int) -> Sequence[PastPairing]:
        """Return the pairings that people lived in earlier rounds of the programme, dated by their rounds."""
        this = aliased(RoundRow)
        earlier = select(PairingRow, RoundRow, PlanRow.published_at).join(PlanRow, PlanRow.key == PairingRow.plan_key)
        earlier = earlier.join(RoundRow, RoundRow.key == PlanRow.round_key)
        earlier = earlier.join(this, this.programme_key == RoundRow.programme_key)
        lived = (PairingRow.state.in_(LIVED), PlanRow.state == PlanState.PUBLISHED)
        found = earlier.where(this.key == round_key, RoundRow.key < this.key, *lived).order_by(PairingRow.key)
        ids = ids_by_key(self.transaction)
        return [
            PastPairing(
                mentor_id=ids[pairing.mentor_key],
                mentee_id=ids[pairing.mentee_key],
                direction=Direction(pairing.direction),
                round_name=held.name,
                started=published_at.date() if published_at else None,
                ended=held.ends_on if held.state == RoundState.CLOSED_OUT else None,
            )
            for pairing, held, published_at in self.transaction.execute(found)
        ]
