"""Folders of a checkout and of an installed copy."""

from pathlib import Path

import pytest

import mentormatch
from mentormatch.errors import InputError
from mentormatch.files.carried_folders import find_folder


def test_folders_are_found_in_the_checkout_and_in_an_installed_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (find_folder("templates") / "report" / "page.html").is_file()
    assert (find_folder("config") / "default.toml").is_file()
    package = tmp_path / "site" / "mentormatch"
    (package / "templates").mkdir(parents=True)
    monkeypatch.setattr(mentormatch, "__file__", str(package / "__init__.py"))
    assert find_folder("templates") == package.resolve() / "templates"


def test_an_installation_that_lacks_a_folder_is_told_to_install_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mentormatch, "__file__", str(tmp_path / "mentormatch" / "__init__.py"))
    with pytest.raises(InputError) as caught:
        find_folder("templates")
    assert caught.value.sentence == "The installed copy of MentorMatch has no folder templates; install it again."
