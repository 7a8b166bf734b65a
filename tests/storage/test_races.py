"""Two processes at once: one place, one publication, one token, one limit, one import (RC-01, RC-02, AU-04)."""

import json
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from mentormatch.domain.accounts import TokenKind
from mentormatch.domain.records import ImportRun, ImportState
from mentormatch.errors import MentorMatchError
from mentormatch.services.ports import Unit
from mentormatch.storage.engines import WRITING, make_engine
from mentormatch.storage.mapping.people import person_columns
from mentormatch.storage.rows.accounts import UserRow
from mentormatch.storage.rows.enrolments import EnrolmentRow
from mentormatch.storage.rows.organisation import PersonRow
from mentormatch.storage.rows.plans import PairingRow, PlanRow
from mentormatch.storage.rows.programmes import PolicyVersionRow, ProgrammeRow, RoundRow
from mentormatch.storage.store import SqlStore
from tests.factories import a_person
from tests.offices import START
from tests.processes import run_together
from tests.storage.test_constraints import HASH, LATER, LAWFUL, write

ROUNDS = 200
USERS = [
    {"email": f"{n}@x.example", "person_key": n, "password_hash": "h", "state": "active", "created_at": START}
    for n in (1, 2)
]


def rehearse(engine: Engine, rounds: int) -> None:
    """Store as many rounds as are raced for: a mentor with one place, two mentees who may both accept."""
    people = [person_columns(a_person(person_id)) for person_id in ("mentor", "one", "other")]
    write(engine, (insert(PersonRow), people), (insert(ProgrammeRow), LAWFUL[ProgrammeRow]))
    write(engine, (insert(PolicyVersionRow), LAWFUL[PolicyVersionRow]))
    enrolled = LAWFUL[EnrolmentRow][0] | {"person_key": 1, "max_mentees": 1}
    plan = LAWFUL[PlanRow][0] | {"published_by": None, "published_at": None, "state": "draft"}
    pairing = LAWFUL[PairingRow][0]
    write(engine, (insert(UserRow), USERS))
    for number in range(1, rounds + 1):
        write(
            engine,
            (insert(RoundRow), [LAWFUL[RoundRow][0] | {"folded_name": f"round {number}"}]),
            (insert(EnrolmentRow), [enrolled | {"round_key": number}]),
            (insert(PlanRow), [plan | {"round_key": number, "number": k} for k in (1, 2)]),
            (
                insert(PairingRow),
                [pairing | {"plan_key": 2 * number - 1, "mentor_key": 1, "mentee_key": m} for m in (2, 3)],
            ),
        )


def publish_first_plans(engine: Engine) -> None:
    """Publish the first plan of each round."""
    with Session(engine) as session, session.begin():
        session.connection(execution_options={WRITING: True})
        for plan in session.scalars(select(PlanRow).where(PlanRow.number == 1)):
            plan.state, plan.published_by, plan.published_at = "published", 1, START


def accept(unit: Unit, key: int) -> bool:
    """Accept a pairing."""
    return unit.plans.accept(key, LATER)


def publish(unit: Unit, key: int, by: int) -> bool:
    """Publish a plan."""
    return unit.plans.publish(key, by, LATER)


def accept_each(url: str, side: int, rounds: int, barrier: Any, folder: str) -> None:
    """Accept the pairing of one side in each round, both sides at the same moment."""
    engine = make_engine(url)
    store = SqlStore(engine)
    answers: list[bool | str] = []
    for number in range(rounds):
        barrier.wait(timeout=60)
        answers.append(store.write(partial(accept, key=2 * number + side + 1)))
    engine.dispose()
    (Path(folder) / f"{side}.json").write_text(json.dumps(answers), encoding="utf-8")


def publish_each(url: str, side: int, rounds: int, barrier: Any, folder: str) -> None:
    """Publish one of the two plans of each round, both sides at the same moment."""
    engine = make_engine(url)
    store = SqlStore(engine)
    answers: list[bool | str] = []
    for number in range(rounds):
        barrier.wait(timeout=60)
        try:
            answers.append(store.write(partial(publish, key=2 * number + side + 1, by=side + 1)))
        except MentorMatchError as error:
            answers.append(error.code)
    engine.dispose()
    (Path(folder) / f"{side}.json").write_text(json.dumps(answers), encoding="utf-8")


def race(work: Any, url: str, rounds: int, folder: Path) -> list[tuple[Any, Any]]:
    """Return what both sides were told in each round."""
    barrier = get_context("forkserver").Barrier(2)
    run_together(work, [(url, side, rounds, barrier, str(folder)) for side in (0, 1)])
    told = [json.loads((folder / f"{side}.json").read_text(encoding="utf-8")) for side in (0, 1)]
    return list(zip(*told, strict=True))


def test_two_mentees_who_accept_the_last_place_at_once_get_it_once_rc_01(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    rehearse(engine, ROUNDS)
    publish_first_plans(engine)
    told = race(accept_each, url, ROUNDS, tmp_path)
    assert [sorted(answers) for answers in told] == [[False, True]] * ROUNDS
    with Session(engine) as session:
        assert set(session.scalars(select(EnrolmentRow.accepted_mentees))) == {1}
        states = session.execute(select(PairingRow.plan_key, PairingRow.state)).all()
    assert sorted(state for _, state in states) == ["accepted"] * ROUNDS + ["proposed"] * ROUNDS


def test_two_who_publish_different_plans_at_once_publish_one_rc_02(url: str, engine: Engine, tmp_path: Path) -> None:
    rounds = ROUNDS // 4
    rehearse(engine, rounds)
    told = race(publish_each, url, rounds, tmp_path)
    assert [answers.count(True) for answers in told] == [1] * rounds
    assert {answer for answers in told for answer in answers} <= {True, False, "broken-promise"}
    with Session(engine) as session:
        states = session.scalars(select(PlanRow.state)).all()
    assert sorted(states) == ["draft"] * rounds + ["published"] * rounds


def test_a_pairing_is_accepted_once_and_only_when_it_is_published(engine: Engine) -> None:
    store = SqlStore(engine)
    rehearse(engine, 1)
    assert not store.write(lambda unit: unit.plans.accept(1, LATER))
    publish_first_plans(engine)
    assert store.write(lambda unit: unit.plans.accept(1, LATER))
    assert not store.write(lambda unit: unit.plans.accept(1, LATER))
    assert not store.write(lambda unit: unit.plans.accept(2, LATER))
    assert not store.write(lambda unit: unit.plans.accept(99, LATER))
    assert not store.write(lambda unit: unit.plans.publish(99, 1, LATER))


def try_token(url: str, _side: int, _rounds: int, barrier: Any, folder: str) -> None:
    """Use a token at the same moment as somebody else."""
    engine = make_engine(url)
    barrier.wait(timeout=60)
    used = SqlStore(engine).write(lambda unit: unit.tokens.use(TokenKind.FIRST_ADMINISTRATOR, HASH, START))
    engine.dispose()
    (Path(folder) / f"{_side}.json").write_text(json.dumps([used is not None]), encoding="utf-8")


def test_a_token_is_used_by_one_of_two_au_08(url: str, store: SqlStore, tmp_path: Path) -> None:
    store.write(lambda unit: unit.tokens.add(TokenKind.FIRST_ADMINISTRATOR, HASH, None, START, LATER))
    assert [sorted(answers) for answers in race(try_token, url, 1, tmp_path)] == [[False, True]]


def count_attempts(url: str, side: int, rounds: int, barrier: Any, folder: str) -> None:
    """Count attempts on one account from two workers."""
    engine = make_engine(url)
    store = SqlStore(engine)
    barrier.wait(timeout=60)
    counts = [store.write(lambda unit: unit.attempts.count("log-in", HASH, START, START)) for _ in range(rounds)]
    engine.dispose()
    (Path(folder) / f"{side}.json").write_text(json.dumps(counts), encoding="utf-8")


def test_workers_count_attempts_together_au_04(url: str, store: SqlStore, tmp_path: Path) -> None:
    told = race(count_attempts, url, 25, tmp_path)
    assert sorted(count for counts in told for count in counts) == list(range(1, 51))
    assert store.write(lambda unit: unit.attempts.count("log-in", HASH, START, START)) == 51


def test_one_import_runs_at_a_time(store: SqlStore) -> None:
    run = ImportRun(0, ImportState.QUEUED, "p.csv", HASH, HASH, None, START, {}, b"x", asked_at=START)
    keys = [store.write(lambda unit: unit.imports.add(run)).key for _ in range(2)]
    first, second = store.write(lambda u: [u.imports.claim(key, ImportState.QUEUED, START) for key in keys])
    assert first is not None
    assert (first.key, first.state, first.attempt, second) == (keys[0], ImportState.APPLYING, 1, None)
    ahead = store.read(lambda unit: unit.imports.in_the_way(keys[1]))
    assert ahead is not None
    assert ahead.key == keys[0]
    assert store.write(lambda unit: unit.imports.give_up(LATER, LATER, "gone")) == [keys[0]]
    assert store.write(lambda unit: unit.imports.claim(keys[1], ImportState.QUEUED, LATER))
    assert not store.write(lambda unit: unit.imports.end(first, ImportState.APPLIED, LATER))


def take(unit: Unit, key: int) -> ImportRun | None:
    """Take a run that waits for its preview."""
    return unit.imports.claim(key, ImportState.RECEIVED, LATER)


def take_turns(url: str, side: int, rounds: int, barrier: Any, folder: str) -> None:
    """Race one other process for the claim of every run, and say which ones were won."""
    engine = make_engine(url)
    store = SqlStore(engine)
    barrier.wait(timeout=60)
    claims = [store.write(partial(take, key=key)) for key in range(1, rounds + 1)]
    engine.dispose()
    (Path(folder) / f"{side}.json").write_text(json.dumps([claim is not None for claim in claims]), encoding="utf-8")


def test_one_of_two_workers_takes_a_run(url: str, store: SqlStore, tmp_path: Path) -> None:
    run = ImportRun(0, ImportState.RECEIVED, "p.csv", HASH, "", None, START, {}, b"x", asked_at=START)
    for _ in range(50):
        store.write(lambda unit: unit.imports.add(run))
    told = race(take_turns, url, 50, tmp_path)
    assert [sorted(answers) for answers in told] == [[False, True]] * 50
