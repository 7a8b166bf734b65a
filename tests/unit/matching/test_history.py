"""Which earlier rounds are recent: by latest start, then by name with numbers as numbers, in any order of rows."""

from collections.abc import Sequence
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import PastPairing
from mentormatch.matching import reference
from mentormatch.matching.history import recent_pairs, recent_rounds

OLD, NEW = date(2024, 5, 1), date(2026, 5, 1)
PAST = st.builds(
    PastPairing,
    mentor_id=st.sampled_from("ABC"),
    mentee_id=st.sampled_from("XYZ"),
    direction=st.sampled_from(Direction),
    round_name=st.sampled_from(["r1", "r2", "r10", "r01", "10", "2", "spring", "", "r1b3", "r1b12"]),
    started=st.sampled_from([None, OLD, NEW]),
)


def past(round_name: str, started: date | None = None, mentor: str = "M", mentee: str = "E") -> PastPairing:
    """Return a pairing of an earlier round."""
    return PastPairing(mentor, mentee, Direction.UPWARD, round_name, started)


def names(*rows: PastPairing, last: int) -> set[str]:
    """Return the recent rounds of a history."""
    return set(recent_rounds(rows, last))


def test_the_rounds_with_the_latest_start_are_recent() -> None:
    assert names(past("new", NEW), past("old", OLD), last=1) == {"new"}


def test_a_rounds_latest_start_dates_it() -> None:
    rows = [past("long", OLD), past("short", date(2025, 1, 1)), past("long", NEW)]
    assert names(*rows, last=1) == {"long"}


def test_rounds_without_a_date_come_first() -> None:
    assert names(past("zz"), past("aa", OLD), last=1) == {"aa"}


@pytest.mark.parametrize(
    ("older", "newer"), [("r9", "r10"), ("9", "10"), ("r1b3", "r1b12"), ("2025-2", "2025-11"), ("autumn", "spring")]
)
def test_numbers_in_names_are_compared_as_numbers(older: str, newer: str) -> None:
    assert names(past(newer), past(older), last=1) == {newer}
    assert names(past(older), past(newer), last=1) == {newer}


@pytest.mark.parametrize(("last", "expected"), [(0, set()), (1, {"r3"}), (2, {"r2", "r3"}), (9, {"r1", "r2", "r3"})])
def test_as_many_rounds_are_recent_as_the_policy_says(last: int, expected: set[str]) -> None:
    assert names(past("r1"), past("r3"), past("r2"), last=last) == expected


def test_no_history_has_no_recent_rounds() -> None:
    assert names(last=3) == set()


def test_the_pairs_are_those_of_the_recent_rounds_as_they_were_paired() -> None:
    rows = [past("r1", mentor="A", mentee="B"), past("r2", mentor="C", mentee="D"), past("r2", mentor="D", mentee="C")]
    assert list(recent_pairs(rows, 1)) == [("C", "D"), ("D", "C")]


@pytest.mark.parametrize("last", [1, 2])
def test_names_that_differ_only_in_leading_zeros_do_not_depend_on_the_order_of_rows(last: int) -> None:
    rows = [past("r1"), past("r01"), past("r001")]
    assert len({recent_rounds(order, last) for order in permutations(rows)}) == 1


@given(st.lists(PAST, max_size=8), st.integers(0, 4))
def test_recent_pairs_are_those_of_the_reference(rows: Sequence[PastPairing], last: int) -> None:
    found = {frozenset(pair) for pair in recent_pairs(rows, last)}
    assert found == reference.recent_pairs(rows, last)


@given(
    st.lists(PAST, max_size=8).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))), st.integers(0, 4)
)
def test_the_order_of_rows_changes_nothing(orders: tuple[list[PastPairing], list[PastPairing]], last: int) -> None:
    one, other = orders
    assert recent_rounds(one, last) == recent_rounds(other, last)
