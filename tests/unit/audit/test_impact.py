"""Impact ratios: what is compared with what, and when something is flagged."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from scipy.stats import fisher_exact, hypergeom

from mentormatch.audit.groups import Grouping
from mentormatch.audit.impact import (
    GroupImpact,
    Impact,
    Measure,
    Verdict,
    adjust,
    compare,
    find_impacts,
    impact_ratio,
    measure_traits,
)
from mentormatch.audit.inference import Share
from tests.factories import a_mentee, a_mentor, a_scored_round, bare_policy
from tests.unit.audit.plans import a_plan, an_open_round

Counts = Mapping[str, tuple[int, int]]


def impact_of(counts: Counts, strata: Mapping[str, Mapping[str, str]] | None = None) -> Impact:
    """Compare groups of which so many of so many have a trait; people are called by group and number."""
    trait = {f"{g}{k}": k < part for g, (part, whole) in counts.items() for k in range(whole)}
    group_of = {who: who[0] for who in trait}
    grouping = Grouping("division", False, tuple(counts), group_of)
    return adjust([compare(grouping, Measure.SERVED, trait, strata)])[0]


def group(impact: Impact, name: str) -> GroupImpact:
    return next(one for one in impact.groups if one.group == name)


def test_the_ratio_is_the_rate_over_that_of_the_best_placed_group() -> None:
    found = impact_of({"A": (30, 40), "B": (20, 40), "C": (24, 40)})
    assert [one.ratio for one in found.groups] == pytest.approx([1, 2 / 3, 0.8])


def test_a_group_under_twenty_is_too_few_to_tell_and_no_yardstick() -> None:
    found = impact_of({"A": (19, 19), "B": (20, 40), "C": (20, 40)})
    small = group(found, "A")
    assert (small.verdict, small.ratio, small.p, small.is_flagged) == (Verdict.TOO_FEW, None, None, False)
    assert group(found, "B").ratio == 1
    assert small.rate == 1


def test_twenty_are_enough() -> None:
    assert group(impact_of({"A": (20, 20), "B": (0, 20)}), "B").verdict is Verdict.FLAGGED


def test_a_group_is_flagged_under_four_fifths_when_chance_does_not_explain_it() -> None:
    found = impact_of({"A": (80, 100), "B": (40, 100)})
    assert group(found, "B").is_flagged
    assert not group(found, "A").is_flagged


def test_a_group_under_four_fifths_by_chance_is_not_flagged() -> None:
    found = group(impact_of({"A": (12, 20), "B": (9, 20)}), "B")
    assert (found.verdict, found.is_flagged) == (Verdict.CHANCE, False)


def test_a_large_group_just_within_four_fifths_is_not_flagged_however_sure_the_difference() -> None:
    found = group(impact_of({"A": (9000, 10000), "B": (7300, 10000)}), "B")
    assert found.adjusted_p is not None
    assert found.adjusted_p < 1e-9
    assert found.verdict is Verdict.EVEN


def test_each_group_is_tested_against_all_others() -> None:
    found = group(impact_of({"A": (30, 40), "B": (20, 40), "C": (25, 40)}), "B")
    seen = hypergeom(120, 75, 40).pmf(20)
    assert found.p == pytest.approx(fisher_exact([[20, 20], [55, 25]]).pvalue - seen / 2)
    assert found.difference == pytest.approx(20 / 40 - 55 / 80)
    assert found.difference_interval is not None
    assert found.difference_interval.low < 20 / 40 - 55 / 80 < found.difference_interval.high < 0


def test_people_in_no_group_are_compared_with_nobody() -> None:
    trait = {f"A{k}": k < 20 for k in range(40)} | {f"x{k}": True for k in range(500)}
    grouping = Grouping("division", False, ("A",), {who: "A" for who in trait if who.startswith("A")})
    (found,) = compare(grouping, Measure.SERVED, trait).groups
    assert (found.whole, found.ratio, found.verdict) == (40, None, Verdict.TOO_FEW)


def test_p_values_are_adjusted_for_every_test_of_the_audit() -> None:
    impact = impact_of({"A": (60, 100), "B": (40, 100)})
    alone = group(impact, "B").adjusted_p
    together = group(adjust([impact] * 10)[0], "B").adjusted_p
    assert alone is not None
    assert together == pytest.approx(10 * alone)


def test_a_group_that_one_place_would_lift_is_not_robust() -> None:
    """159 of 200 against all of 200: .795 is under four fifths; 160 against 199 would be .804."""
    found = group(impact_of({"A": (200, 200), "B": (159, 200)}), "B")
    assert (found.verdict, found.is_robust) == (Verdict.NOT_ROBUST, False)
    assert found.is_flagged


def test_a_group_far_below_is_robust() -> None:
    assert group(impact_of({"A": (200, 200), "B": (100, 200)}), "B").is_robust


def test_where_nobody_has_anything_all_are_alike() -> None:
    found = impact_of({"A": (0, 30), "B": (0, 30)})
    assert [one.verdict for one in found.groups] == [Verdict.EVEN] * 2
    assert impact_ratio("A", {"A": Share(0, 30)}) == 1


def test_like_is_compared_with_like() -> None:
    """Both groups are served alike on each level, but one has more people on the level with few places."""
    counts = {"A": (50, 100), "B": (26, 100)}
    level = {f"A{k}": "1" if k < 45 or 50 <= k < 55 else "2" for k in range(100)}
    level |= {f"B{k}": "1" if k < 18 or 26 <= k < 28 else "2" for k in range(100)}
    found = group(impact_of(counts, {"level": level}), "B")
    assert found.p is not None
    assert found.p < 0.001
    assert found.stratified_p is not None
    assert found.stratified_p > 0.5


def test_an_attribute_is_no_stratum_of_itself() -> None:
    strata = {"division": {f"{g}{k}": g for g in "AB" for k in range(40)}}
    found = group(impact_of({"A": (30, 40), "B": (10, 40)}, strata), "B")
    assert found.stratified_p is not None
    assert found.stratified_p < 0.001


class TestMeasures:
    def test_served_are_those_with_a_place_among_those_who_asked(self) -> None:
        solved = a_plan(an_open_round([a_mentee("A"), a_mentee("B")], [a_mentor("M")]), ("M", "B"))
        assert measure_traits(solved)[Measure.SERVED] == {"A": False, "B": True}

    def test_a_pairing_counts_by_the_first_place(self) -> None:
        points = {("A", "M"): 300, ("A", "N"): 900, ("B", "N"): 400, ("C", "N"): 500}
        solved = a_plan(a_scored_round(points, {"N": 3}), ("M", "A"), ("N", "B"), ("N", "C"), second=[("N", "A")])
        assert measure_traits(solved)[Measure.SCORED_HIGH] == {"A": False, "B": False, "C": True}

    def test_the_best_candidate_counts_for_all_who_asked_and_none_is_worth_nothing(self) -> None:
        points = {("A", "M"): 300, ("B", "M"): 600, ("C", "M"): 900}
        scored, hopeless = a_scored_round(points), a_mentee("D", level=10**6)
        people, entries = (*scored.people, hopeless.person), (*scored.enrolments, hopeless.enrolment)
        whole = replace(scored, people=people, enrolments=entries)
        expected = {"A": False, "B": True, "C": True, "D": False}
        assert measure_traits(a_plan(whole, ("M", "C")))[Measure.BEST_HIGH] == expected

    def test_without_pairings_nobody_is_scored(self) -> None:
        solved = a_plan(an_open_round([a_mentee("A")], [], policy=bare_policy()))
        assert measure_traits(solved)[Measure.SCORED_HIGH] == {}


def test_every_attribute_is_compared_by_every_measure() -> None:
    solved = a_plan(an_open_round([a_mentee("A")], [a_mentor("M")]), ("M", "A"))
    groupings = [Grouping(name, False, ("x",), {"A": "x"}) for name in ("division", "location")]
    found = find_impacts(solved, groupings)
    assert [(one.attribute, one.measure) for one in found] == [
        (name, measure) for name in ("division", "location") for measure in Measure
    ]
