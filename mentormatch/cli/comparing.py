"""What the command ``compare`` does: read two outcomes and set them side by side."""

from pathlib import Path

from mentormatch.cli.mending import refusals_as_bad_input
from mentormatch.files.outcome_folder import OutcomeFolder, read_outcome
from mentormatch.matching.comparison import Comparison, Side, compare


def compare_outcomes(first: Path, second: Path) -> Comparison:
    """Return the outcomes in two folders side by side; raises ``InputError`` for a folder that holds none."""
    with refusals_as_bad_input():
        before, after = read_outcome(first), read_outcome(second)
    return compare(_side(before), _side(after))


def _side(outcome: OutcomeFolder) -> Side:
    """Return an outcome with the stage values of its certificate."""
    passes = outcome.certificate.passes
    stages = {(part.pass_number, name): value for part in passes for name, value in part.values.items()}
    return Side(outcome.round, outcome.pairings, outcome.unpaired, stages)
