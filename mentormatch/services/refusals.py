"""Why a use is refused: each is one sentence for the person and a kind that a page can answer to."""

from mentormatch.errors import MentorMatchError, RefusedError


class NotFoundError(RefusedError):
    """There is no such thing, or none that this actor may know of; the two look the same."""

    code = "not-found"


class NotAllowedError(RefusedError):
    """The actor may know of the thing and may not do this with it."""

    code = "not-allowed"


class ConfirmationNeededError(RefusedError):
    """The step needs the password again."""

    code = "confirmation-needed"


class ConflictError(RefusedError):
    """Something else is in the way: a name that is taken, a state in which this cannot be done."""

    code = "conflict"


class StaleError(ConflictError):
    """What the step was prepared on has changed since."""

    code = "stale"


class GivenUpError(ConflictError):
    """Work in the background was given up or discarded while a worker was still at it; nothing of it counts."""

    code = "given-up"

    def __init__(self, sentence: str = "This was given up or discarded meanwhile; nothing was changed.") -> None:
        """Say so."""
        super().__init__(sentence)


class LogInRefusedError(RefusedError):
    """E-mail address and password do not belong together, or may not be used; the sentence says no more."""

    code = "log-in-refused"


class TooManyAttemptsError(RefusedError):
    """A limit on attempts is reached; ``data["minutes"]`` says when to try again at the latest."""

    code = "too-many-attempts"


class BusyError(MentorMatchError):
    """The database could not be had in time; nothing was changed and the same may be tried again."""

    code = "busy"
    exit_code = 3


class StorageFullError(MentorMatchError):
    """There is no room left for the database; nothing was changed, and reading goes on."""

    code = "storage-full"
    exit_code = 3


class BrokenPromiseError(MentorMatchError):
    """The database refused a row because it breaks a promise; ``data["constraint"]`` names which."""

    code = "broken-promise"
    exit_code = 3
