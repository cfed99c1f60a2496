"""Who says that somebody is a qualified reviewer, and whose badge it is. What proves it is everybody's to read."""

from peerreview.core.access import SECRETARIAT, Actor


def may_qualify(actor: Actor) -> bool:
    """The secretariat alone."""
    return actor.role == SECRETARIAT


def may_end(actor: Actor, qualification: object) -> bool:
    """The secretariat alone."""
    return actor.role == SECRETARIAT


def may_qualify_person(actor: Actor, person: object) -> bool:
    """The secretariat alone."""
    return actor.role == SECRETARIAT
