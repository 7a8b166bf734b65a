"""A solved round, read for questions about it."""

from pathlib import Path

from mentormatch.explanation.what_if import Baseline
from mentormatch.files.outcome_folder import read_outcome


def read_baseline(out: Path) -> Baseline:
    """Read the outcome in ``out``. Raises RefusedError when it holds none that belongs together."""
    outcome = read_outcome(out)
    return Baseline(outcome.round, outcome.pairings, outcome.certificate)
