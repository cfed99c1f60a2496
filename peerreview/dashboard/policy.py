"""Who may read what belongs to no other feature."""

from peerreview.core.access import Actor


def may_read_log(actor: Actor) -> bool:
    """The audit trail: those who watch over the whole."""
    return actor.role in ("oversight", "administrator")
