"""The whole story of a match: from a round to pairings, people left out, and the certificate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from mentormatch.domain.round import Figures, Outcome, Progress, Round, SolveStatus
from mentormatch.matching.branching import PassResult, solve_pass
from mentormatch.matching.candidates import Candidates, build_candidates
from mentormatch.matching.certificate import Certificate
from mentormatch.matching.certifying import certify
from mentormatch.matching.face import Face
from mentormatch.matching.outcome import lost_wishes, pairings_of, stage_values, unpaired_people
from mentormatch.matching.pricing import Report, shortlist
from mentormatch.matching.roster import build_roster
from mentormatch.matching.rows import Columns, concatenate


@dataclass(frozen=True)
class Match:
    """What ``match`` returns: the outcome, and the certificate that proves it."""

    outcome: Outcome
    certificate: Certificate


def match(matching_round: Round, *, digests: Mapping[str, str], on_progress: Callable[[Progress], None] | None = None) -> Match:
    """Solve a round. ``digests`` are the SHA-256 of its input files, for the certificate.

    Raises SolverError when the solver fails.
    """
    started = perf_counter()
    candidates = build_candidates(build_roster(matching_round))
    face = Face(candidates)
    pool = shortlist(candidates.codes, matching_round.policy.solve.shortlist)
    scored = perf_counter()
    passes: list[PassResult] = []
    taken = concatenate([])
    candidate_count = int((candidates.codes >= 0).sum())
    for number in range(1, max(matching_round.policy.capacity.mentee_limit, 1) + 1):
        passes.append(solve_pass(candidates, face, pool, taken, _reporter(number, on_progress)))
        taken = concatenate([taken, passes[-1].plan])
    seconds = {"scoring": scored - started, "solving": perf_counter() - scored}
    return _conclude(candidates, passes, candidate_count, seconds, digests)


def _reporter(number: int, on_progress: Callable[[Progress], None] | None) -> Report:
    """Return what tells a stage's value and bound to whoever asked for progress."""

    def report(stage: str, value: int, bound: int) -> None:
        """Pass one step on."""
        if on_progress is not None:
            on_progress(Progress(number, stage, value, bound, 0.0))

    return report


def _conclude(
    candidates: Candidates, passes: list[PassResult], candidate_count: int, seconds: Mapping[str, float], digests: Mapping[str, str]
) -> Match:
    """Put outcome and certificate together."""
    roster = candidates.roster
    figures = Figures(
        mentees=len(roster.mentees),
        mentors=len(roster.mentors),
        candidates=candidate_count,
        places=int(np.minimum(roster.mentors.limit, roster.mentors.places.sum(axis=1)).sum()),
        seconds=seconds,
    )
    pairings = pairings_of(candidates, [result.plan for result in passes])
    outcome = Outcome(
        status=SolveStatus.PROVEN,
        pairings=pairings,
        unpaired=unpaired_people(candidates, passes),
        stages=stage_values(passes),
        lost_wishes=lost_wishes(candidates),
        figures=figures,
    )
    return Match(outcome, certify(roster, passes, candidate_count, outcome.status, digests))


__all__ = ["Columns", "Match", "match"]
