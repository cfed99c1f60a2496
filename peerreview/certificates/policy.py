"""Who may change the status of a certificate, and whose own it is. The register itself is everybody's."""

from peerreview.certificates.models import Certificate
from peerreview.core.access import SECRETARIAT, Actor


def may_change_status(actor: Actor, certificate: Certificate) -> bool:
    """The secretariat alone."""
    return actor.role == SECRETARIAT


def may_surrender(actor: Actor, certificate: Certificate) -> bool:
    """The executive of the organisation that holds it."""
    return actor.role == "executive" and actor.is_of(certificate.organisation_id)


def may_renew(actor: Actor, certificate: Certificate) -> bool:
    """The coordinator and the executive of the organisation that holds it."""
    return actor.role in ("coordinator", "executive") and actor.is_of(certificate.organisation_id)


def may_see_own(actor: Actor) -> bool:
    """Everybody of a member organisation but a contributor, who writes and no more."""
    return actor.organisation_id is not None and actor.role != "contributor"
