"""What a mentee's lists and clocks share with a mentor's, over blocks: skills, interests, languages, hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mentormatch.domain.enrolment import Enrolment
from mentormatch.matching.clock import exact, shared_hours
from mentormatch.matching.roster import Bools, Coder, Ints, Roster, Side, rank_weights

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False)
class Shared:
    """Two sparse matrices, mentees x values and values x mentors; their product says what a pair shares."""

    mentees: "csr_array"
    mentors: "csr_array"
    mentees_named: Ints
    mentors_named: Ints

    def product(self, rows: Ints, columns: Ints) -> NDArray[np.int32]:
        """Return the weighted overlap of a block of pairs."""
        mentors = columns_of(self.mentors, columns)
        return np.asarray((self.mentees[rows] @ mentors).toarray(), np.int32)

    def unanswered(self, rows: Ints, columns: Ints) -> Bools:
        """Whether one of the two named nothing."""
        return np.asarray(
            (self.mentees_named[rows] == 0)[:, None] | (self.mentors_named[columns] == 0)[None, :], np.bool_
        )


def columns_of(matrix: "csr_array", columns: Ints) -> "csr_array":
    """Return some columns of a sparse matrix, the matrix itself when these are all of them in order."""
    return matrix if np.array_equal(columns, np.arange(matrix.shape[1])) else matrix[:, columns]


def share(mentees: Sequence[Sequence[str]], mentors: Sequence[Sequence[str]], top: int = 0, ranked: str = "") -> Shared:
    """Return what two sides' lists share.

    Where one side is ``ranked``, its value at rank r < ``top`` weighs 2**r and every later one 2**top, so that the
    lowest ``top`` bits of a product say which of the first values are shared and zero says that none is.
    """
    coder = Coder()
    flat, by_rank = (lambda _: 1), (lambda rank: 1 << min(rank, top))
    left = rank_weights(mentees, coder, by_rank if ranked == "mentees" else flat)
    right = rank_weights(mentors, coder, by_rank if ranked == "mentors" else flat)
    width = max(left.shape[1], right.shape[1])
    left.resize((left.shape[0], width))
    right.resize((right.shape[0], width))
    return Shared(left, right.T.tocsr(), np.diff(left.indptr), np.diff(right.indptr))


@dataclass(frozen=True, eq=False)
class Overlaps:
    """The overlaps of a roster; each is computed when a rule or criterion first asks."""

    roster: Roster

    @cached_property
    def top(self) -> int:
        """How many ranked skills count for the score."""
        return len(self.roster.policy.measures.needs)

    @cached_property
    def needs(self) -> Shared:
        """The mentees' ranked wanted skills against the mentors' offered ones."""
        wanted, offered = self._skills()
        return share(wanted, offered, self.top, "mentees")

    @cached_property
    def offers(self) -> Shared:
        """The mentors' ranked offered skills against the mentees' wanted ones (downward)."""
        wanted, offered = self._skills()
        return share(wanted, offered, self.top, "mentors")

    @cached_property
    def interests(self) -> Shared:
        """Shared interests, counted."""
        mentees, mentors = (_lists(side, "interests") for side in self._sides())
        return share(mentees, mentors)

    @cached_property
    def languages(self) -> Shared:
        """Shared languages, counted."""
        mentees, mentors = ([person.languages for person in side.people] for side in self._sides())
        return share(mentees, mentors)

    @cached_property
    def language_sets(self) -> tuple[Ints, Ints, Bools]:
        """The number of each mentee's and mentor's language set, and whether two sets are named and disjoint."""
        mentees, mentee_rows = _distinct(self.languages.mentees)
        mentors, mentor_rows = _distinct(self.languages.mentors.T.tocsr())
        product = (self.languages.mentees[mentee_rows] @ self.languages.mentors[:, mentor_rows]).toarray()
        named = ~self.languages.unanswered(mentee_rows, mentor_rows)
        return mentees, mentors, named & (product == 0)

    @cached_property
    def hours(self) -> tuple[tuple[Fraction | None, ...], ...]:
        """Shared working hours of each two time zones of the roster; the last row and column, None, stand for blank."""
        settings = self.roster.policy.rule_settings
        zones = self.roster.timezones
        table = [(*(shared_hours(one, other, settings) for other in zones), None) for one in zones]
        return (*table, (None,) * (len(zones) + 1))

    @cached_property
    def too_few_hours(self) -> Bools:
        """Whether two time zones share fewer working hours than the policy asks for; blank ones never do."""
        least = exact(self.roster.policy.rule_settings.shared_hours_min)
        return np.array([[hours is not None and hours < least for hours in row] for row in self.hours], np.bool_)

    def no_need_met(self, rows: Ints, columns: Ints) -> Bools:
        """Whether skills are named on both sides and none that is wanted is offered."""
        return np.asarray((self.needs.product(rows, columns) == 0) & ~self.needs.unanswered(rows, columns), np.bool_)

    def no_common_language(self, rows: Ints, columns: Ints) -> Bools:
        """Whether languages are named on both sides and none is shared."""
        mentees, mentors, disjoint = self.language_sets
        return disjoint[mentees[rows]][:, mentors[columns]]

    def no_shared_hours(self, rows: Ints, columns: Ints) -> Bools:
        """Whether both time zones are named and share too few working hours."""
        return self.by_timezone(self.too_few_hours, rows, columns)

    def by_timezone[T: np.generic](self, table: NDArray[T], rows: Ints, columns: Ints) -> NDArray[T]:
        """Read a table over pairs of time zones for a block of pairs."""
        return table[self.roster.mentees.timezone[rows]][:, self.roster.mentors.timezone[columns]]

    def _sides(self) -> tuple[Side, Side]:
        """Mentees and mentors."""
        return self.roster.mentees, self.roster.mentors

    def _skills(self) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
        """Wanted skills of the mentees, offered skills of the mentors."""
        mentees, mentors = self._sides()
        return _lists(mentees, "skills_wanted"), _lists(mentors, "skills_offered")


def _lists(side: Side, name: str) -> list[tuple[str, ...]]:
    """Return one list of each enrolment of a side."""
    entries: Sequence[Enrolment] = side.enrolments
    return [getattr(entry, name) for entry in entries]


def _distinct(matrix: "csr_array") -> tuple[Ints, Ints]:
    """Number the distinct rows of a sparse matrix; return each row's number and the first row of each number."""
    seen: dict[bytes, int] = {}
    firsts: list[int] = []
    codes = np.empty(matrix.shape[0], np.int64)
    for row in range(matrix.shape[0]):
        key = np.sort(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]).tobytes()
        if key not in seen:
            seen[key] = len(firsts)
            firsts.append(row)
        codes[row] = seen[key]
    return codes, np.array(firsts, np.int64)
