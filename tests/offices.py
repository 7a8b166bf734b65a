"""A portal without pages for tests: services on a real store, with a clock that a test moves and a quick hash."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mentormatch.domain.accounts import Actor, Role, TokenKind, User
from mentormatch.domain.people import Person
from mentormatch.errors import MentorMatchError
from mentormatch.services import accounts, sign_in
from mentormatch.services.hashing import RandomSecrets
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.ports import Ports
from mentormatch.settings import Settings, load_settings
from mentormatch.storage.engines import make_engine
from mentormatch.storage.store import SqlStore
from tests.databases import Databases

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PASSWORD = "a mountain of green tea"
ORIGIN = sign_in.Origin("192.0.2.1", "Browser 1.0")


class MovableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime = START) -> None:
        """Start at a moment."""
        self.at = at

    def now(self) -> datetime:
        """Return the moment."""
        return self.at

    def move(self, **span: float) -> None:
        """Move on, or back, by a span such as ``minutes=5``."""
        self.at += timedelta(**span)


@dataclass(slots=True)
class CountingPasswords:
    """A hash that costs nothing and counts how often it was computed; ``version`` stands for its parameters."""

    version: int = 1
    computed: int = 0
    seen: list[str] = field(default_factory=list)

    def hash(self, password: str) -> str:
        """Return the password behind the version."""
        self.computed += 1
        return f"v{self.version}:{password}"

    def is_right(self, password_hash: str, password: str) -> bool:
        """Whether the password stands in the hash."""
        self.computed += 1
        self.seen.append(password)
        return password_hash.partition(":")[2] == password and bool(password_hash)

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash has another version."""
        return not password_hash.startswith(f"v{self.version}:")


@dataclass(slots=True)
class NotedJobs:
    """A way into the background on which nothing happens but that what was asked for is noted."""

    asked: list[tuple[str, int]] = field(default_factory=list)

    def preview_import(self, run_key: int) -> None:
        """Note a preview."""
        self.asked.append(("preview", run_key))

    def apply_import(self, run_key: int) -> None:
        """Note an import."""
        self.asked.append(("apply", run_key))

    def send_letters(self) -> None:
        """Note letters."""
        self.asked.append(("letters", 0))


@dataclass(frozen=True, slots=True)
class Office:
    """The ports, with the parts that tests move and count."""

    ports: Ports
    store: SqlStore
    clock: MovableClock
    passwords: CountingPasswords
    jobs: NotedJobs

    def actor(self, *roles: Role, email: str = "") -> Actor:
        """Return somebody who just logged in, a new user unless one has the address."""
        address = email or f"{'-'.join(roles) or 'employee'}@company.example"
        self.user(*roles, email=address)
        admission = sign_in.log_in(self.ports, address, PASSWORD, ORIGIN)
        return admission.actor

    def user(self, *roles: Role, email: str) -> User:
        """Return a user with a password, invited by the command line."""
        user = accounts.invite(self.ports, COMMAND_LINE, email, frozenset(roles))
        token = accounts.make_token(self.ports, TokenKind.INVITATION, user.key)
        return accounts.set_password_by_token(self.ports, TokenKind.INVITATION, token, PASSWORD)

    def employ(self, *people: Person) -> dict[str, int]:
        """Store people with their lines and return their keys by id."""

        def work(unit: Any) -> dict[str, int]:
            unit.people.add(people)
            unit.people.replace_lines(people)
            return {stored.person.person_id: stored.key for stored in unit.people.all()}

        return self.store.write(work)

    def actions(self) -> list[str]:
        """Return what the audit log says was done, in its order."""
        return [entry.action for entry in self.store.read(lambda unit: unit.audit_log.after(0, 1000))]


def plain_settings(**changes: object) -> Settings:
    """Return the default settings with a few changes, such as ``limits={"import_rows": 5}``."""
    default = load_settings().model_dump()
    for name, value in changes.items():
        default[name] = default[name] | value if isinstance(value, dict) else value
    return Settings.model_validate(default)


def make_office(store: SqlStore, **changes: object) -> Office:
    """Return an office on a store."""
    clock, passwords, jobs = MovableClock(), CountingPasswords(), NotedJobs()
    secrets = RandomSecrets(("a key for tests",))
    ports = Ports(store, clock, passwords, secrets, plain_settings(**changes), jobs)
    return Office(ports, store, clock, passwords, jobs)


@pytest.fixture
def office(databases: Databases) -> Iterator[Office]:
    """Return an office on a new SQLite database."""
    engine = make_engine(databases.migrated("sqlite"))
    yield make_office(SqlStore(engine))
    engine.dispose()


def with_limits(office: Office, **limits: int) -> Ports:
    """Return the ports of an office with other limits."""
    settings = office.ports.settings
    return replace(
        office.ports, settings=settings.model_copy(update={"limits": settings.limits.model_copy(update=limits)})
    )


def sentence_of(error: pytest.ExceptionInfo[MentorMatchError]) -> str:
    """Return the sentence of an error."""
    return error.value.sentence
