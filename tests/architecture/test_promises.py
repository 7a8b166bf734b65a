"""What the code and its pages promise each other."""

import re
import tomllib
from pathlib import Path

import pytest

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Criterion
from mentormatch.domain.policy import STAGES, Policy
from mentormatch.domain.reasons import PRIVATE, SENTENCES, RuleId
from mentormatch.files.policy_text import show_policy
from tests.architecture.source import ROOT

PAGE = ROOT / "docs" / "rules-and-score.md"
PRIVATE_RULES = frozenset({RuleId.CONFLICT, RuleId.AVOID})


def section(page: Path, title: str) -> str:
    """Return one section of a page, from its heading to the next of the same rank."""
    match = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert match, f"{page.name} has no section {title}"
    return match[1]


def first_cells(table: str) -> list[str]:
    """Return the code words in the first cell of each row of a table, in order."""
    rows = re.findall(r"^\| (`[^|]*`) \|", table, re.MULTILINE)
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("rule", RuleId)
def test_every_rule_has_a_sentence_for_hr_and_one_for_the_employee(rule: RuleId) -> None:
    sentences = SENTENCES[rule]
    for sentence in (sentences.for_hr, sentences.for_employee):
        assert re.fullmatch(r"[A-Z].*\.", sentence)


def test_private_rules_cannot_be_told_apart_by_the_employee() -> None:
    assert {SENTENCES[rule].for_employee for rule in PRIVATE_RULES} == {PRIVATE}


def test_the_page_of_rules_lists_every_rule_in_the_order_in_which_they_are_tried() -> None:
    assert first_cells(section(PAGE, "Rules")) == [rule.value for rule in RuleId]


def test_the_page_of_rules_lists_every_criterion_with_its_points() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", section(PAGE, "Score"), re.MULTILINE)
    assert {Criterion(name): int(points) for name, points in rows} == dict(Policy().weights)


def test_the_page_of_rules_explains_every_stage_in_their_order() -> None:
    shown = [name.partition(":")[0] for name in first_cells(section(PAGE, "Stages"))]
    known = [stage for stage in STAGES if stage in shown]
    assert [name for name in dict.fromkeys(shown) if name in STAGES] == known
    assert set(STAGES) <= set(shown)


def test_the_standard_policy_is_the_default_one_word_for_word() -> None:
    standard = ROOT / "config" / "policies" / "standard.toml"
    assert standard.read_text(encoding="utf-8") == show_policy(Policy())


@pytest.mark.parametrize("words", [Direction, Criterion, RuleId], ids=lambda words: words.__name__)
def test_the_glossary_knows_every_direction_criterion_and_rule(words: type[Direction | Criterion | RuleId]) -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert [word.value for word in words if f"`{word.value}`" not in glossary] == []


@pytest.mark.parametrize("criterion", Criterion)
def test_every_criterion_has_its_evidence_written_down(criterion: Criterion) -> None:
    assert f"`{criterion.value}`" in (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")


def test_the_page_of_security_tells_every_limit_on_attempts_as_it_is_set() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", section(ROOT / "docs" / "security.md", "Limits"), re.MULTILINE)
    settings = tomllib.loads((ROOT / "config" / "default.toml").read_text(encoding="utf-8"))
    limits = {name: value for name, value in settings["limits"].items() if name.startswith("attempts")}
    assert {name: int(value) for name, value in rows} == limits
    known = settings["sessions"]["known_device_days"]
    assert f"`known_device_days` ({known})" in (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
