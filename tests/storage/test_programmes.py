"""Programmes in the database: names, archives and versions with their notes, on both databases."""

from datetime import timedelta

import pytest

from mentormatch.domain.programme import NOTE_LENGTH, PolicyVersion
from mentormatch.services.refusals import BrokenPromiseError
from mentormatch.storage.store import SqlStore
from tests.offices import START


def a_version(number: int, note: str = "") -> PolicyVersion:
    """Return a version of the first programme's policy."""
    return PolicyVersion(0, 1, number, "bands = []\n", "a" * 64, None, START + timedelta(days=number), note)


def test_a_programme_is_renamed_archived_and_brought_back(store: SqlStore) -> None:
    added = store.write(lambda unit: unit.programmes.add("One", START))
    store.write(lambda unit: unit.programmes.rename(added.key, "Another"))
    store.write(lambda unit: unit.programmes.archive(added.key, START))
    found = store.read(lambda unit: unit.programmes.get(added.key))
    assert found is not None
    assert (found.name, found.is_archived, found.versions) == ("Another", True, 0)
    store.write(lambda unit: unit.programmes.archive(added.key, None))
    assert [one.is_archived for one in store.read(lambda unit: unit.programmes.listed())] == [False]


def test_a_new_name_is_compared_as_names_are(store: SqlStore) -> None:
    store.write(lambda unit: unit.programmes.add("One", START))
    other = store.write(lambda unit: unit.programmes.add("Two", START))
    with pytest.raises(BrokenPromiseError) as refused:
        store.write(lambda unit: unit.programmes.rename(other.key, "ＯＮＥ"))
    assert refused.value.data["constraint"] == "uq_programmes_folded_name"
    assert [one.name for one in store.read(lambda unit: unit.programmes.listed())] == ["One", "Two"]


def test_a_version_keeps_its_note_in_full(store: SqlStore) -> None:
    store.write(lambda unit: unit.programmes.add("One", START))
    note = "ü" * NOTE_LENGTH
    store.write(lambda unit: unit.programmes.add_version(a_version(1, note)))
    store.write(lambda unit: unit.programmes.add_version(a_version(2)))
    assert [v.note for v in store.read(lambda unit: unit.programmes.versions(1))] == ["", note]
    found = store.read(lambda unit: unit.programmes.version(1, 1))
    assert found is not None
    assert found.created_at == START + timedelta(days=1)
