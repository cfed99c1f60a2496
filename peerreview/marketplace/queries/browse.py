"""What there is to see on the market for one organisation: its own row, and what all others published. Few queries.

Lists of codes come as their JSON text. An offer's columns become values once, and are those values as long as they stay
the same: what is remembered is a function of the columns alone, so nothing of it can be out of date.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Float, String, and_, bindparam, cast, exists, select
from sqlalchemy.orm import contains_eager, joinedload

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.impartiality import queries as impartiality
from peerreview.impartiality.lifecycle import Severity
from peerreview.impartiality.words import FOUND_ABOUT_US, SAID_BY_US
from peerreview.marketplace import policy
from peerreview.marketplace.browse import Listed, Viewer
from peerreview.marketplace.fit import Candidate
from peerreview.marketplace.lifecycle import ExperienceWish, OfferState, SizeWish
from peerreview.marketplace.models import Offer, SavedOffer, Wish
from peerreview.marketplace.queries.candidates import meetings_of
from peerreview.marketplace.queries.participants import on_the_market
from peerreview.marketplace.weights import weights_from
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Exclusion, OfferedReviewer, Trajectory

NOWHERE = 0.0


_experienced = exists().where(OfferedReviewer.trajectory_id == Trajectory.id, OfferedReviewer.experienced)
OWN = (
    select(Trajectory, Offer, _experienced)
    .join(Trajectory.round)
    .join(Trajectory.organisation)
    .outerjoin(Offer, Offer.trajectory_id == Trajectory.id)
    .options(
        contains_eager(Trajectory.round), contains_eager(Trajectory.organisation), joinedload(Trajectory.work_fields)
    )
    .where(Trajectory.organisation_id == bindparam("organisation_id"), on_the_market())
    .order_by(Round.signup_opens_on.desc(), Round.id.desc())
    .limit(1)
)


def viewer_of(actor: Actor) -> tuple[Trajectory, Offer | None, Candidate] | None:
    """The actor's organisation on the market it is on: trajectory (with organisation, round and work fields), offer
    in whatever state, and its row: what matching goes by too. None when it is on no market. One query.
    """
    if actor.organisation_id is None:
        return None
    found = db.session.execute(OWN, {"organisation_id": actor.organisation_id}).unique().one_or_none()
    if found is None:
        return None
    trajectory, offer, has_experience = found
    return trajectory, offer, _own_row(trajectory, offer, has_experience)


def _own_row(trajectory: Trajectory, offer: Offer | None, has_experience: bool) -> Candidate:
    organisation = trajectory.organisation
    offer = offer if offer and offer.state == OfferState.PUBLISHED else None
    said = offer or trajectory
    return Candidate(
        key=organisation.id,
        name=organisation.name,
        latitude=organisation.latitude or NOWHERE,
        longitude=organisation.longitude or NOWHERE,
        fte=float(trajectory.fte),
        work_fields=frozenset(offer.work_fields if offer else [each.code for each in trajectory.work_fields]),
        max_travel_minutes=said.max_travel_minutes,
        learning=frozenset(said.learning),
        strengths=frozenset(said.strengths),
        months=frozenset(said.months),
        experienced=offer.experienced_reviewers > 0 if offer else has_experience,
        partner_fields=frozenset(offer.partner_fields if offer else ()),
        partner_size=offer.partner_size if offer else SizeWish.ANY,
        partner_experience=offer.partner_experience if offer else ExperienceWish.ANY,
    )


def market_for(
    actor: Actor, trajectory: Trajectory, us: Candidate, on: date, only: list[int] | None = None
) -> tuple[Viewer, list[Listed]]:
    """The viewer with what it knows of others, and every other published offer of its market (or only these ids).

    What the organisation itself wishes, blocks and knows of conflicts goes in for its signers only. Five queries.
    """
    secrets, wished, offers = policy.may_act(actor), {}, []
    for *public, kept, rank, excluded in _published(trajectory, only):
        listed = _public(*public)
        if secrets and (kept or excluded):
            listed = replace(listed, kept=kept is not None, blocked=excluded is not None)
        if secrets and rank:
            wished[listed.candidate.key] = rank
        offers.append(listed)
    met = meetings_of(us.key, trajectory.round)
    known = _known(us.key, [each.candidate.key for each in offers], on) if secrets else {}
    soft = {key: tuple(each.kind.value for each in all_) for key, all_ in known.items() if not _rules_out(all_)}
    viewer = Viewer(
        candidate=replace(us, wished=wished, cautions=soft, earlier_partners=met),
        placed=trajectory.organisation.latitude is not None and trajectory.organisation.longitude is not None,
        trajectory_id=trajectory.id,
        framework_version_id=trajectory.framework_version_id,
        weights=weights_from(trajectory.round.rules.stored()),
        reasons={key: _reasons(all_) for key, all_ in known.items() if _rules_out(all_)},
    )
    return viewer, offers


def _known(organisation_id: int, others: list[int], on: date) -> dict[int, tuple[impartiality.Standing, ...]]:
    return impartiality.known_between(organisation_id, others, on) if others else {}


def _rules_out(standing: tuple[impartiality.Standing, ...]) -> bool:
    return any(each.severity == Severity.HARD for each in standing)


def _reasons(standing: tuple[impartiality.Standing, ...]) -> tuple[str, ...]:
    """Why the two cannot meet, in words of who reads it: never whom it is about."""
    kinds = dict.fromkeys(each.kind for each in standing if each.severity == Severity.HARD)
    return tuple(str(FOUND_ABOUT_US.get(kind) or SAID_BY_US[kind]) for kind in kinds)


COLUMNS: tuple[Any, ...] = (
    Offer.id, Offer.trajectory_id, Offer.story, Offer.experienced_reviewers, Offer.max_travel_minutes,
    cast(Offer.work_fields, String).label("work_fields"), cast(Offer.strengths, String).label("strengths"),
    cast(Offer.learning, String).label("learning"), cast(Offer.partner_fields, String).label("partner_fields"),
    cast(Offer.months, String).label("months"), cast(Offer.partner_size, String).label("partner_size"),
    cast(Offer.partner_experience, String).label("partner_experience"), cast(Trajectory.fte, Float).label("fte"),
    Organisation.id.label("organisation_id"), Organisation.name, Organisation.sort_name, Organisation.place,
    Organisation.latitude, Organisation.longitude,
)  # fmt: skip
MINE: Any = bindparam("trajectory_id")
# Every other published offer, and what the viewer itself noted about it: saved, wished with rank, excluded.
PUBLISHED = (
    select(*COLUMNS, SavedOffer.id.label("kept"), Wish.rank, Exclusion.id.label("excluded"))
    .join(Trajectory, Trajectory.id == Offer.trajectory_id)
    .join(Organisation, Organisation.id == Trajectory.organisation_id)
    .join(Round, Round.id == Trajectory.round_id)
    .outerjoin(SavedOffer, and_(SavedOffer.offer_id == Offer.id, SavedOffer.trajectory_id == MINE))
    .outerjoin(Wish, and_(Wish.organisation_id == Organisation.id, Wish.trajectory_id == MINE))
    .outerjoin(Exclusion, and_(Exclusion.organisation_id == Organisation.id, Exclusion.trajectory_id == MINE))
    .where(Trajectory.round_id == bindparam("round_id"), Trajectory.id != MINE)
    .where(Offer.state == OfferState.PUBLISHED, on_the_market())
)


def _published(trajectory: Trajectory, only: list[int] | None) -> Sequence[Any]:
    """As plain rows: hundreds of them cost less past the ORM."""
    statement = PUBLISHED if only is None else PUBLISHED.where(Offer.id.in_(only))
    return (
        db.session.connection()
        .execute(statement, {"trajectory_id": trajectory.id, "round_id": trajectory.round_id})
        .all()
    )


@lru_cache(maxsize=8192)
def _set(text: str) -> frozenset[Any]:
    return frozenset(json.loads(text))


@lru_cache(maxsize=4096)
def _public(
    offer_id: int, trajectory_id: int, story: str, experienced: int, travel: int, work_fields: str, strengths: str,
    learning: str, partner_fields: str, months: str, size: str, experience: str, fte: float, organisation_id: int,
    name: str, sort_name: str, place: str, latitude: float | None, longitude: float | None,
) -> Listed:  # fmt: skip
    """What was published, as values; of the same columns it is made once."""
    return Listed(
        offer_id=offer_id,
        trajectory_id=trajectory_id,
        candidate=Candidate(
            key=organisation_id,
            name=name,
            latitude=latitude or NOWHERE,
            longitude=longitude or NOWHERE,
            fte=fte,
            work_fields=_set(work_fields),
            max_travel_minutes=travel,
            learning=_set(learning),
            strengths=_set(strengths),
            months=_set(months),
            experienced=experienced > 0,
            partner_fields=_set(partner_fields),
            partner_size=SizeWish(size),
            partner_experience=ExperienceWish(experience),
        ),
        sort_name=sort_name,
        place=place,
        placed=latitude is not None and longitude is not None,
        story=story,
        experienced_reviewers=experienced,
    )
