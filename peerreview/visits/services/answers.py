"""Whether somebody comes: answered by the link in their letter, or on the page of the visit when they are signed in."""

from flask_babel import gettext as _

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.core.events import announce
from peerreview.visits import mail, queries
from peerreview.visits.lifecycle import COMING, Coming
from peerreview.visits.models import Invitee

LONGEST = 500


def answer_by_link(token: str, *, answer: Coming, comment: str) -> bool:
    """Note what the reader of a letter answers and use its link up; False when that link answers nothing (any more)."""
    with unit_of_work():
        invitee = queries.invitee_with(token, lock=True)
        if invitee is None:
            return False
        person = invitee.person
        by = Actor(person.id, person.name, "invited", language=person.language, email=person.email)
        answer_invitation(invitee, answer=answer, comment=comment, by=by)
        return True


def answer_invitation(invitee: Invitee, *, answer: Coming, comment: str, by: Actor) -> None:
    """Note what an invited person answers; the link in their newest letter no longer works then.

    When somebody of the team says no (and had not before), the coordinators of the reviewing organisation get a letter.
    Announces "visit.answered" with the invitee. NotNow when the visit has no day to come.
    """
    if answer == Coming.WAITING or len(comment) > LONGEST:
        raise Invalid(_("Choose one of the answers."))
    with unit_of_work():
        visit = queries.visit_with_names(invitee.visit_id)
        if visit.state not in COMING or invitee.uninvited_at is not None:
            raise NotNow(_("This visit has no day to come, so there is nothing to answer."))
        before = invitee.answer
        invitee.answer, invitee.comment = answer, " ".join(comment.split())
        invitee.answered_at, invitee.token_hash = clock.now(), None
        audit.record("invitee.answer", invitee, by=by, before={"answer": before}, after={"answer": answer})
        if answer == Coming.DECLINED != before and invitee.person_id in {member.person_id for member in visit.team}:
            mail.tell_declined(visit, invitee)
        announce("visit.answered", invitee, by=by)
