"""What the command ``repair`` does: read an outcome, mend its round, match it again and tell what that costs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from rich.console import Console

from mentormatch.cli.progress import run_interruptibly, show_progress
from mentormatch.cli.rendering import print_line
from mentormatch.cli.rounds import Effort, match_into
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import Outcome, Round, SolveStatus
from mentormatch.errors import InputError, RefusedError
from mentormatch.files.folder import read_bytes
from mentormatch.files.outcome_files import check_outcome_place
from mentormatch.files.outcome_folder import OutcomeFolder, read_outcome
from mentormatch.files.repaired_files import read_repaired
from mentormatch.files.result_tables import read_pairings, read_unpaired
from mentormatch.matching.repair import RepairPlan, repair, without_keeps
from mentormatch.matching.repair_report import Concerned, Cost, count_cost, find_concerned, new_pairings


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repair that was done: where it lies, how its proof ended, and everything that there is to tell of it.

    ``full_status`` says how the full solve ended to which the cost compares it.
    """

    target: Path
    status: str
    plan: RepairPlan
    new: tuple[Pairing, ...]
    concerned: tuple[Concerned, ...]
    cost: Cost
    full_status: str


def repair_into(
    out: Path, target: Path, declined: Sequence[tuple[str, str]], leavers: Sequence[str], console: Console
) -> Repaired:
    """Repair the outcome in ``out``, write the new one to ``target`` and return what there is to tell.

    Progress goes to ``console``. Raises ``InputError`` when ``out`` holds no proven outcome or the words do not fit it.
    """
    started = perf_counter()
    check_outcome_place(target, out)
    old = read_proven(out)
    plan = repair(old.round, old.pairings, declined=declined, leavers=leavers)
    folder = read_repaired(old, plan, leavers)
    if folder.round is None:
        raise InputError(f"The repaired round cannot be matched. {folder.problems[0].sentence}")
    summary = match_into(target, folder, Effort(started), lists_candidates=False, console=console)
    repaired = read_pairings(read_bytes(target / "pairings.csv"))
    unpaired = read_unpaired(read_bytes(target / "unpaired.csv"))
    full = _solve_in_full(folder.round, old, console)
    return Repaired(
        target=target,
        status=summary.status,
        plan=plan,
        new=new_pairings(old.pairings, repaired),
        concerned=find_concerned(plan, old.pairings, repaired, unpaired),
        cost=count_cost(plan, old.pairings, repaired, full.pairings),
        full_status=str(full.status),
    )


def read_proven(out: Path) -> OutcomeFolder:
    """Read an outcome and check its whole proof; raises ``InputError`` where there is none or it does not hold."""
    from mentormatch.matching.verification import verify

    with refusals_as_bad_input():
        outcome = read_outcome(out)
        if outcome.certificate.status != SolveStatus.PROVEN:
            raise InputError(f"The match in {out} was stopped before its proof was complete; match the round again.")
        for _ in verify(outcome.round, outcome.pairings, outcome.certificate, outcome.digests):
            pass
    return outcome


@contextmanager
def refusals_as_bad_input() -> Iterator[None]:
    """Turn what is refused about an outcome into bad input: here it is not what was to be checked, but what is used."""
    try:
        yield
    except RefusedError as error:
        raise InputError(error.sentence) from error


def _solve_in_full(repaired: Round, old: OutcomeFolder, console: Console) -> Outcome:
    """Return the outcome of the repaired round when it is free to move what the repair keeps."""
    from mentormatch.matching.engine import match
    from mentormatch.matching.start import Start

    print_line(console, "Matching once more without keeping anything, to tell the cost ...")
    free, start = without_keeps(repaired), Start(old.pairings, old.certificate)
    with show_progress(console) as report:
        done = run_interruptibly(lambda: match(free, digests={}, on_progress=report, start=start))
    return done.outcome
