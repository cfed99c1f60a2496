"""Letters of the commission: to its members about meetings, and to organisations what became of their dossier.

No letter to members names a dossier: a recused member gets the same words as everybody.
"""

from peerreview.commission.mail.decisions import send_decision, tell_forwarded
from peerreview.commission.mail.meetings import invite, tell_meeting

__all__ = ["invite", "send_decision", "tell_forwarded", "tell_meeting"]
