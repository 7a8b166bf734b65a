"""Known devices: strangers lock an account, and its owner still logs in where they logged in before (AU-05)."""

from dataclasses import replace

import pytest

from mentormatch.services import accounts, sign_in
from mentormatch.services.hashing import RandomSecrets
from mentormatch.services.known_devices import make_device, name_device
from mentormatch.services.refusals import LogInRefusedError, NotAllowedError, TooManyAttemptsError
from tests.offices import ORIGIN, PASSWORD, Office, with_limits

ANN = "ann@company.example"
BOB = "bob@company.example"


@pytest.fixture
def device(office: Office) -> str:
    """By what the browser is known in which Ann has logged in."""
    office.user(email=ANN)
    return sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN).device


def at(device: str) -> sign_in.Origin:
    """Return a request from a browser."""
    return replace(ORIGIN, device=device)


def lock(office: Office) -> None:
    """Try so many wrong passwords that the account, the address and the door are closed."""
    strict = with_limits(office, attempts_in_all=10)
    for _ in range(11):
        with pytest.raises((LogInRefusedError, TooManyAttemptsError)):
            sign_in.log_in(strict, ANN, "wrong", ORIGIN)
    with pytest.raises(TooManyAttemptsError):
        sign_in.log_in(strict, ANN, PASSWORD, ORIGIN)


def test_a_known_device_logs_in_although_strangers_closed_the_account(office: Office, device: str) -> None:
    lock(office)
    assert sign_in.log_in(office.ports, ANN, PASSWORD, at(device)).session_id


def test_it_opens_the_account_for_nobody_else(office: Office, device: str) -> None:
    lock(office)
    sign_in.log_in(office.ports, ANN, PASSWORD, at(device))
    with pytest.raises(TooManyAttemptsError):
        sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN)


def test_a_stolen_device_is_worth_ten_guesses(office: Office, device: str) -> None:
    for _ in range(10):
        with pytest.raises(LogInRefusedError):
            sign_in.log_in(office.ports, ANN, "wrong", at(device))
    with pytest.raises(TooManyAttemptsError):
        sign_in.log_in(office.ports, ANN, PASSWORD, at(device))
    assert sign_in.log_in(office.ports, ANN, PASSWORD, ORIGIN).session_id


def test_a_good_log_in_wipes_the_slate_of_the_device(office: Office, device: str) -> None:
    for number in range(30):
        if number % 10 == 9:
            sign_in.log_in(office.ports, ANN, PASSWORD, at(device))
            continue
        with pytest.raises(LogInRefusedError):
            sign_in.log_in(office.ports, ANN, "wrong", at(device))


def test_a_device_of_another_user_is_a_strangers(office: Office, device: str) -> None:
    office.user(email=BOB)
    lock(office)
    other = sign_in.log_in(office.ports, BOB, PASSWORD, ORIGIN).device
    with pytest.raises(TooManyAttemptsError):
        sign_in.log_in(office.ports, ANN, PASSWORD, at(other))
    assert name_device(office.ports, BOB, device) == ""


@pytest.mark.parametrize("made_up", ["", "x", "a.b.c", "\0", "." * 200, "x" * 43 + ".99999999999." + "0" * 64])
def test_what_somebody_made_up_is_no_device(office: Office, made_up: str) -> None:
    assert name_device(office.ports, ANN, made_up) == ""


def test_a_device_with_a_later_end_is_no_device(office: Office, device: str) -> None:
    name, end, signature = device.split(".")
    assert name_device(office.ports, ANN, device) == name
    assert name_device(office.ports, ANN, f"{name}.{int(end) + 1}.{signature}") == ""


def test_a_device_is_forgotten_after_its_time(office: Office, device: str) -> None:
    office.clock.move(days=office.ports.settings.sessions.known_device_days, seconds=-1)
    assert name_device(office.ports, ANN, device)
    office.clock.move(seconds=1)
    assert name_device(office.ports, ANN, device) == ""


def test_a_device_stays_known_while_the_secret_key_is_changed(office: Office, device: str) -> None:
    both = replace(office.ports, secrets=RandomSecrets(("a newer key", "a key for tests")))
    assert name_device(both, ANN, device)
    assert name_device(replace(office.ports, secrets=RandomSecrets(("a newer key",))), ANN, device) == ""


def test_a_device_says_nothing_of_its_owner(office: Office, device: str) -> None:
    assert "ann" not in device
    assert make_device(office.ports, ANN) != make_device(office.ports, ANN)


def test_a_password_is_changed_at_a_known_device_although_the_account_is_closed(office: Office, device: str) -> None:
    actor = sign_in.log_in(office.ports, ANN, PASSWORD, at(device)).actor
    lock(office)
    with pytest.raises(TooManyAttemptsError):
        accounts.change_password(office.ports, actor, PASSWORD, "another mountain of tea", ORIGIN)
    with pytest.raises(NotAllowedError):
        accounts.change_password(office.ports, actor, "wrong", "another mountain of tea", at(device))
    accounts.change_password(office.ports, actor, PASSWORD, "another mountain of tea", at(device))
