"""The rates at which access floors can be tried, and the places that each leaves to each group.

For a rate m and a share s, at least ceil(s m n) and at most floor(m n) of a group of n mentees are served: then no
group's rate is under the share of any other's. The rate is a constant of every programme. As a variable it would turn
the bounds into ratios, and the corners of the programme would no longer be whole-number plans.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from mentormatch.matching.roster import Ints


@dataclass(frozen=True, eq=False)
class Level:
    """Access floors at one rate: the fewest and the most of each group that get a place in the first pass.

    ``locked`` of a group of ``sizes`` have one from a lock already, and are counted off both.
    """

    rate: Fraction
    percent: int
    sizes: Ints
    locked: Ints
    lower: Ints
    upper: Ints

    def reached(self, served: Ints) -> int:
        """Return what percentage of the rate every group gets when so many are served, at most that of the level."""
        pairs = zip(served.tolist(), self.sizes.tolist(), strict=True)
        return min([self.percent, *(int(100 * count / (self.rate * size)) for count, size in pairs)])


@dataclass(frozen=True, eq=False)
class Rates:
    """The rates up to 1 at which the bounds of a group change, rising, as numerators and denominators.

    A plan that is possible between two of them is possible at the upper one too.
    """

    numerators: Ints
    denominators: Ints
    percent: int
    sizes: Ints
    locked: Ints

    def __len__(self) -> int:
        """Return the number of rates."""
        return len(self.numerators)

    def lower(self, group: int) -> Ints:
        """Return the fewest of a group to be served beside those with a lock, rate by rate."""
        least = -(-self.percent * self.numerators * self.sizes[group] // (100 * self.denominators))
        return np.asarray(np.maximum(least - self.locked[group], 0), np.int64)

    def upper(self, group: int) -> Ints:
        """Return the most of a group to be served beside those with a lock, rate by rate; under 0 if these are more."""
        most = self.numerators * self.sizes[group] // self.denominators
        return np.asarray(most - self.locked[group], np.int64)

    def where(self, chosen: Ints) -> "Rates":
        """Return some of the rates."""
        return replace(self, numerators=self.numerators[chosen], denominators=self.denominators[chosen])

    def level(self, place: int) -> Level:
        """Return the floors at one of the rates."""
        one = self.where(np.array([place]))
        rate = Fraction(int(one.numerators[0]), int(one.denominators[0]))
        bounds = [(one.lower(group)[0], one.upper(group)[0]) for group in range(len(self.sizes))]
        lower, upper = np.array(bounds, np.int64).reshape(-1, 2).T
        return Level(rate, self.percent, self.sizes, self.locked, lower, upper)


def no_floors(sizes: Ints, locked: Ints, everybody: int) -> Level:
    """Return the level that asks for nothing and allows everything."""
    return Level(Fraction(1), 0, sizes, locked, np.zeros_like(sizes), np.full_like(sizes, everybody))


def list_rates(sizes: Ints, locked: Ints, percent: int) -> Rates:
    """Return the rates to be tried at a share; at a share of 0 it is 1 alone, which allows everything.

    Left out are those that ask some group for more than they allow it.
    """
    found = {Fraction(1)}
    for size in np.unique(sizes).tolist() if percent else ():
        found |= {Fraction(count, size) for count in range(1, size + 1)}
        found |= {Fraction(100 * count, percent * size) for count in range(1, percent * size // 100 + 1)}
    rising = sorted(found)
    numerators, denominators = ([getattr(rate, part) for rate in rising] for part in ("numerator", "denominator"))
    rates = Rates(np.array(numerators, np.int64), np.array(denominators, np.int64), percent, sizes, locked)
    is_possible = np.ones(len(rates), np.bool_)
    for group in range(len(sizes)):
        is_possible &= rates.lower(group) <= rates.upper(group)
    return rates.where(np.flatnonzero(is_possible))
