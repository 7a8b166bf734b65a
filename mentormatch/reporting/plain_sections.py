"""The sections without figures: who has no place, what was fixed by hand, rules, wishes, stages, how to verify."""

from collections.abc import Iterator

from mentormatch.domain.pairing import UnpairedReason
from mentormatch.domain.reasons import SENTENCES, RuleId
from mentormatch.files.figure_names import what_counts
from mentormatch.matching.outcome import FORBIDDEN_BY_LOCK
from mentormatch.reporting import notes
from mentormatch.reporting.figures import Override, Report, RuleFigures, is_confidential
from mentormatch.reporting.layout import Section, TableView, number, shown

REASONS = {
    UnpairedReason.NO_CANDIDATE: "No candidate: the rules leave nobody in any direction asked for",
    UnpairedReason.CROWDED_OUT: "Crowded out: all possible mentors take others who serve the round better",
    UnpairedReason.LOST_DRAW: "Lost the draw: somebody of the same worth got the place",
    UnpairedReason.NOT_NEEDED: "Not needed: the possible mentees are placed elsewhere, or wait in a better plan",
}
"""Why somebody has no place, for HR."""


def plain_sections(report: Report) -> Iterator[Section]:
    """Yield the sections in the order of the page."""
    yield left_out_section(report)
    yield overrides_section(report.overrides)
    yield rules_section(report.rules)
    yield wishes_section(report)
    yield stages_section(report)
    yield verify_section(report)


def left_out_section(report: Report) -> Section:
    """Return who has no place, for which reason, and what helps."""
    rows = tuple((one.role, _reason(one.reason), one.remedy, number(one.people)) for one in report.left_out)
    if not rows:
        return Section("left-out", "Without a place", ("Everybody who enrolled has a place.",))
    heads = ("role", "reason", "what helps", "people")
    table = TableView("People without a place, by reason and remedy", heads, rows, frozenset({0, 1, 2}))
    return Section("left-out", "Without a place", notes.LEFT_OUT, tables=(table,))


def _reason(code: str) -> str:
    """Return the words for a reason; one that is not known here stands as it is."""
    return REASONS[UnpairedReason(code)] if code in UnpairedReason else code


def overrides_section(overrides: tuple[Override, ...]) -> Section:
    """Return what HR fixed or forbade by hand."""
    if not overrides:
        return Section("overrides", "Fixed by hand", notes.NO_OVERRIDES)
    rows = tuple(
        (
            one.lock.kind,
            one.lock.mentor_id,
            one.lock.mentee_id,
            str(one.pairing.direction) if one.pairing else "–",
            number(one.pairing.points if one.pairing else None),
            one.lock.reason or "–",
        )
        for one in overrides
    )
    heads = ("lock", "mentor", "mentee", "direction", "points", "reason given")
    table = TableView("Locks, by id; for HR only", heads, rows, frozenset({0, 1, 2, 3, 5}))
    return Section("overrides", "Fixed by hand", notes.OVERRIDES, tables=(table,))


def rules_section(rules: tuple[RuleFigures, ...]) -> Section:
    """Return the rules and what each of them removed."""
    rows = tuple((one.rule, one.sentence, *_rule_cells(one)) for one in rules)
    heads = ("rule", "what it says", "in force", "combinations removed")
    table = TableView("Rules, and what each was the first to remove", heads, rows, frozenset({0, 1, 2}))
    return Section("rules", "Rules", notes.RULES, tables=(table,))


def _rule_cells(rule: RuleFigures) -> tuple[str, str]:
    return ("yes", shown(rule.removed)) if rule.is_on else ("no", "–")


def wishes_section(report: Report) -> Section:
    """Return how many wishes each rule overruled."""
    if not report.wishes:
        return Section("wishes", "Wishes that lost", notes.NO_WISHES)
    rows = tuple(
        (rule, _why(rule), shown(None if is_confidential(rule, wishes) else wishes))
        for rule, wishes in report.wishes.items()
    )
    heads = ("rule", "what it says", "wishes")
    table = TableView("Wishes that a rule overruled", heads, rows, frozenset({0, 1}))
    return Section("wishes", "Wishes that lost", notes.WISHES, tables=(table,))


def _why(rule: str) -> str:
    return "HR has forbidden the pairing." if rule == FORBIDDEN_BY_LOCK else SENTENCES[RuleId(rule)].for_hr


def stages_section(report: Report) -> Section:
    """Return the stages with their values, a column for each pass."""
    passes = sorted({stage.pass_number for stage in report.stages})
    values = {(stage.name, stage.pass_number): f"{stage.value:,}" for stage in report.stages}
    rows = tuple(
        (name, what_counts(name, report.summary.bands), *(values.get((name, number), "–") for number in passes))
        for name in dict.fromkeys(stage.name for stage in report.stages)
    )
    heads = ("stage", "what counts", *(f"pass {number}" for number in passes))
    proven = "proven" if report.summary.status == "proven" else "not proven"
    table = TableView(f"Values of the stages ({proven})", heads, rows, frozenset({0, 1}))
    return Section("stages", "Stages", notes.STAGES, tables=(table,))


def verify_section(report: Report) -> Section:
    """Return how to check the outcome, and the digests of its files."""
    rows = tuple(report.digests.items())
    caption = "SHA-256 of each input, and of the policy in its canonical form"
    table = TableView(caption, ("input", "digest"), rows, frozenset({0, 1}))
    return Section("verify", "How to verify this outcome", notes.VERIFY, tables=(table,))
