"""The whole story of a match: from a round to pairings, people left out, and the certificate."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from mentormatch.domain.round import Figures, Outcome, Progress, Round, SolveStatus
from mentormatch.errors import StoppedError
from mentormatch.matching.branching import solve_pass
from mentormatch.matching.candidates import Candidates, build_candidates
from mentormatch.matching.cases import PassResult, PassTask
from mentormatch.matching.certificate import Certificate
from mentormatch.matching.certifying import certify
from mentormatch.matching.face import Face
from mentormatch.matching.locking import apply_locks
from mentormatch.matching.outcome import access_floors, lost_wishes, pairings_of, stage_values
from mentormatch.matching.pricing import shortlist
from mentormatch.matching.roster import build_roster
from mentormatch.matching.rows import Columns, concatenate
from mentormatch.matching.stages import stages_of
from mentormatch.matching.start import Start
from mentormatch.matching.unpaired import unpaired_people

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class Match:
    """What ``match`` returns: the outcome, and the certificate that proves it."""

    outcome: Outcome
    certificate: Certificate


def match(
    matching_round: Round,
    *,
    digests: Mapping[str, str],
    on_progress: OnProgress | None = None,
    start: Start | None = None,
) -> Match:
    """Solve a round.

    ``digests`` are the SHA-256 of its input files, for the certificate; ``start`` is a solved round much like this one,
    which shortens the work and changes nothing in the outcome. With a time limit in the policy the work may
    end early: the outcome then is the best one found, marked ``stopped``, with the bounds proven so far. Raises
    InputError or RefusedError when locks cannot stand, SolverError when the solver fails.
    """
    started = perf_counter()
    candidates = build_candidates(build_roster(matching_round))
    face = Face(candidates)
    locked = apply_locks(candidates, face)
    pool = shortlist(candidates.codes, matching_round.policy.solve.shortlist)
    candidate_count = int(candidates.per_mentee.sum())
    scored = perf_counter()
    taken, passes = locked, list[PassResult]()
    for number in range(1, max(matching_round.policy.capacity.mentee_limit, 1) + 1):
        report = Reporter(candidates, number, started, on_progress)
        passes.append(solve_pass(candidates, face, PassTask(number, pool, taken, start), report))
        taken = concatenate([taken, passes[-1].plan])
        if passes[-1].is_stopped:
            break
    seconds = {"scoring": scored - started, "solving": perf_counter() - scored}
    figures = _figures(candidates, candidate_count, seconds)
    return Match(
        _outcome(candidates, locked, passes, figures), certify(candidates.roster, passes, candidate_count, digests)
    )


class Reporter:
    """Tells a pass's steps to whoever asked for progress, and ends the work when its time is up."""

    def __init__(self, candidates: Candidates, number: int, started: float, on_progress: OnProgress | None) -> None:
        """Remember how many stages there are and when the time is up."""
        policy = candidates.roster.policy
        self.number, self.passes, self.on_progress = number, max(policy.capacity.mentee_limit, 1), on_progress
        self.names = [*(stage.name for stage in stages_of(candidates.roster)), "lottery:1", "unique"]
        limit = policy.solve.time_limit_seconds
        self.share = 0.0  # a search among cases comes back to earlier stages; the bar does not
        self.deadline = None if limit is None else started + limit

    def __call__(self, stage: str, value: int, bound: int) -> None:
        """Pass one step on. Raises StoppedError when the time is up."""
        if self.on_progress is not None:
            place = self.names.index(stage) if stage in self.names else len(self.names) - 1
            self.share = max(self.share, (self.number - 1 + place / len(self.names)) / self.passes)
            self.on_progress(Progress(self.number, stage, value, bound, self.share))
        if self.deadline is not None and perf_counter() > self.deadline:
            raise StoppedError(f"The time limit was reached at stage {stage} of pass {self.number}.")


def _figures(candidates: Candidates, candidate_count: int, seconds: Mapping[str, float]) -> Figures:
    """Return the counts that the summary shows."""
    mentors = candidates.roster.mentors
    return Figures(
        mentees=len(candidates.roster.mentees),
        mentors=len(mentors),
        candidates=candidate_count,
        places=int(np.minimum(mentors.limit, mentors.places.sum(axis=1)).sum()),
        seconds=seconds,
    )


def _outcome(candidates: Candidates, locked: Columns, passes: Sequence[PassResult], figures: Figures) -> Outcome:
    """Put the outcome together."""
    plans = [locked, *(result.plan for result in passes)]
    return Outcome(
        status=SolveStatus.STOPPED if passes[-1].is_stopped else SolveStatus.PROVEN,
        pairings=pairings_of(candidates, plans),
        unpaired=unpaired_people(candidates, plans),
        stages=stage_values(passes),
        lost_wishes=lost_wishes(candidates),
        figures=figures,
        floors=access_floors(candidates.roster, passes, plans[:2]),
    )
