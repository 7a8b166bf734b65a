"""Divisions and departments: a division is a subtree under the top, a department a smaller one inside it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mentormatch.synthesis.divisions import DIVISION_KINDS, EXECUTIVE, KIND_BY_NAME, SIZE_ORDER
from mentormatch.synthesis.draws import Integers
from mentormatch.synthesis.tree import SHORTEST_SPAN, Tree

SMALLEST_LIMIT = 40
LARGEST_LIMIT = 600
DEPARTMENTS_WANTED = 30
OFFICE_ROLE = "Business Partner"


@dataclass(frozen=True, slots=True)
class Department:
    """A department: the person at its head, its name, its division and the role of its staff.

    A leadership office holds what stands above the departments of a division: its head is the division's.
    """

    head: int
    name: str
    division: str
    role: str
    is_office: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """All departments, and the number of each person's department."""

    departments: tuple[Department, ...]
    member_of: Integers

    def division_names(self) -> list[str]:
        """Return the name of each person's division."""
        return [self.departments[number].division for number in self.member_of.tolist()]

    def department_names(self) -> list[str]:
        """Return the name of each person's department."""
        return [self.departments[number].name for number in self.member_of.tolist()]


def form_units(tree: Tree) -> Units:
    """Cut a tree into divisions and departments; who belongs to no division works in the executive office."""
    departments = [Department(0, EXECUTIVE, EXECUTIVE, OFFICE_ROLE, is_office=True)]
    member_of = np.zeros(tree.size.size, np.int64)
    for head, division in _name_divisions(tree):
        for department in _cut_division(tree, head, division):
            end = department.head + tree.size[department.head]
            member_of[department.head : end] = len(departments)
            departments.append(department)
    return Units(tuple(departments), member_of)


def _name_divisions(tree: Tree) -> list[tuple[int, str]]:
    """Return the head and the name of each division: the larger the unit, the larger its division usually is."""
    heads = np.flatnonzero((tree.depth == 1) & (tree.size > SHORTEST_SPAN)).tolist()
    needed = {kind.name for kind in DIVISION_KINDS[: len(heads)]}
    names = [name for name in SIZE_ORDER if name in needed]
    by_size = sorted(heads, key=lambda head: (-int(tree.size[head]), head))
    return list(zip(by_size, names, strict=True))


def _cut_division(tree: Tree, head: int, division: str) -> Iterator[Department]:
    """Yield the leadership office of a division, when it has one, then its departments, the largest first."""
    limit = min(max(tree.size.size // DEPARTMENTS_WANTED, SMALLEST_LIMIT), LARGEST_LIMIT)
    roots = _find_department_heads(tree, head, limit)
    if roots != [head]:
        yield Department(head, f"{division} Leadership", division, OFFICE_ROLE, is_office=True)
    kinds = KIND_BY_NAME[division].departments
    for place, root in enumerate(sorted(roots, key=lambda root: (-int(tree.size[root]), root))):
        name, role = kinds[place % len(kinds)]
        number = place // len(kinds)
        yield Department(root, f"{name} {number + 1}" if number else name, division, role)


def _find_department_heads(tree: Tree, head: int, limit: int) -> list[int]:
    """Return the highest managers of a division whose units have at most ``limit`` people."""
    inside = np.arange(head, head + tree.size[head])
    fits = (tree.size[inside] <= limit) & (tree.size[inside] > SHORTEST_SPAN)
    is_highest = (inside == head) | (tree.size[tree.manager[inside]] > limit)
    found: list[int] = inside[fits & is_highest].tolist()
    return found
