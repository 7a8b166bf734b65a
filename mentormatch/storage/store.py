"""Transactions: one unit of work at a time, done again where the database asks for it, with errors as words."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from mentormatch.services.ports import Unit
from mentormatch.services.refusals import BrokenPromiseError, BusyError, StorageFullError
from mentormatch.storage.engines import WRITING
from mentormatch.storage.repositories.accounts import SqlAccounts
from mentormatch.storage.repositories.attempts import SqlAttempts
from mentormatch.storage.repositories.audit_log import SqlAuditLog
from mentormatch.storage.repositories.enrolments import SqlEnrolments
from mentormatch.storage.repositories.history import SqlHistory
from mentormatch.storage.repositories.imports import SqlImports
from mentormatch.storage.repositories.lines import SqlLines
from mentormatch.storage.repositories.outbox import SqlOutbox
from mentormatch.storage.repositories.own_data import SqlOwnData
from mentormatch.storage.repositories.people import SqlPeople
from mentormatch.storage.repositories.plans import SqlPlans
from mentormatch.storage.repositories.programmes import SqlProgrammes
from mentormatch.storage.repositories.rounds import SqlRounds
from mentormatch.storage.repositories.tokens import SqlTokens

TRIES = 3
AGAIN = frozenset({"40001", "40P01"})
"""PostgreSQL: serialization failure, deadlock. The transaction had no effect and may be done again."""
WAITED = frozenset({"55P03", "57014"})
"""PostgreSQL: a lock or an answer did not come in time."""
FULL = frozenset({"53100"})
"""PostgreSQL: the disk is full."""
FULL_SENTENCE = "The storage is full; nothing was saved. Tell the administrator."
BUSY_SENTENCE = "The database is busy; nothing was changed. Try again in a moment."


@dataclass(frozen=True, slots=True)
class SqlStore:
    """A database that holds everything."""

    engine: Engine

    def read[T](self, work: Callable[[Unit], T]) -> T:
        """Do work that changes nothing, on one consistent picture of the database."""
        options: dict[str, object] = {}
        if self.engine.dialect.name == "postgresql":
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return self._try(work, options)

    def write[T](self, work: Callable[[Unit], T]) -> T:
        """Do all of some work or nothing of it; after a deadlock it is done again, three times at most.

        Raises ``BusyError`` when the database cannot be had and ``BrokenPromiseError`` when it refuses a row.
        """
        return self._try(work, {WRITING: True})

    def _try[T](self, work: Callable[[Unit], T], options: dict[str, object]) -> T:
        """Do work, again while the database asks for it."""
        for _ in range(TRIES - 1):
            try:
                return self._once(work, options)
            except DBAPIError as error:
                if _state_of(error) not in AGAIN:
                    raise _in_words(error) from error
        try:
            return self._once(work, options)
        except DBAPIError as error:
            raise _in_words(error) from error

    def _once[T](self, work: Callable[[Unit], T], options: dict[str, object]) -> T:
        """Do work in one transaction."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            session.connection(execution_options=options)
            return work(unit_of(session))


def unit_of(session: Session) -> Unit:
    """Return the repositories of one transaction."""
    return Unit(
        people=SqlPeople(session),
        lines=SqlLines(session),
        accounts=SqlAccounts(session),
        tokens=SqlTokens(session),
        attempts=SqlAttempts(session),
        programmes=SqlProgrammes(session),
        audit_log=SqlAuditLog(session),
        imports=SqlImports(session),
        rounds=SqlRounds(session),
        enrolments=SqlEnrolments(session),
        plans=SqlPlans(session),
        history=SqlHistory(session),
        outbox=SqlOutbox(session),
        own_data=SqlOwnData(session),
    )


def _state_of(error: DBAPIError) -> str:
    """Return the SQLSTATE of an error of PostgreSQL, or nothing."""
    return getattr(error.orig, "sqlstate", None) or ""


def _in_words(error: DBAPIError) -> Exception:
    """Return the error of the program for one of the database; one that says nothing to people stays what it is."""
    if isinstance(error, IntegrityError):
        name = broken_constraint(error)
        return BrokenPromiseError(f"The database refused this: it would break {name}.", constraint=name)
    if _state_of(error) in FULL or "disk is full" in str(error.orig):
        return StorageFullError(FULL_SENTENCE)
    if _state_of(error) in AGAIN | WAITED or (isinstance(error, OperationalError) and "is locked" in str(error.orig)):
        return BusyError(BUSY_SENTENCE)
    return error


def broken_constraint(error: IntegrityError) -> str:
    """Return the name of the constraint that a row would break.

    SQLite names a check or an index, and for a unique constraint its columns: ``users.email`` becomes
    ``uq_users_email``, as the constraints are named.
    """
    named = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if named:
        return str(named)
    found = re.search(r"(\w+) constraint failed(?:: (?:index ')?(.+?)'?)?$", str(error.orig))
    what = found.group(2) if found and found.group(2) else str(error.orig)
    if "." not in what:
        return what
    columns = [column.strip().partition(".") for column in what.split(",")]
    return "_".join(("uq", columns[0][0], *(name for _, _, name in columns)))
