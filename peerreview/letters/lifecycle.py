"""The moves of a letter. Sending and failing are the worker's; the rest is done by people, or by what comes back."""

from peerreview.core.lifecycle import Lifecycle, Move
from peerreview.core.outbox import LetterState

L = LetterState
LETTER = Lifecycle(
    "letter",
    LetterState,
    Move("hold", {L.QUEUED}, L.HELD),
    Move("release", {L.HELD}, L.QUEUED),
    Move("send", {L.QUEUED}, L.SENT),
    Move("fail", {L.QUEUED}, L.FAILED),
    Move("bounce", {L.SENT}, L.BOUNCED),
)
LEFT = (L.SENT, L.FAILED, L.BOUNCED)  # from these it can be sent again, as a new letter
BAD = (L.FAILED, L.BOUNCED)
