"""policy.toml: read, checked, shown, and brought into one canonical form."""

import json
import tomllib
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Criterion
from mentormatch.domain.policy import CapacityPolicy, DirectionPolicy, Measures, Policy, RuleSettings, SolvePolicy
from mentormatch.domain.reasons import SENTENCES, RuleId
from mentormatch.files.policy_file import canonical_policy, policy_settings, read_policy, read_settings
from mentormatch.files.policy_text import explain_setting, show_policy
from mentormatch.files.problems import Findings, Problem


def read(text: str) -> Policy:
    """Return the policy of a file in which nothing is wrong."""
    findings = Findings()
    policy = read_policy(text.encode(), findings)
    assert policy is not None, [problem.sentence for problem in findings.problems]
    assert findings.problems == []
    return policy


def problems_of(text: str | bytes) -> list[Problem]:
    """Return what is wrong with a policy file, which must be something."""
    findings = Findings()
    policy = read_policy(text.encode() if isinstance(text, str) else text, findings)
    assert policy is None
    assert all(not problem.can_be_quarantined for problem in findings.problems)
    return findings.problems


def flaws_of(text: str) -> dict[str, str]:
    """Return the names of wrong settings with what is wrong."""
    return {problem.column: problem.wrong for problem in problems_of(text)}


def test_an_empty_file_is_the_default_policy() -> None:
    assert read("") == Policy()


def test_a_byte_order_mark_is_accepted() -> None:
    assert read_policy('programme = "Trial"'.encode("utf-8-sig"), Findings()) == Policy(programme="Trial")


def test_a_file_overrides_what_it_names_and_nothing_else() -> None:
    text = """
    programme = "Graduates"
    bands = [400, 600]
    [rules]
    repeat = false
    [rule_settings]
    floor_points = 300
    [capacity]
    mentor_limit = 5
    [weights]
    needs = 400
    [measures]
    wish_ranks = [1.0]
    [solve]
    time_limit_seconds = 60
    """
    assert read(text) == Policy(
        programme="Graduates",
        bands=(400, 600),
        rules=dict.fromkeys(RuleId, True) | {RuleId.REPEAT: False},
        rule_settings=RuleSettings(floor_points=300),
        capacity=CapacityPolicy(mentor_limit=5),
        weights={**Policy().weights, Criterion.NEEDS: 400},
        measures=Measures(wish_ranks=(1.0,)),
        solve=SolvePolicy(time_limit_seconds=60.0),
    )


def test_a_table_of_level_gaps_is_replaced_whole_and_other_directions_stay() -> None:
    policy = read("[directions.upward.level_gap]\n1 = 0.5\n-2 = 1\n")
    defaults = dict(Policy().directions)
    assert policy.directions == defaults | {Direction.UPWARD: DirectionPolicy({1: 0.5, -2: 1.0})}


def test_closing_a_direction_keeps_its_level_gaps() -> None:
    closed = read("[directions.peer]\nopen = false\n").directions[Direction.PEER]
    assert closed == replace(Policy().directions[Direction.PEER], open=False)


def test_a_whole_number_stands_for_a_share() -> None:
    assert read("[measures]\nwish_later = 1\n").measures.wish_later == 1.0


@pytest.mark.parametrize(
    ("text", "name", "wrong"),
    [
        ("programme = 3", "programme", 'not a text in quotation marks, such as "Spring 2027"'),
        ("[weights]\nneeds = 1.5", "weights.needs", "not a whole number"),
        ("[weights]\nneeds = '300'", "weights.needs", "not a whole number"),
        ("[weights]\nneeds = true", "weights.needs", "not a whole number"),
        ("[weights]\nneeds = nan", "weights.needs", "not a whole number"),
        ("[measures]\nwish_later = 'half'", "measures.wish_later", "not a number"),
        ("[measures]\nneeds = 0.6", "measures.needs", "not a list, such as [1, 2]"),
        ("bands = [350, 'x']", "bands.1", "not a whole number"),
        ("[rules]\nrepeat = 'no'", "rules.repeat", "neither true nor false"),
        ("[rules]\nrepeat = 0", "rules.repeat", "neither true nor false"),
        ("capacity = 3", "capacity", "not a table of settings"),
        ("[directions]\nupward = 3", "directions.upward", "not a table of settings"),
        ("[directions.upward.level_gap]\n1.5 = 1", "directions.upward.level_gap.1", "not a number"),
        ("[directions.upward.level_gap]\n'1.5' = 1", "directions.upward.level_gap.1.5", "not a whole number"),
        ("[directions.upward.level_gap]\none = 1", "directions.upward.level_gap.one", "not a whole number"),
        ("stages = 'coverage'", "stages", "not a list, such as [1, 2]"),
        ("programme = 2026-01-01", "programme", 'not a text in quotation marks, such as "Spring 2027"'),
    ],
)
def test_a_setting_of_the_wrong_type_is_told_by_its_name(text: str, name: str, wrong: str) -> None:
    assert flaws_of(text) == {name: wrong}


@pytest.mark.parametrize(
    ("text", "name", "remedy"),
    [
        ("[weights]\nneds = 300", "weights.neds", "did you mean weights.needs?"),
        ("xyz = 3", "xyz", "known are programme, round_name, "),
        ("[rule_settings]\nfloor_point = 3", "rule_settings.floor_point", "did you mean rule_settings.floor_points?"),
        ("[rules]\nsame_manager = true", "rules.same_manager", "did you mean rules.same-manager?"),
        ("[directions.upwards]\nopen = true", "directions.upwards", "did you mean directions.upward?"),
        ("[directions.peer]\ngap = 3", "directions.peer.gap", ""),
    ],
)
def test_a_setting_that_does_not_exist_is_told_with_the_nearest_one(text: str, name: str, remedy: str) -> None:
    (problem,) = problems_of(text)
    assert (problem.column, problem.wrong) == (name, "there is no such setting")
    assert problem.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("table", "setting", "values"),
    [
        ("weights", "wishes", ["-1"]),
        ("rule_settings", "repeat_rounds", ["-1"]),
        ("rule_settings", "shared_hours_min", ["-0.5", "24.5", "nan", "inf"]),
        ("rule_settings", "floor_points", ["-1"]),
        ("rule_settings", "working_day_start", ["-1.0", "nan"]),
        ("rule_settings", "working_day_end", ["24.5", "inf"]),
        ("rule_settings", "hours_year", ["26", "9999"]),
        ("capacity", "mentor_limit", ["-1", "21"]),
        ("capacity", "mentee_limit", ["-1", "21"]),
        ("capacity", "mentee_direction_limit", ["-1", "21"]),
        ("capacity", "team_limit", ["-1", "21"]),
        ("capacity", "department_share", ["-0.1", "1.1", "nan", "inf", "-inf"]),
        ("measures", "wish_later", ["-0.1", "1.1", "nan"]),
        ("measures", "wish_mentee_share", ["1.1"]),
        ("measures", "interest_halving", ["-0.1"]),
        ("measures", "interests_counted", ["-1", "21"]),
        ("measures", "full_hours", ["0.0", "25.0", "nan"]),
        ("measures", "wish_ranks", ["[1.0, 1.1]", "[nan]"]),
        ("measures", "needs", ["[0.6, -0.1]"]),
        ("measures", "rhythm", ["[1.0, 0.5, 2.0]"]),
        ("measures", "unanswered", ["1e400"]),
        ("solve", "shortlist", ["0"]),
        ("solve", "threads", ["0"]),
        ("solve", "time_limit_seconds", ["-1.0", "nan", "inf"]),
        ("directions.upward.level_gap", "1", ["-0.1", "1.1", "nan"]),
    ],
)
def test_a_number_outside_its_bounds_is_told_by_its_name(table: str, setting: str, values: list[str]) -> None:
    for value in values:
        (name,) = {problem.column for problem in problems_of(f"[{table}]\n{setting} = {value}\n")}
        assert name == f"{table}.{setting}"


@pytest.mark.parametrize(
    "text",
    [
        "[capacity]\nmentor_limit = 0\nmentee_limit = 20",
        "[capacity]\ndepartment_share = 1",
        "[rule_settings]\nfloor_points = 0\nworking_day_start = 0\nworking_day_end = 24",
        "[weights]\nneeds = 3395",
        "bands = []",
        "bands = [1]",
        "stages = ['lottery']",
        "stages = ['points', 'lottery']",
        "stages = ['coverage', 'load', 'bands', 'lottery']",
        "stages = ['waiting', 'points', 'coverage', 'lottery']",
        "[measures]\nneeds = [1.0]\nwish_ranks = []",
        "[directions.peer]\nlevel_gap = {}",
    ],
)
def test_what_stands_at_the_edge_of_its_bounds_is_allowed(text: str) -> None:
    read(text)


@pytest.mark.parametrize(
    ("text", "name", "wrong"),
    [
        ("[weights]\nneeds = 3396", "weights", "the weights make more than 4095 together"),
        ("bands = [350, 350]", "bands", "the bounds do not rise"),
        ("bands = [450, 350]", "bands", "the bounds do not rise"),
        ("bands = [0, 350]", "bands", "the bounds do not rise"),
        ("stages = []", "stages", "lottery is not the last stage"),
        ("stages = ['coverage', 'points']", "stages", "lottery is not the last stage"),
        ("stages = ['lottery', 'coverage', 'points']", "stages", "lottery is not the last stage"),
        ("stages = ['coverage', 'beauty', 'lottery']", "stages", "there is no such stage"),
        ("stages = ['coverage', 'coverage', 'lottery']", "stages", "the stage stands twice"),
        ("stages = ['lottery', 'coverage', 'lottery']", "stages", "the stage stands twice"),
        (
            "stages = ['bands', 'coverage', 'lottery']",
            "stages",
            "bands stands before coverage, and would be best with nobody paired",
        ),
        (
            "stages = ['load', 'points', 'lottery']",
            "stages",
            "load stands before coverage, and would be best with nobody paired",
        ),
        (
            "[rule_settings]\nworking_day_start = 17",
            "rule_settings.working_day_end",
            "the working day starts at 17 and ends at 17",
        ),
        ("[measures]\nneeds = []", "measures.needs", "the first skill counts nothing"),
        ("[measures]\nneeds = [0, 1]", "measures.needs", "the first skill counts nothing"),
        ("[measures]\nrhythm = [1, 0]", "measures.rhythm", "not three numbers"),
        ("[directions.peer.level_gap]\n5000 = 1", "directions.peer.level_gap.5000", "no level gap is so large"),
        ("programme = ''", "programme", "blank, or not printable on one line"),
        ('round_name = "a\\nb"', "round_name", "blank, or not printable on one line"),
    ],
)
def test_settings_must_fit_together(text: str, name: str, wrong: str) -> None:
    assert flaws_of(text) == {name: wrong}


def test_everything_that_is_wrong_is_told_at_once() -> None:
    text = """
    bands = [350, "x"]
    stages = ["load", "coverage"]
    [weights]
    needs = 0.5
    wishes = -1
    colour = 3
    [directions.peer.level_gap]
    0 = 2
    zero = 1
    """
    assert sorted(problem.column for problem in problems_of(text)) == [
        "bands.1",
        "directions.peer.level_gap.0",
        "directions.peer.level_gap.zero",
        "stages",
        "stages",
        "weights.colour",
        "weights.needs",
        "weights.wishes",
    ]


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (b"programme = \n", 1),
        (b"[weights]\nneeds = 300\nneeds = 200\n", 3),
        (b"[weights\n", 1),
        (b"a\n", 1),
        (b'programme = "open', 1),
        (b"x = " + b"[" * 5000, 1),
    ],
)
def test_a_file_that_is_not_toml_is_told_with_its_row(data: bytes, row: int) -> None:
    (problem,) = problems_of(data)
    assert (problem.code, problem.row) == ("not-toml", row)


def test_a_file_that_is_not_utf_8_is_told_with_its_row() -> None:
    (problem,) = problems_of('round_name = "x"\nprogramme = "Zoë"'.encode("latin-1"))
    assert (problem.wrong, problem.row) == ("not UTF-8", 2)


@given(st.binary(max_size=60))
def test_no_bytes_at_all_end_in_a_crash(data: bytes) -> None:
    read_policy(data, Findings())


values = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.floats(), st.text("ab", max_size=3), st.none()),
    lambda inner: st.lists(inner, max_size=3),
)


@given(st.sampled_from(sorted(policy_settings(Policy()))), values)
def test_no_value_of_a_setting_ends_in_a_crash(name: str, value: object) -> None:
    if value is None or "null" in json.dumps(value):
        return
    text = f"{name} = {json.dumps(value).replace('NaN', 'nan').replace('Infinity', 'inf')}\n"
    findings = Findings()
    assert (read_policy(text.encode(), findings) is None) == bool(findings.problems)


POLICIES = (
    Policy(),
    Policy(programme='Say "hi" \\ Zoë 🏴', round_name="Spring 2027"),
    Policy(bands=(), stages=("points", "lottery"), solve=SolvePolicy(threads=1, time_limit_seconds=0.25)),
    Policy(
        directions={**Policy().directions, Direction.PEER: DirectionPolicy({}, open=False)},
        rules=dict.fromkeys(RuleId, False),
        weights=dict.fromkeys(Criterion, 0),
        measures=Measures(wish_later=1e-7, wish_ranks=(), rhythm=(1, 1, 1)),
    ),
)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_that_is_shown_reads_back_the_same(policy: Policy) -> None:
    assert read(show_policy(policy)) == policy


def test_a_shown_policy_is_the_same_file_each_time() -> None:
    assert show_policy(read(show_policy(Policy()))) == show_policy(Policy())


def test_every_setting_is_shown_with_a_comment_above_it() -> None:
    shown = show_policy(Policy()).splitlines()
    for k, line in enumerate(shown):
        is_gap = line.split(" ")[0].lstrip("-").isdigit()
        if " = " in line and not line.startswith("#") and not is_gap:
            assert shown[k - 1].startswith("# "), line
    assert show_policy(Policy()).count("# Worth of each level gap") == len(Direction)


def test_every_rule_is_shown_with_its_sentence_for_hr() -> None:
    shown = show_policy(Policy()).replace("\n# ", " ")
    for rule in RuleId:
        assert f" {SENTENCES[rule].for_hr}\n{rule} = true" in shown


def test_a_setting_without_a_default_is_shown_as_an_example() -> None:
    assert "\n# time_limit_seconds = 600.0\n" in show_policy(Policy())


def test_no_comment_is_wider_than_a_terminal() -> None:
    assert max(len(line) for line in show_policy(Policy()).splitlines() if line.startswith("#")) <= 80


def test_every_field_of_a_policy_is_shown() -> None:
    shown = tomllib.loads(show_policy(replace(Policy(), solve=SolvePolicy(time_limit_seconds=1.0))))

    def check(word: Any, settings: Any) -> None:
        """Compare the fields of a dataclass with the names of a table."""
        assert {field.name for field in fields(word)} == set(settings)
        for field in fields(word):
            if is_dataclass(getattr(word, field.name)):
                check(getattr(word, field.name), settings[field.name])

    check(Policy(), shown)


def test_access_floors_that_are_off_leave_the_fingerprint_of_older_outcomes_as_it_was() -> None:
    assert "floors" not in json.loads(canonical_policy(read("[floors]\nshare = 0.7")))
    on = json.loads(canonical_policy(read("[floors]\nby = 'level'")))
    assert on["floors"] == {"by": "level", "share": 0.8, "group_min": 20}


def test_the_canonical_form_is_json_with_sorted_keys_and_no_spaces() -> None:
    data = canonical_policy(Policy())
    content = json.loads(data)
    assert data == json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    assert content["weights"]["needs"] == 300


def test_equal_policies_have_one_canonical_form_however_they_were_written() -> None:
    reference = canonical_policy(Policy())
    assert canonical_policy(read(show_policy(Policy()))) == reference
    assert canonical_policy(Policy(rules={})) == reference
    turned = dict(reversed(list(Policy().directions.items())))
    assert canonical_policy(Policy(directions=turned)) == reference
    assert canonical_policy(Policy(measures=replace(Measures(), wish_ranks=(1, 0.9, 0.8)))) == reference


@pytest.mark.parametrize(
    "text",
    [
        "programme = 'Other'",
        "bands = [350]",
        "[rules]\nrepeat = false",
        "[capacity]\nteam_limit = 2",
        "[directions.peer]\nopen = false",
        "[measures]\nwish_later = 0.61",
    ],
)
def test_a_different_policy_has_a_different_canonical_form(text: str) -> None:
    assert canonical_policy(read(text)) != canonical_policy(Policy())


def test_how_the_optimiser_works_is_no_part_of_the_canonical_form() -> None:
    assert canonical_policy(read("[solve]\nthreads = 1\nshortlist = 5")) == canonical_policy(Policy())


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("capacity.team_limit", "Most places of one mentor"),
        ("rules.avoid", SENTENCES[RuleId.AVOID].for_hr),
        ("directions.peer", "Peer: "),
        ("directions.peer.open", "Whether the programme offers"),
        ("directions.peer.level_gap", "Worth of each level gap"),
        ("weights.level_gap", "The distance in level"),
    ],
)
def test_a_setting_is_explained_by_its_name(name: str, start: str) -> None:
    assert explain_setting(name).startswith(start)


@pytest.mark.parametrize("name", ["directions.peer.level_gap.1", "capacity.teams", ""])
def test_what_is_no_setting_of_its_own_has_no_explanation(name: str) -> None:
    assert explain_setting(name) == ""


def test_settings_that_were_read_elsewhere_are_checked_like_those_of_a_file() -> None:
    findings = Findings()
    assert read_settings({"bands": [500]}, findings) == Policy(bands=(500,))
    assert findings.problems == []
    assert read_settings({"bands": [5, 4], "colour": 1}, findings, "") is None
    assert [(problem.file, problem.column) for problem in findings.problems] == [("", "colour"), ("", "bands")]
