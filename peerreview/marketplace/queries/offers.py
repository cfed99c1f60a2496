"""Offers: one's own and those of others, whom they may be read by, and what one begins with."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Select, case, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from peerreview.core.access import Actor
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.core.paging import Page, paged
from peerreview.frameworks.queries import outline_of
from peerreview.marketplace import policy
from peerreview.marketplace.lifecycle import OfferState
from peerreview.marketplace.models import Offer, SavedOffer
from peerreview.marketplace.offering import Content, Suggested, only_known, prefilled, suggestions
from peerreview.marketplace.queries.participants import on_the_market, participation_of
from peerreview.organisations.models import Organisation, WorkField
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory

Titles = dict[str, dict[str, str]]
Ratings = Callable[[int], Mapping[str, str]]
_ratings: list[Ratings] = []


def tells_own_ratings(query: Ratings) -> Ratings:
    """Ask this later feature how the organisation of a trajectory rates itself, by the code of the norm."""
    _ratings[:] = [query]
    return query


def offer_for(actor: Actor, offer_id: int) -> Offer | None:
    """An offer with its trajectory, organisation and round, for who may know of it; else None.

    One's own always. Of others what is published by who is on the same market; the secretariat all that is published.
    """
    readable = _readable_by(actor)
    return db.session.scalars(readable.where(Offer.id == offer_id)).one_or_none() if readable is not None else None


def offers_for(actor: Actor, offer_ids: list[int]) -> list[Offer]:
    """Those of these offers that the actor may know of, in the order asked for."""
    readable = _readable_by(actor)
    if readable is None or not offer_ids:
        return []
    found = {offer.id: offer for offer in db.session.scalars(readable.where(Offer.id.in_(offer_ids)))}
    return [found[offer_id] for offer_id in dict.fromkeys(offer_ids) if offer_id in found]


def _readable_by(actor: Actor) -> Select[Offer] | None:
    if not policy.may_look(actor):
        return None
    published = Offer.state == OfferState.PUBLISHED
    if policy.may_watch(actor):
        return _whole().where(published)
    own = Trajectory.organisation_id == actor.organisation_id
    market = participation_of(actor)
    if market is None:
        return _whole().where(own)
    return _whole().where(or_(own, published & on_the_market() & (Trajectory.round_id == market.round_id)))


def _whole() -> Select[Offer]:
    return (
        select(Offer)
        .join(Offer.trajectory)
        .join(Trajectory.round)
        .join(Trajectory.organisation)
        .options(
            contains_eager(Offer.trajectory).options(
                contains_eager(Trajectory.round), contains_eager(Trajectory.organisation)
            )
        )
    )


def offer_of(trajectory_id: int) -> Offer | None:
    """The offer of this trajectory, whatever its state, with trajectory, organisation and round."""
    return db.session.scalars(_whole().where(Offer.trajectory_id == trajectory_id)).one_or_none()


def offers_in(round_id: int, number: int) -> Page:
    """One page of who takes part in the market of a round, by name, with the state of its offer (None: not begun).

    Columns: organisation, place, fte, state, offer_id (only of a published one), minutes that it travels at most.
    """
    published = Offer.state == OfferState.PUBLISHED
    rows = (
        select(
            Organisation.name.label("organisation"), Organisation.place, Trajectory.fte, Offer.state,
            case((published, Offer.id)).label("offer_id"),
            case((published, Offer.max_travel_minutes), else_=Trajectory.max_travel_minutes).label("minutes"),
        )
        .select_from(Trajectory)
        .join(Trajectory.round)
        .join(Trajectory.organisation)
        .outerjoin(Offer, Offer.trajectory_id == Trajectory.id)
        .where(Trajectory.round_id == round_id, on_the_market())
        .order_by(Organisation.sort_name, Trajectory.id)
    )  # fmt: skip
    return paged(rows, number)


def content_of(offer: Offer) -> Content:
    """The offer as values."""
    values: dict[str, Any] = {}
    for name in (each.name for each in fields(Content)):
        value = getattr(offer, name)
        values[name] = tuple(value) if isinstance(value, list) else value
    return Content(**values)


def begin_with(trajectory: Trajectory) -> Content:
    """What is known of this organisation already: its sign-up, and its last offer or else its last sign-up."""
    signed = db.session.scalars(
        select(Trajectory)
        .where(Trajectory.id == trajectory.id)
        .options(selectinload(Trajectory.work_fields), selectinload(Trajectory.reviewers))
        .execution_options(populate_existing=True)
    ).one()
    known = _from_sign_up(signed)
    work, competencies = titles(signed.framework_version_id)
    return only_known(prefilled(known, _last_time(signed)), fields=work, competencies=competencies)


def _from_sign_up(signed: Trajectory) -> Content:
    return Content(
        work_fields=tuple(field.code for field in signed.work_fields),
        strengths=tuple(signed.strengths),
        experienced_reviewers=sum(offered.experienced for offered in signed.reviewers),
        learning=tuple(signed.learning),
        max_travel_minutes=signed.max_travel_minutes,
        months=tuple(signed.months),
    )


def _last_time(signed: Trajectory) -> Content | None:
    """What this organisation offered in the last round before, or said when it signed up for that."""
    last = db.session.execute(
        select(Trajectory, Offer)
        .join(Round, Round.id == Trajectory.round_id)
        .outerjoin(Offer, Offer.trajectory_id == Trajectory.id)
        .where(Trajectory.organisation_id == signed.organisation_id, Trajectory.id != signed.id)
        .where(Trajectory.submitted_at.is_not(None) | Offer.id.is_not(None))
        .order_by(Round.signup_opens_on.desc(), Round.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return None
    trajectory, offer = last
    if offer:
        return content_of(offer)
    said = trajectory
    return Content(strengths=tuple(said.strengths), learning=tuple(said.learning), months=tuple(said.months))


def suggested_for(actor: Actor, offer: Offer) -> Suggested:
    """What the own self-evaluation suggests for this offer; nothing for who may not write it."""
    if not _ratings or not policy.may_edit(actor, offer):
        return Suggested()
    norms = outline_of(offer.trajectory.framework_version_id).norms
    return suggestions(_ratings[0](offer.trajectory_id), {norm.code: norm.competencies for norm in norms})


def titles(framework_version_id: int) -> tuple[Titles, Titles]:
    """The titles by code, in both languages, of all work fields and of the competencies of this framework version."""
    listed = select(WorkField.code, WorkField.title).order_by(WorkField.position, WorkField.id)
    listed_titles = {row.code: row.title for row in db.session.execute(listed)}
    return listed_titles, {part.code: dict(part.title) for part in outline_of(framework_version_id).competencies}


def is_saved(trajectory_id: int, offer_id: int) -> bool:
    """Whether this organisation keeps that offer."""
    kept = select(SavedOffer.id).where(SavedOffer.trajectory_id == trajectory_id, SavedOffer.offer_id == offer_id)
    return db.session.scalars(kept).one_or_none() is not None


def last_writer_of(offer: Offer) -> str:
    """The name of who changed this offer last; '' when nobody is known."""
    last = (
        select(AuditEntry.person_name)
        .where(AuditEntry.subject_type == Offer.__tablename__, AuditEntry.subject_id == offer.id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return db.session.scalars(last).one_or_none() or ""
