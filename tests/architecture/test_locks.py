"""The lock files: everything pinned by hash, nothing tied to one index, and one version of each package everywhere."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DECLARED = {
    "core.txt": PROJECT["project"]["dependencies"],
    "portal.txt": PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["portal"],
    "dev.txt": [
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["dev"],
        *PROJECT["project"]["optional-dependencies"]["portal"],
    ],
    "build.txt": PROJECT["dependency-groups"]["build"],
    "tools.txt": PROJECT["dependency-groups"]["tools"],
}
each_lock = pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)


def entries_of(lock: Path) -> list[str]:
    """Return the requirements of a lock file, each with its hashes on one line and without remarks."""
    text = re.sub(r"^\s*#.*\n", "", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return text.replace("\\\n", " ").splitlines()


def pins_of(lock: Path) -> dict[str, str]:
    """Return the version of each package that a lock file names."""
    requirements = [Requirement(entry.partition(" --hash")[0]) for entry in entries_of(lock)]
    return {canonicalize_name(item.name): str(item.specifier).removeprefix("==") for item in requirements}


def test_each_way_to_install_has_its_lock() -> None:
    assert {lock.name for lock in LOCKS} == set(DECLARED)


@each_lock
def test_every_requirement_is_pinned_to_one_version_with_hashes(lock: Path) -> None:
    entries = entries_of(lock)
    assert entries
    assert [entry for entry in entries if not re.match(r"[\w.\[\]-]+==\S+", entry) or not HASH.search(entry)] == []


@each_lock
def test_a_lock_names_no_index_and_no_file(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert re.findall(r"\S*://\S*|^--\S*|\S+ @ \S+", text, re.MULTILINE) == []


@each_lock
def test_a_lock_answers_what_the_project_declares(lock: Path) -> None:
    pins = pins_of(lock)
    declared = [Requirement(line) for line in DECLARED[lock.name]]
    assert [
        str(item) for item in declared if not item.specifier.contains(pins.get(canonicalize_name(item.name), "0"))
    ] == []


def test_one_package_has_one_version_in_all_locks() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in pins_of(lock).items():
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_the_portal_draws_with_the_same_packages_as_the_report() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    assert set(extras["report"]) <= set(extras["portal"])


def test_whoever_tests_has_all_that_whoever_uses_has() -> None:
    locks = {lock.name: pins_of(lock) for lock in LOCKS}
    assert locks["core.txt"].keys() | locks["build.txt"].keys() <= locks["dev.txt"].keys()
    assert locks["core.txt"].keys() <= locks["portal.txt"].keys() <= locks["dev.txt"].keys()
