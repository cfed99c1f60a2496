"""The reviews of an exchange, with an empty finding per norm, by default in consensus."""

from peerreview.accounts.models import Person
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.frameworks.models import Norm
from peerreview.reviews.lifecycle import Rating, ReviewState, Source
from peerreview.reviews.models import Finding, Observation, Review
from peerreview.visits.models import Visit
from tests.factories.frameworks import norms_of
from tests.factories.visits import make_visits

_number = iter(range(1, 10**9))


def make_review(visit: Visit | None = None, **fields: object) -> Review:
    visit = visit or make_visits()[0]
    norms = norms_of(visit.host.round.framework_version)
    values: dict[str, object] = {
        "visit": visit, "state": ReviewState.CONSENSUS, "state_since": clock.now(), "due_on": clock.today(),
        "findings": [Finding(norm=norm) for norm in norms],
    }  # fmt: skip
    review = Review(**(values | fields))
    with unit_of_work():
        db.session.add(review)
        db.session.flush()
    return review


def make_observation(review: Review, norm: Norm | None, person: Person, text: str = "Gezien.", **fields: object) -> Observation:
    values: dict[str, object] = {
        "review_id": review.id, "norm": norm, "person": person, "text": text, "source": Source.SEEN,
        "client_key": f"key-{next(_number)}", "noted_at": clock.now(),
    }  # fmt: skip
    observation = Observation(**(values | fields))
    with unit_of_work():
        db.session.add(observation)
        db.session.flush()
    return observation


def fill_findings(review: Review, rating: Rating = Rating.COMPLIES) -> None:
    """Give every finding this rating with what rule 3 asks for."""
    person = review.visit.team[0].person
    for finding in review.findings:
        observation = make_observation(review, finding.norm, person)
        with unit_of_work():
            finding.rating, finding.story = rating, f"Verhaal bij {finding.norm.code}."
            finding.observations = [observation]
            if rating in (Rating.PARTLY, Rating.NOT):
                finding.improvement = "Spreek af wie invalt."
            elif rating == Rating.COMPLIES:
                finding.strength = "Persoonlijke aandacht."
