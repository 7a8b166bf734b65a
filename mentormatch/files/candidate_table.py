"""candidates.csv: every candidate of a round, as the engine scores them."""

from collections.abc import Iterator

import numpy as np

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.round import Round
from mentormatch.files.result_tables import Candidate
from mentormatch.matching.candidates import build_candidates, directions_of, points_of
from mentormatch.matching.roster import build_roster


def find_candidates(matching_round: Round) -> Iterator[Candidate]:
    """Yield all candidates, in the order of mentee and mentor id; those that a lock forbids are among them."""
    candidates = build_candidates(build_roster(matching_round))
    mentees, mentors = candidates.roster.mentees.ids, candidates.roster.mentors.ids
    by_mentor = np.array(sorted(range(len(mentors)), key=mentors.__getitem__), np.int64)
    for mentee in sorted(range(len(mentees)), key=mentees.__getitem__):
        codes = candidates.codes[mentee, by_mentor]
        found = np.flatnonzero(codes >= 0)
        directions, points = directions_of(codes[found]).tolist(), points_of(codes[found]).tolist()
        for mentor, direction, worth in zip(by_mentor[found].tolist(), directions, points, strict=True):
            yield mentors[mentor], mentees[mentee], DIRECTIONS[direction], worth
