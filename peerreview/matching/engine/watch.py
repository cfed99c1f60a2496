"""How far a long solve is, for whoever waits, and a way to end it."""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[str, int, int], None]
Asked = Callable[[], bool]


class Cancelled(Exception):
    """Whoever asked for a solution wants it no more."""


@dataclass(frozen=True)
class Watch:
    """`progress(what, done, of)` is told of each step; when `cancelled()` says so the next step does not begin."""

    progress: Progress | None = None
    cancelled: Asked | None = None

    def step(self, what: str, done: int, of: int) -> None:
        """Between two steps: tell, and raise Cancelled when asked to end."""
        if self.cancelled and self.cancelled():
            raise Cancelled
        if self.progress:
            self.progress(what, done, of)
