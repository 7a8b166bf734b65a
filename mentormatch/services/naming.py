"""Names that HR gives to programmes and rounds: how they are kept, and that no two are the same."""

from collections.abc import Iterator
from contextlib import contextmanager

from mentormatch.domain.text import fold
from mentormatch.errors import InputError
from mentormatch.services.refusals import BrokenPromiseError, ConflictError

NAME_LENGTH = 200


def clean_name(name: str, of: str) -> str:
    """Return the name of something, such as a round, without needless blanks, or raise ``InputError``."""
    clean = " ".join(name.split())
    if not fold(clean) or not clean.isprintable() or max(len(clean), len(fold(clean))) > NAME_LENGTH:
        raise InputError(f"Give the {of} a name of at most {NAME_LENGTH} characters.", field="name")
    return clean


@contextmanager
def refused_where_taken(constraint: str, refusal: ConflictError) -> Iterator[None]:
    """Turn a row that the database refuses for what is taken already into a refusal; the constraint says what is."""
    try:
        yield
    except BrokenPromiseError as error:
        if error.data["constraint"] != constraint:
            raise
        raise refusal from error
