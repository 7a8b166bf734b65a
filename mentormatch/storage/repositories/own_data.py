"""All that is stored of one person: to be handed to them, and to be erased."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Column, ColumnElement, Table, delete, insert, select, update
from sqlalchemy.orm import Session

from mentormatch.domain.accounts import NO_HASH, UserState
from mentormatch.domain.people import Person, Status
from mentormatch.domain.plan import PlanState
from mentormatch.services.stored import Erasure, Holdings
from mentormatch.storage.mapping.people import person_columns
from mentormatch.storage.repositories.imports import SqlImports
from mentormatch.storage.repositories.statements import rows_changed
from mentormatch.storage.rows.accounts import GrantRow, SessionRow, UserRow
from mentormatch.storage.rows.enrolments import EnrolmentRow, PlacesRow, WishRow
from mentormatch.storage.rows.erasures import ErasureRow
from mentormatch.storage.rows.metadata import S4, Row
from mentormatch.storage.rows.organisation import LineRow, PersonRow, PersonSettingsRow
from mentormatch.storage.rows.outbox import LetterRow
from mentormatch.storage.rows.plans import PairingRow, PastPairingRow, PlanRow, UnpairedRow
from mentormatch.storage.rows.tokens import TokenRow

LEFT_OUT: Mapping[str, str] = {
    "attempts.name_hash": "a hash that is gone after minutes",
    "erasures.erased_by": "who erased others",
    "erasures.id_hash": "nothing is left to hand to somebody who was erased",
    "grants.ended_by": "another person",
    "grants.granted_by": "another person",
    "imports.applicant_key": "an act of office, in the audit log",
    "imports.author_key": "the file is the company's",
    "imports.content": "everybody's data, until it is applied",
    "imports.problems": "everybody's data, until it is applied",
    "imports.report": "everybody's data, until it is applied",
    "people.folded_email": "the address again",
    "people.search_text": "other columns again",
    "people.sort_name": "the name again",
    "plans.published_by": "an act of office, in the audit log",
    "policy_versions.author_key": "an act of office, in the audit log",
    "policy_versions.note": "why a policy was changed, which is the company's",
    "tokens.user_key": "a link that is gone after hours",
}
"""Personal columns that an export does not hold, each with the reason."""
ERASED_NAME = "Erased person"
Holding = tuple[type[Row], ColumnElement[bool]]
"""A table and what makes a row of it somebody's."""


@dataclass(frozen=True, slots=True)
class SqlOwnData:
    """Implements ``services.ports.OwnData``."""

    transaction: Session

    def export(self, person_key: int) -> Mapping[str, Holdings]:
        """Return every personal value of a person by table; other people appear by their id alone."""
        return self._export(_holdings(person_key))

    def export_account(self, user_key: int) -> Mapping[str, Holdings]:
        """Return every personal value of a user that belongs to their account, by table."""
        return self._export(_tables(_account_holdings(UserRow.key == user_key)))

    def _export(self, holdings: Iterable[tuple[Table, ColumnElement[bool]]]) -> Mapping[str, Holdings]:
        """Return the rows of tables for which a condition holds."""
        found = {
            table.name: [dict(row._mapping) for row in self.transaction.execute(select(table).where(condition))]
            for table, condition in holdings
        }
        ids = self._ids_of({key for name, rows in found.items() for key in _people_in(name, rows)})
        return {name: [_readable(name, row, ids) for row in rows] for name, rows in found.items()}

    def erase(self, person_key: int, pseudonym: str) -> Mapping[str, int]:
        """Replace or delete what is personal; return how many rows of each table were deleted.

        Pairings stay, as they belong to two: they point to a row that says nothing but the pseudonym. Those who
        reported to the person still do, until the next import says to whom they report now.
        """
        blank = person_columns(Person(pseudonym, ERASED_NAME, status=Status.LEFT))
        self._change(PersonRow, PersonRow.key == person_key, **blank)
        left_out = {"remedy": "", "detail": ""}
        self._change(UnpairedRow, UnpairedRow.person_key == person_key, **left_out)
        self._change(PastPairingRow, _is_side(PastPairingRow, person_key), end_reason="")
        SqlImports(self.transaction).forget_all()
        self._change(UserRow, UserRow.person_key == person_key, **_nobody(pseudonym))
        return {row.__tablename__: self._delete(row, condition) for row, condition in _deleted(person_key)}

    def erase_account(self, user_key: int, pseudonym: str, at: datetime) -> Mapping[str, int]:
        """Replace, end or delete what belongs to a user's account; return how many rows of each table were deleted."""
        self._change(UserRow, UserRow.key == user_key, **_nobody(pseudonym))
        self._change(GrantRow, (GrantRow.user_key == user_key) & GrantRow.ended_at.is_(None), ended_at=at)
        deleted = _deleted_of_account(UserRow.key == user_key)
        return {row.__tablename__: self._delete(row, condition) for row, condition in deleted}

    def add_erasure(self, person_key: int, pseudonym: str, id_hash: str, by: int | None, at: datetime) -> None:
        """Note an erasure, and end the roles that the person held."""
        users = select(UserRow.key).where(UserRow.person_key == person_key)
        self._change(GrantRow, GrantRow.user_key.in_(users) & GrantRow.ended_at.is_(None), ended_at=at)
        row = {"person_key": person_key, "pseudonym": pseudonym, "id_hash": id_hash, "erased_by": by, "erased_at": at}
        self.transaction.execute(insert(ErasureRow), [row])

    def is_erased(self, person_key: int) -> bool:
        """Whether a person was erased."""
        return self.transaction.get(ErasureRow, person_key) is not None

    def erasures(self) -> Sequence[Erasure]:
        """Return everybody who was erased, the first erased first."""
        rows = self.transaction.scalars(select(ErasureRow).order_by(ErasureRow.erased_at, ErasureRow.person_key))
        return [Erasure(row.pseudonym, row.id_hash, row.erased_at) for row in rows]

    def erased_hashes(self) -> frozenset[str]:
        """Return the keyed hashes of the ids of everybody who was erased."""
        return frozenset(self.transaction.scalars(select(ErasureRow.id_hash)))

    def _change(self, row: type[Row], condition: ColumnElement[bool], **columns: object) -> None:
        rows_changed(self.transaction, update(row).where(condition).values(columns))

    def _delete(self, row: type[Row], condition: ColumnElement[bool]) -> int:
        return rows_changed(self.transaction, delete(row).where(condition))

    def _ids_of(self, keys: set[int]) -> dict[int, str]:
        """Return the ids of people, the only thing of others that an export holds."""
        named = select(PersonRow.key, PersonRow.person_id).where(PersonRow.key.in_(keys))
        return {row.key: row.person_id for row in self.transaction.execute(named)}


def _holdings(person_key: int) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Yield each table that holds something of a person, with what makes a row theirs. Drafts are nobody's yet."""
    enrolment_keys = select(EnrolmentRow.key).where(EnrolmentRow.person_key == person_key)
    published = select(PlanRow.key).where(PlanRow.state == PlanState.PUBLISHED)
    held: Sequence[Holding] = (
        (PersonRow, PersonRow.key == person_key),
        (LineRow, LineRow.person_key == person_key),
        (PersonSettingsRow, PersonSettingsRow.person_key == person_key),
        *_account_holdings(UserRow.person_key == person_key),
        (EnrolmentRow, EnrolmentRow.person_key == person_key),
        (PlacesRow, PlacesRow.enrolment_key.in_(enrolment_keys)),
        (WishRow, WishRow.enrolment_key.in_(enrolment_keys)),
        (PairingRow, _is_side(PairingRow, person_key) & PairingRow.plan_key.in_(published)),
        (UnpairedRow, (UnpairedRow.person_key == person_key) & UnpairedRow.plan_key.in_(published)),
        (PastPairingRow, _is_side(PastPairingRow, person_key)),
    )
    return _tables(held)


def _account_holdings(is_theirs: ColumnElement[bool]) -> Sequence[Holding]:
    """Return what belongs to the account of whoever a condition on users means."""
    user_keys = select(UserRow.key).where(is_theirs)
    return (
        (UserRow, is_theirs),
        (GrantRow, GrantRow.user_key.in_(user_keys)),
        (SessionRow, SessionRow.user_key.in_(user_keys)),
        (LetterRow, LetterRow.user_key.in_(user_keys)),
    )


def _tables(held: Iterable[Holding]) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Yield the tables of rows, each with its condition."""
    return ((Row.metadata.tables[row.__tablename__], condition) for row, condition in held)


def _deleted(person_key: int) -> Iterator[Holding]:
    """Yield what is deleted of a person: their own lines, enrolments and sessions, and what others said of them."""
    yield LineRow, LineRow.person_key == person_key
    yield PersonSettingsRow, PersonSettingsRow.person_key == person_key
    yield WishRow, WishRow.person_key == person_key
    yield EnrolmentRow, EnrolmentRow.person_key == person_key
    yield from _deleted_of_account(UserRow.person_key == person_key)


def _deleted_of_account(is_theirs: ColumnElement[bool]) -> Iterator[Holding]:
    """Yield what is deleted of the account of whoever a condition on users means."""
    user_keys = select(UserRow.key).where(is_theirs)
    yield SessionRow, SessionRow.user_key.in_(user_keys)
    yield TokenRow, TokenRow.user_key.in_(user_keys)
    yield LetterRow, LetterRow.user_key.in_(user_keys)


def _nobody(pseudonym: str) -> dict[str, str]:
    """Return the columns of a user who can be nobody any more."""
    return {"email": f"{pseudonym}@erased.invalid", "password_hash": NO_HASH, "state": str(UserState.ERASED)}


def _is_side(row: type[PairingRow] | type[PastPairingRow], person_key: int) -> ColumnElement[bool]:
    """Return whether a person is mentor or mentee."""
    return (row.mentor_key == person_key) | (row.mentee_key == person_key)


def exported_columns(table: Table) -> list[Column[object]]:
    """Return the columns of a table that an export shows: not what is secret, nor what is left out for a reason."""
    return [c for c in table.columns if c.info != S4 and f"{table.name}.{c.name}" not in LEFT_OUT]


def _names_person(column: Column[object]) -> bool:
    return any(key.target_fullname == "people.key" for key in column.foreign_keys)


def _people_in(name: str, rows: Sequence[Mapping[str, object]]) -> Iterator[int]:
    """Yield the keys of people whom rows of a table name."""
    named = [column.name for column in Row.metadata.tables[name].columns if _names_person(column)]
    yield from (key for row in rows for column in named if isinstance(key := row[column], int))


def _readable(name: str, row: Mapping[str, object], ids: Mapping[int, str]) -> dict[str, object]:
    """Return a row as it is handed out: people by id, days and moments as text."""
    shown: dict[str, object] = {}
    for column in exported_columns(Row.metadata.tables[name]):
        value = row[column.name]
        if isinstance(value, int) and _names_person(column):
            value = ids[value]
        shown[column.name] = value.isoformat() if isinstance(value, date) else value
    return shown
