"""An offer on the market, and an organisation that is on the market with it."""

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.marketplace.lifecycle import OfferState
from peerreview.marketplace.models import Offer
from peerreview.trajectories.models import Trajectory
from tests.factories.trajectories import make_trajectory


def make_offer(trajectory: Trajectory | None = None, **fields: object) -> Offer:
    """Published; by default of an organisation that is writing its self-evaluation, and the same as what it signed."""
    trajectory = trajectory or make_trajectory()
    values: dict[str, object] = {
        "trajectory_id": trajectory.id, "state": OfferState.PUBLISHED, "state_since": clock.now(),
        "story": "Hoe begeleid je vrijwilligers als je maar op één locatie elke dag open bent?",
        "work_fields": ["community"], "strengths": ["C2"], "learning": ["C1"], "months": [3, 4, 5],
        "max_travel_minutes": 90, "experienced_reviewers": 1, "reviews": 1, "norms": [], "partner_fields": [], "days": [],
    }  # fmt: skip
    offer = Offer(**(values | fields))
    with unit_of_work():
        db.session.add(offer)
        db.session.flush()
    return offer
