"""What the uses need from outside: the store with its transactions, the time, hashes of passwords, secrets, letters."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mentormatch.domain.accounts import Role, Session, Token, TokenKind, User, UserState
from mentormatch.domain.people import Person
from mentormatch.domain.programme import PolicyVersion, Programme
from mentormatch.domain.records import AuditEntry, ImportRun, ImportState, Letter
from mentormatch.services.reporting_lines import Lines
from mentormatch.services.round_ports import Enrolments, History, Plans, Rounds
from mentormatch.services.stored import (
    Erasure,
    Holdings,
    Participation,
    PeoplePage,
    PeopleQuery,
    StoredPerson,
    TreeNode,
    UnitNames,
    UsersPage,
    UsersQuery,
)
from mentormatch.settings import Settings


class People(Protocol):
    """The organisation as it is stored."""

    def all(self) -> Sequence[StoredPerson]:
        """Return everybody who is not erased, by id."""

    def digest(self) -> str:
        """Return the SHA-256 of everybody and of every line as they are stored."""

    def get(self, key: int) -> StoredPerson | None:
        """Return a person."""

    def some(self, keys: Sequence[int]) -> Sequence[StoredPerson]:
        """Return people by their keys, in any order."""

    def keys_by_email(self, email: str) -> Sequence[int]:
        """Return the people with a folded e-mail address who have not left."""

    def page(self, query: PeopleQuery, size: int) -> PeoplePage:
        """Return a page of people in the order of their names."""

    def unit_names(self) -> UnitNames:
        """Return the divisions, departments and locations that there are."""

    def branch(self, over_key: int | None, limit: int) -> Sequence[TreeNode]:
        """Return the direct reports of a person, or everybody without a manager, in the order of their names."""

    def managers_upwards(self, key: int) -> Mapping[int, int]:
        """Return who reports to whom on the solid line from a person upwards, themselves included."""

    def participation(self, key: int) -> Sequence[Participation]:
        """Return the enrolments and pairings of a person, the latest round first."""

    def add(self, people: Sequence[Person]) -> None:
        """Add people, without their lines."""

    def change(self, people: Sequence[StoredPerson]) -> None:
        """Replace what is stored of people, without their lines."""

    def replace_lines(self, people: Sequence[Person]) -> None:
        """Replace everybody who stands over the given people; all ids must be known."""

    def mark_left(self, keys: Sequence[int]) -> None:
        """Mark people as no longer here and take away their lines."""


class Accounts(Protocol):
    """Users, roles and sessions."""

    def by_email(self, email: str) -> User | None:
        """Return the user with a folded e-mail address."""

    def get(self, key: int) -> User | None:
        """Return a user."""

    def emails(self, keys: Iterable[int]) -> Mapping[int, str]:
        """Return the addresses of some users by their keys."""

    def listed(self) -> Sequence[User]:
        """Return all users who are not erased, by address."""

    def page(self, query: UsersQuery, size: int) -> UsersPage:
        """Return a page of users who are not erased, by address."""

    def of_person(self, person_key: int) -> User | None:
        """Return the user who is a person."""

    def has_administrator(self) -> bool:
        """Whether anybody holds the administrator's role."""

    def add(self, email: str, person_key: int | None, at: datetime) -> User:
        """Add a user who is invited."""

    def people_without(self) -> Mapping[str, Sequence[int]]:
        """Return the people who work here and are no user by their folded address, where no user has the address."""

    def add_many(self, people: Mapping[str, int], at: datetime) -> Sequence[int]:
        """Add users who are invited, each a person by their address; return their keys, the smallest first."""

    def set_password(self, key: int, password_hash: str, state: UserState) -> None:
        """Store the hash of a new password."""

    def set_state(self, key: int, state: UserState) -> None:
        """Enable or disable a user."""

    def grant(self, key: int, role: Role, by: int | None, at: datetime) -> None:
        """Grant a role."""

    def revoke(self, key: int, role: Role, by: int | None, at: datetime) -> bool:
        """End a grant; false when there is none."""

    def add_session(self, id_hash: str, session: Session) -> Session:
        """Start a session; its key is given by the store."""

    def session_by_hash(self, id_hash: str) -> Session | None:
        """Return the session with a hashed identifier."""

    def session(self, key: int) -> Session | None:
        """Return a session."""

    def running_sessions(self, user_key: int) -> Sequence[Session]:
        """Return the sessions of a user that have not ended, the latest first."""

    def touch_session(self, key: int, at: datetime) -> None:
        """Note that a session was used, never earlier than was noted before."""

    def end_sessions(self, user_key: int, at: datetime, but: int | None = None) -> int:
        """End the sessions of a user, all or all but one; return how many."""

    def end_session(self, key: int, at: datetime) -> bool:
        """End one session; false when it had ended."""


class Tokens(Protocol):
    """One-time tokens, known by their hash."""

    def add(self, kind: TokenKind, token_hash: str, user_key: int | None, at: datetime, expires_at: datetime) -> None:
        """Add a token."""

    def is_good(self, kind: TokenKind, token_hash: str, at: datetime) -> bool:
        """Whether a token of a kind could be used."""

    def use(self, kind: TokenKind, token_hash: str, at: datetime) -> Token | None:
        """Use a token up and return it, or ``None`` for one that is unknown, used, of another kind or expired."""

    def cancel(self, user_key: int | None, kinds: Iterable[TokenKind], at: datetime) -> None:
        """Use up every token of some kinds that a user, or nobody yet, still has."""

    def forget(self, expired_before: datetime) -> int:
        """Delete tokens that expired; return how many."""


class Attempts(Protocol):
    """Counts of what is limited, the same for every worker."""

    def count(self, scope: str, name_hash: str, at: datetime, since: datetime) -> int:
        """Count one more attempt and return how many there are; those begun before ``since`` are forgotten."""

    def take_back(self, scope: str, name_hash: str) -> None:
        """Count one attempt less."""

    def forget(self, scope: str, name_hash: str) -> None:
        """Start counting anew."""


class Programmes(Protocol):
    """Programmes and the versions of their policies."""

    def listed(self) -> Sequence[Programme]:
        """Return the programmes by name."""

    def get(self, key: int) -> Programme | None:
        """Return a programme."""

    def add(self, name: str, at: datetime) -> Programme:
        """Add a programme."""

    def rename(self, key: int, name: str) -> None:
        """Give a programme another name."""

    def archive(self, key: int, at: datetime | None) -> None:
        """Archive a programme, or, with no moment, bring it back."""

    def versions(self, key: int) -> Sequence[PolicyVersion]:
        """Return the versions of a programme's policy, the latest first."""

    def version(self, key: int, number: int) -> PolicyVersion | None:
        """Return one version."""

    def add_version(self, version: PolicyVersion) -> None:
        """Add a version; the database refuses a number that is taken."""


class AuditLog(Protocol):
    """The chained log."""

    def last_for_update(self) -> AuditEntry | None:
        """Return the last entry and let nobody else add one until this transaction ends."""

    def add(self, entry: AuditEntry) -> None:
        """Add an entry."""

    def after(self, sequence: int, limit: int) -> Sequence[AuditEntry]:
        """Return the entries after one, in their order."""

    def page(self, action: str, before: int | None, limit: int, subject: str = "") -> Sequence[AuditEntry]:
        """Return the latest entries, of one action or on one subject or of any, that come before one."""


class Imports(Protocol):
    """Files that were handed in. A worker holds a run from its claim on, until it ends or is taken away."""

    def add(self, run: ImportRun) -> ImportRun:
        """Add a run; its key is given by the store."""

    def get(self, key: int) -> ImportRun | None:
        """Return a run without its content."""

    def brief(self, key: int) -> ImportRun | None:
        """Return a run without its content and its report."""

    def listed(self, before: int | None, limit: int) -> Sequence[ImportRun]:
        """Return the latest runs that come before one, without their reports."""

    def waiting(self, asked_before: datetime, limit: int) -> Sequence[ImportRun]:
        """Return runs that wait for a worker since a moment, without their reports."""

    def content(self, key: int) -> bytes:
        """Return the file of a run, empty once it is forgotten."""

    def problems(self, key: int) -> bytes:
        """Return the file of all problems of a run, or nothing."""

    def in_the_way(self, key: int) -> ImportRun | None:
        """Return another run that is being applied or waits for it."""

    def ask(
        self, key: int, sources: Iterable[ImportState], target: ImportState, at: datetime, by: int | None = None
    ) -> bool:
        """Hand a run that is in one of some states to the workers; ``by`` asks for it to be applied."""

    def claim(self, key: int, source: ImportState, at: datetime) -> ImportRun | None:
        """Take a run that waits in a state; nothing for any other, or while another one is applied."""

    def progress(self, run: ImportRun, done_share: float, at: datetime) -> bool:
        """Note how far a run is; false for a worker that has lost it."""

    def previewed(self, run: ImportRun, problems: bytes) -> bool:
        """Keep the report of a preview; false for a worker that has lost the run."""

    def end(
        self,
        run: ImportRun,
        state: ImportState,
        at: datetime,
        *,
        note: str = "",
        counts: Mapping[str, int] | None = None,
    ) -> bool:
        """Note how a run ended; one that is over is forgotten. False for a worker that has lost the run."""

    def give_up(self, seen_before: datetime, at: datetime, note: str) -> Sequence[int]:
        """Give up runs of which nothing was heard since, and return their keys."""

    def discard(self, key: int, at: datetime) -> bool:
        """Forget a run that was not applied; false for any other."""

    def forget(self, before: datetime, at: datetime) -> int:
        """Discard runs that nobody went on with; return how many."""


class Outbox(Protocol):
    """Letters to be sent."""

    def add(self, occasion: str, kind: str, user_key: int, data: Mapping[str, object], at: datetime) -> None:
        """Add a letter, unless the occasion has one."""

    def add_many(self, occasions: Mapping[str, int], kind: str, at: datetime) -> None:
        """Add letters, one for each occasion, to the user whose key it holds."""

    def due(self, at: datetime, limit: int) -> Sequence[Letter]:
        """Return letters that are to be sent now, the oldest first."""

    def sent(self, key: int, at: datetime) -> bool:
        """Note that a letter was sent; false when somebody else noted it."""

    def postponed(self, key: int, until: datetime, is_given_up: bool) -> None:
        """Note that a letter could not be sent."""


class OwnData(Protocol):
    """All that is stored of one person."""

    def export(self, person_key: int) -> Mapping[str, Holdings]:
        """Return every personal value of a person by table, with no other person's data."""

    def export_account(self, user_key: int) -> Mapping[str, Holdings]:
        """Return every personal value of a user, person or not, that belongs to their account, by table."""

    def erase(self, person_key: int, pseudonym: str) -> Mapping[str, int]:
        """Replace or delete what is personal; return how many rows of each table were deleted."""

    def erase_account(self, user_key: int, pseudonym: str, at: datetime) -> Mapping[str, int]:
        """Replace, end or delete what belongs to a user's account; return how many rows of each table were deleted."""

    def add_erasure(self, person_key: int, pseudonym: str, id_hash: str, by: int | None, at: datetime) -> None:
        """Note an erasure."""

    def is_erased(self, person_key: int) -> bool:
        """Whether a person was erased."""

    def erasures(self) -> Sequence[Erasure]:
        """Return everybody who was erased, the first erased first."""

    def erased_hashes(self) -> frozenset[str]:
        """Return the keyed hashes of the ids of everybody who was erased."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One transaction: what is stored, by subject."""

    people: People
    lines: Lines
    accounts: Accounts
    tokens: Tokens
    attempts: Attempts
    programmes: Programmes
    audit_log: AuditLog
    imports: Imports
    rounds: Rounds
    enrolments: Enrolments
    plans: Plans
    history: History
    outbox: Outbox
    own_data: OwnData


class Store(Protocol):
    """Transactions. The work may be done again when the database asks for it, so it must do nothing else."""

    def read[T](self, work: Callable[[Unit], T]) -> T:
        """Do work that changes nothing, on one consistent picture."""

    def write[T](self, work: Callable[[Unit], T]) -> T:
        """Do all of some work, or, when it raises an error, nothing of it."""


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""


class PasswordHasher(Protocol):
    """A slow hash for passwords."""

    def hash(self, password: str) -> str:
        """Return a hash with its parameters and a new salt."""

    def is_right(self, password_hash: str, password: str) -> bool:
        """Whether the password belongs to the hash; a blank hash costs the same time and is never right."""

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than new ones are."""


class Secrets(Protocol):
    """Random texts and the hashes under which they are kept."""

    def new(self) -> str:
        """Return a random text of 256 bits, safe in an address."""

    def hash(self, secret: str) -> str:
        """Return the SHA-256 of a random text in hexadecimal."""

    def fingerprints(self, text: str) -> tuple[str, ...]:
        """Return keyed hashes of a text that could be guessed: one for each secret key, the newest first."""


class Mailer(Protocol):
    """The way out for letters."""

    def send(self, address: str, subject: str, text: str) -> None:
        """Send a letter, or raise ``OSError``."""


class Jobs(Protocol):
    """The way into the background. A bell only: what is to be done stands in the rows and is found without it."""

    def preview_import(self, run_key: int) -> None:
        """Have a file that was handed in compared with the people."""

    def apply_import(self, run_key: int) -> None:
        """Have a previewed file applied."""

    def send_letters(self) -> None:
        """Have the letters in the outbox sent."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that the uses need from outside."""

    store: Store
    clock: Clock
    passwords: PasswordHasher
    secrets: Secrets
    settings: Settings
    jobs: Jobs
