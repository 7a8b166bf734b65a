"""Users: how somebody is invited, gets a first password or a new one, and which roles they hold."""

from datetime import timedelta

from mentormatch.domain.accounts import Actor, Role, TokenKind, User, UserState
from mentormatch.domain.text import fold
from mentormatch.errors import InputError, RefusedError
from mentormatch.files.people_file import EMAIL, EMAIL_LENGTH
from mentormatch.services.attempts import count_log_in, count_reset, forget_attempts, take_back_log_in
from mentormatch.services.audit_log import append
from mentormatch.services.known_devices import name_device
from mentormatch.services.password_rules import check_password, is_hashable
from mentormatch.services.permissions import can_change_roles, can_disable_user, can_invite_users, can_list_users
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import ConflictError, NotAllowedError, NotFoundError
from mentormatch.services.sign_in import Origin, require_confirmation

LINK_SENTENCE = "This link does not work: it is wrong, used or too old. Ask for a new one."
NO_USER = "There is no such user."


def fold_email(email: str) -> str:
    """Return the one form of an e-mail address under which a user is known, or raise ``InputError``."""
    folded = fold(email)
    if len(folded) > EMAIL_LENGTH or not EMAIL.fullmatch(folded) or not folded.isprintable():
        raise InputError("This is not an e-mail address; write one such as ann@company.example.", field="email")
    return folded


def invite(ports: Ports, actor: Actor, email: str, roles: frozenset[Role] = frozenset()) -> User:
    """Make a user and put the letter that invites them into the outbox; people with that address are tied to it."""
    if not can_invite_users(actor):
        raise NotAllowedError("Only an administrator invites.")
    require_confirmation(ports, actor)
    folded = fold_email(email)

    def work(unit: Unit) -> User:
        if unit.accounts.by_email(folded) is not None:
            raise ConflictError("There is a user with this e-mail address already.", field="email")
        user = _add_user(unit, ports, actor, folded, roles)
        unit.outbox.add(f"invitation:{user.key}:1", TokenKind.INVITATION, user.key, {}, ports.clock.now())
        return user

    return ports.store.write(work)


def make_token(ports: Ports, kind: TokenKind, user_key: int) -> str:
    """Return a new one-time token for a user, for the letter that is about to be sent; earlier ones stop working.

    The token itself is stored nowhere: only its hash is.
    """
    hours = ports.settings.sessions.invitation_hours
    minutes = hours * 60 if kind is TokenKind.INVITATION else ports.settings.sessions.reset_minutes

    def work(unit: Unit) -> str:
        user = unit.accounts.get(user_key)
        if user is None or user.state not in (UserState.INVITED, UserState.ACTIVE):
            raise NotFoundError(NO_USER)
        return _new_token(unit, ports, kind, user_key, minutes)

    return ports.store.write(work)


def link_of(ports: Ports, kind: TokenKind, token: str) -> str:
    """Return the address of a one-time token: under the public address of the settings, whatever a request said."""
    return f"{ports.settings.public_url}/{kind}/{token}"


def make_first_administrator_token(ports: Ports) -> str:
    """Return the one-time token with which the first administrator signs up. Raises ``ConflictError`` if there is one.

    For the command line alone: there is no account before, and none that comes with the portal.
    """

    def work(unit: Unit) -> str:
        if unit.accounts.has_administrator():
            raise ConflictError("There is an administrator already; they can invite others.")
        minutes = ports.settings.sessions.first_administrator_minutes
        return _new_token(unit, ports, TokenKind.FIRST_ADMINISTRATOR, None, minutes)

    return ports.store.write(work)


def accept_first_administrator(ports: Ports, token: str, email: str, password: str) -> User:
    """Make the first administrator from a one-time token."""
    folded = fold_email(email)
    check_password(password, (email, *_company_words(ports)))
    _require_token(ports, TokenKind.FIRST_ADMINISTRATOR, token)
    password_hash = ports.passwords.hash(password)

    def work(unit: Unit) -> User:
        now = ports.clock.now()
        found = unit.tokens.use(TokenKind.FIRST_ADMINISTRATOR, ports.secrets.hash(token), now)
        if found is None or unit.accounts.has_administrator():
            raise RefusedError(LINK_SENTENCE)
        user = unit.accounts.by_email(folded)
        if user is not None:
            raise ConflictError("There is a user with this e-mail address already.", field="email")
        made = _add_user(unit, ports, Actor(None), folded, frozenset({Role.ADMINISTRATOR}))
        unit.accounts.set_password(made.key, password_hash, UserState.ACTIVE)
        append(unit, now, Actor(made.key), "first-administrator", f"user:{made.key}")
        return made

    return ports.store.write(work)


def request_reset(ports: Ports, email: str, address: str) -> None:
    """Put a letter with a new link into the outbox if the address belongs to a user who can sign in.

    Known and unknown addresses look the same from outside: one count, one transaction, no letter sent meanwhile.
    """
    folded = fold(email)
    count_reset(ports, folded, address)

    def work(unit: Unit) -> None:
        now = ports.clock.now()
        user = unit.accounts.by_email(folded)
        key = user.key if user and user.state is UserState.ACTIVE else None
        entry = append(unit, now, Actor(None), "reset-requested", "user:none" if key is None else f"user:{key}")
        if key is not None:
            unit.outbox.add(f"reset:{key}:{entry.sequence}", TokenKind.RESET, key, {}, now)

    ports.store.write(work)


def set_password_by_token(ports: Ports, kind: TokenKind, token: str, password: str) -> User:
    """Set the password of the user to whom a one-time token belongs; all their sessions end, and none begins.

    Raises ``RefusedError`` with one sentence whatever is wrong with the token, ``InputError`` for the password; the
    token is then still good.
    """
    check_password(password, _company_words(ports))
    _require_token(ports, kind, token)
    password_hash = ports.passwords.hash(password)

    def work(unit: Unit) -> User:
        now = ports.clock.now()
        found = unit.tokens.use(kind, ports.secrets.hash(token), now)
        user = unit.accounts.get(found.user_key) if found and found.user_key is not None else None
        wanted = UserState.INVITED if kind is TokenKind.INVITATION else UserState.ACTIVE
        if user is None or user.state is not wanted:
            raise RefusedError(LINK_SENTENCE)
        check_password(password, (user.email,))
        _store_password(unit, ports, user, password_hash)
        forget_attempts(unit, ports, user.email)
        append(unit, now, Actor(user.key), f"password-by-{kind}", f"user:{user.key}")
        return user

    return ports.store.write(work)


def change_password(ports: Ports, actor: Actor, old: str, new: str, origin: Origin) -> None:
    """Change one's own password; every other session ends and links that were asked for stop working.

    A wrong old password counts as an attempt to log in.
    """
    user = ports.store.read(lambda unit: unit.accounts.get(actor.user_key or 0))
    email = user.email if user else ""
    check_password(new, (email, *_company_words(ports)))
    device = name_device(ports, email, origin.device)
    count_log_in(ports, email, origin.address, device)
    if user is None or not is_hashable(old) or not ports.passwords.is_right(user.password_hash, old):
        raise NotAllowedError("The old password is not right.", field="old")
    password_hash = ports.passwords.hash(new)

    def work(unit: Unit) -> None:
        current = unit.accounts.get(user.key)
        if current is None or current.password_hash != user.password_hash:
            raise ConflictError("The password was changed meanwhile; sign in again.")
        take_back_log_in(unit, ports, user.email, origin.address, device)
        _store_password(unit, ports, current, password_hash, keep=actor.session_key)
        append(unit, ports.clock.now(), actor, "password-changed", f"user:{user.key}")

    ports.store.write(work)


def list_users(ports: Ports, actor: Actor) -> tuple[User, ...]:
    """Return everybody who can sign in or is invited to."""
    if not can_list_users(actor):
        raise NotFoundError("There is no such page.")
    return tuple(ports.store.read(lambda unit: unit.accounts.listed()))


def grant_role(ports: Ports, actor: Actor, user_key: int, role: Role) -> None:
    """Give a role to a user who does not hold it."""
    if not can_change_roles(actor, user_key):
        raise NotAllowedError("Only another administrator grants a role; nobody grants one to themselves.")
    require_confirmation(ports, actor)

    def work(unit: Unit) -> None:
        user = get_user(unit, user_key)
        if role not in user.roles:
            unit.accounts.grant(user_key, role, actor.user_key, ports.clock.now())
            append(unit, ports.clock.now(), actor, "role-granted", f"user:{user_key}", role=role)

    ports.store.write(work)


def revoke_role(ports: Ports, actor: Actor, user_key: int, role: Role) -> None:
    """Take a role away; it is gone with the next request, and the user's sessions end."""
    if not can_change_roles(actor, user_key):
        raise NotAllowedError("Only another administrator takes a role away.")
    require_confirmation(ports, actor)

    def work(unit: Unit) -> None:
        get_user(unit, user_key)
        now = ports.clock.now()
        if unit.accounts.revoke(user_key, role, actor.user_key, now):
            ended = unit.accounts.end_sessions(user_key, now)
            append(unit, now, actor, "role-revoked", f"user:{user_key}", role=role, sessions_ended=ended)

    ports.store.write(work)


def set_disabled(ports: Ports, actor: Actor, user_key: int, is_disabled: bool) -> None:
    """Disable a user, whose sessions end at once, or let them in again."""
    if not can_disable_user(actor, user_key):
        raise NotAllowedError("Only another administrator disables or enables a user.")
    require_confirmation(ports, actor)

    def work(unit: Unit) -> None:
        user = get_user(unit, user_key)
        now = ports.clock.now()
        enabled = UserState.ACTIVE if user.password_hash else UserState.INVITED
        unit.accounts.set_state(user_key, UserState.DISABLED if is_disabled else enabled)
        if is_disabled:
            unit.accounts.end_sessions(user_key, now)
            unit.tokens.cancel(user_key, TokenKind, now)
        append(unit, now, actor, "user-disabled" if is_disabled else "user-enabled", f"user:{user_key}")

    ports.store.write(work)


def _add_user(unit: Unit, ports: Ports, actor: Actor, email: str, roles: frozenset[Role]) -> User:
    """Add an invited user with roles, tied to the one person who has the address and is not tied yet."""
    now = ports.clock.now()
    people = unit.people.keys_by_email(email)
    person_key = people[0] if len(people) == 1 and unit.accounts.of_person(people[0]) is None else None
    user = unit.accounts.add(email, person_key, now)
    append(unit, now, actor, "user-invited", f"user:{user.key}", roles=sorted(roles))
    for role in sorted(roles):
        unit.accounts.grant(user.key, role, actor.user_key, now)
    return user


def get_user(unit: Unit, user_key: int) -> User:
    """Return a user who is not erased, or raise ``NotFoundError``."""
    user = unit.accounts.get(user_key)
    if user is None or user.state is UserState.ERASED:
        raise NotFoundError(NO_USER)
    return user


def _require_token(ports: Ports, kind: TokenKind, token: str) -> None:
    """Refuse a token that will not do before a password is hashed for it."""
    token_hash, now = ports.secrets.hash(token), ports.clock.now()
    if not ports.store.read(lambda unit: unit.tokens.is_good(kind, token_hash, now)):
        raise RefusedError(LINK_SENTENCE)


def _new_token(unit: Unit, ports: Ports, kind: TokenKind, user_key: int | None, minutes: int) -> str:
    """Return a new token after making every earlier one of its kind useless."""
    now, token = ports.clock.now(), ports.secrets.new()
    unit.tokens.cancel(user_key, (kind,), now)
    unit.tokens.add(kind, ports.secrets.hash(token), user_key, now, now + timedelta(minutes=minutes))
    return token


def _store_password(unit: Unit, ports: Ports, user: User, password_hash: str, keep: int | None = None) -> None:
    """Store a new password, end the sessions and make the links of the old one useless."""
    now = ports.clock.now()
    unit.accounts.set_password(user.key, password_hash, UserState.ACTIVE)
    unit.accounts.end_sessions(user.key, now, but=keep)
    unit.tokens.cancel(user.key, TokenKind, now)


def _company_words(ports: Ports) -> tuple[str, ...]:
    """Return the words that belong to this installation and so are bad passwords."""
    return ("mentormatch", "mentoring", "mentorship", ports.settings.public_url)
