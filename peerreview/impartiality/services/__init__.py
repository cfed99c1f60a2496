"""What changes conflicts of interest: found by the system, declared, registered, decided about, and waived.

Heard: "day.began" (what is over ends, and the system looks again).
"""

from peerreview.impartiality.services.deciding import dismiss, end, reinstate, revoke, set_severity, waive
from peerreview.impartiality.services.declaring import ask_again, declare, register, say_end
from peerreview.impartiality.services.detecting import detect, end_what_is_over, note_detected

__all__ = [
    "ask_again", "declare", "detect", "dismiss", "end", "end_what_is_over", "note_detected", "register", "reinstate",
    "revoke", "say_end", "set_severity", "waive",
]  # fmt: skip
