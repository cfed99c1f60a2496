"""What is done with keys, credentials and qualifications."""

from peerreview.credentials.services.issuing import (
    addresses,
    ensure_badge,
    give_credentials,
    give_first,
    give_reviewer_badge,
    issuer,
    label_achievement,
    reviewer_achievement,
    status_list,
)
from peerreview.credentials.services.keys import current_key, rotate
from peerreview.credentials.services.qualifying import MONTHS, end_qualification, qualify

__all__ = [
    "MONTHS", "addresses", "current_key", "end_qualification", "ensure_badge", "give_credentials", "give_first",
    "give_reviewer_badge", "issuer", "label_achievement", "qualify", "reviewer_achievement", "rotate", "status_list",
]  # fmt: skip
