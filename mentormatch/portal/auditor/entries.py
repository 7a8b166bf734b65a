"""Entries of the audit log in plain words: what was done, by whom, to what, and the figures that go with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as __

from mentormatch.domain.records import AuditEntry

LONGEST_VALUE = 24
"""Longer values, which are digests, are shown by their beginning."""
SENTENCES: Mapping[str, LazyString] = {
    "data-exported": __("Somebody took their own data along."),
    "first-administrator": __("The first administrator signed up."),
    "import-applied": __("A file of people was applied."),
    "import-discarded": __("A file of people was discarded."),
    "import-given-up": __("An import was given up, because nothing was heard of it."),
    "import-handed-in": __("A file of people was handed in."),
    "import-interrupted": __("An import was interrupted; nothing was changed."),
    "import-previewed": __("A file of people was compared with what is stored."),
    "import-previewed-again": __("Another comparison of a file was asked for."),
    "import-requested": __("A file of people was to be applied."),
    "import-stale": __("An import stopped, because the data had changed since its preview."),
    "imports-forgotten": __("Files that nobody went on with were deleted."),
    "log-exported": __("The audit log was taken along as a file."),
    "log-in": __("Somebody logged in."),
    "log-in-refused": __("A log-in was refused."),
    "log-out": __("Somebody logged out."),
    "password-by-invitation": __("A first password was set with an invitation."),
    "password-by-reset": __("A new password was set with a link."),
    "password-changed": __("A password was changed."),
    "people-invited": __("Everybody without an account was invited."),
    "person-erased": __("A person was erased; a pseudonym stands in their place."),
    "policy-saved": __("A version of a policy was saved."),
    "programme-added": __("A programme was made."),
    "programme-archived": __("A programme was put away."),
    "programme-renamed": __("A programme got another name."),
    "programme-restored": __("A programme was brought back."),
    "reset-requested": __("A link for a new password was asked for."),
    "role-granted": __("A role was granted."),
    "role-revoked": __("A role was taken away."),
    "round-brought-in": __("A round that was run from files was brought in."),
    "session-ended": __("A log-in was ended."),
    "sessions-ended": __("Several log-ins were ended at once."),
    "user-disabled": __("A user was disabled."),
    "user-enabled": __("A user was let in again."),
    "user-erased": __("A user who is no person was erased."),
    "user-invited": __("A user was invited."),
    "user-invited-again": __("A user was invited again."),
}
"""What each action means. One that is missing is shown by its code; a test holds the list complete."""


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry as a page shows it; ``subject`` is the code of what it is about, ``person_key`` of whom."""

    sequence: int
    at: datetime
    who: str
    what: str
    about: str
    subject: str
    person_key: int | None
    figures: Sequence[str]


def show_entry(entry: AuditEntry) -> ShownEntry:
    """Return an entry in plain words."""
    kind, _colon, number = entry.subject.partition(":")
    return ShownEntry(
        sequence=entry.sequence,
        at=entry.at,
        who=name_in_words(entry.actor),
        what=str(SENTENCES.get(entry.action, entry.action)),
        about=name_in_words(entry.subject),
        subject=entry.subject,
        person_key=int(number) if kind == "person" and number.isdecimal() else None,
        figures=[f"{key.replace('_', ' ')}: {_value_in_words(value)}" for key, value in entry.data.items()],
    )


def name_in_words(name: str) -> str:
    """Return what a name of the log stands for, with its number."""
    kind, _colon, number = name.partition(":")
    words = _kinds().get(kind)
    if name in _names():
        return _names()[name]
    return f"{words} {number}" if words and number else name


def subject_code(text: str) -> str:
    """Return the code of what somebody looks for, however they wrote it: ``Person 12`` is ``person:12``."""
    return re.sub(r"[\s:]+", ":", text.strip().casefold())


def _value_in_words(value: object) -> str:
    text = ", ".join(map(str, value)) or _("none") if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _names() -> dict[str, str]:
    return {
        "command-line": _("Nobody who is logged in, or the command line"),
        "user:none": _("No user"),
        "users": _("Users"),
        "imports": _("Imports"),
        "audit-log": _("The audit log"),
    }


def _kinds() -> dict[str, str]:
    return {
        "user": _("User"),
        "person": _("Person"),
        "import": _("Import"),
        "programme": _("Programme"),
        "round": _("Round"),
    }
