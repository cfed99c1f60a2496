"""One group of the demo: its trajectories, exchange, visits and reviews, all in the states that its stage implies."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random

from peerreview.accounts.lifecycle import Role
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.demo import stories
from peerreview.demo.scenario import Stage
from peerreview.demo.services.commission import Commission
from peerreview.demo.services.judgements import Judgements
from peerreview.demo.services.people import People
from peerreview.demo.services.programmes import make_programme
from peerreview.frameworks import queries as frameworks
from peerreview.frameworks.models import FrameworkVersion
from peerreview.matching.lifecycle import AnswerState, ExchangeKind, ExchangeState
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.matching.services.proposals import checked_by_hand
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.queries import reviews_of_exchange
from peerreview.reviews.services.release import keep_version
from peerreview.rounds.lengths import half_days_for
from peerreview.rounds.models import Round
from peerreview.selfevaluations.lifecycle import OwnRating, Question
from peerreview.selfevaluations.models import Answer, Reflection, SelfEvaluation
from peerreview.trajectories.lifecycle import Route, ScopeKind, TrajectoryState
from peerreview.trajectories.models import OfferedReviewer, Trajectory
from peerreview.visits.lifecycle import Can, Half, VisitState
from peerreview.visits.models import Availability, PollAnswer, PollDay, TeamMember, Visit
from peerreview.visits.planning import offered_days

S, T = Stage, TrajectoryState
TRAJECTORY = {
    S.DRAFT: T.DRAFT, S.SUBMITTED: T.SUBMITTED, S.SELF_EVALUATING: T.SELF_EVALUATING, S.PROPOSED: T.SELF_EVALUATING,
    S.POLLING: T.SELF_EVALUATING, S.AGREED: T.SCHEDULED, S.RATING: T.VISITED, S.CONSENSUS: T.VISITED,
    S.DRAFTED: T.VISITED, S.RELEASED: T.VISITED, S.FACT_CHECKED: T.VISITED, S.REPORTED: T.REPORTED,
    S.PLANNED: T.PLANNED, S.COMPLETE: T.COMPLETE, S.FORWARDED: T.FORWARDED, S.ON_AGENDA: T.FORWARDED,
    S.CERTIFIED: T.CERTIFIED,
}  # fmt: skip
REVIEW = {
    S.POLLING: ReviewState.PREPARING, S.AGREED: ReviewState.PREPARING, S.RATING: ReviewState.RATING,
    S.CONSENSUS: ReviewState.CONSENSUS, S.DRAFTED: ReviewState.CONSENSUS, S.RELEASED: ReviewState.RELEASED,
    S.FACT_CHECKED: ReviewState.FACT_CHECKED,
}  # fmt: skip
MOVES = (  # what happened on the way, and how many days before the end of the road so far
    (S.SUBMITTED, "submit", "executive"), (S.SELF_EVALUATING, "accept", "secretariat"),
    (S.AGREED, "submit_self_evaluation", "executive"), (S.RATING, "visit", "reviewer"),
    (S.REPORTED, "report", "reviewer"), (S.PLANNED, "plan", "executive"), (S.COMPLETE, "complete", "secretariat"),
    (S.FORWARDED, "forward", "secretariat"), (S.CERTIFIED, "certify", "commission_chair"),
)  # fmt: skip


class Maker:
    """Makes the groups of one round."""

    def __init__(
        self, round_: Round, version: FrameworkVersion, people: People, commission: Commission, random: Random
    ) -> None:
        self.round, self.version, self.people, self.commission, self.random = (
            round_,
            version,
            people,
            commission,
            random,
        )
        self.outline = frameworks.outline_of(version.id)
        self.norms = self.outline.norms
        self.judgements = Judgements(self.norms, random)

    def make(self, organisations: list[Organisation], stage: Stage) -> Counter[str]:
        """The whole group at this stage; how many rows of the main kinds it has."""
        counts: Counter[str] = Counter(trajectories=len(organisations))
        trajectories = [self._trajectory(organisation, stage) for organisation in organisations]
        for trajectory in trajectories:
            if stage >= S.SELF_EVALUATING:
                self._self_evaluation(trajectory, stage)
        if len(trajectories) > 1 and stage >= S.PROPOSED:
            exchange = self._exchange(trajectories, stage)
            if stage >= S.POLLING:
                counts += self._legs(exchange, trajectories, stage)
        return counts

    def _trajectory(self, organisation: Organisation, stage: Stage) -> Trajectory:
        coordinator, executive = (self.people.one(organisation, role) for role in (Role.COORDINATOR, Role.EXECUTIVE))
        reviewers = self.people.of(organisation, Role.REVIEWER, 2)
        trajectory = Trajectory(
            round_id=self.round.id,
            organisation_id=organisation.id,
            framework_version_id=self.version.id,
            state=TRAJECTORY[stage],
            state_since=clock.now() - timedelta(days=self.random.randint(1, 20)),
            due_on=self._due(stage),
            route=Route.PEER,
            fte=organisation.fte,
            max_travel_minutes=self.random.choice((45, 60, 75, 90, 120)),
            months=[
                month % 12 + 1 for month in range(self.round.visits_from.month - 1, self.round.visits_from.month + 3)
            ],
            wishes=stories.OWN[0] if self.random.random() < 0.3 else "",
            learning=[f"C{self.random.randint(1, 10)}"],
            strengths=[f"C{self.random.randint(1, 10)}"],
            submitted_at=clock.now() - timedelta(days=60) if stage >= S.SUBMITTED else None,
            submitted_by_id=executive.id if stage >= S.SUBMITTED else None,
            work_fields=list(organisation.work_fields),
            reviewers=[
                OfferedReviewer(person_id=person.id, lead=n == 0, experienced=n == 0)
                for n, person in enumerate(reviewers)
            ],
        )
        db.session.add(trajectory)
        db.session.flush()
        self._history(trajectory, stage, {"executive": executive, "reviewer": reviewers[0], "coordinator": coordinator})
        return trajectory

    def _history(self, trajectory: Trajectory, stage: Stage, who: dict[str, object]) -> None:
        passed = [move for move in MOVES if move[0] <= stage]
        for back, (_, verb, role) in zip(range(len(passed))[::-1], passed, strict=True):
            person = who.get(role)
            name = getattr(person, "name", None) or {"secretariat": "Tineke Hoekstra"}.get(role, "Hanneke Vermeer")
            by = Actor(getattr(person, "id", None), name, role, trajectory.organisation_id if person else None)
            audit.record(f"trajectory.{verb}", trajectory, by=by)
            db.session.info["audit"][-1][0].at = clock.now() - timedelta(days=3 + 21 * back)

    def _due(self, stage: Stage) -> date | None:
        if stage in (S.DRAFT, S.CERTIFIED, S.ON_AGENDA):
            return None
        late = self.random.random() < 0.12
        days = -self.random.randint(1, 8) if late else self.random.randint(1, 25)
        return clock.add_working_days(clock.today() + timedelta(days=days), 0)

    def _self_evaluation(self, trajectory: Trajectory, stage: Stage) -> None:
        ready = stage >= S.AGREED
        before = datetime.combine(self.round.visits_from - timedelta(days=42), time(10), clock.AMSTERDAM)
        evaluation = SelfEvaluation(
            trajectory_id=trajectory.id,
            submitted_at=min(clock.now() - timedelta(days=50), before) if ready else None,
            submitted_by_id=trajectory.submitted_by_id if ready else None,
        )
        db.session.add(evaluation)
        db.session.flush()
        if ready:
            db.session.add_all(
                Reflection(
                    self_evaluation_id=evaluation.id, question=question, text=stories.WHOLE[question][trajectory.id % 2]
                )
                for question in Question
            )
        share = 1.0 if ready else self.random.choice((0.0, 0.25, 0.5, 0.73, 0.9))
        for n, norm in enumerate(self.norms):
            done = n < share * len(self.norms)
            rating = self.random.choices(list(OwnRating), (80, 17, 3))[0] if done else None
            story = self.random.choice(stories.OWN) if done else ""
            when = clock.now() - timedelta(days=52 - n) if done else None
            db.session.add(
                Answer(self_evaluation_id=evaluation.id, norm_id=norm.id, rating=rating, story=story, updated_at=when)
            )

    def _exchange(self, trajectories: list[Trajectory], stage: Stage) -> Exchange:
        state = ExchangeState.PROPOSED if stage == S.PROPOSED else ExchangeState.ACTIVE
        if stage >= S.REPORTED:
            state = ExchangeState.COMPLETED
        answered = AnswerState.PENDING if stage == S.PROPOSED else AnswerState.ACCEPTED
        seeking = S.PROPOSED <= stage <= S.AGREED  # later, nobody asks any more why
        exchange = Exchange(
            round_id=self.round.id,
            explanation=checked_by_hand(self.round, trajectories) if seeking else {},
            kind=ExchangeKind.PAIR if len(trajectories) == 2 else ExchangeKind.RING,
            state=state,
            state_since=clock.now() - timedelta(days=4),
            answer_by=clock.add_working_days(clock.today(), 6),
            released_at=clock.now() - timedelta(days=5) if stage >= S.RELEASED else None,
            members=[
                ExchangeMember(
                    trajectory_id=trajectory.id, position=n, state=AnswerState.ACCEPTED if not n else answered
                )
                for n, trajectory in enumerate(trajectories)
            ],
        )
        db.session.add(exchange)
        db.session.flush()
        return exchange

    def _legs(self, exchange: Exchange, around: list[Trajectory], stage: Stage) -> Counter[str]:
        counts: Counter[str] = Counter()
        for n, (reviewing, host) in enumerate(zip(around, around[1:] + around[:1], strict=True)):
            visit = self._visit(exchange, host, reviewing, stage, n)
            if stage in (S.AGREED, S.RATING):
                make_programme(visit, self.outline, whole=n > 0 or stage == S.RATING)
            state = REVIEW.get(stage, ReviewState.FINAL)
            if stage == S.DRAFTED and n == 0:
                state = ReviewState.DRAFTED
            review = self.judgements.make(visit, [member.person_id for member in visit.team], state)
            counts["findings"] += len(self.norms)
            if stage >= S.PLANNED:
                self.judgements.plan(host, review)
            if stage == S.PLANNED and n == 0:
                self.commission.ask(host)
            if stage >= S.FORWARDED:
                self.commission.take(host, stage)
                counts["certificates"] += stage == S.CERTIFIED
        if stage >= S.RELEASED:
            self._keep_reports(exchange, stage)
        if stage == S.POLLING:
            self._poll(exchange, around)
        return counts

    def _poll(self, exchange: Exchange, around: list[Trajectory]) -> None:
        """The days that people are asked about; the second reviewer of each side has answered already."""
        months = [trajectory.months for trajectory in around]
        longest = max(map(self._half_days, around))
        window = (self.round.visits_from, self.round.visits_until)
        days = offered_days(*window, months, clock.today(), half_days=longest)
        db.session.add_all(PollDay(exchange_id=exchange.id, day=day) for day in days)
        for person_id in (trajectory.reviewers[1].person_id for trajectory in around):
            db.session.add(PollAnswer(exchange_id=exchange.id, person_id=person_id, answered_at=clock.now()))
            for day in days:
                can = self.random.choices(list(Can), (70, 15, 15))[0]
                for half in Half:
                    db.session.add(
                        Availability(exchange_id=exchange.id, person_id=person_id, day=day, half=half, can=can)
                    )

    def _keep_reports(self, exchange: Exchange, stage: Stage) -> None:
        """The report as it was released, and as it became after the fact check."""
        db.session.flush()
        for review in reviews_of_exchange(exchange.id):
            keep_version(review, 1)
            if stage >= S.REPORTED:
                keep_version(review, 2)

    def _visit(self, exchange: Exchange, host: Trajectory, reviewing: Trajectory, stage: Stage, n: int) -> Visit:
        state = {S.POLLING: VisitState.POLLING, S.AGREED: VisitState.AGREED}.get(stage, VisitState.HELD)
        if state == VisitState.AGREED and n:  # the first is still being made
            state = VisitState.PROGRAMME_FINAL
        start = self._day_of(stage, n) if state != VisitState.POLLING else None
        place = db.session.get_one(Organisation, host.organisation_id)  # at hand already
        visit = Visit(
            exchange_id=exchange.id,
            host_id=host.id,
            reviewing_id=reviewing.id,
            state=state,
            state_since=clock.now() - timedelta(days=2),
            poll_by=clock.add_working_days(clock.today(), 4) if state == VisitState.POLLING else None,
            starts_at=start,
            ends_at=start + timedelta(hours=7) if start else None,
            half_days=2 if start else self._half_days(host),
            uid=f"{self.random.getrandbits(96):024x}@onderling.example",
            sequence=1 if start else 0,
            location=f"{place.name}, {place.place}" if start else "",
            team=[
                TeamMember(
                    person_id=offered.person_id,
                    lead=offered.lead,
                    independent_at=start - timedelta(days=9) if start and state == VisitState.HELD else None,
                )
                for offered in reviewing.reviewers
            ],
        )
        db.session.add(visit)
        db.session.flush()
        return visit

    def _half_days(self, host: Trajectory) -> int:
        return half_days_for(host.fte, parts=host.scope_kind == ScopeKind.PARTS, table=self.round.lengths)

    def _day_of(self, stage: Stage, n: int) -> datetime:
        back = 0 if stage == S.AGREED else 12 + 5 * (stage - S.RATING)
        day = clock.today() + timedelta(days=20 if stage == S.AGREED else -back)
        if stage == S.CERTIFIED:
            day = self.round.visits_from + timedelta(days=self.random.randint(5, 60))
        day = clock.add_working_days(day + timedelta(days=7 * n + self.random.randint(0, 6)), 0)
        return datetime.combine(day, time(9, 30), clock.AMSTERDAM)
