"""Where the templates lie: in the package of an installed copy, beside it in a checkout."""

from pathlib import Path

import mentormatch
from mentormatch.errors import InputError


def find_templates() -> Path:
    """Return the folder of templates. Raises ``InputError`` when the installation has none."""
    package = Path(mentormatch.__file__).resolve().parent
    for folder in (package / "templates", package.parent / "templates"):
        if (folder / "report").is_dir():
            return folder
    raise InputError("The installed copy of MentorMatch has no templates; install it again.")
