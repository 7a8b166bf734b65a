"""Folders that appear whole or not at all: written aside, then renamed."""

import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from mentormatch.errors import InputError
from mentormatch.files.problems import join_briefly

OUTCOME_MARKS = ("summary.json", "certificate.json")
"""An outcome holds all of these; only then may a new one take its place."""
REPORT_FILE = "report.html"
"""A page about the outcome, which belongs to it and goes with it when the round is matched again."""
OUTCOME_FILES = frozenset(
    {
        *OUTCOME_MARKS,
        "people.csv",
        "enrolments.csv",
        "history.csv",
        "policy.toml",
        "locks.csv",
        "pairings.csv",
        "unpaired.csv",
        "candidates.csv",
        REPORT_FILE,
    }
)
ORGANISATION_MARKS = ("generated.txt",)
ORGANISATION_FILES = frozenset({*ORGANISATION_MARKS, "people.csv", "enrolments.csv", "history.csv"})


def check_outcome_place(out: Path, source: Path) -> None:
    """Raise ``InputError`` unless an outcome may be written to ``out`` for a round that lies in ``source``."""
    inner, outer = out.resolve(), source.resolve()
    if inner == outer or outer in inner.parents or inner in outer.parents:
        raise InputError(f"{out} and {source} lie one in the other; name another directory with --out.")
    _check_place(out, OUTCOME_MARKS, OUTCOME_FILES)


def check_organisation_place(directory: Path) -> None:
    """Raise ``InputError`` unless a generated organisation may be written to ``directory``."""
    _check_place(directory, ORGANISATION_MARKS, ORGANISATION_FILES)


def _check_place(out: Path, marks: Collection[str], known: Collection[str]) -> None:
    """Raise ``InputError`` unless ``out`` is free, empty, or a folder that this program wrote and may replace."""
    blocked = next((path for path in out.absolute().parents if path.exists()), out)
    if not blocked.is_dir():
        raise InputError(f"{out} cannot be made, as {blocked} is a file; name another directory.")
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir():
        raise InputError(f"{out} is a file; name a directory that is empty or does not exist yet.")
    held = {path.name for path in out.iterdir()}
    foreign = sorted(held - set(known)) if held >= set(marks) else sorted(held)
    if foreign:
        raise InputError(
            f"{out} holds files that were not written here ({join_briefly(foreign, 3)}) and would be lost; "
            "name a directory that is empty or does not exist yet."
        )


def write_outcome(out: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of an outcome to ``out``, all or none; an outcome that stands there is replaced."""
    _write_folder(out, files, OUTCOME_MARKS, OUTCOME_FILES)


def write_organisation(out: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a generated organisation to ``out``, all or none; one that stands there is replaced."""
    _write_folder(out, files, ORGANISATION_MARKS, ORGANISATION_FILES)


def _write_folder(out: Path, files: Mapping[str, bytes], marks: Collection[str], known: Collection[str]) -> None:
    """Write files beside ``out``, then let the new folder take its name."""
    _check_place(out, marks, known)
    place = out.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        fresh = aside / "new"
        fresh.mkdir()
        for name, data in files.items():
            (fresh / name).write_bytes(data)
        _take_place(fresh, place, aside / "old")
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _take_place(fresh: Path, place: Path, old: Path) -> None:
    """Rename a folder to the place of another, which moves aside; put it back if the renaming fails."""
    try:
        if place.exists():
            place.rename(old)
        fresh.rename(place)
    except BaseException:
        if old.exists() and not place.exists():
            old.rename(place)
        raise
