"""How the commission counts at one meeting; set before it begins, so that nobody chooses rules by how votes fall."""

from flask_babel import gettext as _

from peerreview.commission.lifecycle import MeetingState
from peerreview.commission.models import Meeting
from peerreview.commission.queries.voting import rules_of
from peerreview.commission.quorum import VotingRules
from peerreview.core import audit
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import NotNow, StaleVersion


def set_rules(meeting: Meeting, rules: VotingRules, *, version: int, by: Actor) -> None:
    """Let a planned meeting count by these rules.

    Raises NotNow once it has begun, StaleVersion when somebody else changed it after `version`.
    """
    with unit_of_work():
        db.session.refresh(meeting, ["state", "version", "rules", "quorum"], with_for_update={"of": Meeting})
        if meeting.state != MeetingState.PLANNED:
            raise NotNow(_("The rules stand once the meeting has begun."))
        if meeting.version != version:
            raise StaleVersion(_("Somebody else changed this meeting just before you."))
        before = rules_of(meeting)
        meeting.quorum, meeting.rules = rules.quorum, rules.stored()
        kept = {"quorum": before.quorum, **before.stored()}
        audit.record("meeting.rules", meeting, by=by, before=kept, after={"quorum": rules.quorum, **rules.stored()})
