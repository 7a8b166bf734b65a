"""Who of the people without a place would take each pair's place best: the steps from the pool through one of them.

People without a place are reached from the pool alone and at no cost, so a search need not look at each of them: the
best taker of every place is enough. A change of the plan concerns few places, so most of this is carried on.
"""

from dataclasses import dataclass

import numpy as np

from mentormatch.explanation.packed_vectors import FAR
from mentormatch.matching.roster import Bools, Ints

NO_TAKER = -1


@dataclass(frozen=True, eq=False)
class Takers:
    """The best taker of each pair's place, by the mentee who has it now: the packed worth, and who it is.

    Only the places of mentors that are ``is_known`` count; the others have to be looked at.
    """

    worth: Ints
    person: Ints
    is_known: Bools

    def where_known(self, is_known: Bools) -> "Takers":
        """Return the same takers with fewer mentors known."""
        return Takers(self.worth, self.person, self.is_known & is_known)


def no_takers(words: int, mentees: int, mentors: int) -> Takers:
    """Return takers with no mentor known."""
    worth = np.zeros((words, mentees), np.int64)
    worth[0] = -FAR
    return Takers(worth, np.full(mentees, NO_TAKER), np.zeros(mentors, np.bool_))
