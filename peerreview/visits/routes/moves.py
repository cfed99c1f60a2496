"""Another day for a visit: what that does is shown first, and what was shown is what is done."""

from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Refused
from peerreview.core.pages import done, page
from peerreview.visits import moving, policy, queries, services, words
from peerreview.visits.forms import LENGTHS, MoveForm, length_of, read_slots, written
from peerreview.visits.lifecycle import VISIT
from peerreview.visits.models import Visit
from peerreview.visits.planning import Slot
from peerreview.visits.poll import Poll
from peerreview.visits.routes.blueprint import bp


@bp.route("/visits/<int:visit_id>/move", methods=["GET", "POST"])
@requires(policy.may_move_visit, queries.visit_for)
def move_visit(visit: Visit) -> Any:
    slot = queries.slot_of(visit)
    if slot is None or not VISIT.can(visit.state, "move"):
        return done(url_for("visits.show_visit", visit_id=visit.id))
    form, status = _form(visit, slot), 200
    if "choose" in request.form and not form.reason.data:
        return _show_move(visit, form, slot)
    if form.validate_on_submit():
        try:
            return _move(visit, form, slot)
        except Refused as wrong:
            visit = queries.visit_with_names(visit.id)  # the act was undone, and what was loaded went with it
            form.day.errors, form.seen.data, status = getattr(wrong, "problems", [wrong.message]), "", wrong.status
            form.version.data = str(visit.version)
    elif form.is_submitted():
        form.seen.data, status = "", 422
    return _show_move(visit, form, slot, status)


def _form(visit: Visit, slot: Slot) -> MoveForm:
    """The form, with the day of a suggestion when one was pressed; what else was typed stays."""
    now = {"day": slot.day, "length": length_of(slot), "location": visit.location, "version": visit.version}
    chosen = (read_slots(request.form.get("choose", "")) or {}).get(visit.id)
    if chosen is None:
        return MoveForm(data=now)
    suggested = {"day": chosen.day.isoformat(), "length": length_of(chosen), "seen": ""}
    return MoveForm(MultiDict({**request.form.to_dict(), **suggested}))


def _move(visit: Visit, form: MoveForm, now: Slot) -> Any:
    """First show what the day does; the second time, when the day is still the one that was shown, do it."""
    slot, location, reason = form.slot, form.location.data, form.reason.data
    if form.seen.data != written({visit.id: slot}):
        services.refuse_move(visit, slot=slot, location=location, reason=reason)
        form.seen.data = written({visit.id: slot})
        return _show_move(visit, form, now)
    version = int(form.version.data) if (form.version.data or "").isdecimal() else 0
    services.move_visit(visit, slot=slot, location=location, reason=reason, version=version, by=the_actor())
    return done(url_for("visits.show_visit", visit_id=visit.id))


def _show_move(visit: Visit, form: MoveForm, slot: Slot, status: int = 200) -> Any:
    poll, today = queries.poll_of(visit.exchange_id), clock.today()
    effects = _effects(visit, form, poll) if poll and form.is_submitted() else None
    return page(
        "visits/move.html",
        visit=visit,
        form=form,
        effects=effects,
        poll=poll,
        told=queries.people_invited(visit) if effects else [],
        others=moving.other_slots(poll, visit.id, today) if poll else [],
        written=written,
        slot=slot,
        words=words,
        own=the_actor().organisation_id,
        form_errors=status == 422,
        status=status,
    )


def _effects(visit: Visit, form: MoveForm, poll: Poll) -> moving.Effects | None:
    """What the day that was filled in does; None as long as it is none."""
    if form.day.data is None or form.length.data not in dict(LENGTHS):
        return None
    kept = queries.days_kept(visit)
    return moving.effects_of(poll, visit.id, form.slot, clock.today(), kept=kept)
