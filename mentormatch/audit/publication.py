"""What of an audit can be shown: plain figures in which nobody can make out a small group."""

from collections.abc import Mapping
from dataclasses import dataclass

from mentormatch.audit.cells import THRESHOLD
from mentormatch.audit.favouritism import LEVEL, ManagerAccess, Tie
from mentormatch.audit.funnel import Funnel
from mentormatch.audit.group_tables import (
    ENROLLED,
    SERVED,
    SMALLER,
    AttributeCounts,
    Counts,
    GroupCounts,
    show_counts,
)
from mentormatch.audit.guards import RATE_DENOMINATOR, can_show_mean, can_show_rate, can_show_total_mean
from mentormatch.audit.impact import GroupImpact, Impact, Measure
from mentormatch.audit.inference import Interval, Share
from mentormatch.audit.overrides import Overrides, OverrideTest
from mentormatch.audit.random_plans import Finding, Null
from mentormatch.audit.report import Audit
from mentormatch.audit.sensitivity import WeightChange
from mentormatch.domain.round import Lock

HIDDEN_VERDICT = "hidden"
FEW = f"under {THRESHOLD}"
COLUMNS_OF: Mapping[Measure, tuple[str, str]] = {
    Measure.SERVED: (SERVED, ENROLLED),
    Measure.SCORED_HIGH: (Measure.SCORED_HIGH, SERVED),
    Measure.BEST_HIGH: (Measure.BEST_HIGH, ENROLLED),
}
"""The columns of part and whole of each measure."""


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """One row of a funnel; None is hidden."""

    group: str
    counts: Counts
    mean_points: float | None


@dataclass(frozen=True, slots=True)
class ShownFunnel:
    """The funnel of one attribute."""

    attribute: str
    is_protected: bool
    groups: tuple[ShownGroup, ...]


@dataclass(frozen=True, slots=True)
class ShownImpact:
    """One group by one measure; every figure is None that cannot be shown, or cannot be said."""

    attribute: str
    measure: str
    group: str
    part: int | None
    whole: int | None
    rate: float | None
    interval: Interval | None
    ratio: float | None
    difference: float | None
    difference_interval: Interval | None
    adjusted_p: float | None
    stratified_p: float | None
    verdict: str
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class ShownSign:
    """One sign of favouritism in words: what was counted, how many, and how unusual that is."""

    what: str
    observed: str
    expected: float | None
    rarity: str
    adjusted_p: float
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class ShownInequality:
    """The Gini coefficient of access in one direction or overall, and its mean among random plans."""

    direction: str
    gini: float
    expected: float


@dataclass(frozen=True, slots=True)
class ShownAudit:
    """An audit as HR may print it. ``dataclasses.asdict`` gives what JSON can hold.

    Locks and second helpings (mentor, mentee) name pairings, as pairings.csv does; no group is counted in them.
    """

    flags: int
    everybody: ShownGroup
    funnels: tuple[ShownFunnel, ...]
    impacts: tuple[ShownImpact, ...]
    access: tuple[ShownInequality, ...]
    signs: tuple[ShownSign, ...]
    second_helpings: tuple[tuple[str, str], ...]
    locks: tuple[Lock, ...]
    override_signs: tuple[ShownSign, ...]
    sensitivity: tuple[WeightChange, ...] | None
    random_plans: int
    seed: int


def show_audit(audit: Audit) -> ShownAudit:
    """Return what of an audit can be shown.

    Counts of people under 5 (under 10 for protected attributes) are hidden, with all counts that would give them
    away; rates and means stand only on shown counts of at least 10. A flag stands even where the counts are
    hidden: that a group of 20 or more is left out must not stay hidden because so few of it were served.
    """
    shown = show_counts(audit.funnels, audit.impacts, audit.divisions)
    by_name = {counts.attribute: counts for counts in shown.attributes}
    return ShownAudit(
        flags=audit.flags,
        everybody=_everybody(audit, shown.everybody, by_name),
        funnels=tuple(_show_funnel(funnel, by_name[funnel.attribute]) for funnel in audit.funnels),
        impacts=tuple(
            _show_impact(impact, group, by_name[impact.attribute], shown.everybody)
            for impact in audit.impacts
            for group in impact.groups
            if group.p is not None
        ),
        access=tuple(
            ShownInequality(one.direction, one.gini.observed, one.gini.rarity[Null.ANY].mean)
            for one in audit.concentration.access
            if one.gini is not None and one.mentees >= RATE_DENOMINATOR
        ),
        signs=_signs(audit),
        second_helpings=audit.favouritism.second_helpings,
        locks=audit.overrides.locks,
        override_signs=_override_signs(audit.overrides),
        sensitivity=audit.sensitivity if can_show_mean(shown.everybody.counts.get(SERVED)) else None,
        random_plans=audit.plans,
        seed=audit.seed,
    )


def _show_funnel(funnel: Funnel, counts: AttributeCounts) -> ShownFunnel:
    means = {group.group: group.mean_points for group in funnel.groups}
    groups = tuple(_show_group(one, means.get(one.group)) for one in counts.groups)
    return ShownFunnel(funnel.attribute, funnel.is_protected, groups)


def _show_group(one: GroupCounts, mean_points: float | None) -> ShownGroup:
    is_shown = mean_points is not None and can_show_mean(one.counts.get(SERVED))
    return ShownGroup(one.group, one.counts, mean_points if is_shown else None)


def _everybody(audit: Audit, counts: GroupCounts, attributes: Mapping[str, AttributeCounts]) -> ShownGroup:
    """Return the row of everybody; its mean only where no attribute's means leave the mean of a few others."""
    served = [[one.counts.get(SERVED) for one in shown.groups if one.group != SMALLER] for shown in attributes.values()]
    is_shown = all(can_show_total_mean(counts.counts.get(SERVED), groups) for groups in served)
    return _show_group(counts, audit.funnels[0].everybody.mean_points if audit.funnels and is_shown else None)


def _show_impact(impact: Impact, group: GroupImpact, counts: AttributeCounts, everybody: GroupCounts) -> ShownImpact:
    """Return a comparison without what would give hidden counts away: its own, those of the best placed, of all."""
    part_of, whole_of = COLUMNS_OF[impact.measure]
    own, totals = counts.of(group.group), everybody.counts
    part, whole = own.get(part_of), own.get(whole_of)
    is_open = can_show_rate(part, whole)
    is_best_open = is_open and all(
        can_show_rate(counts.of(best).get(part_of), counts.of(best).get(whole_of)) for best in _best_placed(impact)
    )
    is_total_open = is_open and totals.get(part_of) is not None and totals.get(whole_of) is not None
    return ShownImpact(
        attribute=impact.attribute,
        measure=impact.measure.value,
        group=group.group,
        part=part if is_open else None,
        whole=whole,
        rate=group.rate if is_open else None,
        interval=group.interval if is_open else None,
        ratio=group.ratio if is_best_open else None,
        difference=group.difference if is_total_open else None,
        difference_interval=group.difference_interval if is_total_open else None,
        adjusted_p=group.adjusted_p if is_total_open else None,
        stratified_p=group.stratified_p if is_total_open else None,
        verdict=group.verdict.value if is_best_open or group.is_flagged else HIDDEN_VERDICT,
        is_flagged=group.is_flagged,
    )


def _best_placed(impact: Impact) -> list[str]:
    """Return the groups whose rate the others are held against."""
    return [group.group for group in impact.groups if group.ratio == 1.0]


def _signs(audit: Audit) -> tuple[ShownSign, ...]:
    """Return the ties, the concentration on departments, and the managers that are flagged."""
    favouritism = audit.favouritism
    ties = [_show_tie(tie) for tie in favouritism.ties]
    managers = [_show_manager(access) for access in favouritism.managers if access.is_flagged]
    return (*ties, *managers)


def _show_tie(tie: Tie) -> ShownSign:
    finding = tie.finding
    what = f"pairings: {finding.name}"
    return ShownSign(
        what, say_count(int(finding.observed)), _expected(finding), say_rarity(finding), tie.adjusted_p, tie.is_flagged
    )


def _show_manager(access: ManagerAccess) -> ShownSign:
    finding = access.finding
    what = f"{finding.name} among the people of {access.manager_id}"
    observed = f"{say_count(int(finding.observed))} of {say_count(access.people)} people"
    return ShownSign(what, observed, _expected(finding), say_rarity(finding), access.adjusted_p, access.is_flagged)


def _expected(finding: Finding) -> float:
    return finding.rarity[Null.ANY].mean


def say_rarity(finding: Finding) -> str:
    """Return how unusual a figure is, by the kind of random plans that makes it look least so."""
    least = max(finding.rarity.values(), key=lambda rarity: rarity.p)
    return least.sentence if least.p < LEVEL else "not unusual"


def say_count(count: int) -> str:
    """Return a count of pairings or people, the small ones only as such."""
    return FEW if 0 < count < THRESHOLD else f"{count:,}"


def _override_signs(overrides: Overrides) -> tuple[ShownSign, ...]:
    """Return the tests of overrides that are flagged."""
    return tuple(_show_test(test) for test in overrides.tests if test.is_flagged)


def _show_test(test: OverrideTest) -> ShownSign:
    about = f"{test.concern.value} ({test.manager_id})" if test.manager_id else test.concern.value
    rarity = f"as unusual as 1 in {round(1 / test.p):,} random choices of as many pairings"
    return ShownSign(
        f"{test.kind.value} locks: {about}", _of(test.among_overrides), None, rarity, test.adjusted_p, test.is_flagged
    )


def _of(share: Share) -> str:
    return f"{say_count(share.part)} of {say_count(share.whole)}"
