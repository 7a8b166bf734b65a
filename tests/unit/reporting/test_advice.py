"""What HR reads first: certain things first, numbers that are those of the round, one sentence for each thing to do."""

from dataclasses import replace

import pytest

from mentormatch.audit.inference import Interval
from mentormatch.domain.round import Lock, LockKind
from mentormatch.files.summary import BandFigures, Coverage, Load, Summary
from mentormatch.reporting.advice import MOST_GROUPS_NAMED, advice
from mentormatch.reporting.figures import Override, Report
from mentormatch.reporting.groups import GroupCoverage, GroupFigures, GroupShare


def with_summary(report: Report, **changes: object) -> Report:
    return replace(report, summary=replace(report.summary, **changes))  # type: ignore[arg-type]


def about(report: Report, word: str) -> list[str]:
    return [sentence for sentence in advice(report) if word in sentence]


def test_a_proven_round_says_so_first(report: Report) -> None:
    assert advice(report)[0].startswith("Proven: under this policy no other plan is better")


def test_a_stopped_round_asks_to_be_matched_again_before_anything_else(report: Report) -> None:
    first = advice(with_summary(report, status="stopped"))[0]
    assert first.startswith("Not proven:")
    assert "before you publish" in first


def test_who_has_no_mentor_is_counted_and_needs_an_answer(report: Report) -> None:
    changed = with_summary(report, coverage=Coverage(mentees=100, served=60, pairings=61), load=Load(30, 30, 61, 0))
    (served,) = about(changed, "60 of 100 mentees have a mentor and 40 have not")
    assert "unpaired.csv" in served
    assert about(changed, "offer 61 places in all")
    assert not about(changed, "places are left")


@pytest.mark.parametrize(
    ("coverage", "sentence"),
    [
        (Coverage(0, 0, 0), "Nobody enrolled as a mentee."),
        (Coverage(1_200, 1_200, 1_300), "Every mentee who enrolled (1,200) has a mentor."),
    ],
)
def test_nobody_without_a_mentor_is_one_plain_sentence(report: Report, coverage: Coverage, sentence: str) -> None:
    changed = with_summary(report, coverage=coverage)
    assert sentence in advice(changed)
    assert not about(changed, "have not")


def test_places_are_not_blamed_where_there_are_enough(report: Report) -> None:
    changed = with_summary(report, coverage=Coverage(100, 60, 60), load=Load(80, 60, 120, 60))
    assert not about(changed, "in all, fewer than")
    assert about(changed, "60 of 120 places are left; 20 mentors have no mentee.")


def test_the_lowest_band_that_is_used_is_named(report: Report) -> None:
    bands = (BandFigures(None, 350, 0), BandFigures(350, 450, 1), BandFigures(450, None, 9))
    assert about(with_summary(report, bands=bands), "at 350 to 449 points (1 pairing)")
    alike = (BandFigures(None, 350, 0), BandFigures(350, None, 9))
    assert not about(with_summary(report, bands=alike), "weakest")


def a_coverage(*groups: GroupShare) -> GroupCoverage:
    return GroupCoverage("level", groups, GroupShare("everybody", 500, 300, 0.6, Interval(0.55, 0.64)))


def with_coverage(report: Report, *groups: GroupShare) -> Report:
    figures = report.groups
    return replace(
        report, groups=GroupFigures((a_coverage(*groups),), None, figures.mentor_levels, figures.mentee_levels)
    )


def test_a_group_whose_whole_interval_lies_below_everybody_is_named(report: Report) -> None:
    behind = GroupShare("3", 60, 20, 1 / 3, Interval(0.23, 0.46))
    level = GroupShare("2", 60, 33, 0.55, Interval(0.42, 0.67))
    tiny = GroupShare("1", 12, 1, 1 / 12, None)
    (sentence,) = about(with_coverage(report, behind, level, tiny), "Served less often")
    assert "level 3 (33%)" in sentence
    assert "level 2" not in sentence
    assert "level 1 " not in sentence


def test_a_long_list_of_groups_is_cut(report: Report) -> None:
    groups = [GroupShare(str(k), 60, 20, 1 / 3, Interval(0.23, 0.46)) for k in range(MOST_GROUPS_NAMED + 2)]
    (sentence,) = about(with_coverage(report, *groups), "Served less often")
    assert "and 2 more." in sentence
    assert sentence.count("level") == MOST_GROUPS_NAMED


def test_nothing_is_said_about_groups_that_are_served_alike(report: Report) -> None:
    assert not about(with_coverage(report, GroupShare("2", 60, 36, 0.6, Interval(0.47, 0.71))), "Served less often")


def test_what_was_fixed_by_hand_is_counted(report: Report) -> None:
    must, forbidden = Lock(LockKind.MUST, "A", "B"), Lock(LockKind.MUST_NOT, "A", "C")
    changed = replace(report, overrides=(Override(must, None), Override(forbidden, None), Override(forbidden, None)))
    assert about(changed, "1 pairing was fixed and 2 forbidden by hand.")
    assert about(replace(report, overrides=()), "Nothing was fixed or forbidden by hand.")


def test_people_set_aside_and_lost_wishes_are_mentioned_only_if_there_are_any(report: Report) -> None:
    some = replace(with_summary(report, quarantined=("P1",)), wishes={"avoid": 1})
    assert about(some, "1 person was set aside")
    assert about(some, "1 wish was overruled")
    none = replace(with_summary(report, quarantined=()), wishes={})
    assert not about(none, "set aside")
    assert not about(none, "overruled")


def test_no_sentence_names_anybody(report: Report) -> None:
    text = " ".join(advice(report))
    assert isinstance(report.summary, Summary)
    assert not [load.mentor_id for load in report.loads if load.mentor_id in text]
