"""The portal of the demonstration: made once, on this machine only, and never on a database that is somebody's."""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from mentormatch.operating import demo_portal, demonstration
from mentormatch.operating.addresses import listen_at
from mentormatch.operating.demo_portal import LogIn
from mentormatch.operating.demonstration import answers, demo_environment, make_or_reuse, read_key
from mentormatch.settings import load_settings
from tests.cli.command import run

ANN = LogIn("HR", "ann@x.example", "a password", "Ann Ash")
ROWS = [("HR", "ann@x.example", "a password")]
ROW = re.compile(r"^  (employee|manager|HR|auditor|administrator) +(\S+@\S+) +(\S+)$", re.MULTILINE)


class Seeding:
    """Stands for the making of the portal and counts how often it is made."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.made: list[tuple[int, int]] = []

    def seed(self, _ports: Any, _folder: Path, *, people: int, seed: int) -> tuple[LogIn, ...]:
        """Make a portal."""
        self.made.append((people, seed))
        return (ANN,)


@pytest.fixture
def seeding(monkeypatch: pytest.MonkeyPatch) -> Seeding:
    """Make portals that hold nothing."""
    stand_in = Seeding()
    monkeypatch.setattr(demo_portal, "seed", stand_in.seed)
    return stand_in


@pytest.fixture
def make(tmp_path: Path) -> Callable[[int, int], object]:
    """Return a function that makes or reuses the portal in one folder."""

    def make(people: int, seed: int) -> object:
        with demo_environment(tmp_path, 8123):
            return make_or_reuse(load_settings(), tmp_path, people, seed)

    return make


def show(place: Path) -> Result:
    """Run a demonstration of a small organisation until its portal has answered."""
    return run("demo", "--people", "120", "--exit", place)


def test_the_demonstration_ends_with_a_portal_that_answers_and_a_log_in_for_each_role(tmp_path: Path) -> None:
    first = show(tmp_path / "demo")
    assert first.exit_code == 0, first.output
    assert re.search(r"^The portal is at http://127\.0\.0\.1:\d+\.", first.stdout, re.MULTILINE)
    assert [role for role, _, _ in ROW.findall(first.stdout)] == [
        "employee",
        "manager",
        "HR",
        "auditor",
        "administrator",
    ]
    assert "Making up the portal" in first.stderr

    second = show(tmp_path / "demo")
    assert second.exit_code == 0, second.output
    assert ROW.findall(second.stdout) == ROW.findall(first.stdout)
    assert "Making up the portal" not in second.stderr


def test_a_demonstration_touches_no_database_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENTORMATCH_DATABASE_URL", "postgresql://real@db.company.example/people")
    monkeypatch.setenv("MENTORMATCH_ENVIRONMENT", "production")
    before = dict(os.environ)
    with demo_environment(tmp_path, 8123):
        settings = load_settings()
        assert settings.database == f"sqlite:///{tmp_path}/mentormatch.sqlite"
        assert settings.public_url == "http://127.0.0.1:8123"
        assert settings.mail.host == ""
        assert not settings.is_production
    assert dict(os.environ) == before


def test_the_environment_is_as_before_when_a_demonstration_fails(tmp_path: Path) -> None:
    before = dict(os.environ)
    with pytest.raises(OSError, match="disk"), demo_environment(tmp_path, 8123):
        raise OSError("disk")
    assert dict(os.environ) == before


def test_the_key_of_a_demonstration_is_random_stays_and_is_its_owners_alone(tmp_path: Path) -> None:
    one, other = read_key(tmp_path / "one"), read_key(tmp_path / "other")
    assert len(one) >= 32
    assert one != other
    assert read_key(tmp_path / "one") == one
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o600


def test_the_log_ins_are_kept_for_their_owner_alone(
    seeding: Seeding, make: Callable[[int, int], object], tmp_path: Path
) -> None:
    make(40, 7)
    assert seeding.made
    assert stat.S_IMODE((tmp_path / "made-of.json").stat().st_mode) == 0o600


def test_what_a_demonstration_reuses_is_shown_without_loading_the_services() -> None:
    code = "import sys, mentormatch.operating.demonstration; print('sqlalchemy' in sys.modules, 'flask' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_a_portal_is_made_once_for_the_same_organisation(seeding: Seeding, make: Callable[[int, int], object]) -> None:
    assert make(40, 7) == make(40, 7) == ROWS
    assert seeding.made == [(40, 7)]


def test_another_organisation_another_release_or_a_spoilt_mark_make_it_anew_and_spare_what_is_not_ours(
    seeding: Seeding, make: Callable[[int, int], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.txt").write_text("precious")
    make(40, 7)
    make(50, 7)
    for spoilt in ("{", "[]", '{"made_of": 1}'):
        (tmp_path / "made-of.json").write_text(spoilt)
        make(50, 7)
    monkeypatch.setattr(demonstration, "digest_migrations", lambda: "another")
    make(50, 7)
    (tmp_path / "mentormatch.sqlite").unlink()
    make(50, 7)
    assert seeding.made == [(40, 7), *[(50, 7)] * 6]
    assert (tmp_path / "notes.txt").read_text() == "precious"


def test_a_portal_that_could_not_be_made_whole_is_made_anew(
    seeding: Seeding, make: Callable[[int, int], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_words: object) -> None:
        raise OSError("disk")

    with monkeypatch.context() as context:
        context.setattr(demo_portal, "seed", fail)
        with pytest.raises(OSError, match="disk"):
            make(40, 7)
    assert make(40, 7) == ROWS
    assert seeding.made == [(40, 7)]


def test_a_page_that_cannot_be_had_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demonstration, "ANSWER_SECONDS", 0.2)
    with listen_at("127.0.0.1", 0) as silent:
        page = f"http://127.0.0.1:{silent.getsockname()[1]}/log-in"
        assert not answers(page)
    assert not answers(page)
