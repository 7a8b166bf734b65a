"""Limits on attempts that hold over all workers and restarts, because the database counts."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import TooManyAttemptsError


class Scope(StrEnum):
    """What is counted together."""

    LOG_IN_ACCOUNT = "log-in-account"
    LOG_IN_DEVICE = "log-in-device"
    LOG_IN_ADDRESS = "log-in-address"
    LOG_IN_ALL = "log-in-all"
    RESET_ACCOUNT = "reset-account"
    RESET_ADDRESS = "reset-address"


def count_log_in(ports: Ports, email: str, address: str, device: str = "") -> None:
    """Count an attempt to log in before the password is looked at. Raises ``TooManyAttemptsError``.

    Attempts are counted from the first on and forgotten together when the window is over. A device that is known for
    the account has a count of its own, which no stranger can use up.
    """
    limits = ports.settings.limits
    strangers = (
        (Scope.LOG_IN_ACCOUNT, email, limits.attempts_per_account),
        (Scope.LOG_IN_ADDRESS, address, limits.attempts_per_address),
        (Scope.LOG_IN_ALL, "", limits.attempts_in_all),
    )
    _count(ports, ((Scope.LOG_IN_DEVICE, device, limits.attempts_per_device),) if device else strangers)


def take_back_log_in(unit: Unit, ports: Ports, email: str, address: str, device: str = "") -> None:
    """Take back the attempt of a log-in that succeeded: only failures use up what a whole office shares."""
    if device:
        unit.attempts.forget(Scope.LOG_IN_DEVICE, ports.secrets.hash(device))
        return
    forget_attempts(unit, ports, email)
    unit.attempts.take_back(Scope.LOG_IN_ADDRESS, ports.secrets.hash(address))
    unit.attempts.take_back(Scope.LOG_IN_ALL, ports.secrets.hash(""))


def count_reset(ports: Ports, email: str, address: str) -> None:
    """Count a request for a new password. Raises ``TooManyAttemptsError``."""
    limits = ports.settings.limits
    accounts, addresses = limits.attempts_per_account, limits.attempts_per_address
    _count(ports, ((Scope.RESET_ACCOUNT, email, accounts), (Scope.RESET_ADDRESS, address, addresses)))


def forget_attempts(unit: Unit, ports: Ports, email: str) -> None:
    """Start counting anew for an account whose owner has shown who they are."""
    unit.attempts.forget(Scope.LOG_IN_ACCOUNT, ports.secrets.hash(email))


def _count(ports: Ports, limits: Iterable[tuple[Scope, str, int]]) -> None:
    """Count one attempt in each scope, in a transaction of its own so that no error takes it back."""
    minutes = ports.settings.limits.attempts_window_minutes

    def work(unit: Unit) -> bool:
        now = ports.clock.now()
        since = now - timedelta(minutes=minutes)
        counts = [
            (unit.attempts.count(scope, ports.secrets.hash(name), now, since), limit) for scope, name, limit in limits
        ]
        return all(count <= limit for count, limit in counts)

    if not ports.store.write(work):
        sentence = f"Too many attempts; try again in {minutes} minutes."
        raise TooManyAttemptsError(sentence, minutes=minutes)
