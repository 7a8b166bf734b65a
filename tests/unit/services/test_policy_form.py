"""The form of a policy: each setting explained once, what was typed shown untouched, versions compared in words."""

from dataclasses import replace

import pytest

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Criterion
from mentormatch.domain.policy import GROUPINGS, STAGES, DirectionPolicy, Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.files.policy_text import COMMENTS
from mentormatch.services.policy_catalogue import CATALOGUE, GROUPING_LABELS, STAGE_LABELS
from mentormatch.services.policy_form import Field, compare_policies, compare_typed, describe_policy, describe_typed
from mentormatch.services.policy_sections import SECTIONS
from mentormatch.services.policy_typing import Kind, TypedProblem, read_typed, type_policy

FIELDS = {field.name: field for section in describe_policy(Policy()) for field in section.fields}


def field_of(name: str, **typed: str) -> Field:
    """Return a field of the default form after something, with ``__`` for a dot, was typed in it."""
    changed = {each.replace("__", "."): text for each, text in typed.items()}
    sections = describe_typed({**type_policy(Policy()), **changed})
    return next(field for section in sections for field in section.fields if field.name == name)


def test_every_setting_stands_in_one_section() -> None:
    assert sorted(name for section in SECTIONS for name in section.names) == sorted(CATALOGUE)


def test_stages_and_groupings_all_have_labels() -> None:
    assert tuple(STAGE_LABELS) == STAGES
    assert tuple(GROUPING_LABELS) == ("", *GROUPINGS)


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_setting_says_what_it_is_what_it_does_and_why(name: str) -> None:
    field = FIELDS[name]
    assert field.label
    assert field.explanation.endswith(".")
    assert field.why.endswith(".")
    assert field.explanation not in field.why


def test_no_sentence_is_written_in_two_places() -> None:
    elsewhere = {sentence for text in COMMENTS.values() for sentence in text.split(". ")}
    whys = [sentence for entry in CATALOGUE.values() for sentence in entry.why.split(". ")]
    assert [sentence for sentence in whys if sentence in elsewhere] == []


@pytest.mark.parametrize("rule", list(RuleId))
def test_every_rule_says_what_it_guards_against_and_what_happens_without_it(rule: RuleId) -> None:
    why = FIELDS[f"rules.{rule}"].why
    assert why.startswith("Guards ")
    assert " Off: " in why


def test_the_defaults_are_shown_as_such() -> None:
    assert not any(section.changed_count or section.is_wrong for section in describe_policy(Policy()))


def test_a_setting_that_differs_from_the_default_is_marked() -> None:
    sections = {section.key: section for section in describe_policy(Policy(bands=(500,)))}
    assert sections["order"].changed_count == 1
    assert [field.name for field in sections["order"].fields if field.is_changed] == ["bands"]
    assert field_of("stages", stages__load="").is_changed
    assert field_of("directions.peer.level_gap", directions__peer__level_gap__5="1").is_changed


def test_what_was_typed_is_shown_untouched_with_what_is_wrong_beside_it() -> None:
    typed = {**type_policy(Policy()), "capacity.mentor_limit": " 1,5 ", "directions.peer.level_gap.0": "x"}
    typed |= {"weights.needs": "9000", "weights.wishes": "4000", "rules.repeat": ""}
    sections = {section.key: section for section in describe_typed(typed, read_typed(typed).problems)}
    limit = next(field for field in sections["capacity"].fields if field.name == "capacity.mentor_limit")
    assert limit.value == " 1,5 "
    assert len(limit.problems) == 1
    peers = next(field for field in sections["directions"].fields if field.name == "directions.peer.level_gap")
    assert [(cell.label, cell.value) for cell in peers.cells if cell.problems] == [("the same level", "x")]
    assert sections["weights"].problems
    assert sections["weights"].is_wrong
    assert sections["directions"].is_wrong
    assert not sections["solve"].is_wrong


def test_a_problem_of_the_stages_stands_at_the_stages_alone() -> None:
    sections = describe_typed(type_policy(Policy()), [TypedProblem("stages", "Wrong.")])
    assert [field.name for section in sections for field in section.fields if field.problems] == ["stages"]
    assert [section.key for section in sections if section.problems] == []


def test_the_sum_of_the_weights_leaves_out_what_cannot_be_read() -> None:
    typed = {**type_policy(Policy()), "weights.needs": "many", "weights.wishes": " 300"}
    assert {s.key: s.total for s in describe_typed(typed)}["weights"] == 1000 - 300 + 50
    assert {s.key: s.total for s in describe_policy(Policy())}["weights"] == sum(Policy().weights.values())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("rules.repeat", "on"),
        ("rule_settings.training_needs_answer", "off"),
        ("rule_settings.repeat_rounds", "3 rounds"),
        ("measures.needs", "0.6; 0.25; 0.15"),
        ("floors.by", "None: no floors"),
        ("solve.time_limit_seconds", "-"),
        ("directions.peer.level_gap", "1 level below 0.6; the same level 1; 1 level above 0.6"),
    ],
)
def test_a_value_is_told_in_plain_words(name: str, words: str) -> None:
    assert FIELDS[name].words == words
    assert FIELDS[name].default_words == words


def test_the_order_of_stages_is_told_with_their_places() -> None:
    assert FIELDS["stages"].words.startswith("1. Whoever waited longest; 2. How many mentees are served; ")


def test_a_span_is_told_without_an_exponent() -> None:
    assert FIELDS["floors.group_min"].span == "1 to 1000000"
    assert FIELDS["programme"].span == ""


def test_two_policies_differ_in_what_was_changed_in_words() -> None:
    old = Policy()
    new = replace(
        old,
        directions={**old.directions, Direction.PEER: DirectionPolicy({0: 1.0, 9: 0.5})},
        rules={**old.rules, RuleId.AVOID: False},
        weights={**old.weights, Criterion.NEEDS: 200},
        stages=("coverage", "lottery"),
    )
    found = [(one.setting, one.old, one.new) for one in compare_policies(old, new)]
    assert found[:4] == [
        ("directions.peer.level_gap.-1", "0.6", "not allowed"),
        ("directions.peer.level_gap.1", "0.6", "not allowed"),
        ("directions.peer.level_gap.9", "not allowed", "0.5"),
        ("rules.avoid", "on", "off"),
    ]
    assert found[4] == ("weights.needs", "300 points", "200 points")
    assert found[5][0] == "stages"
    assert found[5][2] == "1. How many mentees are served; 2. A draw among equals (always last)"
    assert len(found) == 6


def test_nothing_differs_from_itself_and_the_other_way_round_is_the_same_backwards() -> None:
    old, new = Policy(), Policy(bands=(1, 2), programme="Other")
    assert compare_policies(old, old) == ()
    there = [(d.setting, d.old, d.new) for d in compare_policies(old, new)]
    assert there == [(d.setting, d.new, d.old) for d in compare_policies(new, old)]


def test_a_form_with_nonsense_in_it_can_still_be_compared() -> None:
    typed = {"weights.needs": "many", "directions.peer.level_gap.x": "1", "directions.peer.level_gap.07": "1"}
    found = {d.setting: d.new for d in compare_typed(type_policy(Policy()), {**type_policy(Policy()), **typed})}
    assert found == {"weights.needs": "many points"}


def test_every_kind_of_setting_occurs() -> None:
    assert {field.kind for field in FIELDS.values()} == set(Kind)
