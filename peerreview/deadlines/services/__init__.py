"""Reminding and escalating by one letter a day, choosing its hour, and postponing.

Heard: "worker.turn" (once an hour) and "day.began".
"""

from peerreview.deadlines.services.postponing import as_it_was, postpone, refuse_postponement
from peerreview.deadlines.services.reminding import choose_hour, remind_due

__all__ = ["as_it_was", "choose_hour", "postpone", "refuse_postponement", "remind_due"]
