"""The size of things: the only place where the numbers of the budgets stand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """What a part of the package may cost its readers; shares are between 0 and 1, lengths in lines.

    A function's lines are its signature and code, without docstring, blank lines and comments. ``tests_per_line`` is
    the least and the most number of test lines for each line of code, counted the same way on both sides;
    ``other_tests`` are folders of tests that do not count, as they test something else.
    """

    name: str
    rooms: tuple[str, ...]
    median_function: int
    p90_function: int
    long_function: int
    long_function_share: float
    longest_file: int
    documented_functions: float
    typed_functions: float
    tests_per_line: tuple[float, float]
    other_tests: frozenset[str]


CORE = Budget(
    name="core",
    rooms=("errors", "domain", "matching", "files", "cli"),
    median_function=7,
    p90_function=25,
    long_function=50,
    long_function_share=0.0,
    longest_file=350,
    documented_functions=1.0,
    typed_functions=1.0,
    tests_per_line=(1.8, float("inf")),
    other_tests=frozenset({"architecture", "benchmarks", "synthesis"}),
)

WHOLE = Budget(
    name="whole package",
    rooms=("",),
    median_function=8,
    p90_function=30,
    long_function=50,
    long_function_share=0.01,
    longest_file=450,
    documented_functions=0.8,
    typed_functions=1.0,
    tests_per_line=(1.3, 2.5),
    other_tests=frozenset({"benchmarks"}),
)

BUDGETS = (CORE, WHOLE)
