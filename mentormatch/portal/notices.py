"""Short messages after a step. The cookie carries their code; the sentence is looked up when it is shown."""

from collections.abc import Iterable
from enum import StrEnum

from flask import flash, get_flashed_messages
from flask_babel import gettext as _


class Notice(StrEnum):
    """What was done."""

    LOGGED_OUT = "logged-out"
    # These two are codes of messages, no passwords.
    PASSWORD_SET = "password-set"  # nosec B105
    PASSWORD_CHANGED = "password-changed"  # nosec B105
    RESET_SENT = "reset-sent"
    SESSION_ENDED = "session-ended"
    SESSIONS_ENDED = "sessions-ended"
    SAVED = "saved"
    USER_INVITED = "user-invited"
    PEOPLE_INVITED = "people-invited"
    USER_CHANGED = "user-changed"
    USER_ERASED = "user-erased"
    POLICY_SAVED = "policy-saved"
    NOTHING_CHANGED = "nothing-changed"
    IMPORT_DISCARDED = "import-discarded"


def tell(notice: Notice) -> None:
    """Have a message shown on the next page."""
    flash(notice.value)


def told() -> Iterable[str]:
    """Return the sentences of what was told, each once."""
    known = _sentences()
    return [known[Notice(code)] for code in dict.fromkeys(get_flashed_messages()) if code in set(Notice)]


def _sentences() -> dict[Notice, str]:
    return {
        Notice.LOGGED_OUT: _("You are logged out."),
        Notice.PASSWORD_SET: _("Your password is set. Log in with it."),
        Notice.PASSWORD_CHANGED: _("Your password is changed, and every other log-in has ended."),
        Notice.RESET_SENT: _(
            "If this address belongs to a user, a letter with a link is on its way. Look at your mail in a few minutes."
        ),
        Notice.SESSION_ENDED: _("The log-in has ended."),
        Notice.SESSIONS_ENDED: _("Every other log-in has ended."),
        Notice.SAVED: _("Saved."),
        Notice.USER_INVITED: _("Invited. The letter with the link goes out as soon as the mail server takes it."),
        Notice.PEOPLE_INVITED: _("Everybody is invited. The letters go out one after the other, in the background."),
        Notice.USER_CHANGED: _("Done; it counts from now on."),
        Notice.USER_ERASED: _("Erased. Nothing of the account is left but its number."),
        Notice.POLICY_SAVED: _("The policy is saved as a new version. This is what changed."),
        Notice.IMPORT_DISCARDED: _("The file and its preview are forgotten."),
        Notice.NOTHING_CHANGED: _("Nothing was changed, so there is no new version."),
    }
