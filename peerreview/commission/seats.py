"""Who leads: the chair, then the vice-chair, then who has served longest of those who take part.

A substitute leads only when nobody else is there. Of two chairs each may lead; of others exactly one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from peerreview.commission.lifecycle import Coming


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's place in the commission and at one meeting.

    `since` when they belong to it, `called` whether a substitute takes part in the meeting, `here` whether they are
    there now (`online`: by a screen), `coming` what they answered to the invitation.
    """

    person_id: int
    name: str
    chair: bool
    vice: bool
    substitute: bool
    called: bool
    since: datetime
    here: bool = False
    online: bool = False
    coming: Coming | None = None

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word[:1].isalpha()]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()

    @property
    def takes_part(self) -> bool:
        """Whether they take part in the meeting that was asked about."""
        return self.called or not self.substitute


def leaders(able: Iterable[Seat]) -> frozenset[int]:
    """Who may lead, of those who are there and have no interest; empty when nobody is."""
    there = list(able)
    for chosen in ([s for s in there if s.chair], [s for s in there if s.vice]):
        if chosen:
            return frozenset(seat.person_id for seat in chosen)
    longest = sorted(there, key=lambda seat: (seat.substitute, seat.since, seat.person_id))
    return frozenset(seat.person_id for seat in longest[:1])
