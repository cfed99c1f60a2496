"""Who may do what with deadlines. Everybody has a list of what they can do themselves; the secretariat guards all."""

from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.deadlines import Due


def may_see_all(actor: Actor) -> bool:
    """See every open duty, and who is waited for."""
    return actor.role == SECRETARIAT


def may_export(actor: Actor) -> bool:
    return may_see_all(actor)


def may_postpone(actor: Actor, due: Due) -> bool:
    """Give it another day, with a reason."""
    return may_see_all(actor)
