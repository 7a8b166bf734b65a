"""The rows of the database, one module for each subject; importing this package knows all of them."""

from mentormatch.storage.rows import (
    accounts,
    audit_log,
    enrolments,
    erasures,
    imports,
    organisation,
    outbox,
    plans,
    programmes,
    tokens,
)
from mentormatch.storage.rows.metadata import Row

__all__ = [
    "Row",
    "accounts",
    "audit_log",
    "enrolments",
    "erasures",
    "imports",
    "organisation",
    "outbox",
    "plans",
    "programmes",
    "tokens",
]
