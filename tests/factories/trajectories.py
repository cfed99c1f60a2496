"""A trajectory with two offered reviewers, by default self-evaluating."""

from decimal import Decimal

from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.organisations.models import Organisation, WorkField, organisation_work_field
from peerreview.rounds.models import Round
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import OfferedReviewer, Trajectory
from tests.factories.accounts import affiliation_of, make_person
from tests.factories.organisations import make_organisation
from tests.factories.rounds import make_round


def make_trajectory(
    round_: Round | None = None,
    organisation: Organisation | None = None,
    *,
    reviewers: list[Person] | None = None,
    **fields: object,
) -> Trajectory:
    round_, organisation = round_ or make_round(), organisation or make_organisation()
    if reviewers is None:
        reviewers = [make_person(f"Toetser {letter} van {organisation.name}") for letter in "AB"]
        for person in reviewers:
            affiliation_of(person, "reviewer", organisation)
    values: dict[str, object] = {
        "round": round_, "organisation": organisation, "framework_version_id": round_.framework_version_id,
        "state": TrajectoryState.SELF_EVALUATING, "state_since": clock.now(), "fte": Decimal("46.0"),
        "max_travel_minutes": 90, "months": [3, 4, 5], "work_fields": _work_fields_of(organisation),
        "reviewers": [
            OfferedReviewer(person=person, lead=n == 0, experienced=n == 0) for n, person in enumerate(reviewers)
        ],
        "exclusions": [],
    }  # fmt: skip
    trajectory = Trajectory(**(values | fields))
    with unit_of_work():
        db.session.add(trajectory)
        db.session.flush()
    return trajectory


def _work_fields_of(organisation: Organisation) -> list[WorkField]:
    known = select(WorkField).join(organisation_work_field).order_by(WorkField.id)
    return list(db.session.scalars(known.where(organisation_work_field.c.organisation_id == organisation.id)))
