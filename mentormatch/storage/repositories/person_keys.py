"""From the ids of people to their keys and back, and who of them is still somebody."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from mentormatch.storage.rows.erasures import ErasureRow
from mentormatch.storage.rows.organisation import PersonRow


def keys_by_id(transaction: Session) -> Mapping[str, int]:
    """Return the key of everybody by id, those included who were erased and have a pseudonym for an id."""
    return {row.person_id: row.key for row in transaction.execute(select(PersonRow.person_id, PersonRow.key))}


def ids_by_key(transaction: Session) -> Mapping[int, str]:
    """Return the id of everybody by key."""
    return {key: person_id for person_id, key in keys_by_id(transaction).items()}


def is_kept() -> ColumnElement[bool]:
    """Return whether a person was not erased."""
    return PersonRow.key.not_in(select(ErasureRow.person_key))
