"""A statement fails, the first, the second, and so on (FI-00): what was being done is done whole or not at all.

After each failure the log is sound, the database is as it was before or as it should be, and the same can be done
again without a fault.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, override

import pytest
from sqlalchemy import Connection, Engine, event, make_url, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from mentormatch.domain.accounts import Actor, Role, TokenKind
from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.policy import Policy
from mentormatch.domain.programme import RoundState
from mentormatch.domain.round import Round
from mentormatch.errors import MentorMatchError
from mentormatch.services import accounts, sign_in
from mentormatch.services.audit_log import verify
from mentormatch.services.invariants import check_invariants
from mentormatch.services.own_data import erase_person
from mentormatch.services.people_import import import_now
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.ports import Unit
from mentormatch.services.programmes import add_programme, save_policy
from mentormatch.services.round_import import NewRound, bring_in_round
from mentormatch.storage.engines import make_engine
from mentormatch.storage.rows import Row
from mentormatch.storage.rows.audit_log import AuditRow
from mentormatch.storage.store import SqlStore
from tests.databases import Databases
from tests.factories import a_person
from tests.offices import ORIGIN, PASSWORD, Office, make_office

HR = Actor(None, roles=frozenset(Role))
PEOPLE = b"person_id,name,manager_id,level\nT,Top,,2\nA,Ann,T,1\n"
NOT_OF_THE_WORK = ("imports", "attempts")
"""Tables that tell of tries, which a failed one changes too."""

OF_TRIES = ("import-interrupted", "import-discarded")
"""Entries of the log that tell how a try ended."""

Step = Callable[[Office], object]


@dataclass(slots=True)
class Fault:
    """Lets the statement of a number fail, the first being 1, and counts them; 0 lets every one pass."""

    number: int
    seen: int = 0

    def strike(self, _connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        """Fail when it is time."""
        if statement.startswith(("BEGIN", "PRAGMA")):
            return
        self.seen += 1
        if self.seen == self.number:
            raise OperationalError(statement, {}, RuntimeError("a fault of the test"))


def import_people(office: Office) -> object:
    """Preview a file and apply it."""
    return import_now(office.ports, HR, "people.csv", PEOPLE)


def accept_invitation(office: Office) -> object:
    """Set the first password."""
    token = accounts.make_token(office.ports, TokenKind.INVITATION, 2)
    return accounts.set_password_by_token(office.ports, TokenKind.INVITATION, token, PASSWORD)


def invite(office: Office) -> object:
    """Invite somebody with two roles."""
    return accounts.invite(office.ports, HR, "new@x.example", frozenset({Role.HR, Role.AUDITOR}))


def bring_in(office: Office) -> object:
    """Bring in a round in which somebody is enrolled, under a policy that is new."""
    enrolment = Enrolment("T", as_mentor={Direction.UPWARD: 1}, avoids=("T",))
    matching_round = Round((a_person("T"),), (enrolment,), policy=Policy(bands=(400,)))
    return bring_in_round(office.ports, HR, 1, NewRound("Spring", RoundState.OPEN), matching_round)


# Each with the number of its transactions: what belongs together is one.
WORKFLOWS: dict[str, tuple[Step, int]] = {
    "import": (import_people, 7),  # keep, claim, keep the preview, look for silent runs, ask, claim, apply
    "erase": (lambda office: erase_person(office.ports, COMMAND_LINE, 1), 1),
    "accept an invitation": (accept_invitation, 2),  # make the token, set the password
    "invite": (invite, 1),
    "log in": (lambda office: sign_in.log_in(office.ports, "ann@x.example", PASSWORD, ORIGIN), 2),  # count, admit
    "add a programme": (lambda office: add_programme(office.ports, HR, "Another"), 1),
    "bring in a round": (bring_in, 1),
    "save a policy": (lambda office: save_policy(office.ports, HR, 1, Policy(bands=(500,)), based_on=1), 1),
}


def rehearse(url: str) -> None:
    """Store a person who is a user, an invited user and a programme."""
    office = make_office(SqlStore(make_engine(url)))
    office.employ(a_person("T", name="Top", email="ann@x.example"))
    office.user(email="ann@x.example")
    accounts.invite(office.ports, HR, "bob@x.example")
    add_programme(office.ports, HR, "Mentoring")
    office.store.engine.dispose()


@contextmanager
def a_copy_of(url: str, folder: Path) -> Iterator[Office]:
    """Give an office on a copy of a database."""
    shutil.copyfile(str(make_url(url).database), folder / "copy.sqlite")
    office = make_office(SqlStore(make_engine(f"sqlite:///{folder / 'copy.sqlite'}")))
    yield office
    office.store.engine.dispose()


def rows_in(engine: Engine) -> dict[str, int]:
    """Return how many rows each table has of those that the work itself changes."""
    tables = [table for table in Row.metadata.sorted_tables if table.name not in NOT_OF_THE_WORK]
    with Session(engine) as session:
        counts = {table.name: len(session.execute(select(table)).all()) for table in tables}
        told = session.execute(select(AuditRow.sequence).where(AuditRow.action.in_(OF_TRIES))).all()
    return counts | {"audit_log": counts["audit_log"] - len(told)}


class WatchedStore(SqlStore):
    """A store that looks at the database after each transaction."""

    pictures: ClassVar[list[dict[str, int]]] = []

    @override
    def write[T](self, work: Callable[[Unit], T]) -> T:
        """Do the work, and look."""
        result = SqlStore.write(self, work)
        self.pictures.append(rows_in(self.engine))
        return result


def pictures_of(office: Office, step: Step) -> list[dict[str, int]]:
    """Return what the database looks like before a step and after each of its transactions."""
    WatchedStore.pictures[:] = [rows_in(office.store.engine)]
    watched = WatchedStore(office.store.engine)
    step(replace(office, ports=replace(office.ports, store=watched), store=watched))
    return list(WatchedStore.pictures)


def do_with_fault(office: Office, step: Step, number: int) -> bool:
    """Do a step in which a statement fails; true when there is no statement of that number."""
    engine, fault = office.store.engine, Fault(number)
    event.listen(engine, "before_cursor_execute", fault.strike)
    with suppress(OperationalError, MentorMatchError):
        step(office)
    event.remove(engine, "before_cursor_execute", fault.strike)
    return fault.seen < number


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_statement_that_fails_leaves_nothing_half_done_fi_00(databases: Databases, tmp_path: Path, name: str) -> None:
    (step, transactions), url = WORKFLOWS[name], databases.migrated("sqlite")
    rehearse(url)
    with a_copy_of(url, tmp_path) as office:
        lawful = pictures_of(office, step)
    assert len(lawful) == 1 + transactions
    for number in count(1):
        with a_copy_of(url, tmp_path) as office:
            is_over = do_with_fault(office, step, number)
            assert rows_in(office.store.engine) in lawful, f"after statement {number}"
            assert check_invariants(office.ports) == ()
            if is_over:
                break
            step(office)
            assert rows_in(office.store.engine).items() >= {"people": lawful[-1]["people"]}.items()
            assert verify(office.ports).is_sound
    assert number > len(lawful)
