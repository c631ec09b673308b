"""The kinds of failure, each with what happened, what still works and what to do."""

from __future__ import annotations


class DesksideError(Exception):
    """A failure that a person can understand: one sentence, and what to do about it.

    `what` is one plain sentence; `todo` says what to do next, or is empty; `details` is for a bug report.
    """

    def __init__(self, what: str, todo: str = "", details: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo
        self.details = details

    def __str__(self) -> str:
        return f"{self.what} {self.todo}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross the pipe of an engine process; the default would lose `todo` and `details`.
        return (type(self), (self.what, self.todo, self.details))


class UserError(DesksideError):
    """What was asked cannot be done as asked: a wrong path, an empty question, an unknown collection."""


class ReadError(DesksideError):
    """A file cannot be read. `reason` is one of READ_REASONS, for grouping what needs attention."""

    def __init__(self, what: str, todo: str = "", details: str = "", reason: str = "damaged") -> None:
        super().__init__(what, todo, details)
        self.reason = reason

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.what, self.todo, self.details, self.reason))


READ_REASONS = (
    "encrypted",
    "empty",
    "damaged",
    "too slow",
    "too large",
    "unsupported",
    "missing",
    "not allowed",
    "no text",
)


class ModelError(DesksideError):
    """A model file is missing, broken, or cannot do what was asked of it."""


class ConnectionLost(DesksideError):
    """A server could not be reached, or the connection broke off; trying again may help."""


class EngineCrashed(DesksideError):
    """The child process ended before it had answered; `what` says how it ended."""


class EngineTimeout(DesksideError):
    """The child process was ended because one request took longer than its time budget."""


class EngineOutOfMemory(DesksideError):
    """The child process was ended because one request took more memory than its cap."""


class StorageError(DesksideError):
    """Something could not be written or opened on the disk (full, read-only, damaged)."""


class DiskFull(StorageError):
    """There is no room left: nothing more can be written until somebody makes some."""


class InternalError(DesksideError):
    """Our bug. Shown in a dialog with details to copy."""


class Cancelled(Exception):
    """The person asked to stop. Not a failure: what was done until then is kept."""
