"""Signing in: log in, be known at the next request, give the password again, see and end one's sessions, log out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mentormatch.domain.accounts import Actor, Session, User, UserState
from mentormatch.domain.text import fold
from mentormatch.services.attempts import count_log_in, take_back_log_in
from mentormatch.services.audit_log import append
from mentormatch.services.known_devices import make_device, name_device
from mentormatch.services.password_rules import is_hashable
from mentormatch.services.permissions import can_end_session, is_confirmed
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import ConfirmationNeededError, LogInRefusedError, NotFoundError

LOG_IN_SENTENCE = "E-mail address and password do not belong together."
AGENT_LENGTH = 80
TOUCH_AFTER = timedelta(minutes=1)
"""A session's last use is written at most this often, so that reading a page writes nothing."""
CLOCKS_APART = timedelta(minutes=2)
"""How far the clocks of two machines may differ."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from: its network address, what its browser says of itself, and by what it is known."""

    address: str
    agent: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """A log-in that succeeded: who acts, and the identifier for their cookie, which is known to nobody else.

    ``device`` is by what the browser is known from now on.
    """

    actor: Actor
    session_id: str = field(repr=False)
    device: str = field(default="", repr=False)


def log_in(ports: Ports, email: str, password: str, origin: Origin, earlier: Actor | None = None) -> Admission:
    """Start a session for the user whose password this is; that of ``earlier`` in the same browser ends with it.

    Every attempt is counted first and costs exactly one hash, whoever it is for. Raises ``LogInRefusedError`` with one
    sentence for all causes and ``TooManyAttemptsError``.
    """
    folded = fold(email)
    origin = replace(origin, device=name_device(ports, folded, origin.device))
    count_log_in(ports, folded, origin.address, origin.device)
    user = ports.store.read(lambda unit: unit.accounts.by_email(folded))
    may_sign_in = user is not None and user.state is UserState.ACTIVE and is_hashable(password)
    known_hash = user.password_hash if user is not None and may_sign_in else ""
    is_right = ports.passwords.is_right(known_hash, password if is_hashable(password) else "")
    if user is None or not may_sign_in or not is_right:
        _note_refusal(ports, user)
        raise LogInRefusedError(LOG_IN_SENTENCE)
    renewed = ports.passwords.hash(password) if ports.passwords.is_outdated(known_hash) else known_hash
    admission = ports.store.write(lambda unit: _admit(unit, ports, user, renewed, origin, earlier))
    return replace(admission, device=make_device(ports, folded))


def resume(ports: Ports, session_id: str) -> Actor | None:
    """Return who acts in a session, with their roles as of now, or ``None`` for one that is over or was never there.

    One that ran out is ended for good, so that a clock set back does not bring it to life.
    """
    id_hash, now = ports.secrets.hash(session_id), ports.clock.now()

    def look(unit: Unit) -> tuple[Session | None, User | None]:
        session = unit.accounts.session_by_hash(id_hash)
        return session, unit.accounts.get(session.user_key) if session else None

    session, user = ports.store.read(look)
    if session is None or user is None or session.ended_at is not None:
        return None
    if user.state is not UserState.ACTIVE or not _is_running(ports, session, now):
        ports.store.write(lambda unit: unit.accounts.end_session(session.key, now))
        return None
    if now - session.last_seen_at >= TOUCH_AFTER:
        ports.store.write(lambda unit: unit.accounts.touch_session(session.key, now))
    return _as_actor(user, session)


def whose_session(ports: Ports, session_id: str) -> int | None:
    """Return the user to whom a session belongs or belonged, so that what they typed is shown to nobody else."""
    id_hash = ports.secrets.hash(session_id)
    session = ports.store.read(lambda unit: unit.accounts.session_by_hash(id_hash))
    return session.user_key if session else None


def log_out(ports: Ports, actor: Actor) -> None:
    """End the session in which somebody acts."""

    def work(unit: Unit) -> None:
        now = ports.clock.now()
        if actor.session_key is not None and unit.accounts.end_session(actor.session_key, now):
            append(unit, now, actor, "log-out", actor.name)

    ports.store.write(work)


def confirm(ports: Ports, actor: Actor, password: str, origin: Origin) -> Admission:
    """Take the password again before a sensitive step: a new session follows the old one, which ends."""
    user = ports.store.read(lambda unit: unit.accounts.get(actor.user_key or 0))
    return log_in(ports, user.email if user else "", password, origin, actor)


def require_confirmation(ports: Ports, actor: Actor) -> None:
    """Raise ``ConfirmationNeededError`` unless the actor gave their password a short time ago."""
    if not is_confirmed(actor, ports.clock.now(), ports.settings.sessions.reauthentication_minutes):
        raise ConfirmationNeededError("Give your password again for this step.")


def list_sessions(ports: Ports, actor: Actor, user_key: int) -> Sequence[Session]:
    """Return the running sessions of a user, for themselves or an administrator."""
    if not can_end_session(actor, user_key):
        raise NotFoundError("There is no such page.")
    now = ports.clock.now()
    found = ports.store.read(lambda unit: unit.accounts.running_sessions(user_key))
    return [session for session in found if _is_running(ports, session, now)]


def end_session(ports: Ports, actor: Actor, session_key: int, owner_key: int | None = None) -> None:
    """End a session, one's own or as an administrator; a foreign one looks as if it were not there.

    With ``owner_key`` it must be a session of that user.
    """

    def work(unit: Unit) -> None:
        session = unit.accounts.session(session_key)
        owner = session.user_key if session else 0
        if session is None or owner_key not in (None, owner) or not can_end_session(actor, owner):
            raise NotFoundError("There is no such session.")
        if unit.accounts.end_session(session_key, ports.clock.now()):
            append(unit, ports.clock.now(), actor, "session-ended", f"user:{owner}", session=session_key)

    ports.store.write(work)


def _admit(
    unit: Unit, ports: Ports, user: User, password_hash: str, origin: Origin, earlier: Actor | None
) -> Admission:
    """Start the session, unless the user changed since the password was checked."""
    now = ports.clock.now()
    current = unit.accounts.get(user.key)
    if current is None or current.state is not user.state or current.password_hash != user.password_hash:
        raise LogInRefusedError(LOG_IN_SENTENCE)
    if password_hash != user.password_hash:
        unit.accounts.set_password(user.key, password_hash, UserState.ACTIVE)
    take_back_log_in(unit, ports, user.email, origin.address, origin.device)
    ended = {} if earlier is None or earlier.session_key is None else {"ended": earlier.session_key}
    for session_key in ended.values():
        unit.accounts.end_session(session_key, now)
    session_id = ports.secrets.new()
    ends = now + timedelta(hours=ports.settings.sessions.absolute_hours)
    agent = "".join(c for c in origin.agent if c.isprintable())[:AGENT_LENGTH]
    fresh = Session(0, user.key, now, now, now, ends, None, agent)
    session = unit.accounts.add_session(ports.secrets.hash(session_id), fresh)
    append(unit, now, Actor(user.key), "log-in", f"user:{user.key}", session=session.key, **ended)
    return Admission(_as_actor(current, session), session_id)


def _note_refusal(ports: Ports, user: User | None) -> None:
    """Note a log-in that failed; what was typed as the address is not kept."""
    subject = f"user:{user.key}" if user else "user:none"
    ports.store.write(lambda unit: append(unit, ports.clock.now(), Actor(None), "log-in-refused", subject))


def _is_running(ports: Ports, session: Session, now: datetime) -> bool:
    """Whether a session may go on: not too long unused, not too old, and not from the future."""
    idle = timedelta(minutes=ports.settings.sessions.idle_minutes)
    is_past = max(session.last_seen_at, session.created_at) <= now + CLOCKS_APART
    return is_past and now < session.expires_at and now - session.last_seen_at < idle


def _as_actor(user: User, session: Session) -> Actor:
    bare = Actor(user.key, user.person_key, user.roles)
    return replace(bare, session_key=session.key, confirmed_at=session.confirmed_at)
