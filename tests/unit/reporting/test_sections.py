"""The sections of the page: each figure has tables that say the same, and every table is whole."""

import re
from collections.abc import Iterable
from dataclasses import replace

import pytest

from mentormatch.domain.pairing import Role, UnpairedReason
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import StageValue
from mentormatch.files.outcome_folder import OutcomeFolder
from mentormatch.reporting import notes
from mentormatch.reporting.drawn_sections import (
    MOST_MENTORS,
    drawn_sections,
    exchange_section,
    flow_section,
    load_section,
    trade_off_section,
)
from mentormatch.reporting.figures import LeftOut, MentorLoad, Report, RuleFigures, gather
from mentormatch.reporting.groups import Exchange, LevelTable
from mentormatch.reporting.layout import HIDDEN, Section, TableView
from mentormatch.reporting.plain_sections import (
    REASONS,
    left_out_section,
    overrides_section,
    plain_sections,
    rules_section,
    stages_section,
    verify_section,
    wishes_section,
)
from tests.unit.reporting.conftest import CURVE


@pytest.fixture(scope="module")
def drawn(report: Report) -> list[Section]:
    return list(drawn_sections(report))


def tables_of(sections: Iterable[Section]) -> list[TableView]:
    return [
        table for section in sections for table in (*section.tables, *(t for one in section.panels for t in one.tables))
    ]


def texts_of(drawing: str) -> set[str]:
    return set(re.findall(r"<text[^>]*>([^<]+)</text>", drawing))


def cells(table: TableView) -> list[list[str]]:
    return [list(row) for row in table.rows]


def test_the_page_has_a_section_for_each_figure(drawn: list[Section]) -> None:
    assert [section.key for section in drawn] == ["bands", "load", "exchange", "coverage", "flow", "trade-off"]


def test_each_figure_has_a_table_beside_it_and_words_for_a_screen_reader(drawn: list[Section]) -> None:
    for section in drawn:
        assert section.panels
        for panel in section.panels:
            assert panel.tables
            assert all(table.rows for table in panel.tables)
            assert "table beside it" in panel.plot.description


def test_every_row_of_every_table_is_as_long_as_its_heading(report: Report, drawn: list[Section]) -> None:
    for table in tables_of([*drawn, *plain_sections(report)]):
        assert {len(row) for row in table.rows} <= {len(table.heads)}, table.caption
        assert max(table.words) < len(table.heads)


def test_keys_of_sections_and_figures_are_their_own(report: Report, drawn: list[Section]) -> None:
    keys = [section.key for section in (*drawn, *plain_sections(report))]
    assert len(keys) == len(set(keys))
    ids = [found for section in drawn for one in section.panels for found in re.findall(r'id="([^"]+)"', one.plot.wide)]
    assert len(ids) == len(set(ids))


def test_every_section_explains_itself(report: Report, drawn: list[Section]) -> None:
    for section in (*drawn, *plain_sections(report)):
        assert section.notes
        assert all(re.fullmatch(r"[A-Z].*\.", note) for note in section.notes), section.key


def test_figure_and_table_of_the_bands_say_the_same(report: Report, drawn: list[Section]) -> None:
    (panel,) = drawn[0].panels
    rows = cells(panel.tables[0])
    assert [int(pairings) for _, pairings in rows] == [band.pairings for band in reversed(report.summary.bands)]
    assert {cell for row in rows for cell in row} <= texts_of(panel.plot.wide)


def test_the_load_counts_mentors_by_mentees_and_room() -> None:
    loads = [MentorLoad("A", 2, 2, 700.0), MentorLoad("B", 3, 2, 650.4), MentorLoad("C", 1, 0, None)]
    section = load_section(loads)
    assert cells(section.panels[0].tables[0]) == [
        ["2 mentees", "1", "1", "2"],
        ["1 mentee", "0", "0", "0"],
        ["0 mentees", "0", "1", "1"],
    ]


def test_ids_stand_only_in_a_closed_table_that_says_for_whom_it_is() -> None:
    (by_id,) = load_section([MentorLoad("A1", 2, 2, 700.4)]).tables
    assert by_id.folded
    assert "HR only" in by_id.caption
    assert cells(by_id) == [["A1", "2", "2", "700"]]


def test_a_long_list_of_mentors_is_cut_and_says_where_the_rest_is() -> None:
    (by_id,) = load_section([MentorLoad(f"M{k}", 1, 1, 700.0) for k in range(MOST_MENTORS + 1)]).tables
    assert len(by_id.rows) == MOST_MENTORS
    assert f"first {MOST_MENTORS} of {MOST_MENTORS + 1}" in by_id.caption
    assert "pairings.csv" in by_id.caption


def test_a_hidden_cell_is_blank_in_the_picture_and_a_sign_in_the_table() -> None:
    section = exchange_section(Exchange("division", ("North", "South"), ((12, None), (None, 77))))
    (panel,) = section.panels
    assert cells(panel.tables[0]) == [["1 North", "12", HIDDEN], ["2 South", HIDDEN, "77"]]
    assert {"12", "77"} <= texts_of(panel.plot.wide)
    assert notes.HIDDEN_COUNTS[0] in section.notes


def test_the_strongest_colour_belongs_to_the_largest_count() -> None:
    (panel,) = exchange_section(Exchange("division", ("North", "South"), ((0, 5), (6, 80)))).panels
    assert panel.plot.wide.count("var(--chart-shade-4,") == 1
    assert panel.plot.wide.count("var(--chart-shade-0,") == 1


def test_hidden_levels_flow_together_as_others() -> None:
    mentors = LevelTable(("level 5", "level 4", "level 3"), ("upward",), ((30,), (None,), (None,)), (42,))
    mentees = LevelTable(("level 2", "level 1"), ("upward",), ((20,), (22,)), (42,))
    (panel,) = flow_section(mentors, mentees).panels
    assert {"level 5", "others", "level 2", "level 1"} <= texts_of(panel.plot.wide)
    assert not {"level 4", "level 3"} & texts_of(panel.plot.wide)
    assert cells(panel.tables[0])[1:] == [["level 4", HIDDEN], ["level 3", HIDDEN], ["all", "42"]]


def test_the_trade_off_shows_each_floor_and_where_the_round_stands() -> None:
    (panel,) = trade_off_section(CURVE).panels
    assert cells(panel.tables[0]) == [
        ["350 (now)", "60", "61", "702", "yes"],
        ["750", "20", "20", "780", "no"],
        ["900", "0", "0", "–", "yes"],
    ]
    assert "350 (now)" in texts_of(panel.plot.wide)
    assert "900" not in texts_of(panel.plot.wide)


def test_a_report_without_trade_off_says_that_it_was_left_out() -> None:
    section = trade_off_section(())
    assert section.panels == ()
    assert "Left out" in section.notes[0]


def test_everybody_without_a_place_is_in_words(report: Report) -> None:
    left = (LeftOut(Role.MENTEE, "crowded-out", "Recruit.", 1_200), LeftOut(Role.MENTOR, "something-new", "Wait.", 1))
    section = left_out_section(replace(report, left_out=left))
    assert cells(section.tables[0]) == [
        ["mentee", REASONS[UnpairedReason.CROWDED_OUT], "Recruit.", "1,200"],
        ["mentor", "something-new", "Wait.", "1"],
    ]
    assert set(REASONS) == set(UnpairedReason)


def test_nobody_without_a_place_is_one_sentence(report: Report) -> None:
    section = left_out_section(replace(report, left_out=()))
    assert (section.tables, section.notes) == ((), ("Everybody who enrolled has a place.",))


def test_locks_are_listed_with_their_reasons(locked_folder: OutcomeFolder) -> None:
    first = locked_folder.pairings[0]
    rows = cells(overrides_section(gather(locked_folder).overrides).tables[0])
    kept = ["keep", first.mentor_id, first.mentee_id, str(first.direction), str(first.points), "promised <in writing>"]
    assert rows[0] == kept
    assert rows[1][0] == "must-not"
    assert rows[1][3:] == ["–", "–", "–"]


def test_a_rule_is_shown_with_what_it_removed_or_that_it_is_off() -> None:
    rules = (
        RuleFigures(RuleId.LEVEL_BAND, "Level.", True, 1_200),
        RuleFigures(RuleId.AVOID, "Avoid.", True, None),
        RuleFigures(RuleId.REPEAT, "Repeat.", False, 0),
    )
    assert cells(rules_section(rules).tables[0]) == [
        ["level-band", "Level.", "yes", "1,200"],
        ["avoid", "Avoid.", "yes", HIDDEN],
        ["repeat", "Repeat.", "no", "–"],
    ]


def test_wishes_are_counted_by_rule_and_few_confidential_ones_are_hidden(report: Report) -> None:
    wishes = {"level-band": 3, "avoid": 2, "lock": 1}
    rows = cells(wishes_section(replace(report, wishes=wishes)).tables[0])
    assert [[row[0], row[2]] for row in rows] == [["level-band", "3"], ["avoid", HIDDEN], ["lock", "1"]]
    assert rows[2][1] == "HR has forbidden the pairing."
    assert wishes_section(replace(report, wishes={})).tables == ()


def test_stages_have_a_column_for_each_pass(report: Report) -> None:
    stages = (StageValue(1, "coverage", 60, 60), StageValue(1, "bands:1", -3, -3), StageValue(2, "coverage", 1, 1))
    table = stages_section(replace(report, stages=stages)).tables[0]
    assert table.heads == ("stage", "what counts", "pass 1", "pass 2")
    assert cells(table) == [
        ["coverage", "mentees served", "60", "1"],
        ["bands:1", "few pairings at 350 to 449", "-3", "–"],
    ]
    assert table.caption.endswith("(proven)")
    stopped = replace(report, summary=replace(report.summary, status="stopped"))
    assert stages_section(stopped).tables[0].caption.endswith("(not proven)")


def test_the_digests_of_all_inputs_are_there_to_compare(report: Report, outcome_folder: OutcomeFolder) -> None:
    assert cells(verify_section(report).tables[0]) == [[*pair] for pair in sorted(outcome_folder.digests.items())]
