"""A made-up organisation as the files of a round."""

import gzip
import zlib
from pathlib import Path

from mentormatch.errors import InputError
from mentormatch.files.folder import read_bytes
from mentormatch.files.people_file import read_people
from mentormatch.files.problems import Findings
from mentormatch.files.round_tables import write_enrolments, write_history, write_people
from mentormatch.synthesis.organisation import Organisation, enrol_hierarchy, generate_organisation

GZIP_MARK = b"\x1f\x8b"


def write_generated(people_count: int, seed: int) -> dict[str, bytes]:
    """Return the files of a made-up organisation."""
    organisation = generate_organisation(people_count, seed)
    made_by = f"mentormatch generate --people {people_count} --seed {seed}"
    return _files(organisation, write_people(organisation.people), made_by)


def write_enrolled(hierarchy: Path, seed: int) -> dict[str, bytes]:
    """Return the people of a file as they are, with made-up enrolments of those who can be read.

    The file may be packed with gzip. Raises ``InputError`` when it holds no people at all.
    """
    data = _unpack(hierarchy)
    findings = Findings()
    people = read_people(data, findings).distinct()
    blocking = next((problem for problem in findings.problems if not problem.can_be_quarantined), None)
    if blocking is not None:
        raise InputError(f"{hierarchy} cannot be used as people.csv. {blocking.sentence}")
    made_by = f"mentormatch generate --hierarchy {hierarchy.name} --seed {seed}"
    return _files(enrol_hierarchy(tuple(people.values()), seed), data, made_by)


def _files(organisation: Organisation, people: bytes, made_by: str) -> dict[str, bytes]:
    """Return the files of an organisation, and a note that they may be replaced."""
    return {
        "people.csv": people,
        "enrolments.csv": write_enrolments(organisation.enrolments),
        "history.csv": write_history(organisation.history),
        "generated.txt": f"Made up by {made_by}; the next run may replace this directory.\n".encode(),
    }


def _unpack(path: Path) -> bytes:
    """Return the content of a file, unpacked if it is packed."""
    data = read_bytes(path)
    if not data.startswith(GZIP_MARK):
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path} cannot be unpacked; it is damaged or not a gzip file.") from error
