"""The yardstick itself: what the budgets count, on small pieces of source with known sizes."""

import ast
from pathlib import Path

import pytest

from tests.architecture.source import (
    PACKAGE,
    ROOT,
    Function,
    Module,
    code_lines,
    functions_of,
    imports_of,
    undocumented,
)

SAMPLE = '''"""A module."""

import os.path
from numpy.linalg import norm


class Box:
    """A class."""

    def open(self, key: str) -> bool:
        """Say whether it opens.

        The docstring does not count.
        """
        # Nor does this comment.

        text = """a text of
        two lines"""
        return key == text

    def _close(self, key):
        return key


class Bare:
    @staticmethod
    def build(size) -> int:
        def grow(step: int, *rest: int, by: int = 1) -> int:
            from json import loads
            return step + by

        return grow(size)
'''


@pytest.fixture
def functions() -> dict[str, Function]:
    return {function.place.rpartition("sample.")[2]: function for function in functions_of(sample())}


def sample() -> Module:
    return Module(PACKAGE / "sample.py", SAMPLE, ast.parse(SAMPLE))


def test_a_function_counts_its_signature_and_code_alone(functions: dict[str, Function]) -> None:
    assert {place: function.lines for place, function in functions.items()} == {
        "Box.open": 4,
        "Box._close": 2,
        "Bare.build": 5,
        "Bare.build.grow": 3,
    }


def test_what_begins_with_an_underscore_or_stands_inside_a_function_is_not_public(
    functions: dict[str, Function],
) -> None:
    assert [place for place, function in functions.items() if function.is_public] == ["Box.open", "Bare.build"]


def test_a_function_is_typed_when_its_answer_and_every_argument_but_self_are(functions: dict[str, Function]) -> None:
    assert [place for place, function in functions.items() if function.is_typed] == ["Box.open", "Bare.build.grow"]


def test_a_docstring_is_seen_or_missed(functions: dict[str, Function]) -> None:
    assert [place for place, function in functions.items() if function.is_documented] == ["Box.open"]
    assert undocumented(sample()) == ["mentormatch/sample.py: Bare"]


def test_imports_are_found_wherever_they_stand() -> None:
    assert imports_of(sample()) == {"os.path", "numpy.linalg", "json"}


def test_lines_of_code_leave_out_texts_comments_and_blanks() -> None:
    lines = ['"""About."""', "", "# why", "NUMBER = 1", '"""What it is."""', "def add(", "    one: int,", ") -> int:"]
    text = "\n".join([*lines, '    """Add."""', "    return one", ""])
    assert code_lines(Module(Path("some.py"), text, ast.parse(text))) == 5


def test_a_module_is_named_as_it_is_imported() -> None:
    assert Module(PACKAGE / "files" / "__init__.py", "", ast.parse("")).name == "mentormatch.files"
    assert Module(Path(ROOT / "mentormatch" / "errors.py"), "", ast.parse("")).name == "mentormatch.errors"
