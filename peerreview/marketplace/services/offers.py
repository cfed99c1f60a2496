"""An organisation's offer: begun with what is known, written, published and taken off the market; and what it keeps.

Facts announced, each with the offer and `by=`: "offer.published", "offer.withdrawn".
"""

from dataclasses import fields
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.core import audit, clock, events
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.frameworks.queries import outline_of
from peerreview.marketplace import queries
from peerreview.marketplace.lifecycle import OFFER, OfferState
from peerreview.marketplace.models import Offer, SavedOffer
from peerreview.marketplace.offering import Content, missing
from peerreview.marketplace.taking_part import OFFERS_CHANGE, takes_part
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory

QUIET = timedelta(minutes=10)


def may_change(trajectory: Trajectory) -> bool:
    """Whether the offer of this trajectory (loaded with its round) can be written now."""
    round_ = trajectory.round
    return takes_part(trajectory.state, trajectory.route, round_.state) and round_.state in OFFERS_CHANGE


def _refuse_late(trajectory_id: int) -> Trajectory:
    """The trajectory; NotNow once the round is being matched, or when it is not on the market."""
    trajectory = db.session.get_one(Trajectory, trajectory_id)
    round_ = db.session.get_one(Round, trajectory.round_id)
    if not takes_part(trajectory.state, trajectory.route, round_.state):
        raise NotNow(_("Your organisation is not on the marketplace now."))
    if round_.state not in OFFERS_CHANGE:
        raise NotNow(_("The matching has begun, so offers no longer change."))
    return trajectory


def make_offer(trajectory: Trajectory, *, by: Actor) -> Offer:
    """Begin the offer of this trajectory, filled in with what is known; the same one when it is there. A draft: nobody
    else reads it until it is published."""
    _refuse_late(trajectory.id)
    with unit_of_work():
        there = db.session.scalars(select(Offer).where(Offer.trajectory_id == trajectory.id)).one_or_none()
        if there:
            return there
        offer = Offer(trajectory_id=trajectory.id, state_since=clock.now())
        _fill(offer, queries.begin_with(trajectory))
        db.session.add(offer)
        db.session.flush()
        audit.record("offer.make", offer, by=by)
    return offer


def save_offer(offer: Offer, *, content: Content, version: int, by: Actor, autosave: bool = False) -> None:
    """Keep the offer as it stands; of a published one others read the change at once, and the matching goes by it.

    Raises StaleVersion when somebody else saved after `version` (theirs: what stands there), NotNow when the matching
    has begun, Invalid when a code is not one of this round or a published offer would lack what others need.
    """
    trajectory = _refuse_late(offer.trajectory_id)
    before = queries.content_of(offer)
    if offer.version != version:
        raise StaleVersion("", theirs=before, mine=content)
    changed = [each.name for each in fields(Content) if getattr(before, each.name) != getattr(content, each.name)]
    if not changed:
        return
    _refuse_strange(content, trajectory.framework_version_id)
    if offer.state == OfferState.PUBLISHED:
        _refuse_incomplete(content)
    with unit_of_work():
        _fill(offer, content)
        db.session.flush()
        if not (autosave and _noted_lately(offer, by)):
            audit.record("offer.save", offer, by=by, after={"fields": changed})


def _fill(offer: Offer, content: Content) -> None:
    for each in fields(Content):
        value = getattr(content, each.name)
        setattr(offer, each.name, list(value) if isinstance(value, tuple) else value)


def _refuse_strange(content: Content, framework_version_id: int) -> None:
    """Only codes that the association and the framework of this round know."""
    known_fields, competencies = queries.titles(framework_version_id)
    norms = outline_of(framework_version_id).by_code
    chosen = (
        ({*content.work_fields, *content.partner_fields}, known_fields),
        ({*content.strengths, *content.learning}, competencies),
        (set(content.norms), norms),
    )
    if any(codes - set(known) for codes, known in chosen):
        raise Invalid(_("Choose from what the list shows."))


def _refuse_incomplete(content: Content) -> None:
    if lacking := missing(content):
        raise Invalid(_("Others cannot tell yet whether it fits. Fill in what is missing."), problems=lacking)


def _noted_lately(offer: Offer, by: Actor) -> bool:
    """Whether the trail already says that this person was writing: one note for ten minutes of autosaving."""
    last = db.session.execute(
        select(audit.AuditEntry.action, audit.AuditEntry.person_id, audit.AuditEntry.at)
        .where(audit.AuditEntry.subject_type == Offer.__tablename__, audit.AuditEntry.subject_id == offer.id)
        .order_by(audit.AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    lately = clock.now() - QUIET
    return bool(last and last.action == "offer.save" and last.person_id == by.person_id and last.at > lately)


def publish_offer(offer: Offer, *, by: Actor) -> None:
    """Show the offer to everybody on the market; the matching then reads it instead of the sign-up.

    Raises Invalid with the names of the fields that others need, NotNow when the matching has begun.
    """
    _refuse_late(offer.trajectory_id)
    if not OFFER.can(offer.state, "publish"):
        raise NotNow(_("This offer is on the market already."))
    _refuse_incomplete(queries.content_of(offer))
    with unit_of_work():
        audit.change_state(offer, OFFER, "publish", by=by)
        events.announce("offer.published", offer, by=by)


def withdraw_offer(offer: Offer, *, by: Actor) -> None:
    """Take the offer off the market; nobody else reads it any more, and the matching goes by the sign-up again."""
    _refuse_late(offer.trajectory_id)
    if not OFFER.can(offer.state, "withdraw"):
        raise NotNow(_("This offer is not on the market."))
    with unit_of_work():
        audit.change_state(offer, OFFER, "withdraw", by=by)
        events.announce("offer.withdrawn", offer, by=by)


def keep_offer(offer: Offer, *, by: Actor) -> None:
    """Save another's offer for the own organisation, which alone knows of it; twice is once."""
    with unit_of_work():
        trajectory = queries.participation_of(by)
        if trajectory is None:
            raise NotNow(_("Your organisation is not on the marketplace now."))
        if not queries.is_saved(trajectory.id, offer.id):
            saved = SavedOffer(trajectory_id=trajectory.id, offer_id=offer.id, saved_at=clock.now())
            db.session.add(saved)
            audit.record("saved_offer.keep", saved, by=by)


def let_go_offer(offer: Offer, *, by: Actor) -> None:
    """No longer keep another's offer; nothing happens when it was not kept."""
    with unit_of_work():
        trajectory = queries.participation_of(by)
        kept = select(SavedOffer).where(SavedOffer.offer_id == offer.id)
        saved = (
            db.session.scalars(kept.where(SavedOffer.trajectory_id == trajectory.id)).one_or_none()
            if trajectory
            else None
        )
        if saved:
            audit.record("saved_offer.let_go", saved, by=by)
            db.session.delete(saved)
