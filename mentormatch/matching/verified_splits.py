"""The splits of a proof: whether the cases that a node splits into hold every lawful plan, and what each takes away."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb

import numpy as np

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.policy import CapacityPolicy
from mentormatch.errors import CertificateError
from mentormatch.matching.certificate import Split
from mentormatch.matching.roster import Ints
from mentormatch.matching.verified_limits import (
    FAVOUR_EXCHANGE,
    RECIPROCAL,
    SPLIT_TEAM,
    TEAM,
    WHOLE_TEAM,
    NamedRow,
    Opening,
)
from mentormatch.matching.verified_rows import RowBook
from mentormatch.matching.verified_table import NO_CELLS, Table


@dataclass(frozen=True, eq=False)
class Way:
    """What one case of a split takes away: cells of the table, and places of rows."""

    struck: Ints
    lowered: Mapping[NamedRow, int]

    def joined(self, other: "Way") -> "Way":
        """Return what both together take away."""
        both = {row: min(most, self.lowered.get(row, most)) for row, most in other.lowered.items()}
        return Way(np.union1d(self.struck, other.struck), {**self.lowered, **both})


NOTHING = Way(NO_CELLS, {})


@dataclass(frozen=True, eq=False)
class SplitReader:
    """Reads splits against the round; every refusal begins with ``where``."""

    table: Table
    book: RowBook
    opening: Opening

    def ways(self, split: Split, where: str) -> list[Way]:
        """Return the ways of a split, one a case; refuse it when a lawful plan could be lost between them."""
        if split.kind == SPLIT_TEAM:
            return self._ways_of_team(split, where)
        if not self._is_forbidden(split.kind):
            raise CertificateError(f"{where} splits by {split.kind!r}, which the policy does not forbid.")
        if len(set(split.names)) != 2 or len(split.names) != 2 or split.shares:
            raise CertificateError(
                f"{where} splits by {split.kind}, which is about two different people and nothing else."
            )
        one, other = split.names
        return [Way(self.table.cells(split.kind, *pair), {}) for pair in ((one, other), (other, one))]

    def _is_forbidden(self, kind: str) -> bool:
        """Whether the policy forbids both ways of a kind of split."""
        capacity: CapacityPolicy = self.table.roster.policy.capacity
        forbidden = {RECIPROCAL: capacity.forbid_reciprocal, FAVOUR_EXCHANGE: capacity.forbid_favour_exchange}
        return forbidden.get(kind, False)

    def _ways_of_team(self, split: Split, where: str) -> list[Way]:
        """Return the ways of a split team: all the ways to share its places among its departments, each once."""
        departments = self._departments(split, where)
        places = self.opening.upper((WHOLE_TEAM, split.names))
        ways = [dict(shares) for shares in split.shares]
        lawful = all(set(way) <= departments and min(way.values(), default=0) >= 0 for way in ways)
        if not lawful or any(len(way) != len(shares) for way, shares in zip(ways, split.shares, strict=True)):
            raise CertificateError(
                f"{where} gives a share of a team to a department that is not in it, or none at all."
            )
        distinct = {frozenset((name, share) for name, share in way.items() if share) for way in ways}
        if any(sum(way.values()) != places for way in ways) or len(distinct) != len(ways):
            raise CertificateError(f"{where} does not share out a team's {places} places in a new way each time.")
        if len(ways) != comb(places + len(departments) - 1, places):
            raise CertificateError(f"{where} leaves out ways to share a team's {places} places among its departments.")
        return [Way(NO_CELLS, self._lowered(split, way, departments)) for way in ways]

    def _departments(self, split: Split, where: str) -> frozenset[str]:
        """Return the departments of the team that a split is about."""
        mentors, teams = self.table.roster.mentors.position, self.book.parts[TEAM][0]
        if len(split.names) == 3:
            mentor, direction, manager = split.names
            departments = frozenset(words[0] for words in teams if words[1] == manager)
            if mentor in mentors and direction in {each.value for each in DIRECTIONS} and departments:
                return departments
        raise CertificateError(f"{where} splits a team that is not in this round.")

    def _lowered(self, split: Split, way: Mapping[str, int], departments: frozenset[str]) -> dict[NamedRow, int]:
        """Return how many places each part of the team gets in one way."""
        mentor, direction, manager = split.names
        return {(TEAM, (mentor, direction, name, manager)): way.get(name, 0) for name in departments}
