"""Fair play in the demo: what reviewers found alone before they agreed, what hosts thought, and what was taken home."""

from collections.abc import Sequence
from random import Random
from typing import Any

from sqlalchemy import insert, select

from peerreview.core import clock
from peerreview.core.db import db
from peerreview.demo import stories
from peerreview.fairplay.lifecycle import SCALE, Question
from peerreview.fairplay.lots import drawn
from peerreview.fairplay.models import Feedback, Sample, TakeHome
from peerreview.frameworks.models import Norm
from peerreview.reviews.lifecycle import WRITTEN, Rating, ReviewState
from peerreview.reviews.models import BlindRating, Finding, Review
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import TeamMember, Visit

AGREE = (0.9, 0.96, 0.985, 1.0)  # how often a colleague found the same: one norm is clearer than another
NEAR: dict[Rating | None, tuple[Rating, ...]] = {
    Rating.COMPLIES: (Rating.PARTLY,),
    Rating.NOT: (Rating.PARTLY,),
    Rating.PARTLY: (Rating.COMPLIES, Rating.NOT),
}
SEED = "voorjaar"
READ = "De oordelen passen bij wat er gezien en gehoord is. Bij twee normen staat weinig bij de waarnemingen."


def make_fair_play(seed: int) -> None:
    """Fill what fair play counts; with its own dice, so that the rest of the demo stays as it is."""
    db.session.flush()
    random = Random(seed)  # noqa: S311 - believable, not secret
    _blind_ratings(random)
    if final := _final_reviews():
        for review_id, reviewing, person_id, _round_id in final:
            _looked_back(random, review_id, reviewing, person_id)
        _sample(final)


def _blind_ratings(random: Random) -> None:
    """For each finding of a released report what each of the team found alone: mostly what the team agreed on."""
    team: dict[int, list[int]] = {}
    members = select(Review.id, TeamMember.person_id).join(TeamMember, TeamMember.visit_id == Review.visit_id)
    for review_id, person_id in db.session.execute(members.order_by(TeamMember.id)):
        team.setdefault(review_id, []).append(person_id)
    found = select(Finding.review_id, Finding.norm_id, Finding.rating).join(Review, Review.id == Finding.review_id)
    moment, rows = clock.now(), []
    clear = {norm_id: random.choice(AGREE) for norm_id in db.session.scalars(select(Norm.id).order_by(Norm.id))}
    for review_id, norm_id, rating in db.session.execute(found.where(Review.state.in_(WRITTEN)).order_by(Finding.id)):
        for person_id in team[review_id]:
            own = rating if random.random() < clear[norm_id] else random.choice(NEAR.get(rating, SCALE))
            rows.append(
                {
                    "review_id": review_id, "norm_id": norm_id, "person_id": person_id, "rating": own, "note": "",
                    "rated_at": moment, "version": 1,
                }
            )  # fmt: skip
    if rows:
        db.session.execute(insert(BlindRating), rows)


def _final_reviews() -> list[Any]:
    """(review, reviewing organisation, lead reviewer, round) of each final review."""
    chosen = (
        select(Review.id, Trajectory.organisation_id, TeamMember.person_id, Trajectory.round_id)
        .join(Visit, Visit.id == Review.visit_id)
        .join(Trajectory, Trajectory.id == Visit.reviewing_id)
        .join(TeamMember, TeamMember.visit_id == Visit.id)
        .where(Review.state == ReviewState.FINAL, TeamMember.lead)
    )
    return list(db.session.execute(chosen.order_by(Review.id)))


def _looked_back(random: Random, review_id: int, reviewing: int, person_id: int) -> None:
    """Two hosts in three say what they thought; one lead in two takes something home."""
    moment = clock.now()
    if random.random() < 0.66:
        scores = {question.value: random.choices((2, 3, 4), (1, 4, 5))[0] for question in Question}
        helped, better = random.choice(stories.HELPED), random.choice(stories.NEXT_TIME)
        db.session.add(Feedback(review_id=review_id, scores=scores, helped=helped, better=better, given_at=moment))
    if random.random() < 0.5:
        db.session.add(
            TakeHome(
                review_id=review_id, person_id=person_id, organisation_id=reviewing, noted_at=moment,
                text=random.choice(stories.TAKEN),
            )
        )  # fmt: skip


def _sample(final: Sequence[Any]) -> None:
    """Of the round with most final reports four are drawn by lot; the first two were read."""
    by_round: dict[int, list[int]] = {}
    for review_id, _reviewing, _person_id, round_id in final:
        by_round.setdefault(round_id, []).append(review_id)
    round_id = max(by_round, key=lambda key: (len(by_round[key]), key))
    for place, review_id in enumerate(drawn(by_round[round_id], 4, SEED), start=1):
        read = place <= 2
        db.session.add(
            Sample(
                round_id=round_id, review_id=review_id, seed=SEED, place=place, drawn_at=clock.now(),
                remark=READ if place == 1 else "", read_at=clock.now() if read else None,
            )
        )  # fmt: skip
