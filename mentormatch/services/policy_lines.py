"""Where a setting stands in the text of a policy file, so that what is wrong with it can be told by line."""

import re
from collections.abc import Iterator
from dataclasses import replace

from mentormatch.files.problems import Problem

TABLE = re.compile(r"\s*\[([^\[\]]+)\]\s*(#.*)?")
NAME = re.compile(r"[\w.\"'\s-]+")


def add_lines(text: str, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems of a policy file, those of a setting with the line on which it stands."""
    return tuple(p if p.row or not p.column else replace(p, row=find_line(text, p.column)) for p in problems)


def find_line(text: str, name: str) -> int | None:
    """Return the line of a setting, the first being 1, or that of the table or list that it is in.

    ``None`` for what stands nowhere in the text: a default that does not fit what was written.
    """
    nearest, line = "", None
    for number, here in _names(text):
        if (name == here or name.startswith(f"{here}.")) and len(here) > len(nearest):
            nearest, line = here, number
    return line


def _names(text: str) -> Iterator[tuple[int, str]]:
    """Yield every line that names a table or a setting, with the whole name."""
    table = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if header := TABLE.fullmatch(line.rstrip("\r")):
            table = f"{_bare(header[1])}."
            yield number, table.removesuffix(".")
        elif "=" in line and (name := NAME.fullmatch(line.partition("=")[0])):
            yield number, f"{table}{_bare(name[0])}"


def _bare(name: str) -> str:
    """Return a name without quotes and blanks."""
    return re.sub(r"[\"'\s]", "", name)
