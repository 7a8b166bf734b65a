"""What to know before a round is published, in sentences: what is certain, what to look at, what to do."""

from collections.abc import Iterator

from mentormatch.domain.round import LockKind
from mentormatch.files.figure_names import band_name
from mentormatch.reporting.figures import Report
from mentormatch.reporting.groups import GroupCoverage
from mentormatch.reporting.layout import count, listed, percent

MOST_GROUPS_NAMED = 5


def advice(report: Report) -> tuple[str, ...]:
    """Return the sentences, the most important first."""
    parts = (_proof, _served, _weakest, _places, _unequal, _fixed, _set_aside, _wishes)
    return tuple(sentence for part in parts for sentence in part(report))


def _proof(report: Report) -> Iterator[str]:
    if report.summary.status == "proven":
        yield (
            "Proven: under this policy no other plan is better, in the order of the stages below. "
            "The proof can be checked without a solver, as the last section says."
        )
    else:
        yield (
            "Not proven: the match was stopped before the proof was complete, so a better plan may exist. "
            "Match the round again with more time before you publish it."
        )


def _served(report: Report) -> Iterator[str]:
    """Yield who has a mentor and who has not."""
    coverage, places = report.summary.coverage, report.summary.load.places
    without = coverage.mentees - coverage.served
    if not coverage.mentees:
        yield "Nobody enrolled as a mentee."
    elif not without:
        yield f"Every mentee who enrolled ({coverage.mentees:,}) has a mentor."
    else:
        yield (
            f"{coverage.served:,} of {count(coverage.mentees, 'mentee', 'mentees')} have a mentor and {without:,} have "
            "not. Each of those has a reason and a remedy in unpaired.csv; have an answer ready for them."
        )
        if places < coverage.mentees:
            yield (
                f"The mentors offer {count(places, 'place', 'places')} in all, fewer than there are mentees: more "
                "places help more than any other plan."
            )


def _weakest(report: Report) -> Iterator[str]:
    """Yield the lowest band that has pairings, if there is a higher one."""
    used = [band for band in report.summary.bands if band.pairings]
    if len(used) > 1:
        pairings = count(used[0].pairings, "pairing", "pairings")
        yield (
            f"The weakest pairings are at {band_name(used[0])} points ({pairings}): sort pairings.csv by points and "
            "read these before you publish."
        )


def _places(report: Report) -> Iterator[str]:
    load = report.summary.load
    if load.places_left:
        unused = load.mentors - load.used
        idle = f"; {count(unused, 'mentor has', 'mentors have')} no mentee" if unused else ""
        yield f"{load.places_left:,} of {count(load.places, 'place', 'places')} are left{idle}."


def _unequal(report: Report) -> Iterator[str]:
    """Yield the groups that are served less often than chance alone would make likely."""
    found = [name for coverage in report.groups.coverage for name in _behind(coverage)]
    if found:
        more = len(found) - MOST_GROUPS_NAMED
        named = listed([*found[:MOST_GROUPS_NAMED], f"{more} more"] if more > 0 else found)
        yield (
            f"Served less often than all mentees together, the whole interval lying below: {named}. "
            "Look at the tables of coverage; the fairness audit tests whether that is chance."
        )


def _behind(coverage: GroupCoverage) -> Iterator[str]:
    """Yield the groups of an attribute whose whole interval lies below the share of everybody."""
    everybody = coverage.everybody.share
    for group in coverage.groups:
        if everybody is not None and group.interval is not None and group.interval.high < everybody:
            yield f"{coverage.attribute} {group.group} ({percent(group.share or 0)})"


def _fixed(report: Report) -> Iterator[str]:
    forbidden = sum(override.lock.kind is LockKind.MUST_NOT for override in report.overrides)
    demanded = len(report.overrides) - forbidden
    if report.overrides:
        pairings = count(demanded, "pairing was", "pairings were")
        yield f"{pairings} fixed and {forbidden:,} forbidden by hand. Whoever signs the round should know why."
    else:
        yield "Nothing was fixed or forbidden by hand."


def _set_aside(report: Report) -> Iterator[str]:
    if report.summary.quarantined:
        people = count(len(report.summary.quarantined), "person was", "people were")
        yield f"{people} set aside for problems in their data and could not be paired; summary.json names them."


def _wishes(report: Report) -> Iterator[str]:
    lost = sum(report.wishes.values())
    if lost:
        yield f"{count(lost, 'wish was', 'wishes were')} overruled by a rule; the section on wishes says by which."
