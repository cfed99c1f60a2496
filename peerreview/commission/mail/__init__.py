"""Letters of the commission: to its members about meetings, and to organisations what became of their dossier.

No letter to members names a dossier: a recused member gets the same words as everybody.
"""

from peerreview.commission.mail.decisions import send_decision, tell_forwarded
from peerreview.commission.mail.meetings import (
    entry_of,
    invite,
    tell_called,
    tell_cancelled,
    tell_moved,
    tell_not_called,
    tell_put_to_a_meeting,
)

__all__ = [
    "entry_of", "invite", "send_decision", "tell_called", "tell_cancelled", "tell_forwarded", "tell_moved",
    "tell_not_called", "tell_put_to_a_meeting",
]  # fmt: skip
