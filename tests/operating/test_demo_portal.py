"""The demonstration: seeded once, whole or not at all, with log-ins that work and a log that reads like a real one."""

import json
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import override

import pytest

from mentormatch.domain.accounts import Role
from mentormatch.domain.direction import Direction
from mentormatch.domain.people import Person, Status
from mentormatch.domain.plan import PairingState, PlanState
from mentormatch.domain.programme import RoundState
from mentormatch.errors import InputError
from mentormatch.matching.reference import build_reference
from mentormatch.matching.verified_limits import read_limits
from mentormatch.matching.verified_pairings import check_pairings
from mentormatch.operating.demo_portal import (
    LINE_LEAST,
    LOG_INS_FILE,
    UNCONFIRMED_FILE,
    LogIn,
    count_below,
    log_ins,
    make_password,
    seed,
)
from mentormatch.operating.demo_rounds import COMPANY, REVERSE, make_rounds, month_of
from mentormatch.services import sign_in
from mentormatch.services.audit_log import verify
from mentormatch.services.invariants import check_invariants
from mentormatch.services.password_rules import check_password
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.ports import Unit
from mentormatch.services.programmes import list_programmes
from mentormatch.services.refusals import ConflictError
from mentormatch.services.rounds import digest_round, list_rounds, load_round
from mentormatch.storage.engines import make_engine
from mentormatch.storage.store import SqlStore
from tests.databases import Databases
from tests.factories import a_person
from tests.offices import ORIGIN, START, Office, make_office

PEOPLE = 120
ROLES = ("employee", "manager", "HR", "auditor", "administrator")


@dataclass(frozen=True, slots=True)
class Demonstration:
    """An office that was seeded, the folder of its log-ins, and the log-ins."""

    office: Office
    folder: Path
    made: tuple[LogIn, ...]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def demonstration(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demonstration]:
    """A demonstration that is looked at and not changed."""
    engine = make_engine(databases.migrated(request.param))
    office, folder = make_office(SqlStore(engine)), tmp_path_factory.mktemp("demonstration")
    yield Demonstration(office, folder, seed(office.ports, folder, people=PEOPLE))
    engine.dispose()


@pytest.fixture
def empty(databases: Databases) -> Iterator[Office]:
    """An office in whose database nothing is."""
    engine = make_engine(databases.migrated("sqlite"))
    yield make_office(SqlStore(engine))
    engine.dispose()


def test_everybody_of_the_demonstration_can_log_in_and_is_who_they_say(demonstration: Demonstration) -> None:
    office = demonstration.office
    assert tuple(one.role for one in demonstration.made) == ROLES
    people = office.store.read(lambda unit: unit.people.all())
    granted = {"HR": {Role.HR}, "auditor": {Role.AUDITOR}, "administrator": {Role.ADMINISTRATOR}}
    for one in demonstration.made:
        actor = sign_in.log_in(office.ports, one.email, one.password, ORIGIN).actor
        assert actor.roles == granted.get(one.role, set())
        assert actor.person_key is not None
        (person,) = [stored.person for stored in people if stored.key == actor.person_key]
        assert (person.name, person.email, person.status) == (one.name, one.email, Status.ACTIVE)


def test_the_rounds_of_the_demonstration_stand_where_they_are_said_to(demonstration: Demonstration) -> None:
    office = demonstration.office
    company, reverse = list_programmes(office.ports, COMMAND_LINE)
    assert (company.name, reverse.name) == (COMPANY, REVERSE)
    (running, some), (closed, all_in) = list_rounds(office.ports, COMMAND_LINE, company.key)
    ((review, reviewed),) = list_rounds(office.ports, COMMAND_LINE, reverse.key)
    assert [running.state, closed.state, review.state] == [RoundState.OPEN, RoundState.CLOSED_OUT, RoundState.REVIEW]
    assert 0 < some.enrolled < all_in.enrolled
    assert all_in.pairings > 0
    assert reviewed.mentees > 0
    assert (reviewed.pairings, some.pairings) == (0, 0)
    today = START.date()
    assert running.dates.opens_on is not None
    assert running.dates.closes_on is not None
    assert running.dates.opens_on < today < running.dates.closes_on
    assert closed.dates.ends_on is not None
    assert closed.dates.ends_on < today
    draft = office.store.read(lambda unit: unit.plans.of_round(review.key))[0]
    assert draft.state is PlanState.DRAFT
    assert office.store.read(lambda unit: unit.plans.pairings(draft.key))


def test_the_open_round_learns_from_the_closed_one(demonstration: Demonstration) -> None:
    store = demonstration.office.store
    plan = store.read(lambda unit: unit.plans.of_round(1))[0]
    pairings = store.read(lambda unit: unit.plans.pairings(plan.key))
    assert {stored.state for stored in pairings} == {PairingState.ENDED}
    history = store.read(lambda unit: load_round(unit, 3)).history
    told = {(past.mentor_id, past.mentee_id) for past in history if past.round_name == month_of(date(2026, 2, 5))}
    assert told == {(stored.pairing.mentor_id, stored.pairing.mentee_id) for stored in pairings}


def test_the_draft_in_review_keeps_every_rule_of_the_round_as_it_is_kept(demonstration: Demonstration) -> None:
    store = demonstration.office.store
    plan = store.read(lambda unit: unit.plans.of_round(2))[0]
    pairings = [stored.pairing for stored in store.read(lambda unit: unit.plans.pairings(plan.key))]
    kept = store.read(lambda unit: load_round(unit, 2))
    check_pairings(build_reference(kept), read_limits(kept), pairings, kept.policy.capacity.mentee_limit)
    assert {pairing.direction for pairing in pairings} == {Direction.REVERSE}
    assert digest_round(kept) == plan.input_digest


def test_the_employee_was_paired_and_is_enrolled_and_the_manager_has_a_line(demonstration: Demonstration) -> None:
    store = demonstration.office.store
    people = {stored.person.email: stored for stored in store.read(lambda unit: unit.people.all())}
    employee, manager = (people[one.email] for one in demonstration.made[:2])
    shown = store.read(lambda unit: unit.people.participation(employee.key))
    assert {(one.kind, one.state) for one in shown} >= {("enrolment", "enrolled"), ("pairing", "ended")}
    assert store.read(lambda unit: unit.enrolments.of_person(employee.key)).keys() >= {1, 3}
    below = count_below([stored.person for stored in people.values()])
    assert below[manager.person.person_id] >= LINE_LEAST


def test_the_log_of_the_demonstration_reads_like_a_real_one(demonstration: Demonstration) -> None:
    office = demonstration.office
    assert verify(office.ports).is_sound
    assert check_invariants(office.ports) == ()
    entries = office.store.read(lambda unit: unit.audit_log.after(0, 1000))
    days = [entry.at.date() for entry in entries]
    assert days == sorted(days)
    assert days[0] <= START.date() - timedelta(days=299)
    actions = {entry.action for entry in entries}
    assert actions >= {"import-applied", "first-administrator", "user-invited", "programme-added", "round-brought-in"}
    assert {entry.actor for entry in entries if entry.action == "round-brought-in"} == {"user:4"}
    assert office.store.read(lambda unit: unit.outbox.due(START, 10)) == []


def test_the_log_ins_are_for_their_owner_alone(demonstration: Demonstration) -> None:
    path = demonstration.folder / LOG_INS_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert log_ins(demonstration.folder) == demonstration.made
    assert not (demonstration.folder / UNCONFIRMED_FILE).exists()


def test_a_second_time_nothing_is_seeded_again(demonstration: Demonstration) -> None:
    before = demonstration.office.actions()
    assert seed(demonstration.office.ports, demonstration.folder, people=PEOPLE) == demonstration.made
    assert demonstration.office.actions() == before


def test_a_database_with_which_somebody_works_is_left_alone(empty: Office, tmp_path: Path) -> None:
    empty.user(Role.ADMINISTRATOR, email="root@x.example")
    before = empty.actions()
    with pytest.raises(ConflictError, match="delete it to begin anew"):
        seed(empty.ports, tmp_path, people=PEOPLE)
    assert empty.actions() == before
    assert log_ins(tmp_path) is None


class InterruptedStore(SqlStore):
    """A store whose work ends with an error just before a transaction in which an administrator appears is kept."""

    @override
    def write[T](self, work: Callable[[Unit], T]) -> T:
        """Do the work, and fail at the last moment."""

        def interrupted(unit: Unit) -> T:
            result = work(unit)
            if unit.accounts.has_administrator():
                raise KeyboardInterrupt
            return result

        return SqlStore.write(self, interrupted)


def test_seeding_that_was_interrupted_is_done_anew(empty: Office, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        seed(replace(empty.ports, store=InterruptedStore(empty.store.engine)), tmp_path, people=PEOPLE)
    assert log_ins(tmp_path) is None
    assert not empty.store.read(lambda unit: unit.accounts.listed())
    empty.clock.move(minutes=1)
    made = seed(empty.ports, tmp_path, people=PEOPLE)
    assert log_ins(tmp_path) == made
    assert sign_in.log_in(empty.ports, made[2].email, made[2].password, ORIGIN).actor.roles == {Role.HR}
    assert check_invariants(empty.ports) == ()


def test_log_ins_that_were_not_confirmed_yet_are_confirmed_by_the_database(empty: Office, tmp_path: Path) -> None:
    made = seed(empty.ports, tmp_path, people=PEOPLE)
    (tmp_path / LOG_INS_FILE).rename(tmp_path / UNCONFIRMED_FILE)
    assert log_ins(tmp_path) is None
    assert seed(empty.ports, tmp_path, people=PEOPLE) == made
    assert log_ins(tmp_path) == made


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"role": "HR"}]', "null"])
def test_a_damaged_file_holds_no_log_ins(tmp_path: Path, content: str) -> None:
    (tmp_path / LOG_INS_FILE).write_text(content)
    assert log_ins(tmp_path) is None


def test_too_few_people_make_no_demonstration(empty: Office, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too few"):
        seed(empty.ports, tmp_path, people=3)
    assert empty.actions() == []


def test_passwords_differ_and_are_accepted() -> None:
    made = {make_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_password(password, ("mentormatch",))


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2028, 2, 29), date(2031, 12, 31)])
def test_the_dates_of_the_demonstration_follow_today(today: date) -> None:
    rounds = make_rounds(60, 7, today)
    history = rounds.closed.matching_round.history
    opens_on = rounds.closed.new.dates.opens_on
    assert opens_on is not None
    assert max(past.ended for past in history if past.ended) < opens_on < today
    names = {past.round_name for past in history} | {rounds.closed.new.name, rounds.open.new.name}
    assert len(names) == 4


def test_the_same_seed_makes_the_same_rounds() -> None:
    today = date(2026, 11, 2)
    first, second = make_rounds(60, 7, today), make_rounds(60, 7, today)
    assert first.closed.matching_round == second.closed.matching_round
    assert first.closed.plan is not None
    assert second.closed.plan is not None
    assert first.closed.plan.outcome.pairings == second.closed.plan.outcome.pairings
    assert first.open == second.open
    assert make_rounds(60, 8, today).people != first.people


def test_nobody_stands_below_in_a_loop_for_ever() -> None:
    people: list[Person] = [
        a_person("A", manager_id="B"),
        a_person("B", manager_id="A"),
        a_person("C", manager_id="A"),
        a_person("D", manager_id="A", status=Status.LEFT),
    ]
    assert count_below(people) == {"A": 3, "B": 3}


def test_log_ins_are_plain_json(demonstration: Demonstration) -> None:
    kept = json.loads((demonstration.folder / LOG_INS_FILE).read_text("utf-8"))
    assert [sorted(entry) for entry in kept] == [["email", "name", "password", "role"]] * len(ROLES)
