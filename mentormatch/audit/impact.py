"""Impact ratios: whether the groups of an attribute are served and scored alike, and whether chance explains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median

from mentormatch.audit.groups import Grouping
from mentormatch.audit.inference import (
    Interval,
    Share,
    fisher_mid_p,
    holm,
    newcombe_interval,
    stratified_p,
    wilson_interval,
)
from mentormatch.audit.solved_round import SolvedRound

FOUR_FIFTHS = 0.8
LEVEL = 0.05
"""The chance, over all tests of an audit together, that anything is flagged although nothing is wrong."""
SMALLEST_GROUP = 20
STRATA = ("level", "location")

Trait = Mapping[str, bool]
"""Whether each person of a population has what a measure counts."""


class Measure(StrEnum):
    """What is compared among groups.

    ``SCORED_HIGH`` is the scoring rate of New York City's Local Law 144 (6 RCNY 5-300). ``BEST_HIGH`` shows a bias of
    the score even where everybody is served.
    """

    SERVED = "served"
    SCORED_HIGH = "pairing above the median"
    BEST_HIGH = "best candidate above the median"


class Verdict(StrEnum):
    """What can be said of one group by one measure."""

    TOO_FEW = "too few to tell"
    EVEN = "within four fifths"
    CHANCE = "under four fifths, but chance explains it"
    NOT_ROBUST = "flagged, but not robust: one place would change it"
    FLAGGED = "flagged"


@dataclass(frozen=True, slots=True)
class GroupImpact:
    """How one group fares by one measure.

    ``interval`` is that of the rate. ``ratio`` is the rate over that of the best placed group, among groups of at
    least 20 (29 CFR 1607.4 D). ``difference`` is the rate less that of all others in a group, with its interval.
    ``p`` is of Fisher's exact test against all others, ``adjusted_p`` takes all tests of the audit into account, and
    ``stratified_p`` compares within one level and location only. What cannot be said is None.
    """

    group: str
    part: int
    whole: int
    rate: float
    interval: Interval
    ratio: float | None = None
    difference: float | None = None
    difference_interval: Interval | None = None
    p: float | None = None
    adjusted_p: float | None = None
    stratified_p: float | None = None
    is_robust: bool = True

    @property
    def is_flagged(self) -> bool:
        """Whether the rate is under four fifths of the best one and chance does not explain it."""
        return self.verdict in (Verdict.FLAGGED, Verdict.NOT_ROBUST)

    @property
    def verdict(self) -> Verdict:
        """What can be said."""
        if self.ratio is None or self.p is None:
            return Verdict.TOO_FEW
        if self.ratio >= FOUR_FIFTHS:
            return Verdict.EVEN
        if self.adjusted_p is None or self.adjusted_p >= LEVEL:
            return Verdict.CHANCE
        return Verdict.FLAGGED if self.is_robust else Verdict.NOT_ROBUST


@dataclass(frozen=True, slots=True)
class Impact:
    """All groups of one attribute by one measure; ``everybody`` counts those as well who are in no group."""

    attribute: str
    is_protected: bool
    measure: Measure
    groups: tuple[GroupImpact, ...]
    everybody: Share


def find_impacts(solved: SolvedRound, groupings: Sequence[Grouping]) -> tuple[Impact, ...]:
    """Compare the groups of every attribute by every measure."""
    strata = {grouping.attribute: grouping.group_of for grouping in groupings if grouping.attribute in STRATA}
    traits = measure_traits(solved)
    return adjust([compare(grouping, name, trait, strata) for grouping in groupings for name, trait in traits.items()])


def measure_traits(solved: SolvedRound) -> dict[Measure, Trait]:
    """Return who has what each measure counts.

    Served and best candidate: among the eligible mentees, a mentee without a candidate scoring 0. Pairing: among those
    served, by their first place.
    """
    first = {pairing.mentee_id: pairing for pairing in sorted(solved.pairings, key=lambda pair: -pair.pass_number)}
    points = {who: pairing.points for who, pairing in first.items() if who in solved.mentees}
    best = {who: solved.best_points.get(who, 0) for who in solved.mentees}
    return {
        Measure.SERVED: {who: who in points for who in solved.mentees},
        Measure.SCORED_HIGH: _above_the_median(points),
        Measure.BEST_HIGH: _above_the_median(best),
    }


def _above_the_median(points: Mapping[str, int]) -> Trait:
    """Return who has more points than the median."""
    middle = median(points.values()) if points else 0
    return {who: own > middle for who, own in points.items()}


def compare(
    grouping: Grouping, measure: Measure, trait: Trait, strata: Mapping[str, Mapping[str, str]] | None = None
) -> Impact:
    """Compare the groups of an attribute by a measure, before p-values are adjusted.

    ``strata`` are attributes, each as person to value, within whose combinations like is compared with like; the
    attribute itself is left out of them.
    """
    stratum_of = {
        who: tuple(values.get(who, "") for name, values in (strata or {}).items() if name != grouping.attribute)
        for who in trait
    }
    members = {group: grouping.members(group, trait) for group in grouping.groups}
    shares = {group: _share(trait, people) for group, people in members.items() if people}
    everybody = frozenset().union(*members.values())
    impacts = []
    for group, share in shares.items():
        impact = _compare_one(group, shares, _share(trait, everybody) - share)
        if impact.p is not None:
            tables = _strata(trait, members[group], everybody - members[group], stratum_of)
            impact = replace(impact, stratified_p=stratified_p(tables))
        impacts.append(impact)
    total = Share(sum(trait.values()), len(trait))
    return Impact(grouping.attribute, grouping.is_protected, measure, tuple(impacts), total)


def _share(trait: Trait, people: frozenset[str]) -> Share:
    return Share(sum(trait[who] for who in people), len(people))


def _compare_one(group: str, shares: Mapping[str, Share], others: Share) -> GroupImpact:
    """Compare one group with the best placed one, and with all others; a small group or remainder with neither."""
    share = shares[group]
    impact = GroupImpact(group, share.part, share.whole, share.rate, wilson_interval(share))
    if share.whole < SMALLEST_GROUP or others.whole == 0:
        return impact
    return replace(
        impact,
        ratio=impact_ratio(group, shares),
        difference=share.rate - others.rate,
        difference_interval=newcombe_interval(share, others),
        p=fisher_mid_p(share, others),
        is_robust=_is_robust(group, shares),
    )


def impact_ratio(group: str, shares: Mapping[str, Share]) -> float:
    """Return the rate of a group over the highest rate of a group of at least 20; 1 where no group has anything."""
    best = max((share.rate for share in shares.values() if share.whole >= SMALLEST_GROUP), default=0.0)
    return shares[group].rate / best if best else 1.0


def _is_robust(group: str, shares: Mapping[str, Share]) -> bool:
    """Whether the ratio stays on its side of four fifths when one place moves from the best placed group to this one.

    After question 21 of the Questions and Answers on the Uniform Guidelines (44 FR 11996).
    """
    best = max((name for name, share in shares.items() if share.whole >= SMALLEST_GROUP), key=lambda n: shares[n].rate)
    ratio = impact_ratio(group, shares)
    if best == group or ratio >= FOUR_FIFTHS:
        return True
    moved = {group: 1, best: -1}
    after = {name: Share(share.part + moved.get(name, 0), share.whole) for name, share in shares.items()}
    return impact_ratio(group, after) < FOUR_FIFTHS


def _strata(
    trait: Trait, members: frozenset[str], others: frozenset[str], stratum_of: Mapping[str, tuple[str, ...]]
) -> list[tuple[Share, Share]]:
    """Return the shares of a group and of all others within each stratum."""
    counts: dict[tuple[str, ...], list[int]] = {}
    for side, people in enumerate((members, others)):
        for who in people:
            count = counts.setdefault(stratum_of[who], [0, 0, 0, 0])
            count[2 * side] += trait[who]
            count[2 * side + 1] += 1
    return [(Share(a, n), Share(c, m)) for _, (a, n, c, m) in sorted(counts.items())]


def adjust(impacts: Sequence[Impact]) -> tuple[Impact, ...]:
    """Return comparisons with p-values adjusted for all tests of all of them together (Holm 1979)."""
    tested = [group.p for impact in impacts for group in impact.groups if group.p is not None]
    adjusted = iter(holm(tested))
    return tuple(
        replace(
            impact,
            groups=tuple(
                group if group.p is None else replace(group, adjusted_p=next(adjusted)) for group in impact.groups
            ),
        )
        for impact in impacts
    )
