"""What of a report can be shown: small counts are hidden, and as many others as it takes to keep them so.

Protection, exactly. A count is *small* as ``guards.small_counts`` says, and so is a small difference between two
reports. It is protected if there is another set of counts, whole numbers that fit everything published in all reports
together, in which it reaches its threshold. So the interval in which an attacker can place it reaches the threshold,
and is no single value. In the words of statistical disclosure control (Cox 1980; Fischetti and Salazar 2001): the
upper protection level is the threshold less the count, the lower one 0, the sliding one 1; here for solutions in whole
numbers, which is the stricter demand. The *complementary* counts, hidden only for the sake of others, reach their
threshold by themselves and need no protection.

Method. Small counts are hidden first. Then each unprotected one in turn, the furthest from its threshold first, gets
the other set of counts that comes cheapest: moving a hidden count is free, moving a shown one costs by each step and
more for larger counts (the heuristic of Kelly, Golden and Assad 1992, "Cell suppression: disclosure protection for
sensitive tabular data", Networks 22). The shown counts that move are hidden, so the set witnesses that the small count
is protected, for good: hiding more never takes a witness away. At last each complementary count, the largest first, is
shown again if every small one keeps a witness. No complementary count could be shown by itself after that.

What this does not stop: an attacker who is in a small group knows one of its people already; and who sees a count
hidden knows that it, or another one near it, is small.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mentormatch.audit.cells import Cell, Earlier, Link, Relation, Table, hide
from mentormatch.audit.disclosure import Bools, Ints, Moves, System, Terms, gather
from mentormatch.audit.guards import Guard, differences, hidden_before, small_counts


def suppress(
    tables: Sequence[Table], relations: Iterable[Relation] = (), earlier: Sequence[Earlier] = ()
) -> tuple[Table, ...]:
    """Return the tables with ``None`` for every count that is not to be shown.

    ``tables`` have every count; ``relations`` are what anybody knows of their cells beyond the funnels. Raises
    ValueError when the counts break a relation, or differ from what an earlier report of the same data printed.
    """
    answer = _search(tables, relations, earlier)
    cells = [cell for table in tables for cell in table.counts()]
    hidden = [cells[number] for number in answer.hidden]
    return tuple(hide(table, hidden) for table in tables)


def find_exposed(
    tables: Sequence[Table], relations: Iterable[Relation] = (), earlier: Sequence[Earlier] = ()
) -> tuple[Cell, ...]:
    """Return the cells of which earlier reports tell too much whatever is hidden now; takes what ``suppress`` takes.

    They are hidden all the same. Without earlier reports there are none, unless a relation alone fixes a count.
    """
    return tuple(sorted({guard.cell for guard in _search(tables, relations, earlier).exposed}))


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """What is to be protected, and what an attacker has already.

    ``counts`` has the count of each cell, and one that fits where an earlier report hid it; those are ``is_free``.
    ``is_fixed`` marks the counts that the attacker has whatever is hidden. Arrays are (cells,).
    """

    system: System
    counts: Ints
    is_free: Bools
    is_fixed: Bools
    guards: tuple[Guard, ...]

    def solve(self, guard: Guard, hidden: Collection[int], cost: Ints | None = None) -> Ints | None:
        """Return a witness for a guard, the cheapest one, in which only hidden counts move, or any at a cost."""
        can_move = self.is_free.copy()
        can_move[list(hidden)] = True
        price = np.zeros(len(self.counts))
        if cost is not None:
            price[~can_move] = cost[~can_move]
            can_move[:] = True
        can_move &= ~self.is_fixed
        up, down = np.where(can_move, np.inf, 0.0), np.where(can_move, self.counts, 0).astype(np.float64)
        moves = Moves(self.counts, up, down, price, price)
        found = [self.system.solve(moves, terms, least) for terms, least in guard.aims]
        steps = [(float(price @ abs(counts - self.counts)), k) for k, counts in enumerate(found) if counts is not None]
        return found[min(steps)[1]] if steps else None

    def shortfall(self, guard: Guard) -> int:
        """Return how far the counts themselves are from what a guard asks for."""
        return min(least - self._sum(terms, self.counts) for terms, least in guard.aims)

    def is_kept_by(self, guard: Guard, counts: Ints) -> bool:
        """Whether some counts are a witness for a guard."""
        return any(self._sum(terms, counts) >= least for terms, least in guard.aims)

    def _sum(self, terms: Terms, counts: Ints) -> int:
        return sum(factor * int(counts[self.system.position[cell]]) for cell, factor in terms)


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    """What is hidden, by the number of the cell, with the witnesses; ``exposed`` is what nothing can protect."""

    hidden: set[int]
    witnesses: list[Ints]
    exposed: list[Guard]


def _prepare(tables: Sequence[Table], relations: tuple[Relation, ...], earlier: Sequence[Earlier]) -> _Task:
    """Put together what the attacker has and what is guarded."""
    system = System(gather(tables, relations, earlier))
    counts = {cell: count for table in tables for cell, count in table.counts().items()}
    fixed = dict(_kept_counts(counts, earlier))
    known = [fixed.get(cell, counts.get(cell)) for cell in system.cells]
    is_free = np.array([count is None for count in known], np.bool_)
    start = np.array([count or 0 for count in known], np.int64)
    none = np.zeros(len(known))
    fitting = system.solve(Moves(start, np.where(is_free, np.inf, 0.0), none, none, none))
    if fitting is None:
        raise ValueError("the counts break a relation between them")
    is_fixed = np.array([cell in fixed for cell in system.cells], np.bool_)
    return _Task(system, fitting, is_free, is_fixed, tuple(_guards(tables, earlier)))


def _kept_counts(counts: Mapping[Cell, int | None], earlier: Sequence[Earlier]) -> Iterator[tuple[Cell, int]]:
    """Yield the counts that earlier reports printed, in the cells where they hold.

    A count that has not changed since a report from before a change is one that a careful attacker takes as such.
    """
    for number, report in enumerate(earlier, start=1):
        for cell, count in ((cell, count) for table in report.tables for cell, count in table.counts().items()):
            if count is None:
                continue
            if report.link is Link.SAME and counts.get(cell, count) != count:
                raise ValueError(f"a report of the same data has another count of {cell}")
            if report.link is Link.SAME or (report.link is Link.BEFORE and counts.get(cell) == count):
                yield cell, count
            if report.link is not Link.SAME:
                yield cell._replace(report=number), count


def _guards(tables: Sequence[Table], earlier: Sequence[Earlier]) -> Iterator[Guard]:
    """Yield everything that is to be protected."""
    for table in tables:
        yield from small_counts(table)
    for number, report in enumerate(earlier, start=1):
        if report.link is not Link.BEFORE:
            yield from hidden_before(report.tables, 0 if report.link is Link.SAME else number)
        yield from differences(tables, report, number)


def _search(tables: Sequence[Table], relations: Iterable[Relation], earlier: Sequence[Earlier]) -> _Answer:
    """Find what to hide."""
    task = _prepare(tables, tuple(relations), earlier)
    position = task.system.position
    small = {position[guard.cell] for table in tables for guard in small_counts(table) if guard.is_of_count}
    # What was hidden before a change stays hidden: shown now, it would tell about what it was then.
    small |= {position[cell] for cell in _hidden_then(earlier) if cell in position}
    return _show_again(task, _protect(task, small), small)


def _hidden_then(earlier: Sequence[Earlier]) -> Iterator[Cell]:
    """Yield the cells that reports from before a change hid."""
    tables = (table for report in earlier if report.link is Link.BEFORE for table in report.tables)
    return (cell for table in tables for cell, count in table.counts().items() if count is None)


def _protect(task: _Task, small: Collection[int]) -> _Answer:
    """Hide the small counts, and others until each of them has a witness or nothing can give it one."""
    answer, position = _Answer(set(small), [], []), task.system.position
    cost = 1 + np.array([int(count).bit_length() for count in task.counts])
    for guard in sorted(task.guards, key=lambda guard: (-task.shortfall(guard), guard.cell, guard.aims)):
        if any(task.is_kept_by(guard, counts) for counts in answer.witnesses):
            continue
        witness = task.solve(guard, answer.hidden, cost)
        if witness is None:
            answer.exposed.append(guard)
            answer.hidden.update({position[guard.cell]} - set(np.flatnonzero(task.is_free).tolist()))
            continue
        answer.witnesses.append(witness)
        answer.hidden.update(np.flatnonzero((witness != task.counts) & ~task.is_free).tolist())
    return answer


def _show_again(task: _Task, answer: _Answer, small: Collection[int]) -> _Answer:
    """Show each complementary count without which every guard still has a witness, the largest first."""
    guards = [guard for guard in task.guards if guard not in answer.exposed]
    exposed = {task.system.position[guard.cell] for guard in answer.exposed}
    for cell in sorted(answer.hidden - exposed - set(small), key=lambda cell: (-task.counts[cell], cell)):
        hidden = answer.hidden - {cell}
        kept = [counts for counts in answer.witnesses if counts[cell] == task.counts[cell]]
        if _extend(task, guards, hidden, kept):
            answer = replace(answer, hidden=hidden, witnesses=kept)
    return answer


def _extend(task: _Task, guards: Sequence[Guard], hidden: Collection[int], witnesses: list[Ints]) -> bool:
    """Add witnesses until every guard has one, and say whether that was possible."""
    for guard in guards:
        if not any(task.is_kept_by(guard, counts) for counts in witnesses):
            witness = task.solve(guard, hidden)
            if witness is None:
                return False
            witnesses.append(witness)
    return True
