"""Names say what a thing is about: no drawers for odds and ends, one spelling, predicates that answer yes or no."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import ROOT, Module, modules_of, read_module

DRAWERS = {
    "base",
    "common",
    "core",
    "helper",
    "helpers",
    "manager",
    "managers",
    "misc",
    "models",
    "util",
    "utils",
    "views",
}
MANAGERS_PAGES = "mentormatch.portal.manager"
"""Named for the people who read these pages."""
PREDICATE = re.compile(r"_?(is|has|can)_")
YES_OR_NO = re.compile(r"bool|flags", re.IGNORECASE)
AMERICAN = re.compile(
    r"(^|_)(organiz|normaliz|optimiz|programs?(_|$)|favor(?!it)|color|center|enroll(?!ed|ing)|serializ|summariz|minimiz|maximiz)",
    re.IGNORECASE,
)


def functions_in(module: Module) -> Iterator[ast.FunctionDef]:
    """Yield every function of a module, methods included."""
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef))


def classes_in(module: Module) -> Iterator[ast.ClassDef]:
    """Yield every class of a module."""
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef))


def names_in(module: Module) -> set[str]:
    """Return the names that a module gives to its functions, classes, arguments and attributes."""
    nodes = list(ast.walk(module.tree))
    found = {node.name for node in functions_in(module)} | {node.name for node in classes_in(module)}
    found |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    targets = [node.target for node in nodes if isinstance(node, ast.AnnAssign)]
    return found | {target.id for target in targets if isinstance(target, ast.Name)}


def test_a_module_is_named_for_its_subject() -> None:
    tests = [read_module(path) for path in sorted((ROOT / "tests").rglob("*.py"))]
    named = {
        module.name: set(re.split(r"[._]", module.name.removeprefix(MANAGERS_PAGES)))
        for module in (*modules_of(""), *tests)
    }
    assert [name for name, words in named.items() if words & DRAWERS] == []


def test_errors_end_in_error() -> None:
    raised = re.compile(r"(Error|Exception)$")
    errors = [
        node.name
        for module in modules_of("")
        for node in classes_in(module)
        if any(raised.search(ast.unparse(ancestor)) for ancestor in node.bases)
    ]
    assert errors
    assert [name for name in errors if not name.endswith("Error")] == []


def test_predicates_answer_yes_or_no() -> None:
    predicates = [node for module in modules_of("") for node in functions_in(module) if PREDICATE.match(node.name)]
    answers = {node.name: ast.unparse(node.returns) for node in predicates if node.returns}
    assert answers
    assert {name: answer for name, answer in answers.items() if not YES_OR_NO.search(answer)} == {}


def test_names_are_spelt_the_british_way() -> None:
    names = sorted(name for module in modules_of("") for name in names_in(module))
    assert [name for name in names if AMERICAN.search(name)] == []
