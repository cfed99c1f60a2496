"""Who may look around on the marketplace, who acts there for the own organisation, and who watches over it.

Whether an organisation is on the market is a question of the queries: who is not, knows of no offer (404).
"""

from peerreview.core.access import SECRETARIAT, Actor
from peerreview.marketplace.models import Offer, Proposal, ProposalMember, Wish
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Exclusion, Trajectory

SIGNERS = ("coordinator", "executive")
OWN = (*SIGNERS, "contributor", "reviewer")


def may_look(actor: Actor) -> bool:
    """Look around: the members' own people, and the secretariat."""
    return may_watch(actor) or (actor.role in OWN and actor.organisation_id is not None)


def may_act(actor: Actor) -> bool:
    """Offer, save, ask and wish for the own organisation; only they know what it wishes and whom it cannot meet."""
    return actor.role in SIGNERS and actor.organisation_id is not None


def may_compare(actor: Actor) -> bool:
    """Lay offers side by side, as they fit the own organisation."""
    return actor.role in OWN and actor.organisation_id is not None


def may_watch(actor: Actor) -> bool:
    """See the whole market of a round, and act for nobody: the secretariat."""
    return actor.role == SECRETARIAT


def may_watch_round(actor: Actor, round_: Round) -> bool:
    """The same, of one round."""
    return may_watch(actor)


def may_see(actor: Actor, offer: Offer) -> bool:
    """Read this offer; the query answers None for who may not know of it."""
    return may_look(actor)


def may_edit(actor: Actor, offer: Offer) -> bool:
    """Write, publish and take back an offer (loaded with its trajectory): its own signers."""
    return may_act(actor) and actor.is_of(offer.trajectory.organisation_id)


def may_save(actor: Actor, offer: Offer) -> bool:
    """Save another's offer (loaded with its trajectory) to look at again."""
    return may_act(actor) and not actor.is_of(offer.trajectory.organisation_id)


# --- Proposals -------------------------------------------------------------------------------------------------------


def may_act_for(actor: Actor, trajectory: Trajectory) -> bool:
    """Act on the market for this trajectory."""
    return may_act(actor) and actor.is_of(trajectory.organisation_id)


def may_follow(actor: Actor) -> bool:
    """Read the proposals of the own organisation."""
    return actor.role in OWN and actor.organisation_id is not None


def may_know_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Know of a proposal (loaded with members and trajectories): who is in it, and who watches over the market."""
    return may_watch(actor) or (may_follow(actor) and place_of(actor, proposal) is not None)


def may_read_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Read it; the query answers None for who may not know of it."""
    return True


def may_answer(actor: Actor, proposal: Proposal) -> bool:
    """Accept or decline for the own organisation, when it was asked."""
    mine = place_of(actor, proposal)
    return may_act(actor) and mine is not None and mine.trajectory_id != proposal.trajectory_id


def may_withdraw(actor: Actor, proposal: Proposal) -> bool:
    """Take back what one asked; once all accepted, each of them may. Whether it is still time the service says."""
    mine = place_of(actor, proposal)
    return may_act(actor) and mine is not None and (mine.trajectory_id == proposal.trajectory_id or mine.locked)


def may_read_reason(actor: Actor, member: ProposalMember) -> bool:
    """Read why an organisation (its trajectory is loaded) declined: itself and the secretariat; who asked never does."""
    return may_watch(actor) or (may_follow(actor) and actor.is_of(member.trajectory.organisation_id))


def place_of(actor: Actor, proposal: Proposal) -> ProposalMember | None:
    """The place of the actor's own organisation in this proposal; None when it has none."""
    return next((member for member in proposal.members if actor.is_of(member.trajectory.organisation_id)), None)


# --- Wishes and blocks -----------------------------------------------------------------------------------------------


def may_wish(actor: Actor, wished: Wish | Organisation) -> bool:
    """Rank whom the own organisation would like; the query answers None for another's wishes."""
    return may_act(actor)


def may_block(actor: Actor, blocked: Exclusion | Organisation) -> bool:
    """Say whom the own organisation would rather not meet; the query answers None for another's blocks."""
    return may_act(actor)
