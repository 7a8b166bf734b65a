"""One objective, the most points, over one round: by our engine or by a peer, each in a process of its own.

``python -m tests.benchmarks.points SIDE DIR`` reads the round in DIR, solves it and prints what it found as JSON.
Whoever solves it reads the same files and scores the same candidates with the same code; what differs comes after.

The problem is the one that all can state: each mentee at most one mentor, each mentor at most as many mentees as they
offer in all. Caps a direction, a department and a team are off, and nothing is excluded but what the rules delete.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from mentormatch.domain.policy import CapacityPolicy
from mentormatch.domain.round import Round
from mentormatch.files.folder import read_round
from mentormatch.matching.candidates import Candidates, build_candidates
from mentormatch.matching.roster import build_roster

Points = NDArray[np.int16]
Places = NDArray[np.int64]

UNBOUND = CapacityPolicy(
    mentee_limit=1,
    department_share=1.0,
    team_limit=1_000_000,
    forbid_favour_exchange=False,
    forbid_reciprocal=False,
)


def loosen(whole: Round) -> Round:
    """Return the round with the mentors' and mentees' own limits as the only caps."""
    enrolments = tuple(
        replace(entry, as_mentor=dict.fromkeys(entry.as_mentor, entry.max_mentees)) for entry in whole.enrolments
    )
    return replace(whole, enrolments=enrolments, policy=replace(whole.policy, capacity=UNBOUND))


def solve_ours(candidates: Candidates) -> int:
    """Return the most points, found on a shortlist and proven over all candidates."""
    from mentormatch.matching.face import Face
    from mentormatch.matching.pricing import Search, shortlist
    from mentormatch.matching.rows import concatenate
    from mentormatch.matching.stages import points

    face = Face(candidates)
    pool = shortlist(candidates.codes, candidates.roster.policy.solve.shortlist)
    face.open(concatenate([]), pass_number=1)
    nobody = np.zeros(0, np.int64)
    (stage,) = points(candidates.roster)
    proof = Search(face, pool, nobody, lambda *_: None).solve(stage)
    if proof.value != proof.bound:
        raise ValueError(f"The value {proof.value} is not proven; the bound is {proof.bound}.")
    return proof.value


def solve_by_flow(candidates: Candidates) -> int:
    """Return the most points by OR-tools' minimum cost flow over all candidates at once."""
    from tests.benchmarks.peers import solve_flow

    return solve_flow(candidates.codes, candidates.roster.mentors.limit)


def solve_by_assignment(candidates: Candidates) -> int:
    """Return the most points by SciPy's linear sum assignment, with a column for each place of a mentor."""
    from tests.benchmarks.peers import solve_assignment

    return solve_assignment(candidates.codes, candidates.roster.mentors.limit)


SIDES: dict[str, Callable[[Candidates], int]] = {
    "mentormatch": solve_ours,
    "ortools": solve_by_flow,
    "scipy": solve_by_assignment,
}


def run(side: str, directory: Path) -> dict[str, object]:
    """Read, score and solve a round; return the value, the size of the problem, and the seconds of each step."""
    clock = [perf_counter()]
    whole = read_round(directory).round
    if whole is None:
        raise ValueError(f"{directory} holds no valid round.")
    clock.append(perf_counter())
    candidates = build_candidates(build_roster(loosen(whole)))
    size = {
        "mentees": len(candidates.roster.mentees),
        "mentors": len(candidates.roster.mentors),
        "candidates": int(np.count_nonzero(candidates.codes >= 0)),
    }
    clock.append(perf_counter())
    value = SIDES[side](candidates)
    clock.append(perf_counter())
    steps = dict(zip(("reading", "scoring", "solving"), np.diff(clock).round(2).tolist(), strict=True))
    return {"value": value, "size": size, "steps": steps}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], Path(sys.argv[2]))))
