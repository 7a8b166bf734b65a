"""One outcome of a generated organisation and its figures, made once; nobody may change them."""

from dataclasses import replace
from pathlib import Path

import pytest

from mentormatch.domain.round import Lock, LockKind
from mentormatch.explanation.trade_off import TradeOffPoint
from mentormatch.files.outcome_folder import OutcomeFolder, read_outcome
from mentormatch.reporting.figures import Report, gather
from tests.cli.command import run

CURVE = (
    TradeOffPoint(350, 60, 61, 702.4, is_current=True, is_proven=True),
    TradeOffPoint(750, 20, 20, 780.0, is_current=False, is_proven=False),
    TradeOffPoint(900, 0, 0, None, is_current=False, is_proven=True),
)


@pytest.fixture(scope="session")
def made_outcome(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an outcome of 150 people."""
    place = tmp_path_factory.mktemp("reporting")
    assert run("generate", place / "in", "--people", "150", "--seed", "5").exit_code == 0
    assert run("match", place / "in", "--out", place / "out").exit_code == 0
    return Path(place / "out")


@pytest.fixture(scope="session")
def outcome_folder(made_outcome: Path) -> OutcomeFolder:
    """Return that outcome as it is read back."""
    return read_outcome(made_outcome)


@pytest.fixture(scope="session")
def made_summary(made_outcome: Path) -> bytes:
    """Return what the match said about itself."""
    return (made_outcome / "summary.json").read_bytes()


@pytest.fixture(scope="session")
def locked_folder(outcome_folder: OutcomeFolder) -> OutcomeFolder:
    """Return the same outcome as if HR had kept its first pairing and forbidden another pair."""
    first, last = outcome_folder.pairings[0], outcome_folder.pairings[-1]
    locks = (
        Lock(LockKind.KEEP, first.mentor_id, first.mentee_id, "promised <in writing>"),
        Lock(LockKind.MUST_NOT, last.mentor_id, first.mentee_id),
    )
    pairings = (replace(first, pass_number=0), *outcome_folder.pairings[1:])
    return replace(outcome_folder, round=replace(outcome_folder.round, locks=locks), pairings=pairings)


@pytest.fixture(scope="session")
def report(outcome_folder: OutcomeFolder) -> Report:
    """Return its figures, with a trade-off that was made up."""
    return gather(outcome_folder, CURVE)
