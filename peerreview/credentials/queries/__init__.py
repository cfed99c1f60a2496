"""What is asked about keys, credentials, statuses and qualified reviewers, and what a file that is checked turns out to be."""

from peerreview.credentials.queries.credentials import (
    badge_of,
    certificate_of_number,
    credential_of,
    credential_with,
    is_taken,
    key_named,
    known_keys,
    newest_of,
    number_given,
    places_of,
    signing_key,
    without_credential,
)
from peerreview.credentials.queries.reviewers import (
    qualification_for,
    qualification_of,
    reviewer_for,
    reviewer_page,
    reviews_of,
)
from peerreview.credentials.queries.verdicts import Outcome, Verdict, of_credential, of_number, standing_of, verdict_on

__all__ = [
    "Outcome", "Verdict", "badge_of", "certificate_of_number", "credential_of", "credential_with", "is_taken",
    "key_named", "known_keys", "newest_of", "number_given", "of_credential", "of_number", "places_of",
    "qualification_for", "qualification_of", "reviewer_for", "reviewer_page", "reviews_of", "signing_key",
    "standing_of", "verdict_on", "without_credential",
]  # fmt: skip
