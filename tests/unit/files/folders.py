"""Small folders of a round, written line by line, and what their readers say."""

from pathlib import Path
from typing import Any

from mentormatch.domain.round import Round
from mentormatch.files.folder import RoundFolder, read_round
from mentormatch.files.problems import Findings, Problem
from mentormatch.files.tables import Layout, Table, read_table

PEOPLE = ("person_id,name,manager_id,level", "A,Ann,,4", "B,Bob,A,3", "C,Cem,B,2")
ENROLMENTS = ("person_id,as_mentee,as_mentor", "A,,upward:2", "C,upward:1,")

OUTSIDE_LINES: dict[str, tuple[str, ...] | bytes] = {"policy": ("[rules]", "reporting-line = false")}
"""The three people stand in one chain of command; with this policy A may still mentor C, as locks want it."""


def lines(*rows: str) -> bytes:
    """Return rows as the bytes of a file."""
    return "".join(f"{row}\n" for row in rows).encode()


def write_folder(place: Path, **files: tuple[str, ...] | bytes) -> Path:
    """Write a folder of three people and two enrolments; a word such as ``people`` replaces the file of that name."""
    place.mkdir(parents=True, exist_ok=True)
    for name, content in ({"people": PEOPLE, "enrolments": ENROLMENTS} | files).items():
        path = place / ("policy.toml" if name == "policy" else f"{name}.csv")
        path.write_bytes(content if isinstance(content, bytes) else lines(*content))
    return place


def read_folder(place: Path, /, quarantine: bool = False, **files: tuple[str, ...] | bytes) -> RoundFolder:
    """Write a folder and read it, its locks too."""
    folder = write_folder(place, **(OUTSIDE_LINES | files if "locks" in files else files))
    locks = folder / "locks.csv" if "locks" in files else None
    return read_round(folder, quarantine=quarantine, locks_path=locks)


def round_of(folder: RoundFolder) -> Round:
    """Return the round of a folder, which must have one."""
    assert folder.round is not None, [problem.sentence for problem in folder.problems]
    return folder.round


def only_problem(folder: RoundFolder) -> Problem:
    """Return the one problem of a folder."""
    assert len(folder.problems) == 1, [problem.sentence for problem in folder.problems]
    return folder.problems[0]


def codes_of(folder: RoundFolder) -> list[str]:
    """Return the codes of all problems in their order."""
    return [problem.code for problem in folder.problems]


def notice_codes(folder: RoundFolder) -> list[str]:
    """Return the codes of all notices."""
    return [notice.code for notice in folder.notices]


def table_of(data: bytes | str, **layout: Any) -> tuple[Table, Findings]:
    """Read one file with the columns a, b and c, of which a names a person."""
    columns: dict[str, Any] = {"columns": ("a", "b", "c"), "required": ("a",), "keys": ("a",), "needs_rows": True}
    findings = Findings()
    text = data.encode() if isinstance(data, str) else data
    return read_table(text, Layout("file.csv", **(columns | layout)), findings), findings
