"""What every test may use: Hypothesis profiles and the folder of real hierarchies."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

# On a server the same examples are drawn each time, so that a red run is the fault of its change; at a desk new ones
# are tried. Examples that solve a round take as long as the machine is busy, hence no deadline.
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real hierarchies, kept beside the checkout and never in it; skip where there is none."""
    folder = Path(os.environ.get("MENTORMATCH_REAL_DATA") or ROOT.parent / "shared" / "data")
    if not any(folder.glob("*.csv*")):
        pytest.skip("no real hierarchies on this machine; MENTORMATCH_REAL_DATA names a folder of them")
    return folder
