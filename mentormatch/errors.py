"""The errors of MentorMatch: each carries a code and data, and its text is one sentence for a person."""

from collections.abc import Mapping


class MentorMatchError(Exception):
    """Any error that MentorMatch raises on purpose. ``exit_code`` is what the command line returns for it."""

    code = "error"
    exit_code = 2

    def __init__(self, sentence: str, **data: object) -> None:
        """Keep the sentence and whatever a program may want to know beside it."""
        super().__init__(sentence)
        self.sentence = sentence
        self.data: Mapping[str, object] = data


class InputError(MentorMatchError):
    """Something that was handed in cannot be used: it names where, what and what to do."""

    code = "bad-input"


class RefusedError(MentorMatchError):
    """Something was checked and is not so; nothing was written."""

    code = "refused"
    exit_code = 1


class CertificateError(RefusedError):
    """A proof does not hold: the first thing that fails, in one sentence."""

    code = "certificate"


class StoppedError(MentorMatchError):
    """Work ended before it was done, on request or for lack of time."""

    code = "stopped"
    exit_code = 3


class SolverError(MentorMatchError):
    """The solver gave no usable answer; this is a fault of the program, not of the input."""

    code = "solver"
    exit_code = 3
