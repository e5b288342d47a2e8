"""The errors a user can meet. Each carries one sentence that says what, where and what to do."""

from collections.abc import Sequence


class KuntamittariError(Exception):
    """Something a user can mend; `exit_code` is what the command line ends with."""

    exit_code = 1


class DataError(KuntamittariError):
    """A data directory, or figures on their way into one, cannot be used."""

    def __init__(self, problems: str | Sequence[str]):
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))

    @property
    def line(self) -> str:
        """All of it as one line of a log."""
        return " ".join(str(self).split())


class CatalogError(DataError):
    """Indicator files are wrong; `problems` holds one line per defect, naming file and field."""


class SourceError(KuntamittariError):
    """An official service could not be reached or answered something that cannot be used."""

    exit_code = 3


class UnreachableError(SourceError):
    """A service did not answer, or kept answering that it cannot: another run may succeed with what was fetched so
    far."""


class NotThereError(SourceError):
    """A service answers, but has no such table."""


class FileError(KuntamittariError):
    """A file that was asked for cannot be written where it was to be."""


class InputError(KuntamittariError):
    """A request names something that does not exist. `near` lists close matches."""

    exit_code = 2

    def __init__(self, field: str, code: str, message: str, near: Sequence[str] = ()):
        self.field, self.code, self.near = field, code, list(near)
        hint = f" Did you mean {', '.join(self.near)}?" if self.near else ""
        super().__init__(message + hint)
