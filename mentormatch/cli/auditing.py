"""What the command ``audit`` does: read protected attributes, count, and leave out what nobody may see."""

from collections.abc import Collection
from pathlib import Path

from rich.console import Console

from mentormatch.audit.groups import Attributes
from mentormatch.audit.publication import ShownAudit, show_audit
from mentormatch.audit.report import audit
from mentormatch.cli.progress import run_interruptibly
from mentormatch.cli.rendering import print_line, print_notices, print_problems
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import Round
from mentormatch.files.attributes_file import read_attributes
from mentormatch.files.outcome_folder import OutcomeFolder


def read_stated(path: Path | None, outcome: OutcomeFolder, errors: Console) -> Attributes | None:
    """Return the protected attributes in a file, none without one; None when the file has problems, which are told."""
    if path is None:
        return {}
    sheet = read_attributes(path, [person.person_id for person in outcome.round.people])
    print_notices(errors, sheet.notices)
    print_problems(errors, sheet.problems)
    return None if sheet.problems else sheet.values


def audit_outcome(
    outcome: OutcomeFolder, attributes: Attributes, *, seed: int, is_quick: bool, console: Console
) -> ShownAudit:
    """Audit an outcome and return what can be shown; with ``is_quick`` it is not solved again with other weights.

    What takes long is told on ``console``.
    """
    from mentormatch.matching.engine import match
    from mentormatch.matching.start import Start

    start = Start(outcome.pairings, outcome.certificate)

    def solve(changed: Round) -> Collection[Pairing]:
        """Solve the round with other weights, from where it stands."""
        before = outcome.round.policy.weights
        other = [f"{name} {points}" for name, points in changed.policy.weights.items() if points != before[name]]
        print_line(console, f"solving again with {', '.join(other)} points")
        return match(changed, digests={}, start=start).outcome.pairings

    print_line(console, "drawing random plans")
    found = run_interruptibly(
        lambda: audit(
            outcome.round, outcome.pairings, attributes=attributes, seed=seed, solve=None if is_quick else solve
        )
    )
    return show_audit(found)
