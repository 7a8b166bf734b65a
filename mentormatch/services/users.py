"""The list of users as administrators see it, what they can do with one of them, and inviting many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mentormatch.domain.accounts import Actor, Session, TokenKind, User, UserState
from mentormatch.errors import InputError
from mentormatch.services.accounts import NO_USER, fold_email, get_user
from mentormatch.services.audit_log import append
from mentormatch.services.permissions import can_end_session, can_invite_users, can_list_users
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import BrokenPromiseError, ConflictError, NotAllowedError, NotFoundError
from mentormatch.services.sign_in import list_sessions, require_confirmation
from mentormatch.services.stored import UsersPage, UsersQuery


@dataclass(frozen=True, slots=True)
class UserCard:
    """One user as an administrator sees them: who they are as a person, and where they are logged in."""

    user: User
    person_id: str
    sessions: Sequence[Session]


@dataclass(frozen=True, slots=True)
class InvitationPreview:
    """How many people could be invited, how many share their address with others, and how many have none that works."""

    ready: int
    shared: int
    unusable: int


def find_users(ports: Ports, actor: Actor, query: UsersQuery) -> UsersPage:
    """Return one page of the users that a query is about."""
    _require_list(actor)
    return ports.store.read(lambda unit: unit.accounts.page(query, ports.settings.limits.page_rows))


def find_user(ports: Ports, actor: Actor, email: str) -> User:
    """Return the user with an address, written in whatever way."""
    _require_list(actor)
    user = ports.store.read(lambda unit: unit.accounts.by_email(fold_email(email)))
    if user is None or user.state is UserState.ERASED:
        raise NotFoundError(NO_USER)
    return user


def show_user(ports: Ports, actor: Actor, user_key: int) -> UserCard:
    """Return the card of a user. Of the person they are, it holds the id alone: people are for HR to see."""
    _require_list(actor)

    def look(unit: Unit) -> tuple[User, str]:
        user = get_user(unit, user_key)
        stored = None if user.person_key is None else unit.people.get(user.person_key)
        return user, stored.person.person_id if stored else ""

    user, person_id = ports.store.read(look)
    return UserCard(user, person_id, list_sessions(ports, actor, user_key))


def end_all_sessions(ports: Ports, actor: Actor, user_key: int) -> int:
    """End every session of a user, such as one whose device is lost, but the one in which the actor acts.

    Everybody ends their own, an administrator anybody's. Return how many ended.
    """
    if not can_end_session(actor, user_key):
        raise NotFoundError(NO_USER)

    def work(unit: Unit) -> int:
        get_user(unit, user_key)
        now = ports.clock.now()
        ended = unit.accounts.end_sessions(user_key, now, but=actor.session_key)
        append(unit, now, actor, "sessions-ended", f"user:{user_key}", sessions_ended=ended)
        return ended

    return ports.store.write(work)


def invite_again(ports: Ports, actor: Actor, user_key: int) -> User:
    """Put another letter into the outbox for somebody who was invited and has no password yet."""
    _require_inviter(ports, actor)

    def work(unit: Unit) -> User:
        user = get_user(unit, user_key)
        if user.state is not UserState.INVITED:
            raise ConflictError("Only somebody who has no password yet is invited again; others ask for a new one.")
        now = ports.clock.now()
        entry = append(unit, now, actor, "user-invited-again", f"user:{user_key}")
        unit.outbox.add(f"invitation:{user_key}:{entry.sequence}", TokenKind.INVITATION, user_key, {}, now)
        return user

    user = ports.store.write(work)
    ports.jobs.send_letters()
    return user


def preview_invitations(ports: Ports, actor: Actor) -> InvitationPreview:
    """Return how many people work here, have an address of their own and are no users yet."""
    _require_inviter(ports, actor)
    without = ports.store.read(lambda unit: unit.accounts.people_without())
    ready = _ready(without)
    shared = sum(len(keys) for keys in without.values() if len(keys) > 1)
    return InvitationPreview(len(ready), shared, sum(map(len, without.values())) - shared - len(ready))


def invite_people(ports: Ports, actor: Actor) -> int:
    """Invite everybody whom the preview counts as ready, with the letters, or nobody; return how many."""
    _require_inviter(ports, actor)

    def work(unit: Unit) -> int:
        ready = _ready(unit.accounts.people_without())
        return _invite_all(unit, actor, ready, ports.clock.now()) if ready else 0

    try:
        count = ports.store.write(work)
    except BrokenPromiseError as error:
        raise ConflictError("Others were invited at the same moment, and nobody was now; look again.") from error
    if count:
        ports.jobs.send_letters()
    return count


def _invite_all(unit: Unit, actor: Actor, ready: Mapping[str, int], now: datetime) -> int:
    """Add a user and a letter for each address, and one entry that says which numbers the users have."""
    keys = unit.accounts.add_many(ready, now)
    unit.outbox.add_many({f"invitation:{key}:1": key for key in keys}, TokenKind.INVITATION, now)
    append(unit, now, actor, "people-invited", "users", count=len(keys), first=keys[0], last=keys[-1])
    return len(keys)


def _ready(without: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """Return those who have an address that is theirs alone and that a letter can reach."""
    return {email: keys[0] for email, keys in without.items() if len(keys) == 1 and _can_be_written_to(email)}


def _can_be_written_to(email: str) -> bool:
    try:
        return fold_email(email) == email
    except InputError:
        return False


def _require_list(actor: Actor) -> None:
    if not can_list_users(actor):
        raise NotFoundError("There is no such page.")


def _require_inviter(ports: Ports, actor: Actor) -> None:
    """Let only those go on who may invite and gave their password a short time ago."""
    if not can_invite_users(actor):
        raise NotAllowedError("Only an administrator invites.")
    require_confirmation(ports, actor)
