"""Who may do what with visits: the people of the exchange's members, and the secretariat; nobody else knows them.

An act is done in a role. The people of a member choose their own half-days when they take part; its coordinators choose
the days; the secretariat may do so too, with a reason.
"""

from peerreview.accounts.lifecycle import COMMISSION
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.rounds.models import Round
from peerreview.trajectories.models import OfferedReviewer
from peerreview.visits.models import Invitee, SchoolHoliday, TeamObjection, Visit
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


def may_know_programme(actor: Actor, visit: Visit) -> bool:
    """Know the programme of a visit: its team, the host's coordinators and the secretariat."""
    host = actor.role == "coordinator" and actor.is_of(visit.host.organisation_id)
    of_team = actor.role == "reviewer" and actor.is_of(visit.reviewing.organisation_id)
    on_team = of_team and any(member.person_id == actor.person_id for member in visit.team)
    return actor.role == SECRETARIAT or host or on_team


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


def may_see_answers(actor: Actor, visit: Visit) -> bool:
    """Know who said that they come: the lead reviewer, the coordinators of both sides, and the secretariat."""
    sides = (visit.host.organisation_id, visit.reviewing.organisation_id)
    coordinates = actor.role == "coordinator" and actor.organisation_id in sides
    leads = any(member.lead and member.person_id == actor.person_id for member in visit.team)
    leads = leads and actor.is_of(visit.reviewing.organisation_id)
    return coordinates or leads or actor.role == SECRETARIAT


def may_answer(actor: Actor, invitee: Invitee) -> bool:
    """Say whether one comes: for oneself alone."""
    return actor.person_id == invitee.person_id


def may_have_feed(actor: Actor) -> bool:
    """Have a private calendar address: whoever may be on a visit, and the commission for its meetings."""
    return actor.role in OF_A_MEMBER or actor.role in COMMISSION


# --- The team ---------------------------------------------------------------------------------------------------------


def may_know_team(actor: Actor, visit: Visit) -> bool:
    """See who goes along or could step in: the two sides of the visit and the secretariat, not a third of a ring."""
    sides = (visit.host.organisation_id, visit.reviewing.organisation_id)
    return actor.role == SECRETARIAT or (actor.role in OF_A_MEMBER and actor.organisation_id in sides)


def may_see_team(actor: Actor, visit: Visit) -> bool:
    """See the team of a visit that the query showed to this actor."""
    return True


def may_choose_team(actor: Actor, visit: Visit) -> bool:
    """Choose who goes: a coordinator of the reviewing organisation, or the secretariat. Never the host."""
    own = actor.role == "coordinator" and actor.is_of(visit.reviewing.organisation_id)
    return own or actor.role == SECRETARIAT


def may_know_load(actor: Actor, visit: Visit) -> bool:
    """Know what a reviewer does in a round, as far as the own organisation does. Never the host."""
    return actor.role == SECRETARIAT or (actor.role in OF_A_MEMBER and actor.is_of(visit.reviewing.organisation_id))


def may_limit_reviews(actor: Actor, offered: OfferedReviewer) -> bool:
    """Say how many reviews somebody wants at most: they themselves, their coordinator, the secretariat."""
    own = actor.is_of(offered.trajectory.organisation_id)
    return actor.role == SECRETARIAT or (own and (actor.role == "coordinator" or actor.person_id == offered.person_id))


def may_sign_independence(actor: Actor, visit: Visit) -> bool:
    """Sign that nothing ties one to the host: somebody of the team, for the organisation that sends them."""
    own = actor.role in OF_A_MEMBER and actor.is_of(visit.reviewing.organisation_id)
    return own and actor.person_id in {member.person_id for member in visit.team}


def may_object(actor: Actor, visit: Visit) -> bool:
    """Object to somebody on the visit: a coordinator of the host."""
    return actor.role == "coordinator" and actor.is_of(visit.host.organisation_id)


def may_read_objections(actor: Actor, visit: Visit) -> bool:
    """Know that there are objections, and why: who acts for the host, and the secretariat; not who reviews."""
    signers = actor.role in ("coordinator", "executive") and actor.is_of(visit.host.organisation_id)
    return signers or actor.role == SECRETARIAT


def may_withdraw_objection(actor: Actor, objection: TeamObjection) -> bool:
    """Take an objection back that the query showed to this actor: a coordinator, who is then of the host."""
    return actor.role == "coordinator"


def may_decide_objection(actor: Actor, objection: TeamObjection) -> bool:
    return actor.role == SECRETARIAT


def may_list_objections(actor: Actor) -> bool:
    return actor.role == SECRETARIAT


def may_list_reviewers(actor: Actor) -> bool:
    """See the load of every reviewer of a round."""
    return actor.role == SECRETARIAT


def may_keep_week(actor: Actor) -> bool:
    """Keep on which half-days one never works: whoever may be on a visit."""
    return actor.role in OF_A_MEMBER


def may_keep_holidays(actor: Actor, holiday: SchoolHoliday | None = None) -> bool:
    """Keep the list of school holidays."""
    return actor.role == SECRETARIAT


def may_plan_round(actor: Actor, round_: Round) -> bool:
    """See which exchanges of a round have no days yet, and choose days for them."""
    return actor.role == SECRETARIAT


def may_set_length(actor: Actor, visit: Visit) -> bool:
    """Change how long one visit is, with a reason."""
    return actor.role == SECRETARIAT
