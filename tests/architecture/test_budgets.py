"""The budgets hold: short functions, short files, everything documented, typed and tested."""

from itertools import chain
from math import ceil
from statistics import median

import pytest

from tests.architecture.budgets import BUDGETS, Budget
from tests.architecture.source import ROOT, Function, code_lines, functions_of, modules_of, read_module, undocumented

each_budget = pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.name.replace(" ", "-"))


def functions_in(budget: Budget) -> list[Function]:
    """Return every function of the rooms that a budget speaks of, the longest first."""
    found = chain.from_iterable(functions_of(module) for module in modules_of(*budget.rooms))
    return sorted(found, key=lambda function: -function.lines)


def longest(functions: list[Function], count: int = 10) -> str:
    """Return the first functions as lines of a message."""
    return "\n".join(f"{function.lines:4} {function.place}" for function in functions[:count])


@each_budget
def test_the_median_function_is_short(budget: Budget) -> None:
    assert median(function.lines for function in functions_in(budget)) <= budget.median_function


@each_budget
def test_nine_functions_in_ten_fit_on_half_a_page(budget: Budget) -> None:
    functions = functions_in(budget)
    longer = [function for function in functions if function.lines > budget.p90_function]
    assert len(longer) <= len(functions) // 10, longest(longer, len(longer))


@each_budget
def test_hardly_any_function_is_long(budget: Budget) -> None:
    functions = functions_in(budget)
    long = [function for function in functions if function.lines > budget.long_function]
    assert len(long) <= budget.long_function_share * len(functions), longest(long)


@each_budget
def test_no_file_is_too_long_to_read_in_one_go(budget: Budget) -> None:
    lengths = {module.place: len(module.text.splitlines()) for module in modules_of(*budget.rooms)}
    assert {place: lines for place, lines in lengths.items() if lines > budget.longest_file} == {}


@each_budget
def test_every_module_and_class_says_what_it_is(budget: Budget) -> None:
    assert [place for module in modules_of(*budget.rooms) for place in undocumented(module)] == []


@each_budget
def test_public_functions_say_what_they_return(budget: Budget) -> None:
    public = [function for function in functions_in(budget) if function.is_public]
    silent = [function.place for function in public if not function.is_documented]
    assert len(silent) <= (1 - budget.documented_functions) * len(public), silent


@each_budget
def test_every_function_is_typed(budget: Budget) -> None:
    functions = functions_in(budget)
    untyped = [function.place for function in functions if not function.is_typed]
    assert len(untyped) <= (1 - budget.typed_functions) * len(functions), untyped


@each_budget
def test_there_is_as_much_test_as_the_code_needs(budget: Budget) -> None:
    code = sum(code_lines(module) for module in modules_of(*budget.rooms))
    paths = [path for path in (ROOT / "tests").rglob("*.py") if not budget.other_tests & set(path.parts)]
    tests = sum(code_lines(read_module(path)) for path in paths)
    least, most = budget.tests_per_line
    assert tests >= ceil(least * code), f"{tests} lines of tests for {code} lines of code: {tests / code:.2f} for each"
    assert tests <= most * code, f"{tests} lines of tests for {code} lines of code: {tests / code:.2f} for each"
