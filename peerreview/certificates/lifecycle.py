"""The states of a certificate."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


class CertificateState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SURRENDERED = "surrendered"


C = CertificateState
CERTIFICATE = Lifecycle(
    "certificate",
    CertificateState,
    Move("suspend", {C.ACTIVE}, C.SUSPENDED),
    Move("reinstate", {C.SUSPENDED}, C.ACTIVE),
    Move("withdraw", {C.ACTIVE, C.SUSPENDED}, C.WITHDRAWN),
    Move("surrender", {C.ACTIVE, C.SUSPENDED}, C.SURRENDERED),
    Move("expire", {C.ACTIVE, C.SUSPENDED}, C.EXPIRED),
)
