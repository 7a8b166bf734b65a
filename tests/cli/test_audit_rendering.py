"""An audit on the screen: what is hidden, what is flagged, what is left to JSON."""

import io
import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from rich.console import Console

from mentormatch.audit.group_tables import COLUMNS, SERVED
from mentormatch.audit.impact import Measure, Verdict
from mentormatch.audit.inference import Interval
from mentormatch.audit.publication import (
    ShownAudit,
    ShownFunnel,
    ShownGroup,
    ShownImpact,
    ShownInequality,
    ShownSign,
)
from mentormatch.audit.sensitivity import WeightChange
from mentormatch.cli.audit_rendering import HIDDEN, SHOWN_LOCKS, print_audit, write_audit
from mentormatch.domain.pairing import Criterion
from mentormatch.domain.round import Lock, LockKind

NOTHING: Mapping[str, int | None] = dict.fromkeys(COLUMNS)
EMPTY = ShownAudit(0, ShownGroup("everybody", NOTHING, None), (), (), (), (), (), (), (), None, 999, 7)


def screen_of(shown: ShownAudit) -> str:
    """Return what is printed on a screen of eighty columns."""
    console = Console(file=io.StringIO(), width=80)
    print_audit(console, shown)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def an_impact(verdict: Verdict | str, *, is_flagged: bool = False, group: str = "Works") -> ShownImpact:
    """Return a comparison with every figure."""
    interval = Interval(0.3, 0.5)
    figures = (40, 100, 0.4, interval, 0.66, -0.2, interval, 0.0004, 0.25)
    return ShownImpact("division", Measure.SERVED.value, group, *figures, str(verdict), is_flagged)


def row_of(screen: str, words: str) -> list[str]:
    """Return the cells of the first line that holds some words."""
    return next(line for line in screen.splitlines() if words in line).split()


def test_an_audit_without_anything_says_that_nothing_is_flagged() -> None:
    screen = screen_of(EMPTY)
    assert screen.startswith("Nothing is flagged.")
    assert "999 random plans that keep the same rules were drawn (seed 7)." in screen


@pytest.mark.parametrize(("flags", "words"), [(1, "1 thing is flagged."), (3, "3 things are flagged.")])
def test_the_first_line_counts_what_is_flagged(flags: int, words: str) -> None:
    assert screen_of(replace(EMPTY, flags=flags)).startswith(words)


def test_what_is_hidden_has_a_mark_and_the_mark_is_explained() -> None:
    group = ShownGroup("Works", {**NOTHING, SERVED: 12}, 640.4)
    screen = screen_of(replace(EMPTY, funnels=(ShownFunnel("division", False, (group,)),)))
    assert row_of(screen, "Works")[1:] == [HIDDEN, HIDDEN, HIDDEN, "12", HIDDEN, HIDDEN, "640"]
    assert row_of(screen, "everybody")[1:] == [HIDDEN] * 7
    assert f"{HIDDEN} is hidden" in screen


def test_a_flagged_group_is_printed_with_its_figures() -> None:
    screen = screen_of(replace(EMPTY, impacts=(an_impact(Verdict.FLAGGED, is_flagged=True),)))
    assert row_of(screen, "Works")[1:] == ["Works", "40%", "30-50", "0.66", "<.001", "0.250", "flagged"]
    assert "0 of 1 comparison within four fifths" in screen


def test_a_flag_stands_even_where_the_figures_are_hidden() -> None:
    bare = replace(
        an_impact(Verdict.FLAGGED, is_flagged=True),
        part=None,
        rate=None,
        interval=None,
        ratio=None,
        adjusted_p=None,
        stratified_p=None,
    )
    assert row_of(screen_of(replace(EMPTY, impacts=(bare,))), "Works")[1:] == ["Works", *[HIDDEN] * 5, "flagged"]


def test_groups_within_four_fifths_are_counted_and_not_listed() -> None:
    impacts = (an_impact(Verdict.EVEN, group="Fine"), an_impact(Verdict.CHANCE, group="Unlucky"))
    screen = screen_of(replace(EMPTY, impacts=impacts))
    assert "Fine" not in screen
    assert "Unlucky" in screen
    assert "chance explains it" in screen
    assert "1 of 2 comparisons within four fifths" in screen


def test_a_hidden_verdict_is_not_listed() -> None:
    screen = screen_of(replace(EMPTY, impacts=(an_impact("hidden", group="Secret"),)))
    assert "Secret" not in screen


def test_signs_are_printed_with_what_was_to_be_expected() -> None:
    sign = ShownSign("pairings: same line", "31", 12.34, "as unusual as 1 in 500 random plans", 0.01, True)
    screen = screen_of(replace(EMPTY, signs=(sign,)))
    assert row_of(screen, "same line")[3:5] == ["31", "12.3"]
    assert "flagged" in screen
    assert "1 in 500" in " ".join(screen.split())


def test_second_helpings_are_listed() -> None:
    assert "M mentors E, not their first mentor" in screen_of(replace(EMPTY, second_helpings=(("M", "E"),)))


def test_inequality_stands_beside_that_of_random_plans() -> None:
    screen = screen_of(replace(EMPTY, access=(ShownInequality("overall", 0.4567, 0.5),)))
    assert row_of(screen, "overall") == ["overall", "0.457", "0.500"]


def test_overrides_are_listed_with_their_reasons_and_long_lists_end() -> None:
    locks = tuple(Lock(LockKind.MUST, f"M{k}", f"E{k}", "promised" if k else "") for k in range(SHOWN_LOCKS + 3))
    screen = screen_of(replace(EMPTY, locks=locks))
    assert f"{len(locks)} overrides by lock:" in screen
    assert "must: M1 mentors E1 (promised)" in screen
    assert "must: M0 mentors E0 (no reason given)" in screen
    assert f"M{SHOWN_LOCKS} mentors" not in screen
    assert "and 3 more, all with --format json" in screen


def test_names_are_printed_as_they_are_and_not_as_markup() -> None:
    lock = Lock(LockKind.MUST, "[red]M", "E", "[bold]why[/bold]")
    assert "must: [red]M mentors E ([bold]why[/bold])" in screen_of(replace(EMPTY, locks=(lock,)))
    group = ShownGroup("[red]Works", NOTHING, None)
    assert "[red]Works" in screen_of(replace(EMPTY, funnels=(ShownFunnel("division", False, (group,)),)))
    sign = ShownSign("must locks: [red]boss", "6 of 8", None, "", 0.002, True)
    assert "[red]boss" in screen_of(replace(EMPTY, override_signs=(sign,)))
    flagged = an_impact(Verdict.FLAGGED, is_flagged=True, group="[red]Sales")
    assert "[red]Sales" in screen_of(replace(EMPTY, impacts=(flagged,)))


def test_unusual_overrides_have_a_table_of_their_own() -> None:
    sign = ShownSign("must locks: top mentors", "6 of 8", None, "as unusual as 1 in 900", 0.002, True)
    screen = screen_of(replace(EMPTY, override_signs=(sign,)))
    assert "Overrides" in screen
    assert "6 of 8" in screen
    assert "Overrides" not in screen_of(EMPTY)


def test_other_weights_show_how_much_stays() -> None:
    change = WeightChange(Criterion.NEEDS, 0.5, 300, 150, 0.544, 0.876)
    screen = screen_of(replace(EMPTY, sensitivity=(change,)))
    assert row_of(screen, "needs") == ["needs", "300", "->", "150", "54%", "88%"]


def test_json_holds_every_lock_and_every_comparison() -> None:
    locks = tuple(Lock(LockKind.KEEP, f"M{k}", f"E{k}") for k in range(SHOWN_LOCKS + 3))
    impacts = (an_impact(Verdict.EVEN), an_impact(Verdict.FLAGGED, is_flagged=True))
    data = json.loads(write_audit(replace(EMPTY, locks=locks, impacts=impacts)))
    assert len(data["locks"]) == len(locks)
    assert [row["verdict"] for row in data["impacts"]] == ["within four fifths", "flagged"]
