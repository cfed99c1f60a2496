"""The voting on one case: opened and closed by who leads it, sealed in between.

Every act takes hold of the dossier's row first, so that a vote and the closing, or two votes of one member at the same
moment, come one after the other: the later vote replaces the earlier one, and a member has one vote.
"""

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.accounts.lifecycle import COMMISSION
from peerreview.commission import quorum
from peerreview.commission.lifecycle import Choice, DossierState, MeetingState
from peerreview.commission.models import Dossier, Meeting, Vote
from peerreview.commission.queries.voting import choices_for, room_of
from peerreview.commission.services.recusal import lock, note_interests
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow


def begin(dossier: Dossier) -> Meeting:
    """Take hold of the dossier; its meeting, which must be open and have it on its agenda."""
    lock(dossier)
    meeting = db.session.get(Meeting, dossier.meeting_id) if dossier.meeting_id else None
    if meeting is None or meeting.state != MeetingState.OPEN or dossier.state != DossierState.ON_AGENDA:
        raise NotNow(_("The meeting is not open, or this dossier is not on its agenda."))
    return meeting


def refuse_unless_leading(dossier: Dossier, by: Actor) -> None:
    """Raises NotAllowed unless this actor leads this case."""
    if by.role not in COMMISSION or by.person_id not in room_of(dossier).leaders:
        raise NotAllowed(
            _("The chair leads this case. When the chair does not take part, a member who is present does.")
        )


def open_voting(dossier: Dossier, *, by: Actor) -> None:
    """Open the voting, or another one after a voting without a decision. Everybody votes anew.

    Raises Invalid when too few members without an interest are present.
    """
    with unit_of_work():
        meeting = begin(dossier)
        refuse_unless_leading(dossier, by)
        if dossier.voting_open or dossier.result.get("outcome"):
            raise NotNow(_("The voting is already open, or it was already closed."))
        note_interests(dossier)
        room = room_of(dossier)
        if (there := len(quorum.counting(room.present, room.recused))) < meeting.quorum:
            raise Invalid(
                _("%(needed)s members without an interest are needed, and %(there)s are present.",
                  needed=meeting.quorum, there=there)
            )  # fmt: skip
        dossier.voting_open, dossier.result = True, {}
        dossier.ballot += 1
        audit.record("voting.open", dossier, by=by, after={"ballot": dossier.ballot, "counting": there})


def cast_vote(dossier: Dossier, *, choice: Choice, motivation: str = "", by: Actor) -> Vote:
    """Vote, or change one's vote while the voting is open. The audit trail notes that, never what, was voted.

    Raises NotAllowed for who is not in the commission, NotNow while no voting is open or one is not noted as present,
    Invalid when the choice does not exist or needs its reasons.
    """
    if by.role not in COMMISSION or by.person_id is None:
        raise NotAllowed(_("Only members of the commission vote."))
    with unit_of_work():
        meeting = begin(dossier)
        if not dossier.voting_open:
            raise NotNow(_("The voting is not open."))
        room = room_of(dossier)
        if by.person_id in room.recused:
            raise NotAllowed(_("You take no part in this case."))
        if by.person_id not in room.present:
            raise NotNow(_("First say on the page of the meeting that you are there."))
        _check(dossier, choice, motivation)
        mine = select(Vote).where(Vote.dossier_id == dossier.id, Vote.meeting_id == meeting.id)
        vote = db.session.scalars(mine.where(Vote.person_id == by.person_id).with_for_update()).one_or_none()
        vote = vote or Vote(dossier_id=dossier.id, meeting_id=meeting.id, person_id=by.person_id)
        vote.choice, vote.motivation, vote.cast_at = choice, motivation.strip(), clock.now()
        vote.ballot = dossier.ballot
        db.session.add(vote)
        db.session.flush()
        audit.record("vote.cast", vote, by=by, after={"dossier_id": dossier.id, "ballot": dossier.ballot})
    return vote


def _check(dossier: Dossier, choice: Choice, motivation: str) -> None:
    if choice not in choices_for(dossier):
        raise Invalid(_("This dossier was deferred before, so it cannot be deferred again."))
    if choice not in (Choice.GRANTED, Choice.ABSTAIN) and not motivation.strip():
        raise Invalid(_("Write why: the organisation reads the reasons."))


def close_voting(dossier: Dossier, *, by: Actor) -> quorum.Count:
    """Close the voting, count and unseal. Without an outcome one may vote again; the tally stays in the trail.

    Counted are the members who are present now and have no interest; see `quorum.count`.
    """
    with unit_of_work():
        meeting = begin(dossier)
        refuse_unless_leading(dossier, by)
        if not dossier.voting_open:
            raise NotNow(_("The voting is not open."))
        room = room_of(dossier)
        cast = db.session.execute(
            select(Vote.person_id, Vote.choice).where(
                Vote.dossier_id == dossier.id, Vote.meeting_id == meeting.id, Vote.ballot == dossier.ballot
            )
        )
        votes = {row[0]: row[1] for row in cast}
        found = quorum.count(room.present, room.recused, votes, quorum=meeting.quorum)
        dossier.voting_open = False
        dossier.result = {
            "tally": {choice.value: number for choice, number in found.tally.items()},
            "counting": found.counting, "quorum": found.quorum, "why": found.why,
            "outcome": found.outcome.value if found.outcome else None,
        }  # fmt: skip
        audit.record("voting.close", dossier, by=by, after={"ballot": dossier.ballot, **dossier.result})
    return found
