"""Folders that stand outside the package in a checkout and inside it in an installed copy, such as config."""

from pathlib import Path

import mentormatch
from mentormatch.errors import InputError


def find_folder(name: str) -> Path:
    """Return a folder that the wheel carries inside the package and a checkout beside it.

    Raises ``InputError`` when the installation has none.
    """
    package = Path(mentormatch.__file__).resolve().parent
    for folder in (package / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise InputError(f"The installed copy of MentorMatch has no folder {name}; install it again.")
