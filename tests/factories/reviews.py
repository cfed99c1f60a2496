"""The reviews of an exchange, with an empty finding per norm, by default in consensus."""

from sqlalchemy import insert, select
from sqlalchemy.orm import selectinload

from peerreview.accounts.models import Person
from peerreview.accounts.queries import affiliations_of
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.frameworks.models import Norm
from peerreview.matching.lifecycle import ExchangeState
from peerreview.reviews import queries, services
from peerreview.reviews.lifecycle import Rating, ReviewState, Source
from peerreview.reviews.models import Finding, Observation, Review, finding_observation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import VisitState
from peerreview.visits.models import Visit
from tests.factories.accounts import affiliation_of, make_actor
from tests.factories.frameworks import make_framework
from tests.factories.matching import make_exchange
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory
from tests.factories.visits import make_visits

_number = iter(range(1, 10**9))


def fresh(review: Review) -> Review:
    """The review with its names and findings loaded, as they stand in the database now."""
    chosen = queries.with_names(select(Review)).options(
        selectinload(Review.findings).joinedload(Finding.norm),
        selectinload(Review.findings).joinedload(Finding.fact_check),
    )
    return db.session.scalars(chosen.where(Review.id == review.id).execution_options(populate_existing=True)).one()


def norms_in(review: Review) -> list[Norm]:
    """The norms by which it is reviewed, in order."""
    version_id = queries.named(review).visit.host.framework_version_id
    return list(db.session.scalars(select(Norm).where(Norm.version_id == version_id).order_by(Norm.position)))


def make_review(visit: Visit | None = None, **fields: object) -> Review:
    """The review of this visit (else of a new pair's), with names and findings loaded."""
    with unit_of_work():
        review = _review_of(visit or make_visits()[0], **fields)
    return fresh(review)


def _review_of(visit: Visit, **fields: object) -> Review:
    host = db.session.get_one(Trajectory, visit.host_id)
    norms = db.session.scalars(select(Norm).where(Norm.version_id == host.framework_version_id).order_by(Norm.position))
    values: dict[str, object] = {
        "visit": visit, "state": ReviewState.CONSENSUS, "state_since": clock.now(), "due_on": clock.today(),
        "findings": [Finding(norm=norm) for norm in norms],
    }  # fmt: skip
    review = Review(**(values | fields))
    with unit_of_work():
        db.session.add(review)
        db.session.flush()
    return review


def make_observation(
    review: Review, norm: Norm | None, person: Person, text: str = "Gezien.", **fields: object
) -> Observation:
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
    with unit_of_work():
        review = fresh(review)
        person = review.visit.team[0].person
        for finding in review.findings:
            code = finding.norm.code
            observation = make_observation(
                review, finding.norm, person, f"Waarneming bij {code}.", interlocutor="client"
            )
            finding.rating, finding.story = rating, f"Verhaal bij {code}."
            db.session.execute(insert(finding_observation).values(finding_id=finding.id, observation_id=observation.id))
            if rating in (Rating.PARTLY, Rating.NOT):
                finding.improvement = f"Spreek bij {code} af wie invalt."
            elif rating == Rating.COMPLIES:
                finding.strength = f"Persoonlijke aandacht bij {code}."


class Pair:
    """An exchange of two with a review of each leg, read anew each time; the actors are those of the first review.

    `host` and `executive` are of the organisation that it reviews, `lead` and `mate` its team. `other` is the review of
    the other leg, with its `other_lead` (who works for the host of the first) and its `other_host`.
    """

    def __init__(self, review: Review, other: Review) -> None:
        self._ids = review.id, other.id
        host, reviewing = review.visit.host.organisation, review.visit.reviewing.organisation
        self.lead, self.mate, self.other_lead = member_actor(review), member_actor(review, 1), member_actor(other)
        self.host, self.other_host = make_actor("coordinator", host), make_actor("coordinator", reviewing)
        self.executive, self.contributor = make_actor("executive", host), make_actor("contributor", host)
        self.secretariat = make_actor("secretariat")

    @property
    def review(self) -> Review:
        return fresh(db.session.get_one(Review, self._ids[0]))

    @property
    def other(self) -> Review:
        return fresh(db.session.get_one(Review, self._ids[1]))

    @property
    def everybody_of_the_host(self) -> list[Actor]:
        return [self.host, self.executive, self.contributor, self.other_lead]


def member_actor(review: Review, number: int = 0) -> Actor:
    """The team member with this number, as a reviewer of their organisation."""
    person, organisation = review.visit.team[number].person, review.visit.reviewing.organisation
    held = next((a for a in affiliations_of(person.id) if a.organisation_id == organisation.id), None)
    held = held or affiliation_of(person, "reviewer", organisation)
    return Actor(person.id, person.name, "reviewer", organisation.id, organisation.name, held.id, email=person.email)


def make_pair(norms: int = 3, state: ReviewState = ReviewState.CONSENSUS, **fields: object) -> Pair:
    """Two organisations that review each other, both reviews in this state and visited last week."""
    with unit_of_work():
        round_ = make_round(framework_version=make_framework(norms=norms, label=f"kader {next(_number)}"))
        trajectories = [make_trajectory(round_, state=TrajectoryState.VISITED) for _ in range(2)]
        exchange = make_exchange(trajectories, state=ExchangeState.ACTIVE)
        visits = make_visits(exchange, state=fields.pop("visit_state", VisitState.HELD))
        reviews = [_review_of(visit, state=state, **fields) for visit in visits]
        return Pair(*reviews)


def finding_of(review: Review, number: int = 0) -> Finding:
    """The finding on the norm with this number."""
    norm = norms_in(review)[number]
    return next(finding for finding in fresh(review).findings if finding.norm_id == norm.id)


def release_pair(pair: Pair, rating: Rating = Rating.COMPLIES) -> None:
    """Fill and draft both; at the second both are released."""
    for review, lead in ((pair.review, pair.lead), (pair.other, pair.other_lead)):
        with unit_of_work():
            fill_findings(review, rating)
            review.summary = "Een organisatie waar mensen graag komen."
        services.draft(review, by=lead)
