"""How a review begins and may stop: it follows the visit and the exchange."""

from datetime import date

from sqlalchemy import select

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.events import announce, on
from peerreview.frameworks.queries import norms_of
from peerreview.matching.models import Exchange
from peerreview.reviews import mail, queries
from peerreview.reviews.lifecycle import REVIEW, ReviewState
from peerreview.reviews.models import Finding, Review
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import Visit


def _review_of(visit: Visit) -> Review | None:
    return db.session.scalars(select(Review).where(Review.visit_id == visit.id)).one_or_none()


def plan_review(visit: Visit, *, by: Actor) -> Review:
    """Make the review of this visit with one empty finding for each norm; the same one when it is there already."""
    with unit_of_work():
        db.session.flush()
        there = _review_of(visit)
        return there or _made(visit, by)


def _made(visit: Visit, by: Actor) -> Review:
    host = db.session.get_one(Trajectory, visit.host_id)
    review = Review(visit_id=visit.id, state_since=clock.now())
    review.findings = [Finding(norm_id=norm.id) for norm in norms_of(host.framework_version_id)]
    db.session.add(review)
    db.session.flush()
    audit.record("review.plan", review, by=by)
    return review


@on("visit.held")
def start_rating(visit: Visit, *, by: Actor) -> None:
    """The visit was held: everybody may rate now, and the draft report is due so many working days after it."""
    with unit_of_work():
        review = plan_review(visit, by=by)
        if not REVIEW.can(review.state, "start_rating"):
            return
        audit.change_state(review, REVIEW, "start_rating", by=by)
        review.due_on = clock.add_working_days(_day_of(visit), _round_of(visit).rules.draft_report_within)


@on("visit.planned")
def _on_planned(visit: Visit, *, by: Actor) -> None:
    plan_review(visit, by=by)


def _day_of(visit: Visit) -> date:
    moment = visit.ends_at or visit.starts_at
    return clock.local(moment).date() if moment else clock.today()


def _round_of(visit: Visit) -> Round:
    return db.session.get_one(Round, db.session.get_one(Trajectory, visit.host_id).round_id)


@on("exchange.dissolved")
def stop_reviews_of(exchange: Exchange, *, by: Actor) -> None:
    """An exchange that ended early has no reports to release: what was not released yet stops."""
    with unit_of_work():
        for review in queries.reviews_of_exchange(exchange.id):
            if REVIEW.can(review.state, "stop"):
                stop_review(review, reason=exchange.reason, by=by)


def stop_review(review: Review, *, reason: str, by: Actor) -> None:
    """End a review before its release; what was noted stays with its team. Raises NotNow when it was released."""
    with unit_of_work():
        begun = queries.named(review).state != ReviewState.PREPARING
        audit.change_state(review, REVIEW, "stop", by=by, reason=reason)
        review.due_on = None
        if begun:
            mail.tell_stopped(review, reason)
        announce("review.stopped", review, by=by)
