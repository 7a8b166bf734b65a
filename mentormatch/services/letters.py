"""Letters: taken from the outbox and sent, each with its one-time link made at that moment and stored nowhere."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from mentormatch.domain.accounts import TokenKind, UserState
from mentormatch.domain.records import Letter
from mentormatch.services.accounts import link_of, make_token
from mentormatch.services.ports import Mailer, Ports
from mentormatch.services.refusals import NotFoundError

AT_ONCE = 50
TRIES = 8
FIRST_WAIT = timedelta(minutes=1)
SUBJECTS: Mapping[str, str] = {
    TokenKind.INVITATION: "Your invitation to MentorMatch",
    TokenKind.RESET: "A new password for MentorMatch",
}
TEXTS: Mapping[str, str] = {
    TokenKind.INVITATION: (
        "You are invited to MentorMatch. Choose a password here:\n\n{link}\n\nThe link works once, for {hours} hours.\n"
    ),
    TokenKind.RESET: (
        "Somebody, probably you, asked for a new password. Choose it here:\n\n{link}\n\n"
        "The link works once, for {minutes} minutes. If it was not you, leave this letter alone.\n"
    ),
}


def send_letters(ports: Ports, mailer: Mailer) -> int:
    """Send what is due and return how many letters went out; what cannot be sent waits, longer each time.

    A long outbox is emptied a few letters at a time, so that other work in the background gets its turn in between.
    """
    due = ports.store.read(lambda unit: unit.outbox.due(ports.clock.now(), AT_ONCE))
    sent = sum(_send(ports, mailer, letter) for letter in due)
    if sent == AT_ONCE:
        ports.jobs.send_letters()
    return sent


def _send(ports: Ports, mailer: Mailer, letter: Letter) -> bool:
    """Send one letter; false when it could not be sent or is no longer meant for anybody."""
    user = ports.store.read(lambda unit: unit.accounts.get(letter.user_key))
    wanted = {TokenKind.INVITATION: UserState.INVITED, TokenKind.RESET: UserState.ACTIVE}
    if user is None or user.state is not wanted[TokenKind(letter.kind)]:
        ports.store.write(lambda unit: unit.outbox.postponed(letter.key, ports.clock.now(), True))
        return False
    try:
        mailer.send(user.email, SUBJECTS[letter.kind], write_letter(ports, letter))
    except (OSError, NotFoundError):
        ports.store.write(
            lambda unit: unit.outbox.postponed(letter.key, _next_try(ports, letter), _is_hopeless(letter))
        )
        return False
    return ports.store.write(lambda unit: unit.outbox.sent(letter.key, ports.clock.now()))


def write_letter(ports: Ports, letter: Letter) -> str:
    """Return the text of a letter, with a link that is made now."""
    kind = TokenKind(letter.kind)
    link = link_of(ports, kind, make_token(ports, kind, letter.user_key))
    sessions = ports.settings.sessions
    return TEXTS[kind].format(link=link, hours=sessions.invitation_hours, minutes=sessions.reset_minutes)


def _next_try(ports: Ports, letter: Letter) -> datetime:
    return ports.clock.now() + FIRST_WAIT * (1 << letter.tries)


def _is_hopeless(letter: Letter) -> bool:
    return letter.tries + 1 >= TRIES
