"""Locks that cannot stand together: found if and only if a plain count says so, and in sets that are the smallest."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.errors import RefusedError
from mentormatch.matching.candidates import build_candidates
from mentormatch.matching.face import Face
from mentormatch.matching.lock_conflicts import Limit, LimitKind, LockConflict, Pair, find_conflicts
from mentormatch.matching.locking import apply_locks
from mentormatch.matching.reference import build_reference
from mentormatch.matching.roster import build_roster
from tests.acceptance.small_rounds import small_round
from tests.oracle import Key, caps_of, exclusions_of
from tests.oracle_pairs import Choice, World, all_choices

ROUNDS = 300
MOST_LOCKS = 7
DEPARTMENT = "mentor direction department"
Locks = tuple[Choice, ...]


def drawn_locks(seed: int) -> tuple[Round, Locks]:
    """Return a random round with caps that let little stand, and some of its candidates."""
    rng, round_ = Random(seed), small_round(seed)
    capacity = replace(round_.policy.capacity, forbid_reciprocal=True, forbid_favour_exchange=True)
    round_ = replace(round_, policy=replace(round_.policy, capacity=capacity))
    choices = sorted(all_choices(World(round_)))
    return round_, tuple(rng.sample(choices, min(len(choices), rng.randint(0, MOST_LOCKS))))


def pair_of(choice: Choice) -> Pair:
    """Return mentor and mentee."""
    return choice.mentor_id, choice.mentee_id


def limits_of(world: World, locks: Locks) -> frozenset[Key]:
    """Return every limit and exclusion that the locks could run into, by the oracle's names.

    A department that may have all of a mentor's places has no limit of its own.
    """
    caps = {key: most for lock in locks for key, most in caps_of(world, lock)}
    wide = {key for key, most in caps.items() if key[0] == DEPARTMENT and most == caps["mentor", key[1]]}
    return frozenset((caps.keys() - wide) | {key for lock in locks for key in exclusion_keys(world, lock)})


def exclusion_keys(world: World, lock: Choice) -> Iterator[Key]:
    """Yield the names of the exclusions that a lock takes part in: what is given, and the two people in order."""
    for kind, giver, taker in exclusions_of(world, lock)[0]:
        yield (f"not both: {kind}", *sorted((giver, taker)))


def is_possible(world: World, locks: Collection[Choice], limits: Collection[Key]) -> bool:
    """Whether locks keep all of some limits."""
    for key in limits:
        if key[0].startswith("not both"):
            facts = {fact for lock in locks for fact in exclusions_of(world, lock)[0]}
            kind, one, other = key[0].removeprefix("not both: "), *key[1:]
            if {(kind, one, other), (kind, other, one)} <= facts:
                return False
        else:
            most = [limit for lock in locks for name, limit in caps_of(world, lock) if name == key]
            if most and len(most) > most[0]:
                return False
    return True


def smallest_sizes(world: World, locks: Locks) -> dict[Key, int]:
    """Return for each broken limit how many locks the smallest set has that breaks it, by trying all sets."""
    found: dict[Key, int] = {}
    for size in range(len(locks) + 1):
        for some in combinations(locks, size):
            broken = (key for key in limits_of(world, some) - found.keys() if not is_possible(world, some, [key]))
            found |= dict.fromkeys(broken, size)
    return found


def key_of(limit: Limit) -> Key:
    """Return the oracle's name of a limit."""
    names = {
        LimitKind.MENTOR: "mentor",
        LimitKind.MENTOR_DIRECTION: "mentor direction",
        LimitKind.DEPARTMENT: DEPARTMENT,
        LimitKind.TEAM: "mentor direction team",
        LimitKind.MENTEE: "mentee",
        LimitKind.MENTEE_DIRECTION: "mentee direction",
        LimitKind.RECIPROCAL: "not both: mentors",
        LimitKind.FAVOUR_EXCHANGE: "not both: does a favour",
    }
    return (names[limit.kind], *limit.names)


def conflicts_of(round_: Round, locks: Locks) -> tuple[LockConflict, ...]:
    """Return the conflicts of locks that are candidates."""
    reference = build_reference(round_)
    claims = [reference.candidate(*pair_of(lock)) for lock in locks]
    return find_conflicts(reference, [claim for claim in claims if claim is not None], ())


def is_refused(round_: Round, locks: Locks) -> bool:
    """Whether the engine refuses a round with these locks."""
    locked = replace(round_, locks=tuple(Lock(LockKind.MUST, *pair_of(lock)) for lock in locks))
    candidates = build_candidates(build_roster(locked))
    try:
        apply_locks(candidates, Face(candidates))
    except RefusedError:
        return True
    return False


@pytest.mark.parametrize("seeds", [range(first, first + 50) for first in range(0, ROUNDS, 50)])
def test_locks_are_refused_exactly_when_they_cannot_stand_together(seeds: range) -> None:
    answers = set()
    for seed in seeds:
        round_, locks = drawn_locks(seed)
        world = World(round_)
        can_stand = is_possible(world, locks, limits_of(world, locks))
        assert is_refused(round_, locks) is not can_stand
        assert (conflicts_of(round_, locks) == ()) is can_stand
        answers.add(can_stand)
    assert answers == {True, False}


@pytest.mark.parametrize("seeds", [range(first, first + 50) for first in range(0, ROUNDS, 50)])
def test_each_set_is_a_smallest_one_and_minimal_both_ways(seeds: range) -> None:
    for seed in seeds:
        round_, locks = drawn_locks(seed)
        world, chosen = World(round_), {pair_of(lock): lock for lock in locks}
        sizes, conflicts = smallest_sizes(world, locks), conflicts_of(round_, locks)
        if conflicts:
            assert len(conflicts[0].locks) == min(sizes.values())
        for conflict in conflicts:
            key, members = key_of(conflict.limit), [chosen[pair] for pair in conflict.locks]
            assert len(members) == sizes[key]
            assert not is_possible(world, members, [key])
            assert all(is_possible(world, [m for m in members if m is not one], [key]) for one in members)


@pytest.mark.parametrize("seeds", [range(first, first + 50) for first in range(0, ROUNDS, 50)])
def test_every_broken_limit_is_told_once_with_how_many_locks_have_to_go(seeds: range) -> None:
    for seed in seeds:
        round_, locks = drawn_locks(seed)
        world, conflicts = World(round_), conflicts_of(round_, locks)
        broken = {key for key in limits_of(world, locks) if not is_possible(world, locks, [key])}
        told = [key_of(one.limit) for conflict in conflicts for one in (conflict, *conflict.also)]
        assert set(told) == broken
        assert len({conflict.limit for conflict in conflicts}) == len(conflicts)
        for conflict in conflicts:
            assert conflict.short == fewest_deletions(world, locks, key_of(conflict.limit))


@pytest.mark.parametrize("seeds", [range(first, first + 50) for first in range(0, ROUNDS, 50)])
def test_what_is_told_beside_another_conflict_goes_with_it_whichever_locks_are_deleted(seeds: range) -> None:
    for seed in seeds:
        round_, locks = drawn_locks(seed)
        world, conflicts = World(round_), conflicts_of(round_, locks)
        for conflict in conflicts:
            for kept in subsets(locks):
                if is_possible(world, kept, [key_of(conflict.limit)]):
                    assert is_possible(world, kept, [key_of(one.limit) for one in conflict.also])


def fewest_deletions(world: World, locks: Locks, key: Key) -> int:
    """Return how many locks have to go until a limit is kept, by trying all sets."""
    return min(len(locks) - len(kept) for kept in subsets(locks) if is_possible(world, kept, [key]))


def subsets(locks: Locks) -> Iterator[Locks]:
    """Yield all sets of some locks."""
    for size in range(len(locks) + 1):
        yield from combinations(locks, size)


def test_the_order_of_the_locks_changes_nothing() -> None:
    for seed in range(100):
        round_, locks = drawn_locks(seed)
        assert conflicts_of(round_, locks) == conflicts_of(round_, locks[::-1])
