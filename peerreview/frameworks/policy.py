"""Who may do what with frameworks: everybody reads what is published, the secretariat brings in and publishes."""

from peerreview.core.access import SECRETARIAT, Actor
from peerreview.frameworks.models import FrameworkVersion


def may_manage_frameworks(actor: Actor) -> bool:
    """See drafts, import, publish."""
    return actor.role == SECRETARIAT


def may_manage_version(actor: Actor, version: FrameworkVersion) -> bool:
    """Publish this version, or throw its draft away."""
    return actor.role == SECRETARIAT
