"""What kinds of conflict of interest there are, where they come from, and what becomes of them."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


class ConflictKind(StrEnum):
    SAME_GROUP = "same_group"
    SHARED_DIRECTOR = "shared_director"  # or supervisor
    EMPLOYMENT = "employment"  # or paid advice, now or in the last five years
    SAME_TENDER = "same_tender"  # of one municipality, in the last or the next twelve months
    MERGER_TALKS = "merger_talks"
    SUBCONTRACTING = "subcontracting"
    REVIEWED_LAST_CYCLE = "reviewed_last_cycle"
    PERSONAL_RELATION = "personal_relation"
    OPEN_DISPUTE = "open_dispute"


class Severity(StrEnum):
    HARD = "hard"  # blocks
    SOFT = "soft"  # costs, and needs a waiver


class Direction(StrEnum):
    BOTH = "both"
    TOWARDS = "towards"  # the other one (or the person) has an interest in `organisation`, not the other way round


class Source(StrEnum):
    DECLARED = "declared"  # by one of the two, or by the person
    DETECTED = "detected"  # by the system, from facts that it knows
    REGISTERED = "registered"  # by the secretariat


class ConflictState(StrEnum):
    STANDING = "standing"
    DISMISSED = "dismissed"  # pinned as "no conflict"; a detected one is not raised again
    ENDED = "ended"


CONFLICT = Lifecycle(
    "conflict",
    ConflictState,
    Move("dismiss", {ConflictState.STANDING}, ConflictState.DISMISSED),
    Move("end", {ConflictState.STANDING}, ConflictState.ENDED),
    Move("reinstate", {ConflictState.DISMISSED, ConflictState.ENDED}, ConflictState.STANDING),
)


class WaiverState(StrEnum):
    GRANTED = "granted"
    REVOKED = "revoked"


WAIVER = Lifecycle("waiver", WaiverState, Move("revoke", {WaiverState.GRANTED}, WaiverState.REVOKED))
