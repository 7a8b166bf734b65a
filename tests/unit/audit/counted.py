"""Counts of made-up people in tables: every group by every stage, with a total that the groups add up to."""

from collections.abc import Sequence
from random import Random

from mentormatch.audit.cells import Relation, Table, adds_up_to

STAGES = ("eligible", "enrolled", "has a candidate", "served", "served first", "top mentor")


def one_row(*counts: int, name: str = "everybody", **parts: bool) -> Table:
    """Return a table of totals in the first so many stages."""
    return Table(name, ("all",), STAGES[: len(counts)], (counts,), **parts)


def funnel(name: str, *counts: Sequence[int | None], threshold: int = 5) -> Table:
    """Return a funnel with a group for each sequence of counts."""
    rows = tuple(f"g{number:02}" for number in range(len(counts)))
    cells = tuple(tuple(row) for row in counts)
    return Table(name, rows, STAGES[: len(counts[0])], cells, threshold=threshold, is_funnel=True)


def with_total(*tables: Table) -> tuple[tuple[Table, ...], tuple[Relation, ...]]:
    """Return the tables and their total, and that they add up to it; all have the same people and columns."""
    sums = (sum(count or 0 for count in column) for column in zip(*tables[0].cells, strict=True))
    total = one_row(*sums, is_funnel=tables[0].is_funnel)
    return (total, *tables), tuple(relation for table in tables for relation in adds_up_to(table, total))


class Crowd:
    """Made-up people: how many stages each has reached, and the group of each in every attribute."""

    def __init__(self, seed: int, people: int, sizes: Sequence[int], stages: int) -> None:
        """Draw people; an attribute's groups become smaller from the first to the last."""
        random = Random(f"crowd {seed}")
        shares = [random.uniform(0.6, 0.98) for _ in range(stages - 1)]
        self.stages, self.sizes = stages, tuple(sizes)
        self.reached = [1 + self._steps(random, shares) for _ in range(people)]
        self.groups = [
            random.choices(range(size), [1 / (1 + place) for place in range(size)], k=people) for size in sizes
        ]

    @staticmethod
    def _steps(random: Random, shares: Sequence[float]) -> int:
        """Return how many steps somebody goes on."""
        return next((k for k, share in enumerate(shares) if random.random() > share), len(shares))

    def count(
        self, people: Sequence[int], attributes: Sequence[int] | None = None
    ) -> tuple[tuple[Table, ...], tuple[Relation, ...]]:
        """Return the funnels of some people by some attributes; the first attribute counts as protected."""
        chosen = range(len(self.sizes)) if attributes is None else attributes
        return with_total(*(self._funnel(people, attribute) for attribute in chosen))

    def _funnel(self, people: Sequence[int], attribute: int) -> Table:
        """Return the funnel of some people by one attribute."""
        counts = [[0] * self.stages for _ in range(self.sizes[attribute])]
        for person in people:
            for stage in range(self.reached[person]):
                counts[self.groups[attribute][person]][stage] += 1
        return funnel(f"attribute {attribute}", *counts, threshold=5 if attribute else 10)


def some_crowd(seed: int) -> Crowd:
    """Return a crowd as it may be in a firm: 30 to 800 people, one to four attributes of 2 to 20 groups."""
    random = Random(f"sizes {seed}")
    sizes = [random.randint(2, 6), *(random.randint(3, 20) for _ in range(random.randint(0, 3)))]
    return Crowd(seed, random.choice([30, 60, 120, 250, 400, 800]), sizes, random.randint(3, 6))
