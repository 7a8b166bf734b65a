"""Who may do what: every permission by every role, and managers by the lines alone (AZ-05 to AZ-07)."""

import inspect
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.domain.accounts import Actor, Role
from mentormatch.services import permissions
from mentormatch.services.permissions import (
    COMMAND_LINE,
    can_read_own_line,
    can_see_line_report,
    is_confirmed,
    line_above,
)

ADMINISTRATOR, AUDITOR, HR = Role.ADMINISTRATOR, Role.AUDITOR, Role.HR
OTHER = 99

# For each permission over something of another person: the roles that have it.
OVER_OTHERS: dict[str, set[Role]] = {
    "can_browse_people": {HR},
    "can_import_people": {HR, ADMINISTRATOR},
    "can_edit_programmes": {HR},
    "can_bring_in_rounds": {HR},
    "can_see_programmes": {HR, AUDITOR},
    "can_invite_users": {ADMINISTRATOR},
    "can_list_users": {ADMINISTRATOR},
    "can_change_roles": {ADMINISTRATOR},
    "can_disable_user": {ADMINISTRATOR},
    "can_erase_user": {ADMINISTRATOR},
    "can_end_session": {ADMINISTRATOR},
    "can_read_audit_log": {HR, AUDITOR},
    "can_export_data": set(),
    "can_erase_person": {HR},
    "can_see_line_report": set(),
    "can_read_own_line": set(),
}
# The same over oneself, where that differs.
OVER_ONESELF: dict[str, set[Role] | None] = {
    "can_change_roles": set(),
    "can_disable_user": set(),
    "can_erase_user": set(),
    "can_end_session": None,
    "can_export_data": None,
    "can_erase_person": set(),
}
EVERY_SET = [frozenset(some) for size in range(4) for some in combinations(Role, size)]


def permitted(name: str, actor: Actor, key: int) -> bool:
    """Ask a permission about a key, if it is about anybody."""
    permission: Callable[..., bool] = getattr(permissions, name)
    arguments = {"manager_of": {}, "has_reports": False, "user_key": key, "owner_key": key, "person_key": key}
    wanted = list(inspect.signature(permission).parameters)[1:]
    return permission(actor, **{name: arguments[name] for name in wanted})


def test_every_permission_stands_in_the_table_az_01() -> None:
    own = [f for _, f in inspect.getmembers(permissions, inspect.isfunction) if f.__module__ == permissions.__name__]
    assert {function.__name__ for function in own if function.__name__.startswith("can_")} == set(OVER_OTHERS)


def test_the_actor_comes_first() -> None:
    for name in OVER_OTHERS:
        assert next(iter(inspect.signature(getattr(permissions, name)).parameters)) == "actor"


@pytest.mark.parametrize("name", OVER_OTHERS)
@pytest.mark.parametrize("roles", EVERY_SET, ids=lambda roles: "+".join(sorted(roles)) or "employee")
def test_a_permission_belongs_to_its_roles_and_to_no_other_az_01(name: str, roles: frozenset[Role]) -> None:
    actor = Actor(1, person_key=1, roles=roles)
    assert permitted(name, actor, OTHER) is bool(OVER_OTHERS[name] & roles)


@pytest.mark.parametrize("name", OVER_ONESELF)
@pytest.mark.parametrize("roles", EVERY_SET, ids=lambda roles: "+".join(sorted(roles)) or "employee")
def test_over_oneself_other_rules_hold(name: str, roles: frozenset[Role]) -> None:
    actor = Actor(1, person_key=1, roles=roles)
    wanted = OVER_ONESELF[name]
    assert permitted(name, actor, 1) is (wanted is None or bool(wanted & roles))


def test_an_actor_without_a_person_manages_and_exports_nobody() -> None:
    actor = Actor(1, person_key=None, roles=frozenset(Role))
    assert not permitted("can_export_data", actor, OTHER)
    assert not can_see_line_report(actor, 1, {1: 2})


def test_a_manager_reads_about_their_own_line_and_nobody_elses_az_05() -> None:
    manager_of = {1: 2, 2: 3, 4: 3}
    everybody = range(1, 5)
    readers = {who: {m for m in everybody if can_see_line_report(Actor(9, m), who, manager_of)} for who in everybody}
    assert readers == {1: {2, 3}, 2: {3}, 3: set(), 4: {3}}


def test_whoever_has_reports_reads_about_them_unless_their_own_line_runs_in_a_loop_az_07() -> None:
    manager = Actor(9, 1)
    assert can_read_own_line(manager, {}, has_reports=True)
    assert can_read_own_line(manager, {1: 2, 2: 3}, has_reports=True)
    assert not can_read_own_line(manager, {1: 2, 2: 3}, has_reports=False)
    assert not can_read_own_line(manager, {1: 2, 2: 1}, has_reports=True)
    assert not can_read_own_line(manager, {1: 2, 2: 3, 3: 2}, has_reports=True)
    assert not can_read_own_line(Actor(9, None, frozenset(Role)), {}, has_reports=True)


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 9)))
def test_a_line_is_what_stepping_up_finds_and_a_loop_gives_nobody_anything_az_07(manager_of: dict[int, int]) -> None:
    for person in range(10):
        steps: list[int] = []
        current = manager_of.get(person)
        while current is not None and len(steps) < 20:
            steps.append(current)
            current = manager_of.get(current)
        assert line_above(person, manager_of) == (() if len(steps) == 20 else tuple(steps))


def test_a_line_of_fifty_thousand_is_walked_in_a_moment_az_07() -> None:
    began = time.perf_counter()
    assert len(line_above(0, {k: k + 1 for k in range(50_000)})) == 50_000
    assert time.perf_counter() - began < 1


def test_whoever_is_their_own_manager_has_none_az_07() -> None:
    assert line_above(1, {1: 1}) == ()


def test_a_password_counts_for_a_while_and_never_from_the_future_se_09() -> None:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    spans = {-1: False, 0: True, 14: True, 15: False, 600: False}
    for minutes, wanted in spans.items():
        assert is_confirmed(Actor(1, confirmed_at=now - timedelta(minutes=minutes)), now, 15) is wanted
    assert not is_confirmed(Actor(1), now, 15)
    assert is_confirmed(COMMAND_LINE, now, 15)
