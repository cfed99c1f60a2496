"""The ways in which an act can be refused; routes need not catch them, `core.web` turns each into its page."""

from typing import Any


class Refused(Exception):
    """A rule said no. `message` is for the person, translated by whoever raises it; answered with 409."""

    status = 409

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotNow(Refused):
    """The subject is in a state in which this move does not exist."""


class Invalid(Refused):
    """What was given cannot be right; `problems` names each field or row. Answered with 422."""

    status = 422

    def __init__(self, message: str, problems: list[str] | None = None) -> None:
        super().__init__(message)
        self.problems = problems or []


class StaleVersion(Refused):
    """Another writer was first. `theirs` is what stands there now, `mine` what was sent; neither is lost."""

    def __init__(self, message: str, *, theirs: Any = None, mine: Any = None) -> None:
        super().__init__(message)
        self.theirs = theirs
        self.mine = mine


class NotAllowed(Refused):
    """This person may see the thing but not do this with it. Answered with 403."""

    status = 403
