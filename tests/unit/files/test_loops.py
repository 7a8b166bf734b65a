"""Loops in reporting lines: each found once, the shortest of its tangle."""

import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mentormatch.files.loops import LOOPS_A_TANGLE, Loop, find_loops

Lines = dict[str, tuple[str, ...]]


def loops_of(**managers: str) -> list[tuple[str, ...]]:
    """Return the loops among people named by one letter; a value such as ``BC`` names two managers."""
    lines = {person: tuple(above) for person, above in managers.items()}
    return [turned(loop.members) for loop in find_loops(lines)]


def turned(members: tuple[str, ...]) -> tuple[str, ...]:
    """Return a loop starting with its first member by name."""
    start = members.index(min(members))
    return (*members[start:], *members[:start])


def edges(loop: Loop) -> set[tuple[str, str]]:
    """Return the lines of a loop."""
    return set(pairwise((*loop.members, loop.members[0])))


def test_a_tree_has_no_loop() -> None:
    assert loops_of(A="", B="A", C="A", D="B", E="BC") == []


def test_a_loop_is_found_once_whoever_hangs_below_or_above_it() -> None:
    assert loops_of(A="B", B="C", C="A", D="A", E="D") == [("A", "B", "C")]
    assert loops_of(A="B", B="AC", C="") == [("A", "B")]


def test_ones_own_line_is_no_loop() -> None:
    assert loops_of(A="A", B="A") == []


def test_each_of_several_loops_is_found() -> None:
    assert sorted(loops_of(A="B", B="A", C="D", D="C", E="F", F="G", G="E")) == [
        ("A", "B"),
        ("C", "D"),
        ("E", "F", "G"),
    ]


def test_the_shortest_loop_of_a_tangle_is_told_and_not_the_long_way_round() -> None:
    assert loops_of(A="B", B="C", C="DA", D="A") == [("A", "B", "C")]


def test_two_loops_that_share_a_person_are_both_found() -> None:
    assert sorted(loops_of(A="B", B="AC", C="B")) == [("A", "B"), ("B", "C")]


def test_a_loop_without_a_branch_is_found_beside_one_with_a_branch() -> None:
    assert sorted(loops_of(A="B", B="A", C="AD", D="C")) == [("A", "B"), ("C", "D")]


def test_a_person_between_two_loops_stands_in_neither() -> None:
    assert sorted(loops_of(A="B", B="A", C="A", D="CE", E="D")) == [("A", "B"), ("D", "E")]


def test_a_tangle_with_very_many_loops_names_some_and_counts_the_people_of_the_rest() -> None:
    people = [f"p{k}" for k in range(LOOPS_A_TANGLE)]
    lines = {person: tuple(other for other in people if other != person) for person in people}
    found = list(find_loops(lines))
    assert len(found) == LOOPS_A_TANGLE
    assert {*found[-1].members, *found[-1].tangled} == set(people)
    assert all(not loop.tangled for loop in found[:-1])


def test_a_loop_as_long_as_the_organisation_is_found_quickly() -> None:
    lines = {str(k): (str((k + 1) % 50_000),) for k in range(50_000)}
    start = time.process_time()
    assert [len(loop.members) for loop in find_loops(lines)] == [50_000]
    assert time.process_time() - start < 10


def test_a_chain_as_long_as_the_organisation_has_no_loop() -> None:
    lines: Lines = {str(k): (str(k + 1),) for k in range(50_000)} | {"50000": ()}
    assert list(find_loops(lines)) == []


people = st.sampled_from("ABCDEFG")


@given(st.dictionaries(people, st.sets(people, max_size=3).map(sorted).map(tuple)))
def test_without_the_lines_of_the_loops_that_were_told_no_loop_is_left(given_lines: Lines) -> None:
    lines = {person: given_lines.get(person, ()) for person in "ABCDEFG"}
    found = list(find_loops(lines))
    told = [line for loop in found for line in edges(loop)]
    assert all(manager in lines[person] for person, manager in told)
    assert len(told) == len(set(told))
    rest = {person: tuple(m for m in above if (person, m) not in told) for person, above in lines.items()}
    assert list(find_loops(rest)) == []
    assert not has_loop(rest)


@given(st.dictionaries(people, st.sets(people, max_size=2).map(sorted).map(tuple)))
def test_the_first_loop_of_all_is_as_short_as_any_in_its_tangle(given_lines: Lines) -> None:
    lines = {person: given_lines.get(person, ()) for person in "ABCDEFG"}
    for loop in list(find_loops(lines))[:1]:
        tangle = [p for p in lines if mutual(p, loop.members[0], lines)]
        assert len(loop.members) == min(length for p in tangle if (length := shortest(p, p, lines)))


def above(person: str, lines: Lines) -> set[str]:
    """Return everybody above a person, own lines left out."""
    found: set[str] = set()
    waiting = [person]
    while waiting:
        current = waiting.pop()
        new = {m for m in lines[current] if m != current} - found
        found |= new
        waiting.extend(new)
    return found


def mutual(one: str, other: str, lines: Lines) -> bool:
    return one == other or (one in above(other, lines) and other in above(one, lines))


def has_loop(lines: Lines) -> bool:
    return any(person in above(person, lines) for person in lines)


def shortest(start: str, end: str, lines: Lines) -> int:
    """Return the length of the shortest way from ``start`` to ``end`` of at least one line, 0 for none."""
    layer, length, seen = {start}, 0, set[str]()
    while layer:
        layer = {m for p in layer for m in lines[p] if m != p} - seen
        length += 1
        if end in layer:
            return length
        seen |= layer
    return 0
