"""Intervals and tests for counts: Wilson, Newcombe, Fisher's mid-p, Holm, and Cochran, Mantel and Haenszel."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from scipy.stats import hypergeom

Z_95 = 1.959963984540054
"""The 97.5 % point of the normal distribution: all intervals are two-sided at 95 %."""
SAME_PROBABILITY = 1 + 1e-7
"""Probabilities that differ by less than this factor are those of equally unusual tables."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % confidence interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` people of ``whole``."""

    part: int
    whole: int

    @property
    def rate(self) -> float:
        """The share as a number; 0 of nobody is 0."""
        return self.part / self.whole if self.whole else 0.0

    def __sub__(self, other: "Share") -> "Share":
        """Return the rest when some people are taken out."""
        return Share(self.part - other.part, self.whole - other.whole)


def wilson_interval(share: Share) -> Interval:
    """Return the score interval of a rate (Wilson 1927); everything from 0 to 1 where there is nobody."""
    if share.whole == 0:
        return Interval(0.0, 1.0)
    n, p, z2 = share.whole, share.rate, Z_95**2
    middle, half = p + z2 / (2 * n), Z_95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    scale = 1 + z2 / n
    low = 0.0 if share.part == 0 else (middle - half) / scale
    high = 1.0 if share.part == n else (middle + half) / scale
    return Interval(low, high)


def newcombe_interval(one: Share, other: Share) -> Interval:
    """Return the interval of a difference of two rates, one minus other (Newcombe 1998, method 10)."""
    mine, theirs = wilson_interval(one), wilson_interval(other)
    difference = one.rate - other.rate
    below = sqrt((one.rate - mine.low) ** 2 + (theirs.high - other.rate) ** 2)
    above = sqrt((mine.high - one.rate) ** 2 + (other.rate - theirs.low) ** 2)
    return Interval(difference - below, difference + above)


def fisher_mid_p(one: Share, other: Share) -> float:
    """Return the two-sided mid-p of Fisher's exact test for two rates (Lancaster 1961; Fagerland and others 2013).

    The tables that are less likely than the observed one count whole, those as likely as it (itself among them) whole
    too, less half the observed one: Fisher's own p is conservative by about that half.
    """
    chances = hypergeom(one.whole + other.whole, one.part + other.part, one.whole)
    low, high = chances.support()
    probabilities = chances.pmf(np.arange(low, high + 1))
    seen = probabilities[one.part - low]
    return float(min(1.0, probabilities[probabilities <= seen * SAME_PROBABILITY].sum() - seen / 2))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for their number by Holm (1979), in the order given.

    Rejecting those under a level keeps the chance of any false rejection at most at the level.
    """
    order = sorted(range(len(p_values)), key=lambda k: p_values[k])
    adjusted, largest = [0.0] * len(p_values), 0.0
    for place, k in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[k]))
        adjusted[k] = largest
    return adjusted


def stratified_p(strata: Sequence[tuple[Share, Share]]) -> float | None:
    """Return the p of no difference within any stratum (Cochran 1954; Mantel and Haenszel 1959, corrected by a half).

    Each stratum compares one share with another among people who are otherwise alike. With a of n1 against c of n2,
    m1 of n with the trait: (|sum (a - n1 m1 / n)| - 1/2)^2 / sum (n1 n2 m1 (n - m1) / (n^2 (n - 1))) is chi-squared
    with one degree of freedom. None where no stratum can show a difference.
    """
    excess = variance = 0.0
    for one, other in strata:
        n, trait = one.whole + other.whole, one.part + other.part
        if n > 1:
            excess += one.part - one.whole * trait / n
            variance += one.whole * other.whole * trait * (n - trait) / (n * n * (n - 1))
    if variance == 0:
        return None
    return erfc(max(abs(excess) - 0.5, 0.0) / sqrt(2 * variance))
