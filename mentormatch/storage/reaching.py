"""A database that cannot be reached, or that the settings name wrongly, as one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError, OperationalError

from mentormatch.errors import InputError

SETTING = "database_url"


@contextmanager
def reaching_database() -> Iterator[None]:
    """Turn the errors of a first connection into ``InputError`` with the name of the setting, without its secrets."""
    try:
        yield
    except ArgumentError as error:
        raise InputError(f"The setting {SETTING} is no address of a database.", setting=SETTING) from error
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0].rstrip(".")
        sentence = f"The database cannot be reached: {reason}; see the setting {SETTING}."
        raise InputError(sentence, setting=SETTING) from error
