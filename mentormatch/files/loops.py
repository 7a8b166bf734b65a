"""Loops in reporting lines: the shortest first, each line in one loop at most."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LOOPS_A_TANGLE = 50
"""Loops that are named in one tangle of lines; the people in the rest are only counted."""

Lines = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Loop:
    """People each of whom reports to the next, the last to the first. ``tangled`` are those in loops not named."""

    members: tuple[str, ...]
    tangled: tuple[str, ...] = ()


def find_loops(managers: Mapping[str, tuple[str, ...]]) -> Iterator[Loop]:
    """Yield loops until each one that exists shares a line with one that was yielded; nobody's own line counts.

    A tangle (strongly connected set of lines) gives its shortest loop; without the lines of that loop it falls
    apart into smaller tangles, which are searched in turn.
    """
    lines = {person: set(above) - {person} for person, above in managers.items()}
    for tangle in _find_tangles(_core(lines)):
        waiting, found = [tangle], 0
        while waiting:
            current = waiting.pop()
            loop, found = _shortest_loop(current), found + 1
            for k, person in enumerate(loop):
                current[person].discard(loop[(k + 1) % len(loop)])
            waiting.extend(_find_tangles(_core(current)))
            if found == LOOPS_A_TANGLE:
                yield Loop(loop, tuple(sorted({person for rest in waiting for person in rest} - set(loop))))
                break
            yield Loop(loop)


def _core(lines: Lines) -> Lines:
    """Return the lines without people who stand in no loop for having nobody above or nobody below, again and again."""
    return _peel(_turn(_peel(_turn(lines))))


def _peel(lines: Lines) -> Lines:
    """Return the lines without those from whom no line ends in a loop (Kahn 1962)."""
    below = _turn(lines)
    open_count = {person: len(above) for person, above in lines.items()}
    ready = [person for person, count in open_count.items() if count == 0]
    gone = set(ready)
    while ready:
        for person in below.get(ready.pop(), ()):
            open_count[person] -= 1
            if open_count[person] == 0:
                gone.add(person)
                ready.append(person)
    return {person: above - gone for person, above in lines.items() if person not in gone}


def _turn(lines: Lines) -> Lines:
    """Return the lines pointing the other way."""
    turned: Lines = {person: set() for person in lines}
    for person, above in lines.items():
        for manager in above:
            turned[manager].add(person)
    return turned


def _find_tangles(lines: Lines) -> Iterator[Lines]:
    """Yield the strongly connected sets of more than one person: those who reach each other both ways."""
    turned, done = _turn(lines), set[str]()
    for person in lines:
        if person in done:
            continue
        members = _reach(person, lines, done) & _reach(person, turned, done)
        done |= members
        if len(members) > 1:
            yield {member: lines[member] & members for member in sorted(members)}


def _reach(start: str, lines: Lines, done: set[str]) -> set[str]:
    """Return everybody on a line from ``start``, itself included, passing through nobody in ``done``."""
    found, waiting = {start}, [start]
    while waiting:
        new = lines[waiting.pop()] - found - done
        found |= new
        waiting.extend(new)
    return found


def _shortest_loop(tangle: Lines) -> tuple[str, ...]:
    """Return a shortest loop of a tangle.

    A tangle that is more than one loop has a branching person on each of its loops: otherwise no line would lead
    out of that loop to the others. So only those are tried as starts.
    """
    branching = [person for person, above in tangle.items() if len(above) > 1]
    best: tuple[str, ...] = ()
    for start in branching or [min(tangle)]:
        found = _loop_through(start, tangle, len(best) or len(tangle) + 1)
        best = found or best
    return best


def _loop_through(start: str, tangle: Lines, shorter_than: int) -> tuple[str, ...]:
    """Return a shortest loop through ``start`` with fewer than ``shorter_than`` people, or nothing."""
    came_from = {start: ""}
    layer = [start]
    for _ in range(shorter_than - 1):
        following = []
        for person in layer:
            for manager in sorted(tangle[person]):
                if manager == start:
                    return _walk_back(person, came_from)
                if manager not in came_from:
                    came_from[manager] = person
                    following.append(manager)
        layer = following
    return ()


def _walk_back(person: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    """Return the way by which a person was reached, from its start."""
    way = []
    while person:
        way.append(person)
        person = came_from[person]
    return tuple(reversed(way))
