"""What tests of running the portal use: an installation of their own, on each kind of database."""

from pathlib import Path

import pytest

from tests.cli.conftest import made_organisation, organisation
from tests.databases import Databases, databases, kind

__all__ = ["databases", "installation", "kind", "made_organisation", "nothing_set", "organisation"]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Stand in an empty folder with no setting in the environment but where to write."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MENTORMATCH_DATA_FOLDER", str(tmp_path / "var"))
    for name in ("CONFIG", "DATABASE_URL", "ENVIRONMENT", "PUBLIC_URL", "SECRET_KEYS"):
        monkeypatch.delenv(f"MENTORMATCH_{name}", raising=False)


@pytest.fixture
def installation(databases: Databases, kind: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the URL of a database with every table and no row, which the environment names."""
    url = databases.migrated(kind)
    monkeypatch.setenv("MENTORMATCH_DATABASE_URL", url)
    return url
