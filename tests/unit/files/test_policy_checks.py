"""Every number of a policy has bounds: a setting that is added without them fails here."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from math import inf, nan
from typing import Any

import pytest

from mentormatch.domain.policy import STAGES, FloorPolicy, Policy, SolvePolicy
from mentormatch.files.policy_checks import WEIGHTS_TOGETHER, find_flaws
from mentormatch.files.policy_file import policy_settings
from mentormatch.files.policy_text import COMMENTS

FULL = replace(Policy(), solve=SolvePolicy(time_limit_seconds=60.0))


def numbers(word: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every number in a policy, those in lists and tables too."""
    if isinstance(word, bool | str):
        return
    if isinstance(word, int | float):
        yield path.removeprefix(".")
    elif is_dataclass(word):
        for field in fields(word):
            yield from numbers(getattr(word, field.name), f"{path}.{field.name}")
    elif isinstance(word, Mapping):
        for key, value in word.items():
            yield from numbers(value, f"{path}.{key}")
    elif isinstance(word, tuple):
        for place, value in enumerate(word):
            yield from numbers(value, f"{path}.{place}")


def with_number(word: Any, path: str, number: float) -> Any:
    """Return a policy with one number replaced."""
    name, _, rest = path.partition(".")
    if not name:
        return number
    if is_dataclass(word) and not isinstance(word, type):
        return replace(word, **{name: with_number(getattr(word, name), rest, number)})
    if isinstance(word, Mapping):
        return {key: with_number(value, rest, number) if str(key) == name else value for key, value in word.items()}
    return tuple(with_number(v, rest, number) if str(place) == name else v for place, v in enumerate(word))


def setting_of(path: str) -> str:
    """Return the setting that a path belongs to: a list is one setting."""
    owner, _, last = path.rpartition(".")
    return owner if owner in ("measures.needs", "measures.wish_ranks", "measures.rhythm") and last.isdigit() else path


def test_the_defaults_have_no_flaw() -> None:
    assert list(find_flaws(Policy())) == []
    assert list(find_flaws(FULL)) == []


@pytest.mark.parametrize("path", [path for path in numbers(FULL) if not path.startswith("bands")])
@pytest.mark.parametrize("number", [nan, inf, -inf, -1, 10**30])
def test_no_number_of_a_policy_can_be_absurd(path: str, number: float) -> None:
    flaws = {name for name, _, _, _ in find_flaws(with_number(FULL, path, number))}
    assert setting_of(path) in flaws


@pytest.mark.parametrize("path", [path for path in numbers(FULL) if path.startswith("bands")])
@pytest.mark.parametrize("number", [-1, 0, nan])
def test_no_bound_of_a_band_can_be_absurd(path: str, number: float) -> None:
    assert {name for name, _, _, _ in find_flaws(with_number(FULL, path, number))} == {"bands"}


def test_the_weights_may_make_the_largest_score_together_and_not_one_point_more() -> None:
    spare = WEIGHTS_TOGETHER - sum(Policy().weights.values())
    for extra, flaws in ((spare, []), (spare + 1, ["weights"])):
        policy = with_number(Policy(), "weights.needs", Policy().weights["needs"] + extra)  # type: ignore[index]
        assert [name for name, _, _, _ in find_flaws(policy)] == flaws


def test_every_flaw_says_what_is_wrong_and_what_to_do() -> None:
    broken = replace(FULL, bands=(9, 8), stages=("load", "x", "x"), programme="", round_name="\n")
    flaws = list(find_flaws(broken))
    assert {name for name, _, _, _ in flaws} == {"bands", "stages", "programme", "round_name"}
    assert all(wrong and remedy for _, _, wrong, remedy in flaws)


@pytest.mark.parametrize(
    ("floors", "stages", "flaws"),
    [
        (FloorPolicy("department"), STAGES, []),
        (FloorPolicy("level", share=0.29, group_min=1), STAGES, []),
        (FloorPolicy("gender"), STAGES, ["floors.by"]),
        (FloorPolicy("Department"), STAGES, ["floors.by"]),
        (FloorPolicy("department", share=0.805), STAGES, ["floors.share"]),
        (FloorPolicy("department", share=0.0), STAGES, ["floors.share"]),
        (FloorPolicy("department", group_min=0), STAGES, ["floors.group_min"]),
        (FloorPolicy("department"), ("coverage", "points", "lottery"), ["floors.by"]),
        (FloorPolicy("department"), ("floors", "coverage", "lottery"), ["stages"]),
    ],
)
def test_access_floors_are_for_groups_that_exist_at_whole_percents_where_the_stages_name_them(
    floors: FloorPolicy, stages: tuple[str, ...], flaws: list[str]
) -> None:
    assert [name for name, _, _, _ in find_flaws(Policy(floors=floors, stages=stages))] == flaws


def names_of(settings: Mapping[str, object], path: str = "") -> Iterator[str]:
    """Yield the names of all settings, tables included."""
    for name, value in settings.items():
        yield f"{path}{name}"
        if isinstance(value, dict):
            yield from names_of(value, f"{path}{name}.")


def test_every_comment_belongs_to_a_setting_and_every_setting_has_one() -> None:
    names = set(names_of(policy_settings(FULL)))
    shared = {"open", "level_gap"}
    assert set(COMMENTS) - shared <= names
    explained = {n for n in names if n in COMMENTS or n.rsplit(".", 1)[-1] in shared or n.startswith("rules.")}
    assert {n for n in names - explained if ".level_gap." not in n} == set()
