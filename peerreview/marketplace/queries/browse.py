"""What there is to see on the market for one organisation: its own row, and what all others published. Few queries.

Lists of codes come as their JSON text and are read once for each different text: hundreds of offers, few texts.
"""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Float, Row, String, and_, cast, exists, select
from sqlalchemy.orm import contains_eager, joinedload

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.impartiality import queries as impartiality
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


def viewer_of(actor: Actor) -> tuple[Trajectory, Offer | None, Candidate] | None:
    """The actor's organisation on the market it is on: trajectory (with organisation, round and work fields), offer
    in whatever state, and its row: what matching goes by too. None when it is on no market. One query.
    """
    if actor.organisation_id is None:
        return None
    experienced = exists().where(OfferedReviewer.trajectory_id == Trajectory.id, OfferedReviewer.experienced)
    found = db.session.execute(
        select(Trajectory, Offer, experienced)
        .join(Trajectory.round)
        .join(Trajectory.organisation)
        .outerjoin(Offer, Offer.trajectory_id == Trajectory.id)
        .options(
            contains_eager(Trajectory.round),
            contains_eager(Trajectory.organisation),
            joinedload(Trajectory.work_fields),
        )
        .where(Trajectory.organisation_id == actor.organisation_id, on_the_market())
        .order_by(Round.signup_opens_on.desc(), Round.id.desc())
        .limit(1)
    ).unique().one_or_none()  # fmt: skip
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
    secrets = policy.may_act(actor)
    rows = db.session.execute(_published(trajectory, only)).all()
    wished = {row.organisation_id: row.rank for row in rows if row.rank and secrets}
    met = meetings_of(us.key, trajectory.round)
    known = _known(us.key, [row.organisation_id for row in rows], on) if secrets else {}
    waived = {key: tuple(each.kind.value for each in all_) for key, all_ in known.items() if not _stops(all_)}
    viewer = Viewer(
        candidate=_knowing(us, wished, waived, met),
        placed=trajectory.organisation.latitude is not None and trajectory.organisation.longitude is not None,
        trajectory_id=trajectory.id,
        framework_version_id=trajectory.framework_version_id,
        weights=weights_from(trajectory.round.rules.stored()),
        reasons={key: _reasons(all_) for key, all_ in known.items() if _stops(all_)},
    )
    return viewer, [_listed(row, secrets) for row in rows]


def _knowing(us: Candidate, wished: Mapping[int, int], cautions: Any, met: Mapping[int, int]) -> Candidate:
    """The own row with what only the organisation itself knows."""
    return Candidate(
        **{name: getattr(us, name) for name in us.__dataclass_fields__}
        | {"wished": wished, "cautions": cautions, "earlier_partners": met}
    )


def _known(organisation_id: int, others: list[int], on: date) -> dict[int, tuple[impartiality.Standing, ...]]:
    return impartiality.known_between(organisation_id, others, on) if others else {}


def _stops(standing: tuple[impartiality.Standing, ...]) -> bool:
    return any(each.blocks for each in standing)


def _reasons(standing: tuple[impartiality.Standing, ...]) -> tuple[str, ...]:
    """Why the two cannot meet, in words of who reads it: never whom it is about."""
    kinds = dict.fromkeys(each.kind for each in standing if each.blocks)
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


def _published(trajectory: Trajectory, only: list[int] | None) -> Any:
    """Every other published offer with what the viewer itself noted about it: saved, wished with rank, excluded."""
    mine = trajectory.id
    listed = (
        select(*COLUMNS, SavedOffer.id.label("kept"), Wish.rank, Exclusion.id.label("excluded"))
        .join(Trajectory, Trajectory.id == Offer.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .join(Round, Round.id == Trajectory.round_id)
        .outerjoin(SavedOffer, and_(SavedOffer.offer_id == Offer.id, SavedOffer.trajectory_id == mine))
        .outerjoin(Wish, and_(Wish.organisation_id == Organisation.id, Wish.trajectory_id == mine))
        .outerjoin(Exclusion, and_(Exclusion.organisation_id == Organisation.id, Exclusion.trajectory_id == mine))
        .where(Trajectory.round_id == trajectory.round_id, Trajectory.id != mine)
        .where(Offer.state == OfferState.PUBLISHED, on_the_market())
    )
    return listed if only is None else listed.where(Offer.id.in_(only))


@lru_cache(maxsize=8192)
def _set(text: str) -> frozenset[Any]:
    return frozenset(json.loads(text))


def _listed(row: Row[Any], secrets: bool) -> Listed:
    return Listed(
        offer_id=row.id,
        trajectory_id=row.trajectory_id,
        candidate=Candidate(
            key=row.organisation_id,
            name=row.name,
            latitude=row.latitude or NOWHERE,
            longitude=row.longitude or NOWHERE,
            fte=row.fte,
            work_fields=_set(row.work_fields),
            max_travel_minutes=row.max_travel_minutes,
            learning=_set(row.learning),
            strengths=_set(row.strengths),
            months=_set(row.months),
            experienced=row.experienced_reviewers > 0,
            partner_fields=_set(row.partner_fields),
            partner_size=SizeWish(row.partner_size),
            partner_experience=ExperienceWish(row.partner_experience),
        ),
        sort_name=row.sort_name,
        place=row.place,
        placed=row.latitude is not None and row.longitude is not None,
        story=row.story,
        experienced_reviewers=row.experienced_reviewers,
        kept=secrets and row.kept is not None,
        blocked=secrets and row.excluded is not None,
    )
