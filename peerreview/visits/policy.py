"""Who may do what with visits: the people of the exchange's members, and the secretariat; nobody else knows them.

An act is done in a role. The people of a member choose their own half-days when they take part; its coordinators choose
the days; the secretariat may do so too, with a reason.
"""

from peerreview.core.access import SECRETARIAT, Actor
from peerreview.visits.models import Visit
from peerreview.visits.poll import Poll

OF_A_MEMBER = ("coordinator", "executive", "contributor", "reviewer")


def may_list_visits(actor: Actor) -> bool:
    """Have a list of visits: the own organisation's, or for the secretariat all."""
    return actor.role == SECRETARIAT or actor.role in OF_A_MEMBER


def may_list_all_visits(actor: Actor) -> bool:
    return actor.role == SECRETARIAT


def may_know_exchange(actor: Actor, members: frozenset[int]) -> bool:
    """Know the visits of an exchange between these organisations."""
    return actor.role == SECRETARIAT or (actor.role in OF_A_MEMBER and actor.organisation_id in members)


def may_see_visit(actor: Actor, visit: Visit) -> bool:
    """See a visit that the query showed to this actor."""
    return True


def may_see_poll(actor: Actor, poll: Poll) -> bool:
    """See a poll that the query showed to this actor."""
    return True


def may_mark(actor: Actor, poll: Poll) -> bool:
    """Mark the own half-days and offer another day: who is on a team, or coordinates a host."""
    people = {person for visit in poll.visits for person in visit.people}
    return actor.role in OF_A_MEMBER and actor.person_id in people


def may_choose_dates(actor: Actor, poll: Poll) -> bool:
    """Propose a plan, and answer one: a coordinator of a member."""
    return actor.role == "coordinator" and actor.organisation_id in poll.organisations


def may_settle_dates(actor: Actor, poll: Poll) -> bool:
    """Agree the dates without the coordinators, with a reason."""
    return actor.role == SECRETARIAT


def may_look_at_plans(actor: Actor, poll: Poll) -> bool:
    """See which plans there are to choose from."""
    return may_choose_dates(actor, poll) or may_settle_dates(actor, poll)


def may_move_visit(actor: Actor, visit: Visit) -> bool:
    """Move it to another day, or look for a new day: a coordinator of the host, or the secretariat."""
    own = actor.role == "coordinator" and actor.is_of(visit.host.organisation_id)
    return own or actor.role == SECRETARIAT


def may_hold_visit(actor: Actor, visit: Visit) -> bool:
    """Say that it took place: also the lead reviewer."""
    leads = {member.person_id for member in visit.team if member.lead}
    lead = actor.person_id in leads and actor.is_of(visit.reviewing.organisation_id)
    return may_move_visit(actor, visit) or lead


def may_have_feed(actor: Actor) -> bool:
    """Have a private calendar address: whoever may be on a visit."""
    return actor.role in OF_A_MEMBER
