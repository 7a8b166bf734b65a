"""The database repeats the rules: whatever the program forgets, a row that breaks a promise is refused by its name."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mentormatch.storage.engines import WRITING
from mentormatch.storage.mapping.people import person_columns
from mentormatch.storage.rows import Row
from mentormatch.storage.rows.accounts import AttemptRow, GrantRow, SessionRow, UserRow
from mentormatch.storage.rows.enrolments import EnrolmentRow, PlacesRow, WishRow
from mentormatch.storage.rows.imports import ImportRow
from mentormatch.storage.rows.organisation import LineRow, PersonRow
from mentormatch.storage.rows.plans import PairingRow, PastPairingRow, PlanRow
from mentormatch.storage.rows.programmes import PolicyVersionRow, ProgrammeRow, RoundRow
from mentormatch.storage.rows.tokens import TokenRow
from mentormatch.storage.store import broken_constraint
from tests.factories import a_person
from tests.offices import START

HASH = "a" * 64
LATER = START + timedelta(hours=1)

# A lawful row of each kind, in the order in which they need each other.
LAWFUL: dict[type[Row], list[dict[str, Any]]] = {
    PersonRow: [person_columns(a_person(person_id)) for person_id in ("P", "Q", "R")],
    UserRow: [
        {"email": f"{n}@x.example", "person_key": n, "password_hash": "h", "state": "active", "created_at": START}
        for n in (1, 2)
    ],
    GrantRow: [{"user_key": 1, "role": "hr", "granted_by": 2, "granted_at": START}],
    SessionRow: [
        {
            "id_hash": HASH,
            "user_key": 1,
            "created_at": START,
            "confirmed_at": START,
            "last_seen_at": START,
            "expires_at": LATER,
            "agent": "",
        }
    ],
    AttemptRow: [{"scope": "s", "name_hash": HASH, "started_at": START, "count": 1}],
    TokenRow: [{"kind": "reset", "hash": HASH, "user_key": 1, "created_at": START, "expires_at": LATER}],
    LineRow: [{"person_key": 1, "kind": "solid", "position": 0, "over_key": 2}],
    ProgrammeRow: [{"name": n.upper(), "folded_name": n, "created_at": START} for n in ("one", "two")],
    PolicyVersionRow: [
        {"programme_key": p, "number": 1, "text": "", "digest": HASH, "note": "", "created_at": START} for p in (1, 2)
    ],
    RoundRow: [
        {
            "programme_key": 1,
            "policy_version_key": 1,
            "name": "Spring",
            "folded_name": "spring",
            "state": "open",
            "opens_on": date(2026, 1, 1),
            "closes_on": date(2026, 2, 1),
            "ends_on": date(2026, 8, 1),
            "seed": "",
            "seed_hash": HASH,
            "revision": 1,
            "created_at": START,
        }
    ],
    EnrolmentRow: [
        {
            "round_key": 1,
            "person_key": person,
            "state": "enrolled",
            "max_mentors": 1,
            "max_mentees": 2,
            "accepted_mentees": 0,
            "skills_wanted": [],
            "skills_offered": [],
            "target_area": "",
            "interests": [],
            "goals": "",
            "waiting_rounds": 0,
            "revision": 1,
            "changed_at": START,
        }
        for person in (1, 2)
    ],
    PlacesRow: [{"enrolment_key": 1, "role": "mentor", "direction": "upward", "count": 1}],
    WishRow: [{"enrolment_key": 1, "kind": "prefers", "position": 0, "person_key": 2}],
    PlanRow: [
        {
            "round_key": 1,
            "number": 1,
            "state": "published",
            "input_digest": HASH,
            "summary": {},
            "created_at": START,
            "published_by": 1,
            "published_at": START,
        }
    ],
    PairingRow: [
        {
            "plan_key": 1,
            "mentor_key": 1,
            "mentee_key": 2,
            "direction": "upward",
            "pass_number": 1,
            "points": 500,
            "band": 2,
            "components": {},
            "state": "proposed",
        }
    ],
    PastPairingRow: [
        {
            "mentor_key": 1,
            "mentee_key": 2,
            "direction": "peer",
            "round_name": "r1",
            "end_reason": "",
            "started": date(2025, 1, 1),
        }
    ],
    ImportRow: [
        {
            "state": "applying",
            "file_name": "p.csv",
            "file_digest": HASH,
            "data_digest": HASH,
            "content": b"x",
            "report": {},
            "counts": {},
            "note": "",
            "attempt": 1,
            "done_share": 0.0,
            "created_at": START,
        }
    ],
}

# What must be refused: a second row like the lawful one but for these columns, and the promise it would break.
REFUSED: list[tuple[type[Row], dict[str, Any], str]] = [
    (PersonRow, {"person_id": "P"}, "uq_people_person_id"),
    (PersonRow, {"person_id": ""}, "ck_people_person_id_given"),
    (PersonRow, {"person_id": "S", "status": "asleep"}, "ck_people_status_known"),
    (PersonRow, {"person_id": "S", "level": 1000}, "ck_people_level_in_range"),
    (UserRow, {"email": "1@x.example", "person_key": 3}, "uq_users_email"),
    (UserRow, {"email": "n@x.example", "person_key": 1}, "uq_users_person_key"),
    (UserRow, {"email": "n@x.example", "person_key": 3, "password_hash": ""}, "ck_users_active_has_password"),
    (UserRow, {"email": "n@x.example", "person_key": 3, "state": "root"}, "ck_users_state_known"),
    (GrantRow, {}, "uq_grants_user_key_role"),
    (GrantRow, {"user_key": 2, "granted_by": 2}, "ck_grants_by_somebody_else"),
    (GrantRow, {"role": "emperor"}, "ck_grants_role_known"),
    (GrantRow, {"ended_at": START - timedelta(days=1)}, "ck_grants_ends_after_it_began"),
    (SessionRow, {}, "uq_sessions_id_hash"),
    (SessionRow, {"id_hash": "b" * 64, "expires_at": START}, "ck_sessions_expires_after_it_began"),
    (AttemptRow, {"scope": "t", "count": 0}, "ck_attempts_counted"),
    (TokenRow, {"hash": "b" * 64, "kind": "first-administrator"}, "ck_tokens_for_somebody"),
    (TokenRow, {"hash": "b" * 64, "user_key": None}, "ck_tokens_for_somebody"),
    (TokenRow, {"hash": "b" * 64, "kind": "session"}, "ck_tokens_kind_known"),
    (LineRow, {"person_key": 2, "over_key": 2}, "ck_lines_over_somebody_else"),
    (LineRow, {"position": 1, "over_key": 3}, "ck_lines_one_solid"),
    (LineRow, {"kind": "dotted", "position": -1}, "ck_lines_position_counted"),
    (LineRow, {"kind": "friend"}, "ck_lines_kind_known"),
    (ProgrammeRow, {}, "uq_programmes_folded_name"),
    (PolicyVersionRow, {}, "uq_policy_versions_programme_key_number"),
    (PolicyVersionRow, {"number": 0}, "ck_policy_versions_number_counted"),
    (PolicyVersionRow, {"number": 2, "digest": "a"}, "ck_policy_versions_digest_whole"),
    (RoundRow, {}, "uq_rounds_programme_key_folded_name"),
    (RoundRow, {"folded_name": "b", "state": "over"}, "ck_rounds_state_known"),
    (RoundRow, {"folded_name": "b", "closes_on": date(2025, 1, 1)}, "ck_rounds_closes_after_it_opens"),
    (RoundRow, {"folded_name": "b", "ends_on": date(2026, 1, 15)}, "ck_rounds_ends_after_it_closes"),
    (EnrolmentRow, {}, "uq_enrolments_round_key_person_key"),
    (EnrolmentRow, {"person_key": 3, "max_mentees": 21}, "ck_enrolments_mentees_in_range"),
    (EnrolmentRow, {"person_key": 3, "accepted_mentees": 3}, "ck_enrolments_places_not_overbooked"),
    (EnrolmentRow, {"person_key": 3, "hours_per_month": -1}, "ck_enrolments_hours_in_range"),
    (EnrolmentRow, {"person_key": 3, "meeting_rhythm": "never"}, "ck_enrolments_meeting_rhythm_known"),
    (PlacesRow, {"direction": "sideways"}, "ck_places_direction_known"),
    (PlacesRow, {"direction": "peer", "count": 21}, "ck_places_count_in_range"),
    (WishRow, {"position": 1}, "uq_wishes_enrolment_key_kind_person_key"),
    (WishRow, {"kind": "hates"}, "ck_wishes_kind_known"),
    (PlanRow, {"number": 2}, "uq_plans_round_key"),
    (PlanRow, {"state": "draft"}, "uq_plans_round_key_number"),
    (PlanRow, {"number": 2, "state": "secret"}, "ck_plans_state_known"),
    (PairingRow, {}, "uq_pairings_plan_key_mentor_key_mentee_key"),
    (PairingRow, {"mentee_key": 1}, "ck_pairings_not_with_oneself"),
    (PairingRow, {"mentee_key": 3, "pass_number": 3}, "ck_pairings_pass_known"),
    (PairingRow, {"mentee_key": 3, "points": -1}, "ck_pairings_points_in_range"),
    (PairingRow, {"mentee_key": 3, "state": "married"}, "ck_pairings_state_known"),
    (PastPairingRow, {"mentee_key": 1}, "ck_past_pairings_not_with_oneself"),
    (PastPairingRow, {"round_name": "r2", "ended": date(2024, 1, 1)}, "ck_past_pairings_ends_after_it_began"),
    (ImportRow, {}, "uq_imports_state"),
    (ImportRow, {"state": "previewed", "content": None}, "ck_imports_content_until_applied"),
    (ImportRow, {"state": "stale", "content": None}, "ck_imports_content_until_applied"),
    (ImportRow, {"state": "lost"}, "ck_imports_state_known"),
    (ImportRow, {"state": "queued", "attempt": -1}, "ck_imports_attempt_counted"),
    (ImportRow, {"state": "previewed", "done_share": 1.5}, "ck_imports_progress_is_a_share"),
]
FOREIGN: list[tuple[type[Row], dict[str, Any], str]] = [
    (LineRow, {"kind": "dotted", "over_key": 99}, "fk_lines_over_key"),
    (PairingRow, {"mentee_key": 99}, "fk_pairings_mentee_key"),
    (RoundRow, {"folded_name": "b", "policy_version_key": 2}, "fk_rounds_programme_key_policy_version_key"),
]


def write(engine: Engine, *statements: Any) -> None:
    """Carry out statements in one transaction."""
    with Session(engine) as session, session.begin():
        session.connection(execution_options={WRITING: True})
        for statement, rows in statements:
            session.execute(statement, rows)


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """A database with a lawful row of each kind."""
    write(engine, *((insert(row), rows) for row, rows in LAWFUL.items()))
    return engine


@pytest.mark.parametrize(("row", "changes", "name"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_row_that_breaks_a_promise_is_refused(
    filled: Engine, row: type[Row], changes: dict[str, Any], name: str
) -> None:
    with pytest.raises(IntegrityError) as refused:
        write(filled, (insert(row), [LAWFUL[row][0] | changes]))
    assert broken_constraint(refused.value) == name


@pytest.mark.parametrize(("row", "changes", "name"), FOREIGN, ids=lambda value: value if isinstance(value, str) else "")
def test_nothing_points_to_what_is_not_there(
    filled: Engine, row: type[Row], changes: dict[str, Any], name: str
) -> None:
    with pytest.raises(IntegrityError) as refused:
        write(filled, (insert(row), [LAWFUL[row][0] | changes]))
    found = broken_constraint(refused.value)
    assert found == name if filled.dialect.name == "postgresql" else "FOREIGN KEY" in found


def test_a_person_with_a_pairing_cannot_be_deleted(filled: Engine) -> None:
    with pytest.raises(IntegrityError):
        write(filled, (delete(PersonRow).where(PersonRow.key == 1), None))


def test_a_second_plan_is_published_once_the_first_is_not(filled: Engine) -> None:
    write(filled, (update(PlanRow).values(state="discarded"), None))
    write(filled, (insert(PlanRow), [LAWFUL[PlanRow][0] | {"number": 2}]))
    with pytest.raises(IntegrityError):
        write(filled, (update(PlanRow).values(state="published"), None))


def test_a_role_may_be_granted_again_after_it_ended(filled: Engine) -> None:
    write(filled, (update(GrantRow).values(ended_at=LATER), None))
    write(filled, (insert(GrantRow), LAWFUL[GrantRow]))


def test_every_check_of_the_schema_is_tried_or_plain() -> None:
    tried = {name for _, _, name in REFUSED}
    constraints = (str(c.name) for table in Row.metadata.tables.values() for c in table.constraints)
    plain = ("_known", "_counted", "_named", "_whole", "_given", "_in_range")
    untried = {name for name in constraints if name.startswith("ck_") and not name.endswith(plain)} - tried
    assert untried == {
        "ck_tokens_expires_after_it_began",
        "ck_plans_published_by_somebody",
        "ck_plans_published_at_some_time",
    }
