"""Who may look around on the marketplace, who acts there for the own organisation, and who watches over it.

Whether an organisation is on the market is a question of the queries: who is not, knows of no offer (404).
"""

from peerreview.core.access import SECRETARIAT, Actor
from peerreview.marketplace.models import Offer

SIGNERS = ("coordinator", "executive")
OWN = (*SIGNERS, "contributor", "reviewer")


def may_look(actor: Actor) -> bool:
    """Look around: the members' own people, and the secretariat."""
    return may_watch(actor) or (actor.role in OWN and actor.organisation_id is not None)


def may_act(actor: Actor) -> bool:
    """Offer, save, ask and wish for the own organisation; only they know what it wishes and whom it cannot meet."""
    return actor.role in SIGNERS and actor.organisation_id is not None


def may_watch(actor: Actor) -> bool:
    """See the whole market of a round, and act for nobody: the secretariat."""
    return actor.role == SECRETARIAT


def may_see(actor: Actor, offer: Offer) -> bool:
    """Read this offer; the query answers None for who may not know of it."""
    return may_look(actor)


def may_edit(actor: Actor, offer: Offer) -> bool:
    """Write, publish and take back an offer (loaded with its trajectory): its own signers."""
    return may_act(actor) and actor.is_of(offer.trajectory.organisation_id)


def may_save(actor: Actor, offer: Offer) -> bool:
    """Save another's offer (loaded with its trajectory) to look at again."""
    return may_act(actor) and not actor.is_of(offer.trajectory.organisation_id)
