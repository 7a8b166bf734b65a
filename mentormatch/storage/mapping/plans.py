"""Plans: pairings, people left out and pairings of the past as words, and back."""

from collections.abc import Mapping

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Criterion, Pairing, PastPairing, Role, Unpaired
from mentormatch.storage.rows.plans import PairingRow, PastPairingRow, UnpairedRow

Columns = dict[str, object]


def to_pairing(row: PairingRow, ids: Mapping[int, str]) -> Pairing:
    """Return the pairing of a row; ``ids`` maps the keys of people to their ids."""
    return Pairing(
        mentor_id=ids[row.mentor_key],
        mentee_id=ids[row.mentee_key],
        direction=Direction(row.direction),
        pass_number=row.pass_number,
        points=row.points,
        band=row.band,
        components={Criterion(name): points for name, points in row.components.items()},
    )


def pairing_columns(pairing: Pairing, keys: Mapping[str, int]) -> Columns:
    """Return the columns of a pairing; ``keys`` maps the ids of people to their keys."""
    return {
        "mentor_key": keys[pairing.mentor_id],
        "mentee_key": keys[pairing.mentee_id],
        "direction": str(pairing.direction),
        "pass_number": pairing.pass_number,
        "points": pairing.points,
        "band": pairing.band,
        "components": {str(criterion): points for criterion, points in pairing.components.items()},
    }


def to_unpaired(row: UnpairedRow, ids: Mapping[int, str]) -> Unpaired:
    """Return who was left out in which role and why."""
    return Unpaired(ids[row.person_key], Role(row.role), row.reason, row.remedy, row.detail)


def unpaired_columns(unpaired: Unpaired, keys: Mapping[str, int]) -> Columns:
    """Return the columns of somebody who was left out."""
    return {
        "person_key": keys[unpaired.person_id],
        "role": str(unpaired.role),
        "reason": unpaired.reason,
        "remedy": unpaired.remedy,
        "detail": unpaired.detail,
    }


def to_past_pairing(row: PastPairingRow, ids: Mapping[int, str]) -> PastPairing:
    """Return the pairing of the past that a row describes."""
    return PastPairing(
        mentor_id=ids[row.mentor_key],
        mentee_id=ids[row.mentee_key],
        direction=Direction(row.direction),
        round_name=row.round_name,
        started=row.started,
        ended=row.ended,
        end_reason=row.end_reason,
    )


def past_pairing_columns(past: PastPairing, keys: Mapping[str, int]) -> Columns:
    """Return the columns of a pairing of the past."""
    return {
        "mentor_key": keys[past.mentor_id],
        "mentee_key": keys[past.mentee_id],
        "direction": str(past.direction),
        "round_name": past.round_name,
        "started": past.started,
        "ended": past.ended,
        "end_reason": past.end_reason,
    }
