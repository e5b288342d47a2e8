"""Errors that are shown to users. Each carries one sentence: what is wrong, where, and what to do."""

from collections.abc import Sequence


class KuntamittariError(Exception):
    """An error that a user can correct. `exit_code` is the exit code of the command line."""

    exit_code = 1


class DataError(KuntamittariError):
    """A data directory, or figures about to be written into one, cannot be used. `problems`: one line each."""

    def __init__(self, problems: str | Sequence[str]):
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))

    @property
    def line(self) -> str:
        """The whole message as one line for a log."""
        return " ".join(str(self).split())


class NotKeptError(DataError):
    """The kept answers of an earlier update have none to a request: the service had none then, or was not asked."""


class BrokenRuleError(DataError):
    """Figures about to be put in use break a rule, or lack what the data in use have."""


class CatalogError(DataError):
    """Indicator files have defects. `problems`: one line each, with file and field."""


class SourceError(KuntamittariError):
    """An official service could not be reached, or its answer cannot be used.

    `advice` follows the reason where the error ends an update.
    """

    exit_code = 3

    def __init__(self, reason: str, advice: str = ""):
        self.reason = reason
        super().__init__(f"{reason} {advice}".rstrip())


class UnreachableError(SourceError):
    """A service did not answer, or answered with errors until the last attempt. Another run may succeed, and uses what
    has been fetched."""


class NotThereError(SourceError):
    """A service answers that it has no such table."""


class MadeUpError(NotThereError):
    """A replica answers with figures that it says are made up, and made-up figures are not accepted."""


class FileError(KuntamittariError):
    """A file cannot be written to the place that the user gave."""


class InputError(KuntamittariError):
    """A request or command names something that does not exist.

    `field`: the parameter; `code`: the kind of error for programs; `near`: close matches.
    """

    exit_code = 2

    def __init__(self, field: str, code: str, message: str, near: Sequence[str] = ()):
        self.field, self.code, self.near = field, code, list(near)
        hint = f" Did you mean {', '.join(self.near)}?" if self.near else ""
        super().__init__(message + hint)
