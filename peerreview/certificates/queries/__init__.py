"""What is asked about certificates: themselves and their status, what waits for whom, and what a renewal takes along."""

from peerreview.certificates.queries.certificates import (
    STANDING,
    certificate_for,
    certificate_numbered,
    certificates_of,
    conditions_of,
    ended_before,
    framework_title,
    given_out,
    last_number,
    of_decision,
    of_trajectory,
    own_certificate,
    partners_of,
    status_on,
    trajectory_of_decision,
)
from peerreview.certificates.queries.duties import certificates_waited_for
from peerreview.certificates.queries.renewal import Carried, carried_by, latest_of, renewed, to_announce

__all__ = [
    "STANDING", "Carried", "carried_by", "certificate_for", "certificate_numbered", "certificates_of",
    "certificates_waited_for", "conditions_of", "ended_before", "framework_title", "given_out", "last_number",
    "latest_of", "of_decision", "of_trajectory", "own_certificate", "partners_of", "renewed", "stamp", "status_on", "to_announce",
    "trajectory_of_decision",
]  # fmt: skip
