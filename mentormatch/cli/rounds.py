"""What several commands do with a round: read it or say why not, match it into a folder, verify that folder."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from rich.console import Console

from mentormatch.cli.progress import run_interruptibly, show_progress
from mentormatch.cli.rendering import count, count_problems, print_line, print_notices, print_problems
from mentormatch.domain.round import Outcome, Round
from mentormatch.errors import CertificateError, InputError, RefusedError
from mentormatch.files.folder import LOCKS_FILE, RoundFolder, read_bytes, read_round
from mentormatch.files.outcome_files import write_outcome
from mentormatch.files.result_tables import read_pairings, write_candidates, write_pairings, write_unpaired
from mentormatch.files.summary import Summary, summarise, write_summary

RESULT_FILES = ("certificate.json", "pairings.csv")


@dataclass(frozen=True, slots=True)
class Effort:
    """What the command line may change in how the optimiser works; ``None`` leaves it to the policy.

    ``started`` is when the command began, on the clock of ``perf_counter``.
    """

    started: float
    threads: int | None = None
    time_limit: float | None = None


def open_consoles() -> tuple[Console, Console]:
    """Return the consoles for data (stdout) and for everything else (stderr)."""
    return Console(highlight=False), Console(stderr=True, highlight=False)


def report_folder(console: Console, folder: RoundFolder) -> None:
    """Print everything that was found in a folder, and what has become of it."""
    print_notices(console, folder.notices)
    print_problems(console, folder.problems)
    if folder.problems and folder.round is not None:
        people = count(len(folder.round.quarantined), "person is", "people are")
        print_line(console, f"{count(len(folder.problems), 'problem', 'problems')}; {people} set aside.")
    elif folder.problems:
        print_line(console, count_problems(folder))


def match_into(out: Path, folder: RoundFolder, effort: Effort, *, lists_candidates: bool, console: Console) -> Summary:
    """Match the round of a folder, write the outcome to ``out`` and return its figures.

    Progress goes to ``console``. Nothing is written before the match is done.
    """
    from mentormatch.matching.certificate import write_certificate
    from mentormatch.matching.engine import match

    if folder.round is None:
        raise InputError("The round has problems; correct them first.")
    matching_round = _with_effort(folder.round, effort)
    with show_progress(console) as report:
        done = run_interruptibly(lambda: match(matching_round, digests=folder.digests, on_progress=report))
    summary = summarise(matching_round, done.outcome, perf_counter() - effort.started, peak_memory())
    files = {**folder.inputs, **_result_files(done.outcome, summary)}
    files["certificate.json"] = write_certificate(done.certificate)
    if lists_candidates:
        files["candidates.csv"] = run_interruptibly(lambda: _list_candidates(matching_round))
    write_outcome(out, files)
    return summary


def _with_effort(matching_round: Round, effort: Effort) -> Round:
    """Return the round with the threads and the time limit of the command line."""
    solve = matching_round.policy.solve
    solve = replace(
        solve,
        threads=effort.threads or solve.threads,
        time_limit_seconds=effort.time_limit or solve.time_limit_seconds,
    )
    return replace(matching_round, policy=replace(matching_round.policy, solve=solve))


def _result_files(outcome: Outcome, summary: Summary) -> dict[str, bytes]:
    return {
        "pairings.csv": write_pairings(outcome.pairings),
        "unpaired.csv": write_unpaired(outcome.unpaired),
        "summary.json": write_summary(summary),
    }


def _list_candidates(matching_round: Round) -> bytes:
    from mentormatch.files.candidate_table import find_candidates

    return write_candidates(find_candidates(matching_round))


def peak_memory() -> float:
    """Return the most memory that this process has held, in megabytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0.0
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def verify_outcome(out: Path, console: Console) -> None:
    """Check the proof of an outcome and print a line for each step; raises ``RefusedError`` at the first that fails."""
    from mentormatch.matching.certificate import read_certificate
    from mentormatch.matching.verification import verify

    missing = [name for name in RESULT_FILES if not (out / name).is_file()]
    if missing:
        raise RefusedError(f"{out} holds no {' and no '.join(missing)}; name a directory that match has written.")
    try:
        certificate = read_certificate(read_bytes(out / "certificate.json"))
        pairings = read_pairings(read_bytes(out / "pairings.csv"))
        folder = read_round(out, locks_path=_locks_of(out), seed=certificate.seed, quarantine=True)
    except InputError as error:
        raise RefusedError(error.sentence) from error
    if folder.round is None:
        raise RefusedError(f"The round in {out} cannot be read: {folder.problems[0].sentence}")
    if folder.round.quarantined != frozenset(certificate.quarantined):
        raise CertificateError("certificate.json sets other people aside than the input files ask for.")
    for line in verify(folder.round, pairings, certificate, folder.digests):
        print_line(console, line)
    print_line(console, "verified")


def _locks_of(out: Path) -> Path | None:
    return out / LOCKS_FILE if (out / LOCKS_FILE).exists() else None
