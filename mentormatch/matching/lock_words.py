"""Locks that cannot stand together, in words: what they ask for, what there is, how much is short, what to do."""

from collections.abc import Sequence

from mentormatch.matching.lock_conflicts import Limit, LimitKind, LockConflict, Pair

SHOWN_PAIRS = 10
NOTHING = "(none)"
"""What a department without a name is called."""


def say_wrong(conflict: LockConflict) -> str:
    """Return what is wrong as a clause without a capital or a full stop."""
    if conflict.limit.kind is LimitKind.CONTRADICTION:
        return f"one lock demands that {_say_pair(conflict.locks[0])}, another forbids it"
    number = len(conflict.asked)
    said = DEMANDS[conflict.limit.kind].format(*_names(conflict.limit), number=number, most=conflict.limit.most)
    return f"these {number:,} locks {said} ({conflict.limit.setting}): {_say_pairs(conflict.asked)}{_short(conflict)}"


def say_remedy(conflict: LockConflict) -> str:
    """Return what to do as a clause without a capital or a full stop."""
    if conflict.limit.kind is LimitKind.CONTRADICTION:
        return "delete one of the two"
    raised: dict[str, list[str]] = {}
    for one in (conflict, *conflict.also):
        raised.setdefault(_raise(one.limit, one.short), []).append(one.limit.setting)
    clauses = (f"{clause} ({', '.join(dict.fromkeys(settings))})" for clause, settings in raised.items())
    return f"delete {_how_many(conflict)} or {' and '.join(clauses)}"


def say_conflict(conflict: LockConflict) -> str:
    """Return a whole conflict in one line: what is wrong, then what to do."""
    wrong, remedy = say_wrong(conflict), say_remedy(conflict)
    return f"{_capital(wrong)}. {_capital(remedy)}."


DEMANDS = {
    LimitKind.MENTOR: "ask for {number:,} places of {0}, who has {most:,}",
    LimitKind.MENTOR_DIRECTION: "ask for {number:,} {1} places of {0}, who has {most:,}",
    LimitKind.DEPARTMENT: "give {number:,} {1} places of {0} to the department {2}, which may have {most:,}",
    LimitKind.TEAM: "give {number:,} {1} places of {0} to the team of {2}, which may have {most:,}",
    LimitKind.MENTEE: "ask for {number:,} mentors for {0}, who may have {most:,}",
    LimitKind.MENTEE_DIRECTION: "ask for {number:,} {1} mentors for {0}, who may have {most:,}",
    LimitKind.RECIPROCAL: "let {0} and {1} mentor each other, which the policy forbids",
    LimitKind.FAVOUR_EXCHANGE: "let {0} and {1} each mentor somebody of the other's team, which the policy forbids",
}
SWITCHES = frozenset({LimitKind.RECIPROCAL, LimitKind.FAVOUR_EXCHANGE})
OWN_ANSWERS = frozenset({"max_mentees", "as_mentor", "max_mentors", "as_mentee"})


def _names(limit: Limit) -> Sequence[str]:
    return [name or NOTHING for name in limit.names]


def _say_pair(pair: Pair) -> str:
    return f"{pair[0]} mentors {pair[1]}"


def _say_pairs(pairs: Sequence[Pair]) -> str:
    """Return the first few pairs as a list."""
    shown = ", ".join(map(_say_pair, pairs[:SHOWN_PAIRS]))
    more = len(pairs) - SHOWN_PAIRS
    return f"{shown} and {more:,} more" if more > 0 else shown


def _short(conflict: LockConflict) -> str:
    """Return how much is short, where places are counted."""
    if conflict.limit.kind in SWITCHES:
        return ""
    return f"; {_places(conflict.short)} {'is' if conflict.short == 1 else 'are'} short"


def _places(number: int) -> str:
    return "1 place" if number == 1 else f"{number:,} places"


def _how_many(conflict: LockConflict) -> str:
    """Return how many of the locks have to go; of an exclusion, all of one side."""
    if not conflict.is_counted:
        return "all of one side"
    return "one of them" if conflict.short == 1 else f"{conflict.short:,} of them"


def _raise(limit: Limit, short: int) -> str:
    """Return what would have to be done so that a limit is high enough."""
    if limit.kind in SWITCHES:
        return "switch that off in the policy"
    if limit.setting not in OWN_ANSWERS:
        return "raise the limit in the policy"
    is_mentee = limit.kind in (LimitKind.MENTEE, LimitKind.MENTEE_DIRECTION)
    more = "one more place" if short == 1 else f"{short:,} more places"
    return f"let {limit.names[0]} have {more}" if is_mentee else f"give {limit.names[0]} {more}"


def _capital(clause: str) -> str:
    return clause[:1].upper() + clause[1:]
