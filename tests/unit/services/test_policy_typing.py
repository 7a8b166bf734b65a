"""A policy as it is typed: there and back unchanged, and everything that is wrong told at once in clear sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Criterion
from mentormatch.domain.policy import STAGES, DirectionPolicy, FloorPolicy, Measures, Policy, SolvePolicy
from mentormatch.domain.reasons import RuleId
from mentormatch.files.policy_file import policy_settings
from mentormatch.services.policy_catalogue import CATALOGUE
from mentormatch.services.policy_typing import Kind, bounds_of, kind_of, label_of, read_typed, type_policy

POLICIES = (
    Policy(),
    Policy(programme=' Say "hi" \\ Zoë ', round_name="Spring 2027"),
    Policy(bands=(), stages=("points", "lottery"), solve=SolvePolicy(threads=1, time_limit_seconds=0.25)),
    Policy(stages=("coverage", "floors", "waiting", "lottery"), floors=FloorPolicy("level", share=0.29, group_min=1)),
    Policy(
        directions={**Policy().directions, Direction.PEER: DirectionPolicy({-40: 1e-7, 12: 0.1 + 0.2}, open=False)},
        rules=dict.fromkeys(RuleId, False),
        weights={**dict.fromkeys(Criterion, 0), Criterion.NEEDS: 4095},
        measures=Measures(wish_later=5e-324, wish_ranks=(), rhythm=(1, 1, 1)),
    ),
)


def problems_of(**typed: str) -> dict[str, str]:
    """Return what is wrong with a form in which some fields, with ``__`` for a dot, were typed differently."""
    changed = {name.replace("__", "."): text for name, text in typed.items()}
    return told(changed)


def told(changed: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the default form after some changes, by the name of the field."""
    reading = read_typed({**type_policy(Policy()), **changed})
    assert (reading.policy is None) == bool(reading.problems)
    return {problem.name: problem.sentence for problem in reading.problems}


def leaves(settings: Mapping[str, object], path: str = "") -> Iterator[str]:
    """Yield the names of all settings; a table of level gaps is one."""
    for name, value in settings.items():
        if isinstance(value, dict) and name != "level_gap":
            yield from leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}"


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_that_is_typed_reads_back_the_same(policy: Policy) -> None:
    reading = read_typed(type_policy(policy))
    assert reading.problems == ()
    assert reading.policy == policy


shares = st.floats(0, 1)


@given(
    st.dictionaries(st.integers(-30, 30), shares, max_size=6),
    st.lists(st.integers(1, 4095), unique=True, max_size=6),
    st.permutations(["waiting", "points"]),
    st.sampled_from(Direction),
    st.dictionaries(st.sampled_from(RuleId), st.booleans()),
    shares,
)
def test_any_policy_reads_back_the_same(
    gaps: dict[int, float],
    bands: list[int],
    order: list[str],
    direction: Direction,
    rules: dict[RuleId, bool],
    share: float,
) -> None:
    policy = Policy(
        directions={**Policy().directions, direction: DirectionPolicy(gaps)},
        bands=tuple(sorted(bands)),
        stages=(*order, "lottery"),
        rules={**Policy().rules, **rules},
        measures=replace(Policy().measures, unanswered=share),
    )
    assert read_typed(type_policy(policy)).policy == policy


def test_the_catalogue_holds_every_setting_of_a_policy_and_nothing_else() -> None:
    assert sorted(CATALOGUE) == sorted(leaves(policy_settings(Policy())))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("programme", Kind.TEXT),
        ("rules.repeat", Kind.SWITCH),
        ("capacity.mentor_limit", Kind.WHOLE),
        ("capacity.department_share", Kind.NUMBER),
        ("solve.time_limit_seconds", Kind.NUMBER),
        ("measures.needs", Kind.NUMBERS),
        ("bands", Kind.WHOLES),
        ("floors.by", Kind.CHOICE),
        ("stages", Kind.ORDER),
        ("directions.peer.level_gap", Kind.GAPS),
    ],
)
def test_each_setting_is_typed_as_its_default_has_it(name: str, kind: Kind) -> None:
    assert kind_of(name) is kind


def test_every_number_has_bounds_that_the_form_can_show() -> None:
    numbers = [name for name in CATALOGUE if kind_of(name) in (Kind.WHOLE, Kind.NUMBER, Kind.NUMBERS)]
    assert [name for name in numbers if bounds_of(name) is None] == []
    assert bounds_of("directions.peer.level_gap.9") == (0, 1)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("1,5", "leave out the decimals"),
        ("2.0", "leave out the decimals"),
        ("1_000", "write nothing between the thousands"),
        ("1.000,5", "write nothing between the thousands"),
        ("NaN", "write a number in the digits 0 to 9, such as 3"),
        ("inf", "write a number in the digits 0 to 9, such as 3"),
        ("1e400", "write a number in the digits 0 to 9, such as 3"),
        ("١٢", "write a number in the digits 0 to 9, such as 3"),
        ("１２", "write a number in the digits 0 to 9, such as 3"),
        ("two", "write a number in the digits 0 to 9, such as 3"),
        ("9" * 5000, "write a number in the digits 0 to 9, such as 3"),
        ("--1", "write a number in the digits 0 to 9, such as 3"),
        ("-1", "choose a number within these bounds"),
        ("21", "choose a number within these bounds"),
    ],
)
def test_a_whole_number_that_is_none_is_told_with_its_bounds_and_what_to_do_row_14(text: str, remedy: str) -> None:
    found = problems_of(capacity__mentor_limit=text)
    assert list(found) == ["capacity.mentor_limit"]
    sentence = found["capacity.mentor_limit"]
    assert sentence.startswith("Most mentees of one mentor ")
    assert "number from 0 to 20" in sentence
    assert sentence.endswith(f"{remedy}.")
    assert len(sentence) < 200


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("0,5", "write a point before the decimals: 0.5"),
        ("1.000,5", "write nothing between the thousands, and a point before the decimals"),
        ("NaN", "write a number in the digits 0 to 9, such as 0.5"),
        ("-inf", "write a number in the digits 0 to 9, such as 0.5"),
        ("1e400", "write a number in the digits 0 to 9, such as 0.5"),
        (".5", "write a number in the digits 0 to 9, such as 0.5"),
        ("1.5", "choose a number within these bounds"),
        ("", "write a number in the digits 0 to 9, such as 0.5"),
    ],
)
def test_a_share_that_is_none_is_told_with_what_to_do_row_15(text: str, remedy: str) -> None:
    (sentence,) = problems_of(measures__wish_later=text).values()
    assert sentence.endswith(f"{remedy}.")


def test_minus_nothing_is_nothing() -> None:
    reading = read_typed({**type_policy(Policy()), "measures.wish_later": "-0"})
    assert reading.policy is not None
    assert str(reading.policy.measures.wish_later) == "0.0"


@pytest.mark.parametrize("text", ["0.6; 0.25; 0.15", "0.6 0.25 0.15", "0.6, 0.25, 0.15", " 0.6;0.25 ;0.15; "])
def test_the_numbers_of_a_list_stand_apart_by_semicolons_blanks_or_commas_with_a_blank(text: str) -> None:
    assert problems_of(measures__needs=text) == {}


def test_a_list_with_a_decimal_comma_is_told_at_the_list() -> None:
    assert problems_of(measures__needs="0,6; 0.25") == {
        "measures.needs": 'Worth of the wanted skills "0,6": not a number from 0 to 1; '
        "write a point before the decimals: 0.6."
    }


def test_of_a_list_full_of_nonsense_the_first_entry_is_told() -> None:
    found = read_typed({**type_policy(Policy()), "bands": " ".join(f"x{number}" for number in range(100_000))})
    assert [problem.sentence[:32] for problem in found.problems] == ['Bounds of the quality bands "x0"']


def test_weights_that_are_all_nothing_are_told_row_16() -> None:
    assert told({f"weights.{criterion}": "0" for criterion in Criterion}) == {
        "weights": "Weights: every weight is 0; give at least one criterion a weight above 0."
    }


def test_weights_that_are_too_many_together_are_told_at_their_section() -> None:
    assert list(problems_of(weights__needs="4000")) == ["weights"]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    wrong = {
        "programme": "",
        "bands": "350, 340",
        "capacity.mentor_limit": "x",
        "floors.by": "gender",
        "stages.lottery": "",
        "directions.peer.level_gap.0": "2",
        "measures.rhythm": "1; 0",
        "rule_settings.working_day_end": "8",
    }
    assert sorted(told(wrong)) == sorted({*wrong, "stages"} - {"stages.lottery"})


def test_two_stages_cannot_have_one_place() -> None:
    (sentence,) = problems_of(stages__points="1").values()
    assert 'Order of what counts "1": waiting and points have the same place' in sentence


@pytest.mark.parametrize("text", ["0", "8", "١", "first", "1.0"])
def test_a_place_that_is_none_is_told(text: str) -> None:
    assert "has no place from 1 to 7" in problems_of(stages__bands=text)["stages"]


def test_the_places_of_stages_may_have_gaps_between_them() -> None:
    places = {f"stages.{stage}": "" for stage in STAGES} | {"stages.coverage": "2", "stages.lottery": "7"}
    reading = read_typed({**type_policy(Policy()), **places})
    assert reading.policy is not None
    assert reading.policy.stages == ("coverage", "lottery")


def test_a_blank_level_gap_is_not_allowed_and_a_new_one_is() -> None:
    changed = {"directions.peer.level_gap.0": " ", "directions.peer.level_gap.9": "0.5"}
    reading = read_typed({**type_policy(Policy()), **changed})
    assert reading.policy is not None
    assert reading.policy.directions[Direction.PEER].level_gap == {-1: 0.6, 1: 0.6, 9: 0.5}


def test_a_field_that_was_not_sent_is_never_taken_for_an_empty_one() -> None:
    typed = type_policy(Policy())
    del typed["measures.wish_ranks"]
    (problem,) = read_typed(typed).problems
    assert "missing in what was sent" in problem.sentence


@given(st.sampled_from(sorted(type_policy(Policy()))), st.text(max_size=12))
def test_whatever_is_typed_is_a_policy_or_a_sentence(name: str, text: str) -> None:
    reading = read_typed({**type_policy(Policy()), name: text})
    assert (reading.policy is None) == bool(reading.problems)
    assert all(problem.sentence.endswith((".", "?")) for problem in reading.problems)


@given(st.dictionaries(st.text(max_size=40), st.text(max_size=8), max_size=4))
def test_fields_that_no_form_has_change_nothing(more: dict[str, str]) -> None:
    typed = type_policy(Policy())
    assert read_typed({**more, **typed}).policy == Policy()


def test_every_label_is_one_that_people_can_read() -> None:
    assert label_of("directions.reverse.level_gap.-1") == "Reverse: worth of 1 level below"
    assert label_of("directions.peer.level_gap.0") == "Peer: worth of the same level"
    assert label_of("weights") == "Weights"
