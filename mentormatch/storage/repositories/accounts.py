"""Users, roles and sessions in the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, func, insert, select, update
from sqlalchemy.orm import Session as Transaction

from mentormatch.domain.accounts import NO_HASH, Role, Session, User, UserState
from mentormatch.domain.people import Status
from mentormatch.domain.text import fold, is_storable
from mentormatch.services.stored import ListedUser, UsersPage, UsersQuery
from mentormatch.storage.mapping.accounts import to_session, to_user
from mentormatch.storage.repositories.statements import rows_changed
from mentormatch.storage.rows.accounts import GrantRow, SessionRow, UserRow
from mentormatch.storage.rows.organisation import PersonRow


@dataclass(frozen=True, slots=True)
class SqlAccounts:
    """Implements ``services.ports.Accounts``."""

    transaction: Transaction

    def by_email(self, email: str) -> User | None:
        """Return the user with a folded e-mail address."""
        return self._one(UserRow.email == (email if is_storable(email) else ""))

    def get(self, key: int) -> User | None:
        """Return a user."""
        return self._one(UserRow.key == key)

    def emails(self, keys: Iterable[int]) -> Mapping[int, str]:
        """Return the addresses of some users by their keys."""
        named = select(UserRow.key, UserRow.email).where(UserRow.key.in_(sorted(set(keys))))
        return {row.key: row.email for row in self.transaction.execute(named)}

    def of_person(self, person_key: int) -> User | None:
        """Return the user who is a person."""
        return self._one(UserRow.person_key == person_key)

    def listed(self) -> Sequence[User]:
        """Return all users who are not erased."""
        return self._users(UserRow.state != UserState.ERASED)

    def page(self, query: UsersQuery, size: int) -> UsersPage:
        """Return a page of users who are not erased, by address, in as many statements whatever its size."""
        chosen = list(_conditions(query))
        total = self.transaction.scalar(select(func.count()).select_from(UserRow).where(*chosen)) or 0
        ordered = select(UserRow.key).where(*chosen).order_by(UserRow.email, UserRow.key)
        keys = self.transaction.scalars(ordered.limit(size).offset((query.page - 1) * size)).all()
        latest = select(SessionRow.user_key, func.max(SessionRow.created_at).label("at"))
        latest = latest.where(SessionRow.user_key.in_(keys)).group_by(SessionRow.user_key)
        seen = {row.user_key: row.at for row in self.transaction.execute(latest)}
        users = (ListedUser(user, seen.get(user.key)) for user in self._users(UserRow.key.in_(keys)))
        return UsersPage(tuple(users), total)

    def has_administrator(self) -> bool:
        """Whether anybody holds the administrator's role."""
        running = select(func.count()).where(GrantRow.role == Role.ADMINISTRATOR, GrantRow.ended_at.is_(None))
        return bool(self.transaction.scalar(running))

    def add(self, email: str, person_key: int | None, at: datetime) -> User:
        """Add a user who is invited."""
        row = UserRow(email=email, person_key=person_key, password_hash=NO_HASH, state=UserState.INVITED, created_at=at)
        self.transaction.add(row)
        self.transaction.flush()
        return to_user(row, ())

    def people_without(self) -> Mapping[str, Sequence[int]]:
        """Return the people who work here and are no user by their folded address, where no user has the address."""
        here = (PersonRow.status != Status.LEFT, PersonRow.folded_email != "")
        is_user = exists().where(UserRow.person_key == PersonRow.key)
        is_taken = exists().where(UserRow.email == PersonRow.folded_email)
        people = select(PersonRow.folded_email, PersonRow.key).where(*here, ~is_user, ~is_taken)
        found: dict[str, list[int]] = {}
        for email, key in self.transaction.execute(people.order_by(PersonRow.folded_email, PersonRow.key)):
            found.setdefault(email, []).append(key)
        return found

    def add_many(self, people: Mapping[str, int], at: datetime) -> Sequence[int]:
        """Add users who are invited; return their keys, the smallest first."""
        bare = {"password_hash": NO_HASH, "state": str(UserState.INVITED), "created_at": at}
        rows = [{"email": email, "person_key": person_key} | bare for email, person_key in people.items()]
        return sorted(self.transaction.scalars(insert(UserRow).returning(UserRow.key), rows)) if rows else []

    def set_password(self, key: int, password_hash: str, state: UserState) -> None:
        """Store the hash of a new password."""
        self._update(key, password_hash=password_hash, state=str(state))

    def set_state(self, key: int, state: UserState) -> None:
        """Enable or disable a user."""
        self._update(key, state=str(state))

    def grant(self, key: int, role: Role, by: int | None, at: datetime) -> None:
        """Grant a role."""
        row = {"user_key": key, "role": str(role), "granted_by": by, "granted_at": at}
        self.transaction.execute(insert(GrantRow), [row])

    def revoke(self, key: int, role: Role, by: int | None, at: datetime) -> bool:
        """End a grant."""
        running = (GrantRow.user_key == key, GrantRow.role == role, GrantRow.ended_at.is_(None))
        change = update(GrantRow).where(*running).values(ended_by=by, ended_at=at)
        return rows_changed(self.transaction, change) > 0

    def add_session(self, id_hash: str, session: Session) -> Session:
        """Start a session."""
        names = ("user_key", "created_at", "confirmed_at", "last_seen_at", "expires_at", "ended_at", "agent")
        row = SessionRow(id_hash=id_hash, **{name: getattr(session, name) for name in names})
        self.transaction.add(row)
        self.transaction.flush()
        return replace(session, key=row.key)

    def session_by_hash(self, id_hash: str) -> Session | None:
        """Return the session with a hashed identifier."""
        row = self.transaction.scalar(select(SessionRow).where(SessionRow.id_hash == id_hash))
        return to_session(row) if row else None

    def session(self, key: int) -> Session | None:
        """Return a session."""
        row = self.transaction.scalar(select(SessionRow).where(SessionRow.key == key))
        return to_session(row) if row else None

    def running_sessions(self, user_key: int) -> Sequence[Session]:
        """Return the sessions of a user that have not ended."""
        running = select(SessionRow).where(SessionRow.user_key == user_key, SessionRow.ended_at.is_(None))
        latest_first = running.order_by(SessionRow.last_seen_at.desc(), SessionRow.key.desc())
        return [to_session(row) for row in self.transaction.scalars(latest_first)]

    def touch_session(self, key: int, at: datetime) -> None:
        """Note that a session was used, unless it ended or was used later than that."""
        running = (SessionRow.key == key, SessionRow.ended_at.is_(None), SessionRow.last_seen_at < at)
        rows_changed(self.transaction, update(SessionRow).where(*running).values(last_seen_at=at))

    def end_sessions(self, user_key: int, at: datetime, but: int | None = None) -> int:
        """End the sessions of a user, all or all but one."""
        kept = SessionRow.key != (but or 0)
        return self._end(SessionRow.user_key == user_key, kept, at=at)

    def end_session(self, key: int, at: datetime) -> bool:
        """End one session."""
        return self._end(SessionRow.key == key, at=at) > 0

    def _end(self, *conditions: ColumnElement[bool], at: datetime) -> int:
        """End running sessions and return how many."""
        change = update(SessionRow).where(SessionRow.ended_at.is_(None), *conditions).values(ended_at=at)
        return rows_changed(self.transaction, change)

    def _update(self, key: int, **columns: object) -> None:
        rows_changed(self.transaction, update(UserRow).where(UserRow.key == key).values(columns))

    def _one(self, condition: ColumnElement[bool]) -> User | None:
        """Return the only user of a condition."""
        return next(iter(self._users(condition)), None)

    def _users(self, condition: ColumnElement[bool]) -> list[User]:
        """Return users by address, each with their roles, in one statement."""
        running = (GrantRow.user_key == UserRow.key) & GrantRow.ended_at.is_(None)
        joined = select(UserRow, GrantRow.role).outerjoin(GrantRow, running).where(condition)
        ordered = joined.order_by(UserRow.email, UserRow.key).execution_options(populate_existing=True)
        found: dict[int, tuple[UserRow, list[str]]] = {}
        for row, role in self.transaction.execute(ordered):
            found.setdefault(row.key, (row, []))[1].extend([role] if role else [])
        return [to_user(row, roles) for row, roles in found.values()]


def _conditions(query: UsersQuery) -> Iterable[ColumnElement[bool]]:
    """Yield what must hold of the users of a list; the erased are in none."""
    yield UserRow.state != UserState.ERASED
    for word in fold(query.search).split():
        yield UserRow.email.contains(word, autoescape=True) if is_storable(word) else false()
    if query.state is not None:
        yield UserRow.state == query.state
    if query.role is not None:
        running = (GrantRow.user_key == UserRow.key, GrantRow.role == query.role, GrantRow.ended_at.is_(None))
        yield exists().where(*running)
