"""The people of a visit that is being changed: who is found, joins, leads and leaves, and who hears of it.

For the services of this feature: they ask who may do it, and hold the visit while they change it.
"""

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.core import audit
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.core.errors import Invalid
from peerreview.core.events import announce
from peerreview.visits import team
from peerreview.visits.lifecycle import Part, VisitState
from peerreview.visits.mail import team as letters
from peerreview.visits.models import Companion, TeamMember, Visit
from peerreview.visits.queries import team as roster
from peerreview.visits.services.invitations import follow_team
from peerreview.visits.team import Place


def member_of(visit: Visit, person_id: int | None) -> TeamMember | None:
    """Their place in the team."""
    return next((one for one in visit.team if one.person_id == person_id), None)


def beside_of(visit: Visit, person_id: int) -> Companion | None:
    """Their part beside the team."""
    return next((one for one in roster.companions_of(visit.id) if one.person_id == person_id), None)


def join(visit: Visit, person: Person, *, lead: bool) -> None:
    """Put them in the team; what else they did on this visit ends, for nobody is on it twice."""
    if beside := beside_of(visit, person.id):
        db.session.delete(beside)
    visit.team.append(TeamMember(person=person, person_id=person.id, lead=lead))


def _one_lead(visit: Visit, by: Actor) -> None:
    """When nobody leads, somebody does: who is experienced before who is not."""
    if not visit.team or any(one.lead for one in visit.team):
        return
    offered = roster.offered_by(visit.reviewing_id)
    known = {id for id, one in offered.items() if one.experienced}
    places = [Place(one.person_id, one.person.name, experienced=one.person_id in known) for one in visit.team]
    if member := member_of(visit, team.next_lead(places)):
        give_lead(visit, member, by)


def give_lead(visit: Visit, member: TeamMember, by: Actor) -> None:
    """Let this member lead, and nobody else."""
    before = [one.person_id for one in visit.team if one.lead]
    if before == [member.person_id]:
        return
    for one in visit.team:
        one.lead = one is member
    after = {"person_id": member.person_id}
    audit.record("visit.choose_lead", visit, by=by, before={"person_id": before[0] if before else None}, after=after)


def leave(visit: Visit, person_id: int, by: Actor) -> None:
    """Take a person off a visit that is being changed, and tell them when no invitation has to be taken back."""
    member, beside = member_of(visit, person_id), beside_of(visit, person_id)
    if member is not None:
        visit.team.remove(member)
        part, person = "team", member.person
    elif beside is not None:
        db.session.delete(beside)
        part, person = beside.part.value, beside.person
    else:
        raise Invalid(_("This person is not on the visit any more."))
    audit.record("visit.take_out", visit, by=by, before={"person_id": person_id, "part": part})
    _one_lead(visit, by)
    if visit.state == VisitState.POLLING or part == Part.SUBSTITUTE:
        letters.tell_left(visit, person)


def announce_change(visit: Visit, *, by: Actor, parts: bool = False) -> None:
    """Say that other people go, or that they do something else, and let the invitations follow."""
    db.session.flush()
    announce("visit.team_changed", visit, by=by)
    follow_team(visit, by=by, parts_changed=parts)
