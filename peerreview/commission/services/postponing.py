"""Another day for what the secretariat does before and after the commission."""

from datetime import date

from peerreview.commission.models import Decision
from peerreview.commission.queries.duties import CHECK, FORWARD, LETTER
from peerreview.core import audit
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import mover
from peerreview.trajectories.services import postpone

for _kind in (CHECK, FORWARD):
    mover(_kind)(postpone)


@mover(LETTER)
def move_letter_day(decision_id: int, due_on: date, *, by: Actor, reason: str) -> None:
    """Give the letter with a decision another day."""
    with unit_of_work():
        decision = db.session.get_one(Decision, decision_id)
        before, decision.letter_due_on = decision.letter_due_on, due_on
        audit.record(
            "decision.move_letter", decision, by=by, reason=reason, before={"due_on": before}, after={"due_on": due_on}
        )
