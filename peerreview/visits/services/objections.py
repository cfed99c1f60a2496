"""The host objects, with a reason, to somebody who would visit it; the secretariat decides.

Only the host and the secretariat know of an objection and of its reason. When it is upheld the reviewing organisation
reads that this person does not go, and what the secretariat chose to write to it; never what the host wrote. A reason
may be a quarrel or an illness of years ago: who had to defend themselves against it would make hosts keep silent, and
a reviewer who is named in it learns it from the secretariat in person, or not at all. So nothing of it stands in
letters, in the audit trail or on a page of the other side.
"""

from collections.abc import Iterable

from flask_babel import gettext as _

from peerreview.core import audit, clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.core.events import on
from peerreview.visits import policy, queries, team
from peerreview.visits.lifecycle import TEAM_OBJECTION, ObjectionState
from peerreview.visits.mail import team as letters
from peerreview.visits.models import TeamObjection, Visit
from peerreview.visits.queries import team as roster
from peerreview.visits.services.members import announce_change, beside_of, leave, member_of


def object_to(visit: Visit, *, person_id: int, reason: str, by: Actor) -> TeamObjection:
    """Ask the secretariat, for the host, that this person does not come; it gets a letter.

    Up to the day before the visit. Raises NotNow after that and when there was an objection to them already, Invalid
    without a reason or when the person is not on the visit.
    """
    if not reason.strip():
        raise Invalid(_("Write why. Only you and the secretariat read it."))
    with unit_of_work():
        now = roster.locked_visit(visit.id, visit.exchange_id)
        _refuse(now, person_id, by)
        moment = clock.now()
        objection = TeamObjection(
            visit_id=now.id, person_id=person_id, reason=reason.strip(), raised_by_id=by.person_id, raised_at=moment,
            state_since=moment,
        )  # fmt: skip
        db.session.add(objection)
        db.session.flush()
        audit.record("team_objection.raise", objection, by=by, after={"visit_id": now.id, "person_id": person_id})
        letters.tell_objection(now)
    return objection


def _refuse(visit: Visit, person_id: int, by: Actor) -> None:
    if not policy.may_object(by, visit):
        raise NotAllowed(_("Only the host objects to somebody of the team."))
    days = roster.days_of(visit)
    if not team.may_object_on(clock.today(), visit.state, days[0] if days else None):
        raise NotNow(_("You can object up to the day before the visit."))
    if member_of(visit, person_id) is None and beside_of(visit, person_id) is None:
        raise Invalid(_("This person is not on the visit any more."))
    earlier = {one.state for one in roster.objections_to(visit.id) if one.person_id == person_id}
    if ObjectionState.RAISED in earlier:
        raise NotNow(_("You have objected already. The secretariat looks at it."))
    if ObjectionState.REJECTED in earlier:
        raise NotNow(_("The secretariat has decided about this person. Is there something new? Call the secretariat."))


def withdraw_objection(objection: TeamObjection, *, by: Actor) -> None:
    """The host takes it back, as long as it was not decided."""
    with unit_of_work():
        _still_raised(objection)
        if not policy.may_object(by, queries.visit_with_names(objection.visit_id)):
            raise NotAllowed(_("Only the host takes its objection back."))
        audit.change_state(objection, TEAM_OBJECTION, "withdraw", by=by)


def reject_objection(objection: TeamObjection, *, answer: str, by: Actor) -> None:
    """The person comes all the same; the host reads why. Nobody else hears of it."""
    with unit_of_work():
        _decide(objection, "reject", answer, by)
        visit = queries.visit_with_names(objection.visit_id)
        letters.tell_rejected(visit, objection.person, answer=answer.strip())


def uphold_objection(objection: TeamObjection, *, answer: str, tell: str = "", by: Actor) -> None:
    """The person leaves the visit at once and cannot be put on it again; somebody else leads when they did.

    The host reads `answer`. The reviewing organisation reads that it chooses somebody else, and `tell` when the
    secretariat wrote that. Raises NotNow when it was decided, or the visit took place.
    """
    with unit_of_work():
        visit = roster.locked_visit(objection.visit_id, objection.visit.exchange_id)
        _decide(objection, "uphold", answer, by)
        if not team.may_change(visit.state):
            raise NotNow(_("The visit took place, or does not: its team can no longer change."))
        person = objection.person
        leave(visit, person.id, by)
        letters.tell_upheld(visit, person, answer=answer.strip())
        letters.ask_for_another(visit, person, tell=tell.strip())
        announce_change(visit, by=by)


def _decide(objection: TeamObjection, verb: str, answer: str, by: Actor) -> None:
    if not policy.may_decide_objection(by, objection):
        raise NotAllowed(_("The secretariat decides about objections."))
    if not answer.strip():
        raise Invalid(_("Write an answer: the host reads it."))
    _still_raised(objection)
    objection.answer, objection.decided_by_id = answer.strip(), by.person_id
    audit.change_state(objection, TEAM_OBJECTION, verb, by=by)


def _still_raised(objection: TeamObjection) -> None:
    db.session.refresh(objection, ["state", "version"], with_for_update=True)
    if objection.state != ObjectionState.RAISED:
        raise NotNow(_("This objection was decided or taken back already."))


def end_objections(visit: Visit, person_ids: Iterable[int]) -> None:
    """The objections to these people that wait end, for they no longer come; the host is told."""
    for objection in roster.raised_objections(visit.id, person_ids):
        audit.change_state(objection, TEAM_OBJECTION, "withdraw", by=SYSTEM, reason="no longer on the visit")
        letters.tell_objection_over(visit, objection.person)


@on("visit.cancelled")
def _end_with_visit(visit: Visit, *, by: Actor) -> None:
    for objection in roster.raised_objections(visit.id):
        audit.change_state(objection, TEAM_OBJECTION, "withdraw", by=SYSTEM, reason="the visit was cancelled")
