"""mentormatch erasures: who was erased stays so when an older backup is restored."""

import json
from pathlib import Path

import pytest

from mentormatch.bootstrap import open_site
from mentormatch.services.own_data import erase_person
from mentormatch.services.permissions import COMMAND_LINE
from tests.cli.command import run
from tests.operating.test_people import names, people

__all__ = ["people"]


def erase(person_id: str) -> None:
    """Erase somebody at their own request."""
    with open_site() as site:
        stored = site.ports.store.read(lambda unit: unit.people.all())
        key = next(someone.key for someone in stored if someone.person.person_id == person_id)
        erase_person(site.ports, COMMAND_LINE, key)


def test_whoever_comes_back_with_a_backup_is_erased_again(tmp_path: Path, people: Path) -> None:
    assert run("db", "upgrade").exit_code == 0
    assert run("import", people).exit_code == 0
    backup = (tmp_path / "var" / "mentormatch.sqlite").read_bytes()
    erase("A")
    exported = run("erasures", "export")
    assert exported.exit_code == 0
    kept = tmp_path / "erasures.json"
    kept.write_text(exported.stdout)
    (tmp_path / "var" / "mentormatch.sqlite").write_bytes(backup)
    assert "Ann Ash" in names()
    applied = run("erasures", "apply", kept)
    assert (applied.exit_code, applied.stdout) == (0, "1 person was erased again.\n")
    assert "Ann Ash" not in names()
    assert run("erasures", "apply", kept).stdout == "0 people were erased again.\n"


@pytest.mark.usefixtures("installation")
def test_the_list_names_nobody(people: Path) -> None:
    assert run("import", people).exit_code == 0
    erase("A")
    exported = run("erasures", "export").stdout
    (entry,) = json.loads(exported)
    assert entry.keys() == {"pseudonym", "id_hash", "erased_at"}
    assert [word for word in ("Ann", "Ash", "a@x.example") if word in exported] == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1]",
        b"{}x",
        b'{"pseudonym": 1}',
        b'[{"pseudonym": "a", "id_hash": "b"}]',
        b'[{"pseudonym": "a", "id_hash": "b", "erased_at": "yesterday"}]',
        b'[{"pseudonym": "a", "id_hash": 7, "erased_at": "2026-11-02T09:00:00+00:00"}]',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
    ids=range(9),
)
def test_what_is_no_list_of_erasures_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "list.json"
    file.write_bytes(content)
    result = run("erasures", "apply", file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == ("list.json is no list of erasures; name a file that erasures export has written.\n")
