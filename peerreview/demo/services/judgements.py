"""What reviewers of the demo noted, rated and found, what hosts answered, and what they plan to do about it."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from peerreview.core import clock
from peerreview.core.db import db
from peerreview.demo import stories
from peerreview.frameworks.outline import NormView
from peerreview.improvement.models import Action
from peerreview.reviews.lifecycle import BELOW, WRITTEN, FactAnswer, Rating, ReviewState, Source, Verdict
from peerreview.reviews.models import BlindRating, FactCheckAnswer, Finding, Observation, Review
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import Visit

R = ReviewState
NOBODY = "Hierover spraken wij op deze dag niemand."
NOBODY_ELSE = "Al onze andere toetsers waren mee op bezoek."
WHY_NOT = "Op de dag van ons bezoek stond dit er nog niet. Het is mooi dat jullie eraan werken."


class Judgements:
    """Makes the review of one leg."""

    def __init__(self, norms: Sequence[NormView], random: Random) -> None:
        self.norms, self.random = norms, random
        self.begins_at = clock.now()  # of the visit whose review is being made
        self.below: dict[int, list[int]] = {}

    def make(self, visit: Visit, team: list[int], state: ReviewState) -> Review:
        """The review with everything that its state implies."""
        released = clock.now() - timedelta(days=5) if state in WRITTEN else None
        self.begins_at = visit.starts_at or clock.now()
        review = Review(
            visit_id=visit.id,
            unread_reason=NOBODY_ELSE if state == R.FINAL else "",
            state=state,
            state_since=clock.now() - timedelta(days=3),
            due_on=self._due(state),
            summary="Een organisatie die dichtbij mensen werkt en daar eerlijk over vertelt."
            if state in (R.DRAFTED, *WRITTEN)
            else "",
            released_at=released,
            delivered_at=released,
        )
        db.session.add(review)
        db.session.flush()
        self.below[review.id] = []
        judged = 1.0 if state in (R.DRAFTED, *WRITTEN) else 0.6 if state == R.CONSENSUS else 0.0
        for n, norm in enumerate(self.norms):
            self._norm(review, norm, team, state, judged=n < judged * len(self.norms))
        if state == R.RATING:
            db.session.add(self._without_norm(review, team[0]))
        db.session.flush()
        return review

    def _due(self, state: ReviewState) -> object:
        if state in (R.PREPARING, R.FINAL):
            return None
        late = self.random.random() < 0.15
        return clock.add_working_days(clock.today(), -4 if late else self.random.randint(1, 15))

    def _norm(self, review: Review, norm: NormView, team: list[int], state: ReviewState, *, judged: bool) -> None:
        rating = self.random.choices(list(Rating), (91, 6, 1, 2))[0]
        finding = Finding(review_id=review.id, norm_id=norm.id, observations=[])
        if state != R.PREPARING:
            noted = [self._observation(review, norm, person) for person in team[: self.random.choice((1, 2))]]
            db.session.add_all(noted)
            finding.observations = noted if state != R.RATING else []  # a finding leans on them from the reveal on
        if state == R.CONSENSUS or (state == R.RATING and norm.position % 2):
            self._blind(review, norm, team if state == R.CONSENSUS else team[:1], rating)
        if judged:
            self._judge(finding, rating, team[0])
        db.session.add(finding)
        if judged and state in WRITTEN:
            self._fact_check(finding, review, state)

    def _observation(self, review: Review, norm: NormView, person_id: int) -> Observation:
        return Observation(
            review_id=review.id,
            norm_id=norm.id,
            person_id=person_id,
            client_key=f"{self.random.getrandbits(128):032x}",
            text=stories.observation(self.random),
            source=self.random.choice(list(Source)),
            interlocutor=self.random.choice(norm.interlocutors) if norm.interlocutors else "",
            noted_at=self.begins_at + timedelta(minutes=self.random.randint(15, 400)),
        )

    def _without_norm(self, review: Review, person_id: int) -> Observation:
        """Written first; its norm is still to be chosen."""
        return Observation(
            review_id=review.id,
            person_id=person_id,
            client_key=f"without-norm-{review.id}",
            text="Bij de ingang hangt een bord met de gezichten van het team. Bezoekers wijzen ernaar als ze iemand zoeken.",
            source=Source.SEEN,
            flagged=True,
            noted_at=self.begins_at + timedelta(minutes=10),
        )

    def _blind(self, review: Review, norm: NormView, team: list[int], rating: Rating) -> None:
        for n, person_id in enumerate(team):
            own = rating if n == 0 or self.random.random() < 0.85 else self.random.choice(list(Rating))
            db.session.add(
                BlindRating(
                    review_id=review.id, norm_id=norm.id, person_id=person_id, rating=own, rated_at=clock.now(),
                    note=stories.observation(self.random) if own in BELOW else NOBODY if own == Rating.NOT_ASSESSED else "",
                )
            )  # fmt: skip

    def _judge(self, finding: Finding, rating: Rating, person_id: int) -> None:
        finding.rating, finding.updated_by_id, finding.updated_at = rating, person_id, clock.now()
        if rating == Rating.NOT_ASSESSED:
            finding.not_assessed_reason = NOBODY
            return
        finding.story = stories.story(rating.value, self.random)
        if rating in BELOW:
            self.below[finding.review_id].append(finding.norm_id)
            finding.improvement = self.random.choice(stories.BETTER)
        if self.random.random() < 0.18:
            finding.strength = self.random.choice(stories.STRONG)

    def _fact_check(self, finding: Finding, review: Review, state: ReviewState) -> None:
        if state == R.RELEASED and self.random.random() < 0.4:
            return
        answer = self.random.choices(list(FactAnswer), (93, 4, 3))[0]
        handled = state == R.FINAL and answer != FactAnswer.AGREE
        rejected = handled and answer == FactAnswer.ERROR and self.random.random() < 0.4
        words = "Sinds maart staat dit in het rooster van elke locatie." if answer != FactAnswer.AGREE else ""
        before = finding.story
        if handled and not rejected and before:
            finding.story = before + " Sinds maart staat in het rooster wie invalt."
        finding.fact_check = FactCheckAnswer(
            answer=answer,
            text=words,
            evidence="Rooster maart" if answer == FactAnswer.ERROR else "",
            answered_by_id=finding.updated_by_id,
            answered_at=clock.now() - timedelta(days=2),
            state=Verdict.REJECTED if rejected else Verdict.ACCEPTED if handled else Verdict.PENDING,
            verdict_reason=(WHY_NOT if rejected else "Dank, dit namen wij over.") if handled else "",
            verdict_by_id=finding.updated_by_id if handled else None,
            verdict_at=clock.now() if handled else None,
            story_before=before if finding.story != before else None,
        )

    def plan(self, host: Trajectory, review: Review) -> None:
        """An action for each finding below `complies`."""
        for norm_id in self.below[review.id]:
            db.session.add(
                Action(
                    trajectory_id=host.id,
                    norm_id=norm_id,
                    what=self.random.choice(stories.ACTION),
                    owner="Teamleider",
                    due_on=clock.today() + timedelta(days=self.random.randint(60, 420)),
                    expected_effect="Cliënten en vrijwilligers merken het verschil.",
                    updated_at=clock.now(),
                )
            )
