"""Intervals and tests, against scipy, published examples and counting."""

from itertools import product
from math import comb
from random import Random

import numpy as np
import pytest
from scipy.stats import binomtest, chi2, fisher_exact

from mentormatch.audit.inference import Share, fisher_mid_p, holm, newcombe_interval, stratified_p, wilson_interval

SHARES = [Share(part, whole) for part, whole in ((0, 10), (3, 10), (10, 10), (1, 1), (57, 211), (999, 1000))]

BERKELEY = (
    (Share(512, 825), Share(89, 108)),
    (Share(353, 560), Share(17, 25)),
    (Share(120, 325), Share(202, 593)),
    (Share(138, 417), Share(131, 375)),
    (Share(53, 191), Share(94, 393)),
    (Share(22, 373), Share(24, 341)),
)
"""Admissions of men and women to six departments, Berkeley 1973 (Bickel, Hammel and O'Connell 1975)."""


@pytest.mark.parametrize("share", SHARES)
def test_the_interval_of_a_rate_is_wilsons(share: Share) -> None:
    expected = binomtest(share.part, share.whole).proportion_ci(method="wilson")
    found = wilson_interval(share)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_of_nobody_every_rate_is_possible() -> None:
    assert (wilson_interval(Share(0, 0)).low, wilson_interval(Share(0, 0)).high) == (0, 1)
    assert Share(0, 0).rate == 0


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(5, 56), Share(0, 29), -0.0381, 0.1926),
        (Share(0, 10), Share(0, 10), -0.2775, 0.2775),
        (Share(10, 10), Share(0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_newcombes(one: Share, other: Share, low: float, high: float) -> None:
    """The figures are those of method 10 in table II of Newcombe (1998)."""
    found = newcombe_interval(one, other)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


def test_the_mid_p_is_fishers_less_half_the_chance_of_what_was_seen() -> None:
    rng = Random(7)
    for _ in range(200):
        one, other = (Share(rng.randint(0, n), n) for n in (rng.randint(1, 40), rng.randint(1, 60)))
        table = [[one.part, one.whole - one.part], [other.part, other.whole - other.part]]
        total, trait = one.whole + other.whole, one.part + other.part
        seen = comb(trait, one.part) * comb(total - trait, one.whole - one.part) / comb(total, one.whole)
        assert fisher_mid_p(one, other) == pytest.approx(fisher_exact(table).pvalue - seen / 2, abs=1e-9)


def test_the_mid_p_of_a_small_table_by_counting() -> None:
    """3 of 3 against 0 of 3: of 20 equally likely choices one is as seen, and one as unlikely the other way round."""
    assert fisher_mid_p(Share(3, 3), Share(0, 3)) == pytest.approx(1 / 20 / 2 + 1 / 20)


def test_where_everybody_is_served_there_is_nothing_to_tell() -> None:
    assert fisher_mid_p(Share(30, 30), Share(40, 40)) == pytest.approx(0.5)


def test_holm_multiplies_the_smallest_by_all_and_never_lets_the_order_turn() -> None:
    assert holm([0.04, 0.01, 0.03, 0.005]) == pytest.approx([0.06, 0.03, 0.06, 0.02])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_holm_rejects_what_the_step_down_rule_rejects() -> None:
    rng = Random(3)
    for _ in range(100):
        p_values = [rng.random() ** 4 for _ in range(rng.randint(1, 12))]
        ordered = sorted(p_values)
        stop = next((k for k, p in enumerate(ordered) if p >= 0.05 / (len(ordered) - k)), len(ordered))
        rejected = sorted(p for p, adjusted in zip(p_values, holm(p_values), strict=True) if adjusted < 0.05)
        assert rejected == ordered[:stop]


def test_the_admissions_of_berkeley_show_no_difference_within_departments() -> None:
    """The statistic of this example is 1.4269 with one degree of freedom, its p 0.2323."""
    p = stratified_p(BERKELEY)
    assert p == pytest.approx(0.2323, abs=5e-5)
    assert chi2.isf(p, 1) == pytest.approx(1.4269, abs=5e-5)


def test_taken_together_the_same_admissions_look_like_a_difference() -> None:
    men = Share(sum(one.part for one, _ in BERKELEY), sum(one.whole for one, _ in BERKELEY))
    women = Share(sum(other.part for _, other in BERKELEY), sum(other.whole for _, other in BERKELEY))
    assert fisher_mid_p(men, women) < 1e-15


def test_the_stratified_variance_is_that_of_shuffling_within_strata() -> None:
    strata = ((Share(2, 3), Share(1, 4)), (Share(1, 2), Share(3, 3)))
    counts = []
    for one, other in strata:
        n, trait = one.whole + other.whole, one.part + other.part
        ways = {a: comb(trait, a) * comb(n - trait, one.whole - a) for a in range(one.whole + 1)}
        counts.append([a for a, number in ways.items() for _ in range(number)])
    sums = np.array([a + b for a, b in product(*counts)], float)
    excess = abs(sum(one.part for one, _ in strata) - sums.mean())
    assert chi2.isf(stratified_p(strata), 1) == pytest.approx(max(excess - 0.5, 0) ** 2 / sums.var())


@pytest.mark.parametrize("strata", [(), ((Share(1, 1), Share(0, 0)),), ((Share(2, 2), Share(5, 5)),)])
def test_where_no_stratum_can_show_a_difference_there_is_no_p(strata: tuple[tuple[Share, Share], ...]) -> None:
    assert stratified_p(strata) is None
