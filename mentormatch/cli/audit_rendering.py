"""An audit as tables for people, and as JSON for programs; both hold only what can be shown."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mentormatch.audit.group_tables import ELIGIBLE, ENROLLED, MENTORS, MENTORS_USED, SERVED, WITH_CANDIDATE
from mentormatch.audit.impact import SMALLEST_GROUP, Measure, Verdict
from mentormatch.audit.inference import Interval
from mentormatch.audit.publication import ShownAudit, ShownFunnel, ShownGroup, ShownImpact, ShownInequality, ShownSign
from mentormatch.audit.sensitivity import WeightChange
from mentormatch.cli.rendering import count, new_table, print_line
from mentormatch.domain.round import Lock

HIDDEN = "·"
GROUP_WIDTH = 12
SHOWN_LOCKS = 20
"""Locks that are printed; JSON holds all of them."""
HEADS = {
    ELIGIBLE: "eligible",
    ENROLLED: "mentees",
    WITH_CANDIDATE: "possible",
    SERVED: "served",
    MENTORS: "mentors",
    MENTORS_USED: "used",
}
"""The columns of counts that are printed, with short heads."""


def write_audit(shown: ShownAudit) -> str:
    """Return an audit as JSON."""
    return json.dumps(asdict(shown), ensure_ascii=False, indent=2)


def print_audit(console: Console, shown: ShownAudit) -> None:
    """Print an audit."""
    what = count(shown.flags, "thing is flagged", "things are flagged") if shown.flags else "Nothing is flagged"
    print_line(console, f"{what}. Each flag is a question to look into, not yet a finding.")
    for funnel in shown.funnels:
        console.print(_funnel(funnel, shown.everybody))
    print_line(console, f"{HIDDEN} is hidden: it is small, or would give a small count away.")
    print_line(console, "possible: mentees with a candidate; points: mean of the pairings of the served.")
    _print_impacts(console, shown.impacts)
    if shown.access:
        console.print(_access(shown.access))
    print_line(console, f"{shown.random_plans:,} random plans that keep the same rules were drawn (seed {shown.seed}).")
    if shown.signs:
        console.print(_signs("Against random plans", shown.signs))
    for mentor, mentee in shown.second_helpings:
        print_line(console, f"{mentor} mentors {mentee}, not their first mentor, while a candidate waits.")
    _print_overrides(console, shown)
    if shown.sensitivity is not None:
        console.print(_sensitivity(shown.sensitivity))


def _funnel(funnel: ShownFunnel, everybody: ShownGroup) -> Table:
    """Return the counts of the groups of one attribute."""
    table = new_table(f"By {funnel.attribute}", "", *HEADS.values(), "points", right=True)
    table.columns[0].min_width = GROUP_WIDTH
    for group in (*funnel.groups, everybody):
        table.add_row(Text(group.group), *(_number(group.counts.get(column)) for column in HEADS), _points(group))
    return table


def _points(group: ShownGroup) -> str:
    return HIDDEN if group.mean_points is None else f"{group.mean_points:.0f}"


def _number(number: int | None) -> str:
    return HIDDEN if number is None else f"{number:,}"


def _print_impacts(console: Console, impacts: Sequence[ShownImpact]) -> None:
    """Print the comparisons that are under four fifths, a table a measure, and count the others."""
    low = [one for one in impacts if one.is_flagged or one.verdict == Verdict.CHANCE]
    for measure in Measure:
        found = [one for one in low if one.measure == measure]
        if found:
            console.print(_impacts(measure, found))
    even = sum(one.verdict == Verdict.EVEN for one in impacts)
    print_line(console, f"{even:,} of {count(len(impacts), 'comparison', 'comparisons')} within four fifths;")
    print_line(console, f"groups with fewer than {SMALLEST_GROUP} people are too few to tell.")
    if low:
        print_line(console, "ratio: to the best placed group; p: adjusted for all comparisons;")
        print_line(console, "alike: p among people of one level and location.")


def _impacts(measure: Measure, found: Sequence[ShownImpact]) -> Table:
    """Return the comparisons by one measure."""
    heads = ("rate", "95 %", "ratio", "p", "alike")
    table = new_table(f"Under four fifths: {measure.value}", "group", *heads, "", right=True)
    table.columns[-1].justify = "left"
    for one in found:
        figures = (_share(one.rate), _interval(one.interval), _ratio(one.ratio), _p(one.adjusted_p))
        verdict = one.verdict.removeprefix("under four fifths, but ")
        table.add_row(Text(f"{one.attribute}: {one.group}"), *figures, _p(one.stratified_p), verdict)
    return table


def _share(rate: float | None) -> str:
    return HIDDEN if rate is None else f"{rate:.0%}"


def _interval(interval: Interval | None) -> str:
    return HIDDEN if interval is None else f"{100 * interval.low:.0f}-{100 * interval.high:.0f}"


def _ratio(ratio: float | None) -> str:
    return HIDDEN if ratio is None else f"{ratio:.2f}"


def _p(p: float | None) -> str:
    if p is None:
        return HIDDEN
    return "<.001" if p < 0.001 else f"{p:.3f}"


def _access(access: Sequence[ShownInequality]) -> Table:
    """Return how unequally points fall among those who asked."""
    table = new_table("Inequality of access (Gini, 0 is equal)", "", "here", "random plans", right=True)
    for one in access:
        table.add_row(one.direction, f"{one.gini:.3f}", f"{one.expected:.3f}")
    return table


def _signs(title: str, signs: Sequence[ShownSign]) -> Table:
    """Return signs of favouritism."""
    table = new_table(title, "", "here", "expected", "", "")
    for sign in signs:
        expected = "" if sign.expected is None else f"{sign.expected:.1f}"
        table.add_row(Text(sign.what), sign.observed, expected, sign.rarity, "flagged" if sign.is_flagged else "")
    return table


def _print_overrides(console: Console, shown: ShownAudit) -> None:
    """Print what HR has fixed by hand, and what is unusual about it."""
    if shown.locks:
        print_line(console, f"{count(len(shown.locks), 'override', 'overrides')} by lock:")
    for lock in shown.locks[:SHOWN_LOCKS]:
        print_line(console, f"  {_lock(lock)}")
    if len(shown.locks) > SHOWN_LOCKS:
        print_line(console, f"  and {len(shown.locks) - SHOWN_LOCKS:,} more, all with --format json")
    if shown.override_signs:
        console.print(_signs("Overrides", shown.override_signs))


def _lock(lock: Lock) -> str:
    reason = f" ({lock.reason})" if lock.reason else " (no reason given)"
    return f"{lock.kind.value}: {lock.mentor_id} mentors {lock.mentee_id}{reason}"


def _sensitivity(changes: Sequence[WeightChange]) -> Table:
    """Return what other weights would change."""
    table = new_table("With another weight", "criterion", "weight", "pairings kept", "people kept", right=True)
    for change in changes:
        weight = f"{change.weight} -> {change.new_weight}"
        table.add_row(change.criterion.value, weight, f"{change.pairings_kept:.0%}", f"{change.people_kept:.0%}")
    return table
