"""The portal of the demonstration: an organisation, its rounds and five log-ins, made up once and kept in a folder."""

import json
import os
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from mentormatch.domain.accounts import Actor, Role, TokenKind, User
from mentormatch.domain.people import Person, Status
from mentormatch.errors import InputError
from mentormatch.files.round_tables import write_people
from mentormatch.operating.demo_rounds import COMPANY, REVERSE, DemoRounds, make_rounds, reverse_policy
from mentormatch.services import accounts
from mentormatch.services.one_transaction import within
from mentormatch.services.people_import import import_now
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.ports import Clock, Ports, Unit
from mentormatch.services.programmes import add_programme, save_policy
from mentormatch.services.refusals import ConflictError
from mentormatch.services.round_import import bring_in_round

LOG_INS_FILE = "log-ins.json"
UNCONFIRMED_FILE = "log-ins.unconfirmed.json"
"""The log-ins before the database is known to hold them."""
EMPLOYEE, MANAGER, HR, AUDITOR, ADMINISTRATOR = "employee", "manager", "HR", "auditor", "administrator"
GRANTED: Mapping[str, Role] = {HR: Role.HR, AUDITOR: Role.AUDITOR, ADMINISTRATOR: Role.ADMINISTRATOR}
OFFICES: Mapping[str, str] = {
    HR: "Business Partnering",
    AUDITOR: "Accounting",
    ADMINISTRATOR: "Information Security",
}
"""The department from which each officer comes, where there is one."""
LINE_LEAST = 6
"""How many people stand below the manager of the demonstration at least."""
SYLLABLES = tuple(first + second for first in "bdfgklmnprstvz" for second in "aeiou")
WORDS, SYLLABLES_A_WORD = 4, 3
LETTERS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class LogIn:
    """With what somebody signs in to the demonstration, and who they are; good for nothing else."""

    role: str
    email: str
    password: str
    name: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A clock that is some days behind another one."""

    clock: Clock
    days: int

    def now(self) -> datetime:
        """Return the moment so many days ago."""
        return self.clock.now() - timedelta(days=self.days)


def log_ins(folder: Path) -> tuple[LogIn, ...] | None:
    """Return the log-ins of a demonstration that was made whole, or ``None`` where there is none."""
    return _read(folder / LOG_INS_FILE)


def seed(ports: Ports, folder: Path, *, people: int = 400, seed: int = 7) -> tuple[LogIn, ...]:
    """Fill an empty database with the demonstration and return its log-ins, or those of one that is there already.

    The people come first, by an import that changes nothing when it is done again; then all else in one transaction,
    so that a database is never half filled. Raises ``ConflictError`` for a database with which somebody works.
    """
    if ports.store.read(lambda unit: unit.accounts.has_administrator()):
        return _seeded_already(folder)
    rounds = make_rounds(people, seed, ports.clock.now().date())
    cast = tuple(choose_cast(rounds))
    if len(cast) < len((EMPLOYEE, MANAGER, *GRANTED)):
        raise InputError(f"{people} people are too few for a demonstration; ask for more.")
    made = tuple(LogIn(role, person.email, make_password(), person.name) for role, person in cast)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / UNCONFIRMED_FILE, made)
    import_now(_days_ago(ports, 300), COMMAND_LINE, "people.csv", write_people(rounds.people))
    ports.store.write(lambda unit: _fill(within(ports, unit), unit, rounds, made))
    (folder / UNCONFIRMED_FILE).replace(folder / LOG_INS_FILE)
    return made


def _seeded_already(folder: Path) -> tuple[LogIn, ...]:
    """Return the log-ins of a database that is filled, also when the work ended just before they were confirmed."""
    unconfirmed = folder / UNCONFIRMED_FILE
    if _read(unconfirmed) is not None:
        unconfirmed.replace(folder / LOG_INS_FILE)
    found = log_ins(folder)
    if found is None:
        raise ConflictError(f"The database is in use and {folder} holds no log-ins; delete it to begin anew.")
    return found


def _fill(ports: Ports, unit: Unit, rounds: DemoRounds, made: Sequence[LogIn]) -> None:
    """Let the people of the demonstration do what they would have done on the days on which they would have."""
    by_role = {log_in.role: log_in for log_in in made}
    administrator = _actor(unit, _first_administrator(_days_ago(ports, 299), by_role[ADMINISTRATOR]))
    others = (log_in for log_in in made if log_in.role != ADMINISTRATOR)
    users = {log_in.role: _sign_up(*_acting(ports, 298, administrator), log_in) for log_in in others}
    hr, closed, review, running = _actor(unit, users[HR]), rounds.closed, rounds.review, rounds.open
    company = add_programme(*_acting(ports, 290, hr), COMPANY)
    reverse = add_programme(*_acting(ports, 70, hr), REVERSE)
    save_policy(*_acting(ports, 70, hr), reverse.key, reverse_policy(), based_on=1)
    plan = closed.plan and replace(closed.plan, at=Earlier(ports.clock, 230).now())
    bring_in_round(*_acting(ports, 49, hr), company.key, closed.new, closed.matching_round, plan)
    bring_in_round(*_acting(ports, 5, hr), reverse.key, review.new, review.matching_round, review.plan)
    bring_in_round(*_acting(ports, 1, hr), company.key, running.new, running.matching_round)
    for letter in unit.outbox.due(ports.clock.now(), LETTERS_AT_ONCE):
        unit.outbox.sent(letter.key, ports.clock.now())  # everybody has accepted already


def _days_ago(ports: Ports, days: int) -> Ports:
    """Return the ports as they would have been some days ago."""
    return replace(ports, clock=Earlier(ports.clock, days))


def _acting(ports: Ports, days: int, actor: Actor) -> tuple[Ports, Actor]:
    """Return the ports some days ago and somebody who gave their password just then."""
    earlier = _days_ago(ports, days)
    return earlier, replace(actor, confirmed_at=earlier.clock.now())


def _first_administrator(ports: Ports, log_in: LogIn) -> User:
    """Make the first administrator, as the command line does."""
    token = accounts.make_first_administrator_token(ports)
    return accounts.accept_first_administrator(ports, token, log_in.email, log_in.password)


def _sign_up(ports: Ports, administrator: Actor, log_in: LogIn) -> User:
    """Invite somebody, who sets their password at once."""
    roles = frozenset({GRANTED[log_in.role]} if log_in.role in GRANTED else set())
    user = accounts.invite(ports, administrator, log_in.email, roles)
    token = accounts.make_token(ports, TokenKind.INVITATION, user.key)
    return accounts.set_password_by_token(ports, TokenKind.INVITATION, token, log_in.password)


def _actor(unit: Unit, user: User) -> Actor:
    """Return a user as somebody who acts, with their roles as of now."""
    current = unit.accounts.get(user.key) or user
    return Actor(current.key, current.person_key, current.roles)


def choose_cast(rounds: DemoRounds) -> Iterator[tuple[str, Person]]:
    """Yield who plays which role: an employee with a past and a present, a manager with a line, three officers.

    The employee was paired in the round that is over and is enrolled in the open one, if anybody is.
    """
    active = [person for person in rounds.people if person.status is Status.ACTIVE and person.email]
    below = count_below(rounds.people)
    paired = {pairing.mentee_id for pairing in rounds.closed.plan.outcome.pairings} if rounds.closed.plan else set()
    again = {enrolment.person_id for enrolment in rounds.open.matching_round.enrolments} & paired
    lowest_first = sorted(active, key=lambda person: (below[person.person_id], person.person_id))
    employee = max(lowest_first, key=lambda person: (person.person_id in again, person.person_id in paired))
    yield EMPLOYEE, employee
    rest = [person for person in lowest_first if person is not employee]
    leads = [person for person in rest if below[person.person_id] >= LINE_LEAST]
    manager = leads[0] if leads else rest[-1]
    yield MANAGER, manager
    officers = [person for person in rest if person is not manager]
    for role, department in OFFICES.items():
        if officers:
            officer = next((person for person in officers if person.department == department), officers[0])
            officers.remove(officer)
            yield role, officer


def count_below(people: Sequence[Person]) -> Counter[str]:
    """Return how many people stand below each person on solid lines, at any distance, those who left not counted."""
    manager_of = {person.person_id: person.manager_id for person in people}
    below: Counter[str] = Counter()
    for person in people:
        above: dict[str, None] = {}
        current = person.manager_id if person.status is not Status.LEFT else ""
        while current and current not in above:
            above[current] = None
            current = manager_of.get(current, "")
        below.update(above.keys())
    return below


def make_password() -> str:
    """Return a password that can be said aloud: four made-up words, more than 60 bits."""
    words = ("".join(secrets.choice(SYLLABLES) for _ in range(SYLLABLES_A_WORD)) for _ in range(WORDS))
    return "-".join(words)


def _read(path: Path) -> tuple[LogIn, ...] | None:
    """Return the log-ins of a file, or ``None`` for one that is missing or damaged."""
    try:
        return tuple(LogIn(**entry) for entry in json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _write(path: Path, made: Sequence[LogIn]) -> None:
    """Keep log-ins in a file that only its owner reads."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([asdict(log_in) for log_in in made], file, indent=2)
