"""Who may do what with a round: the secretariat makes it, everybody signed in may read one that is not a draft."""

from peerreview.core.access import SECRETARIAT, Actor
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round

SEE_DRAFTS = (SECRETARIAT, "oversight", "administrator")


def may_list(actor: Actor) -> bool:
    """Read which rounds there are; which ones is the query's question."""
    return actor.role != "none"


def may_see(actor: Actor, round_: Round) -> bool:
    """Know of this round: a draft is for who prepares it or watches over it."""
    return (round_.state != RoundState.DRAFT and may_list(actor)) or actor.role in SEE_DRAFTS


def may_make(actor: Actor) -> bool:
    """Make a round: the secretariat."""
    return actor.role == SECRETARIAT


def may_run(actor: Actor, round_: Round) -> bool:
    """Edit, open and close this round: the secretariat."""
    return actor.role == SECRETARIAT


def may_sign_up(actor: Actor) -> bool:
    """Whether to show the way to signing up: for who can begin it."""
    return actor.role in ("coordinator", "executive") and actor.organisation_id is not None
