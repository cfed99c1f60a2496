"""Others as an organisation sees them when it thinks of a partner: how they fit by what they published, what is known.

Nothing of another's goes in but its published offer and what every member may read of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.impartiality.lifecycle import Severity
from peerreview.impartiality.queries import Standing, known_between
from peerreview.marketplace import browse, policy
from peerreview.marketplace.browse import Fitting, Viewer
from peerreview.marketplace.lifecycle import OfferState
from peerreview.marketplace.models import Offer
from peerreview.marketplace.queries.browse import market_for, viewer_of
from peerreview.marketplace.travel import distance_km, travel_minutes
from peerreview.trajectories.models import Trajectory


@dataclass(frozen=True, slots=True)
class Partner:
    """Another organisation; `fitting` when it published an offer. Kilometres as the crow flies, minutes by road.

    `hard` holds the conflicts of interest that rule out, `soft` the others; those that the viewer knows of, for its
    signers.
    """

    trajectory: Trajectory
    fitting: Fitting | None
    kilometres: int | None
    minutes: int | None
    hard: tuple[Standing, ...] = ()
    soft: tuple[Standing, ...] = ()


def partners_seen(actor: Actor, others: Sequence[Trajectory], on: date) -> tuple[Viewer | None, list[Partner]]:
    """These trajectories (with their organisations) as the actor's organisation sees them, in this order.

    Without viewer when none of them published an offer; with no more than their names for who is on no market. At most
    seven queries.
    """
    found = viewer_of(actor)
    if found is None or not others:
        return None, [Partner(each, None, None, None) for each in others]
    ours, _offer, us = found
    offers = _published([each.id for each in others])
    viewer, listed = market_for(actor, ours, us, on, only=list(offers.values())) if offers else (None, [])
    fits = {each.offer.trajectory_id: each for each in browse.fitting(viewer, listed)} if viewer else {}
    about = [each.organisation_id for each in others] if policy.may_act(actor) else []
    known = known_between(ours.organisation_id, about, on) if about else {}
    return viewer, [
        Partner(
            each,
            fits.get(each.id),
            *_travel(ours, each),
            *(
                tuple(one for one in known.get(each.organisation_id, ()) if one.severity == severity)
                for severity in (Severity.HARD, Severity.SOFT)
            ),
        )
        for each in others
    ]


def _published(trajectory_ids: Sequence[int]) -> dict[int, int]:
    """The published offer of each of these that has one, by trajectory."""
    rows = select(Offer.trajectory_id, Offer.id).where(
        Offer.trajectory_id.in_(trajectory_ids), Offer.state == OfferState.PUBLISHED
    )
    return {row.trajectory_id: row.id for row in db.session.execute(rows)}


def _travel(here: Trajectory, there: Trajectory) -> tuple[int | None, int | None]:
    """(kilometres, minutes) between two, None where the place of one is not known."""
    a, b = here.organisation, there.organisation
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None, None
    one, other = (a.latitude, a.longitude), (b.latitude, b.longitude)
    return round(distance_km(one, other)), travel_minutes(one, other)


def kilometres_between(here: Trajectory, there: Trajectory) -> int | None:
    """As the crow flies between the main sites of two (with their organisations)."""
    return _travel(here, there)[0]
