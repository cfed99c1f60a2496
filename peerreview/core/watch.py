"""Whether mail and long work are looked after: who works, how long letters wait, and what long work is under way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from peerreview.core import beats, clock, outbox
from peerreview.core.beats import Beat
from peerreview.core.hints import LETTERS, WORK
from peerreview.core.outbox import Lag

LATE = timedelta(minutes=10)  # a letter that is due waits no longer than this while all is well
LONG = timedelta(seconds=10)


@dataclass(frozen=True)
class Workers:
    """The workers that live and the letters that wait, at one moment (two queries)."""

    at: datetime
    alive: tuple[Beat, ...]
    lag: Lag

    @classmethod
    def now(cls) -> Self:
        """As it is at this moment."""
        return cls(clock.now(), tuple(beats.alive()), outbox.lag())

    @property
    def missing(self) -> tuple[str, ...]:
        """What nobody looks after: "letters", "work", both or nothing."""
        kinds = {beat.kind for beat in self.alive}
        return tuple(kind for kind in (LETTERS, WORK) if kind not in kinds)

    @property
    def late(self) -> bool:
        """Whether letters wait too long for the mail server."""
        return self.lag.since is not None and self.at - self.lag.since > LATE

    @property
    def well(self) -> bool:
        return not self.missing and not self.late

    @property
    def long_work_since(self) -> datetime | None:
        """Since when a worker is at one piece of long work; None when none takes long."""
        since = [beat.busy_since for beat in self.alive if beat.kind == WORK and beat.busy_since]
        oldest = min(since, default=None)
        return oldest if oldest and self.at - oldest > LONG else None
