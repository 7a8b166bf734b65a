"""Signing in: one hash for every attempt, sessions that can be ended, and a password asked for again."""

import pytest

from mentormatch.domain.accounts import Actor, Role
from mentormatch.services import accounts, sign_in
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.refusals import (
    ConfirmationNeededError,
    LogInRefusedError,
    NotFoundError,
    TooManyAttemptsError,
)
from mentormatch.services.users import end_all_sessions
from tests.offices import ORIGIN, PASSWORD, Office, sentence_of, with_limits

ANN = "ann@company.example"


@pytest.fixture
def ann(office: Office) -> sign_in.Admission:
    """Ann has just logged in."""
    office.user(email=ANN)
    return sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN)


def hashes_of(office: Office, email: str, password: str) -> int:
    """Return how many hashes a refused log-in costs."""
    before = office.passwords.computed
    with pytest.raises(LogInRefusedError):
        sign_in.log_in(office.ports, email, password, ORIGIN)
    return office.passwords.computed - before


def test_a_session_knows_who_acts(office: Office, ann: sign_in.Admission) -> None:
    assert sign_in.resume(office.ports, ann.session_id) == ann.actor


def test_an_address_is_the_same_in_other_letters_and_spaces(office: Office, ann: sign_in.Admission) -> None:
    again = sign_in.log_in(office.ports, " ANN@Company.example ", PASSWORD, ORIGIN)
    assert again.actor.user_key == ann.actor.user_key


def test_every_attempt_costs_exactly_one_hash_au_01(office: Office) -> None:
    office.user(email=ANN)
    off = office.user(email="off@company.example")
    accounts.set_disabled(office.ports, COMMAND_LINE, off.key, True)
    accounts.invite(office.ports, COMMAND_LINE, "invited@company.example")
    tried = (
        (ANN, "wrong"),
        ("nobody@company.example", PASSWORD),
        (off.email, PASSWORD),
        ("invited@company.example", ""),
    )
    assert [hashes_of(office, email, password) for email, password in tried] == [1, 1, 1, 1]
    before = office.passwords.computed
    sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN)
    assert office.passwords.computed - before == 1


def test_every_refusal_reads_the_same_au_03(office: Office) -> None:
    office.user(email=ANN)
    sentences = set()
    for email, password in ((ANN, "wrong"), ("nobody@company.example", "wrong"), ("not an address", "\0\ud800")):
        with pytest.raises(LogInRefusedError) as refused:
            sign_in.log_in(office.ports, email, password, ORIGIN)
        sentences.add(sentence_of(refused))
    assert len(sentences) == 1


def test_a_password_too_long_to_be_one_is_never_hashed_au_07(office: Office) -> None:
    office.user(email=ANN)
    with pytest.raises(LogInRefusedError):
        sign_in.log_in(office.ports, ANN, "x" * 1_000_000, ORIGIN)
    assert max(map(len, office.passwords.seen)) <= 128


def test_a_blank_password_never_fits_a_user_without_one(office: Office) -> None:
    accounts.invite(office.ports, COMMAND_LINE, ANN)
    with pytest.raises(LogInRefusedError):
        sign_in.log_in(office.ports, ANN, "", ORIGIN)


def test_an_old_hash_is_renewed_at_the_next_log_in_au_12(office: Office, ann: sign_in.Admission) -> None:
    office.passwords.version = 2
    sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN)
    user = office.store.read(lambda unit: unit.accounts.by_email(ANN))
    assert user is not None
    assert user.password_hash == f"v2:{PASSWORD}"
    assert sign_in.resume(office.ports, ann.session_id) is not None


def test_ten_wrong_passwords_close_an_account_for_five_minutes_au_04(office: Office) -> None:
    office.user(email=ANN)
    for number in range(10):
        with pytest.raises(LogInRefusedError):
            sign_in.log_in(office.ports, ANN, "wrong", sign_in.Origin(f"192.0.2.{number}"))
    elsewhere = sign_in.Origin("198.51.100.7")
    with pytest.raises(TooManyAttemptsError) as refused:
        sign_in.log_in(office.ports, ANN, PASSWORD, elsewhere)
    assert sentence_of(refused) == "Too many attempts; try again in 5 minutes."
    office.clock.move(minutes=5, seconds=1)
    assert sign_in.log_in(office.ports, ANN, PASSWORD, elsewhere).session_id


def test_thirty_wrong_passwords_from_one_address_close_it_for_every_account_au_04(office: Office) -> None:
    office.user(email=ANN)
    for number in range(30):
        with pytest.raises(LogInRefusedError):
            sign_in.log_in(office.ports, f"guess{number}@company.example", "wrong", ORIGIN)
    with pytest.raises(TooManyAttemptsError):
        sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN)


def test_a_log_in_that_succeeds_wipes_the_slate_of_the_account_alone(office: Office) -> None:
    office.user(email=ANN)
    for number in range(30):
        where = sign_in.Origin(f"192.0.2.{number}")
        if number % 10 == 9:
            sign_in.log_in(office.ports, ANN, PASSWORD, where)
            continue
        with pytest.raises(LogInRefusedError):
            sign_in.log_in(office.ports, ANN, "wrong", where)


def test_an_office_behind_one_address_logs_in_as_often_as_it_likes_au_04(office: Office) -> None:
    strict = with_limits(office, attempts_per_account=1, attempts_per_address=2, attempts_in_all=2)
    office.user(email=ANN)
    with pytest.raises(LogInRefusedError):
        sign_in.log_in(strict, "guess@company.example", "wrong", ORIGIN)
    for _ in range(5):
        assert sign_in.log_in(strict, ANN, PASSWORD, ORIGIN).session_id
    with pytest.raises(LogInRefusedError):
        sign_in.log_in(strict, "guess2@company.example", "wrong", ORIGIN)
    with pytest.raises(TooManyAttemptsError):
        sign_in.log_in(strict, ANN, PASSWORD, ORIGIN)


def test_a_log_in_in_the_same_browser_ends_the_one_before_se_02(office: Office, ann: sign_in.Admission) -> None:
    office.user(email="bob@company.example")
    sign_in.log_in(office.ports, "bob@company.example", PASSWORD, ORIGIN, earlier=ann.actor)
    assert sign_in.resume(office.ports, ann.session_id) is None


def test_a_refused_log_in_ends_nothing(office: Office, ann: sign_in.Admission) -> None:
    with pytest.raises(LogInRefusedError):
        sign_in.log_in(office.ports, "bob@company.example", PASSWORD, ORIGIN, earlier=ann.actor)
    assert sign_in.resume(office.ports, ann.session_id) == ann.actor


def test_too_many_wrong_passwords_in_all_close_the_door_for_everybody_au_04(office: Office) -> None:
    strict = with_limits(office, attempts_in_all=3)
    for number in range(3):
        with pytest.raises(LogInRefusedError):
            sign_in.log_in(strict, f"g{number}@company.example", "wrong", sign_in.Origin(f"192.0.2.{number}"))
    with pytest.raises(TooManyAttemptsError):
        sign_in.log_in(strict, "g9@company.example", "wrong", sign_in.Origin("192.0.2.99"))


def test_a_cookie_is_dead_after_log_out_se_01(office: Office, ann: sign_in.Admission) -> None:
    sign_in.log_out(office.ports, ann.actor)
    assert sign_in.resume(office.ports, ann.session_id) is None


def test_giving_the_password_again_makes_a_new_session_and_kills_the_old_se_02(
    office: Office, ann: sign_in.Admission
) -> None:
    again = sign_in.confirm(office.ports, ann.actor, PASSWORD, ORIGIN)
    assert again.session_id != ann.session_id
    assert sign_in.resume(office.ports, ann.session_id) is None
    assert sign_in.resume(office.ports, again.session_id) == again.actor


def test_an_identifier_that_somebody_made_up_is_no_session_se_03(office: Office, ann: sign_in.Admission) -> None:
    made_up = office.ports.secrets.new()
    assert sign_in.resume(office.ports, made_up) is None
    assert sign_in.resume(office.ports, "\ud800\0") is None
    assert sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN).session_id not in (made_up, ann.session_id)


def test_an_identifier_says_nothing_and_has_256_bits_se_05(office: Office, ann: sign_in.Admission) -> None:
    assert len(ann.session_id) >= 43
    rows = office.store.read(lambda unit: unit.accounts.running_sessions(ann.actor.user_key or 0))
    assert ann.session_id not in str(rows)


def test_a_session_ends_an_hour_after_its_last_use_se_06(office: Office, ann: sign_in.Admission) -> None:
    for _ in range(3):
        office.clock.move(minutes=59)
        assert sign_in.resume(office.ports, ann.session_id) is not None
    office.clock.move(minutes=60)
    assert sign_in.resume(office.ports, ann.session_id) is None


def test_a_session_ends_twelve_hours_after_log_in_whatever_happens_se_06(
    office: Office, ann: sign_in.Admission
) -> None:
    for _ in range(23):
        office.clock.move(minutes=30)
        assert sign_in.resume(office.ports, ann.session_id) is not None
    office.clock.move(minutes=30)
    assert sign_in.resume(office.ports, ann.session_id) is None


@pytest.mark.parametrize("back", [{"hours": -2}, {"days": -365}])
def test_a_clock_set_back_brings_no_session_to_life_se_06(
    office: Office, ann: sign_in.Admission, back: dict[str, float]
) -> None:
    office.clock.move(minutes=61)
    assert sign_in.resume(office.ports, ann.session_id) is None
    office.clock.move(**back)
    assert sign_in.resume(office.ports, ann.session_id) is None


def test_a_session_from_the_future_is_not_trusted_se_06(office: Office, ann: sign_in.Admission) -> None:
    office.clock.move(minutes=-1)
    assert sign_in.resume(office.ports, ann.session_id) is not None
    office.clock.move(hours=-1)
    assert sign_in.resume(office.ports, ann.session_id) is None


def test_a_new_password_ends_every_other_session_se_07(office: Office, ann: sign_in.Admission) -> None:
    other = sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN)
    accounts.change_password(office.ports, ann.actor, PASSWORD, "another mountain of tea", ORIGIN)
    assert sign_in.resume(office.ports, other.session_id) is None
    assert sign_in.resume(office.ports, ann.session_id) is not None


def test_a_disabled_user_is_out_at_once_se_07(office: Office, ann: sign_in.Admission) -> None:
    accounts.set_disabled(office.ports, COMMAND_LINE, ann.actor.user_key or 0, True)
    assert sign_in.resume(office.ports, ann.session_id) is None


def test_a_role_that_is_taken_away_is_gone_with_the_next_request_se_07(office: Office) -> None:
    user = office.user(Role.HR, email=ANN)
    admission = sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN)
    accounts.revoke_role(office.ports, COMMAND_LINE, user.key, Role.HR)
    assert sign_in.resume(office.ports, admission.session_id) is None
    again = sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN)
    assert again.actor.roles == frozenset()


def test_a_role_that_is_granted_counts_from_the_next_request(office: Office, ann: sign_in.Admission) -> None:
    accounts.grant_role(office.ports, COMMAND_LINE, ann.actor.user_key or 0, Role.AUDITOR)
    actor = sign_in.resume(office.ports, ann.session_id)
    assert actor is not None
    assert actor.roles == {Role.AUDITOR}


def test_users_see_and_end_their_own_sessions_se_08(office: Office, ann: sign_in.Admission) -> None:
    other = sign_in.log_in(office.ports, ANN, PASSWORD, sign_in.Origin("192.0.2.9", "Phone\r\nX: y" + "z" * 200))
    listed = sign_in.list_sessions(office.ports, ann.actor, ann.actor.user_key or 0)
    assert {session.key for session in listed} == {ann.actor.session_key, other.actor.session_key}
    assert all(len(session.agent) <= 80 and session.agent.isprintable() for session in listed)
    sign_in.end_session(office.ports, ann.actor, other.actor.session_key or 0)
    assert sign_in.resume(office.ports, other.session_id) is None


def test_ending_all_other_sessions_keeps_the_one_in_use_se_08(office: Office, ann: sign_in.Admission) -> None:
    others = [sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN) for _ in range(2)]
    assert end_all_sessions(office.ports, ann.actor, ann.actor.user_key or 0) == 2
    assert [sign_in.resume(office.ports, other.session_id) for other in others] == [None, None]
    assert sign_in.resume(office.ports, ann.session_id) is not None


def test_a_foreign_session_looks_as_if_it_were_not_there_az_02(office: Office, ann: sign_in.Admission) -> None:
    bob = office.actor(email="bob@company.example")
    with pytest.raises(NotFoundError) as foreign:
        sign_in.end_session(office.ports, bob, ann.actor.session_key or 0)
    with pytest.raises(NotFoundError) as missing:
        sign_in.end_session(office.ports, bob, 999)
    assert sentence_of(foreign) == sentence_of(missing)
    with pytest.raises(NotFoundError):
        sign_in.list_sessions(office.ports, bob, ann.actor.user_key or 0)
    assert sign_in.resume(office.ports, ann.session_id) is not None


def test_an_administrator_ends_anybodys_session_se_08(office: Office, ann: sign_in.Admission) -> None:
    sign_in.end_session(office.ports, COMMAND_LINE, ann.actor.session_key or 0)
    assert sign_in.resume(office.ports, ann.session_id) is None
    assert office.actions()[-1] == "session-ended"


def test_a_sensitive_step_asks_for_the_password_after_a_quarter_of_an_hour_se_09(
    office: Office, ann: sign_in.Admission
) -> None:
    office.clock.move(minutes=14)
    sign_in.require_confirmation(office.ports, ann.actor)
    office.clock.move(minutes=1)
    with pytest.raises(ConfirmationNeededError):
        sign_in.require_confirmation(office.ports, ann.actor)
    again = sign_in.confirm(office.ports, ann.actor, PASSWORD, ORIGIN)
    sign_in.require_confirmation(office.ports, again.actor)


def test_a_clock_set_back_confirms_nothing_se_09(office: Office, ann: sign_in.Admission) -> None:
    office.clock.move(hours=-1)
    with pytest.raises(ConfirmationNeededError):
        sign_in.require_confirmation(office.ports, ann.actor)


def test_whoever_never_logged_in_has_confirmed_nothing(office: Office) -> None:
    with pytest.raises(ConfirmationNeededError):
        sign_in.require_confirmation(office.ports, Actor(1))


def test_log_ins_are_in_the_log_without_an_address_al_05(office: Office, ann: sign_in.Admission) -> None:
    with pytest.raises(LogInRefusedError):
        sign_in.log_in(office.ports, "secret typed into the wrong field", "x", ORIGIN)
    entries = office.store.read(lambda unit: unit.audit_log.after(0, 100))
    assert [entry.action for entry in entries][-2:] == ["log-in", "log-in-refused"]
    assert "secret" not in str(entries)
    assert ANN not in str(entries)
    assert ann.session_id not in str(entries)
