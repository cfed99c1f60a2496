"""Wishes in order, and whom an organisation would rather not meet.

Only for the own organisation, while it is on the market and was not given a partner yet. Nobody is told.
"""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import delete

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, Refused
from peerreview.impartiality.lifecycle import Severity
from peerreview.impartiality.queries import known_between
from peerreview.marketplace import policy
from peerreview.marketplace.lifecycle import ProposalState
from peerreview.marketplace.models import Wish
from peerreview.marketplace.proposing import MOST_WISHES, moved, on_top
from peerreview.marketplace.queries import proposals as queries
from peerreview.marketplace.queries.wishes import blocked_ids, blocks_of, wishes_of
from peerreview.marketplace.taking_part import takes_part
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Exclusion, Trajectory
from peerreview.trajectories.signup import MOST_EXCLUSIONS

LONGEST_REASON = 500


def _begin(trajectory: Trajectory, by: Actor) -> list[int]:
    """Wait for our turn; the organisations wished for now, in order. Refuses who may not, or no longer."""
    if not policy.may_act_for(by, trajectory):
        raise NotAllowed(_("Only the coordinator and the executive of an organisation act for it."))
    queries.wait_for_turn(trajectory.round_id)
    round_ = db.session.get_one(Round, trajectory.round_id)
    closed = not takes_part(trajectory.state, trajectory.route, round_.state)
    if closed or queries.matched_of([trajectory.id]):
        raise NotNow(_("The partners are being matched already. Your wishes can no longer change."))
    return [wish.organisation_id for wish in wishes_of(trajectory.id)]


def _keep(trajectory: Trajectory, order: Sequence[int], before: Sequence[int], verb: str, by: Actor) -> None:
    """Write these wishes anew, in this order: ranks are unique, so they cannot be moved one by one."""
    if list(order) == list(before):
        return
    db.session.execute(delete(Wish).where(Wish.trajectory_id == trajectory.id))
    for rank, organisation_id in enumerate(order, start=1):
        db.session.add(Wish(trajectory_id=trajectory.id, organisation_id=organisation_id, rank=rank))
    db.session.flush()
    audit.record(f"wish.{verb}", trajectory, by=by, before={"wishes": list(before)}, after={"wishes": list(order)})


def wish_for(trajectory: Trajectory, organisation: Organisation, *, by: Actor) -> None:
    """Add another organisation on the market as the last wish. The same wish twice is one wish.

    Raises Refused when there are five, or for a hard conflict or a block of our own that we know of.
    """
    with unit_of_work():
        order = _begin(trajectory, by)
        if organisation.id in order:
            return
        _refuse_known(trajectory, organisation)
        if len(order) >= MOST_WISHES:
            raise Refused(_("You have %(num)s wishes already. Remove one first.", num=MOST_WISHES))
        _keep(trajectory, [*order, organisation.id], order, "add", by)


def _refuse_known(trajectory: Trajectory, organisation: Organisation) -> None:
    if organisation.id == trajectory.organisation_id:
        raise Invalid(_("Choose another organisation from the list."))
    known = known_between(trajectory.organisation_id, [organisation.id], clock.today()).get(organisation.id, ())
    if any(standing.severity == Severity.HARD for standing in known):
        raise Refused(_("A conflict of interest stands between you and %(names)s, so you cannot be partners.",
                        names=organisation.name))  # fmt: skip
    if organisation.id in blocked_ids(trajectory.id):
        raise Refused(_("You would rather not meet %(names)s. Take that off your list first.", names=organisation.name))


def move_wish(wish: Wish, *, places: int, by: Actor) -> None:
    """Put a wish so many places lower in the order (higher when negative)."""
    with unit_of_work():
        trajectory = db.session.get_one(Trajectory, wish.trajectory_id)
        order = _begin(trajectory, by)
        if wish.organisation_id in order:
            _keep(trajectory, moved(order, wish.organisation_id, places), order, "move", by)


def remove_wish(wish: Wish, *, by: Actor) -> None:
    """Take a wish off the list; the others move up."""
    with unit_of_work():
        trajectory = db.session.get_one(Trajectory, wish.trajectory_id)
        organisation_id, order = wish.organisation_id, _begin(trajectory, by)
        _keep(trajectory, [each for each in order if each != organisation_id], order, "remove", by)


def put_on_top(trajectory: Trajectory, organisation_ids: Sequence[int], *, by: Actor) -> None:
    """Wish first for these, as far as there is room among five: part of accepting their proposal."""
    with unit_of_work():
        order = [wish.organisation_id for wish in wishes_of(trajectory.id)]
        _keep(trajectory, on_top(order, organisation_ids), order, "put_on_top", by)


# --- Whom an organisation would rather not meet ----------------------------------------------------------------------


def block(trajectory: Trajectory, organisation: Organisation, *, reason: str, by: Actor) -> None:
    """Say that we would rather not meet this organisation; the secretariat alone reads why. A wish for it goes.

    The same block again changes its reason. Raises Invalid without a reason, Refused while a proposal that we made or
    accepted ties us to it.
    """
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise Invalid(_("Write down why. Only the secretariat reads it."))
    with unit_of_work():
        order = _begin(trajectory, by)
        _refuse_tied(trajectory, organisation)
        known = {each.organisation_id: each for each in blocks_of(trajectory.id)}
        if len(known) >= MOST_EXCLUSIONS and organisation.id not in known:
            raise Refused(_("You named %(num)s organisations already. Remove one first.", num=MOST_EXCLUSIONS))
        there = known.get(organisation.id)
        if there is None:
            there = Exclusion(trajectory_id=trajectory.id, organisation_id=organisation.id)
            db.session.add(there)
        there.reason = reason.strip()
        db.session.flush()
        audit.record("exclusion.add", trajectory, by=by, after={"organisation": organisation.id})
        _keep(trajectory, [each for each in order if each != organisation.id], order, "remove", by)


def _refuse_tied(trajectory: Trajectory, organisation: Organisation) -> None:
    if organisation.id == trajectory.organisation_id:
        raise Invalid(_("Choose another organisation from the list."))
    for proposal in queries.running_of([trajectory.id]):
        ours = proposal.trajectory_id == trajectory.id or proposal.state == ProposalState.ACCEPTED
        if ours and any(member.trajectory.organisation_id == organisation.id for member in proposal.members):
            raise Refused(_("There is a proposal between you and %(name)s. Take that back first.",
                            name=organisation.name))  # fmt: skip


def unblock(exclusion: Exclusion, *, by: Actor) -> None:
    """Take an organisation off the list of those that we would rather not meet."""
    with unit_of_work():
        trajectory = db.session.get_one(Trajectory, exclusion.trajectory_id)
        _begin(trajectory, by)
        gone = delete(Exclusion).where(Exclusion.id == exclusion.id)
        audit.record("exclusion.remove", trajectory, by=by, before={"organisation": exclusion.organisation_id})
        db.session.execute(gone)
