"""Problems of a policy file are told by the line on which the setting stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.services.policy_lines import add_lines, find_line
from mentormatch.services.programmes import check_policy

TEXT = """\
# weights = 1
bands = [350,
  "x"]
weights.needs = 300

[ capacity ] # what one person may give
mentor_limit = 30
[directions.peer.level_gap]
-1 = 2
"0" = 0.5
[directions.reverse]
level_gap = {1 = 5}
"""


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("bands", 2),
        ("bands.1", 2),
        ("weights", None),
        ("weights.needs", 4),
        ("capacity", 6),
        ("capacity.mentor_limit", 7),
        ("capacity.team_limit", 6),
        ("directions.peer.level_gap.-1", 9),
        ("directions.peer.level_gap.0", 10),
        ("directions.reverse.level_gap.1", 12),
        ("mentor_limit", None),
        ("stages", None),
    ],
)
def test_a_setting_stands_on_its_line_or_in_its_table(name: str, line: int | None) -> None:
    assert find_line(TEXT, name) == line


def test_every_problem_of_a_file_gets_its_line() -> None:
    _, problems = check_policy(TEXT.replace("weights.needs = 300\n", ""))
    found = {problem.column: problem.row for problem in add_lines(TEXT.replace("weights.needs = 300\n", ""), problems)}
    assert found == {
        "bands.1": 2,
        "capacity.mentor_limit": 6,
        "directions.peer.level_gap.-1": 8,
        "directions.reverse.level_gap.1": 11,
    }


def test_a_line_that_is_known_already_stays() -> None:
    _, problems = check_policy("a = 1\nb =\n")
    assert [problem.row for problem in add_lines("b = 1\n", problems)] == [2]


def test_one_very_long_line_is_read_at_once() -> None:
    assert find_line("a." * 500_000 + "\n" + " " * 500_000 + "\nb = 1", "b") == 3


@given(st.text(), st.text(max_size=20))
def test_any_text_has_a_line_or_none(text: str, name: str) -> None:
    line = find_line(text, name)
    assert line is None or 1 <= line <= text.count("\n") + 1
