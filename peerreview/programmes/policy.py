"""Who knows the programme of a visit, and who changes what of it.

The team and who goes along with it, the host's coordinators and the secretariat know it; for others of the same
organisations it does not exist. The lead reviewer and the secretariat make it; the host's coordinators, who arrange
rooms and lunch, say where each item is. What was heard is the team's alone. The thing asked about has a `.visit`.
"""

from typing import Any

from peerreview.accounts.lifecycle import Role
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.visits.models import TeamMember, Visit
from peerreview.visits.policy import may_know_programme


def membership(actor: Actor, visit: Visit) -> TeamMember | None:
    """The actor's place in the team, when they act as a reviewer of its organisation."""
    if actor.role != Role.REVIEWER or not actor.is_of(visit.reviewing.organisation_id):
        return None
    return next((member for member in visit.team if member.person_id == actor.person_id), None)


def is_host(actor: Actor, visit: Visit) -> bool:
    """Whether the actor is a coordinator of the host."""
    return actor.role == Role.COORDINATOR and actor.is_of(visit.host.organisation_id)


def may_know(actor: Actor, visit: Visit) -> bool:
    """Know the programme, without going along beside the team (which is for `queries` to find out)."""
    return may_know_programme(actor, visit)


def may_read(actor: Actor, thing: Any) -> bool:
    """Read a programme that the query showed to this actor."""
    return True


def may_edit(actor: Actor, thing: Any) -> bool:
    """Make the programme: the lead reviewer and the secretariat."""
    member = membership(actor, thing.visit)
    return actor.role == SECRETARIAT or (member is not None and member.lead)


def may_arrange(actor: Actor, thing: Any) -> bool:
    """Say where items are, and add sites: also the host's coordinators."""
    return may_edit(actor, thing) or is_host(actor, thing.visit)


def may_hear(actor: Actor, thing: Any) -> bool:
    """Know what was heard and what was not yet: the team."""
    return membership(actor, thing.visit) is not None
