"""Rounds and plans as they are kept: rows as words, and words as columns."""

from collections.abc import Mapping

from mentormatch.domain.plan import PairingState, PlanState, StoredPairing, StoredPlan
from mentormatch.domain.programme import RoundDates, RoundRecord, RoundState
from mentormatch.storage.mapping.plans import pairing_columns, to_pairing
from mentormatch.storage.rows.plans import PairingRow, PlanRow
from mentormatch.storage.rows.programmes import RoundRow

Columns = dict[str, object]
DATES = ("opens_on", "closes_on", "ends_on")
ROUND_COPIED = ("programme_key", "name", "seed", "seed_hash", "revision", "created_at")
PLAN_COPIED = ("round_key", "number", "input_digest", "created_at", "published_by", "published_at")


def to_round_record(row: RoundRow, policy_version: int) -> RoundRecord:
    """Return the round of a row; the number is that of its version of the policy."""
    return RoundRecord(
        key=row.key,
        policy_version=policy_version,
        state=RoundState(row.state),
        dates=RoundDates(*(getattr(row, name) for name in DATES)),
        **{name: getattr(row, name) for name in ROUND_COPIED},
    )


def round_columns(record: RoundRecord) -> Columns:
    """Return the columns of a round, without its key and the keys that it must be looked up for."""
    copied = {name: getattr(record, name) for name in ROUND_COPIED}
    return copied | {name: getattr(record.dates, name) for name in DATES} | {"state": str(record.state)}


def to_stored_plan(row: PlanRow) -> StoredPlan:
    """Return the plan of a row."""
    copied = {name: getattr(row, name) for name in PLAN_COPIED}
    return StoredPlan(key=row.key, state=PlanState(row.state), summary=row.summary, **copied)


def plan_columns(plan: StoredPlan) -> Columns:
    """Return the columns of a plan."""
    copied = {name: getattr(plan, name) for name in PLAN_COPIED}
    return copied | {"state": str(plan.state), "summary": dict(plan.summary)}


def to_stored_pairing(row: PairingRow, ids: Mapping[int, str]) -> StoredPairing:
    """Return the pairing of a row with its state; ``ids`` maps the keys of people to their ids."""
    return StoredPairing(row.key, row.plan_key, to_pairing(row, ids), PairingState(row.state), row.answered_at)


def stored_pairing_columns(stored: StoredPairing, keys: Mapping[str, int]) -> Columns:
    """Return the columns of a pairing with its state; ``keys`` maps the ids of people to their keys."""
    return pairing_columns(stored.pairing, keys) | {"state": str(stored.state), "answered_at": stored.answered_at}
