"""The secretariat changes how long one visit is, while it has no day."""

from flask_babel import gettext as _

from peerreview.core import audit
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.rounds.lengths import LONGEST
from peerreview.visits import policy, queries
from peerreview.visits.lifecycle import VISIT_PLAN, VisitState
from peerreview.visits.models import Visit
from peerreview.visits.services.arrange import offer_days


def set_length(visit: Visit, *, half_days: int, reason: str, by: Actor) -> None:
    """Make it so many half-days, for a reason. A proposal of days that waits no longer fits, and is withdrawn.

    A visit that became longer than a day needs days that follow each other, so those are asked about as well. The same
    length twice is once. Raises NotNow when the visit has a day.
    """
    if not 1 <= half_days <= LONGEST:
        raise Invalid(_("A visit takes 1 to 6 half-days."))
    if not reason.strip():
        raise Invalid(_("Say why."))
    if not policy.may_set_length(by, visit):
        raise NotAllowed(_("Only the secretariat changes how long a visit is."))
    with unit_of_work():
        exchange = queries.exchange_of(visit.exchange_id)
        db.session.refresh(visit, ["version", "state", "half_days"])
        if visit.state != VisitState.POLLING:
            raise NotNow(_("This visit has a day already. Move it to give it another length."))
        if visit.half_days == half_days:
            return
        before, visit.half_days = visit.half_days, half_days
        audit.record(
            "visit.set_length",
            visit,
            by=by,
            reason=reason,
            before={"half_days": before},
            after={"half_days": half_days},
        )
        if plan := queries.pending_plan(exchange.id):
            audit.change_state(plan, VISIT_PLAN, "withdraw", by=by, reason=reason)
        if half_days > max(before, 2):
            members = {one.reviewing_id: one.reviewing for one in queries.visits_of(exchange.id)}
            offer_days(exchange, list(members.values()), half_days)
