"""The acts of fair play: feedback, what is taken home, and the sample that a moderator reads again."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.core.events import on
from peerreview.fairplay import mail, queries
from peerreview.fairplay.lifecycle import SCORES, Question
from peerreview.fairplay.lots import drawn
from peerreview.fairplay.models import Feedback, Sample, TakeHome
from peerreview.fairplay.queries import FeedbackPlace
from peerreview.reviews.models import Review
from peerreview.rounds.models import Round

ASK_AFTER, ASK_UNTIL = 3, 10  # working days after the report became final
MOST_DRAWN = 50


# --- Feedback ---------------------------------------------------------------------------------------------------------


def give_feedback(
    place: FeedbackPlace, *, scores: Mapping[Question, int], helped: str, better: str, by: Actor, version: int = 0
) -> Feedback:
    """Give or change the host's feedback on a final review; `version` is what the writer saw (0: nothing yet).

    Raises NotNow once the team can read it (or the host could read what the team's organisation wrote), Invalid when a
    question has no score from 1 to 4, StaleVersion when a colleague was first.
    """
    if not place.can_give:
        raise NotNow(_("This feedback is closed: nobody changes anything once one can read the other."))
    if any(scores.get(question) not in SCORES for question in Question):
        raise Invalid(_("Choose an answer to each of the four questions."))
    mine = {**{question.value: scores[question] for question in Question}, "helped": helped, "better": better}
    with unit_of_work():
        chosen = select(Feedback).where(Feedback.review_id == place.review.id)
        feedback = db.session.scalars(chosen.with_for_update().execution_options(populate_existing=True)).one_or_none()
        if (feedback.version if feedback else 0) != version:
            theirs = _written(feedback)
            raise StaleVersion(_("A colleague saved this just before you."), theirs=theirs, mine=mine)
        if feedback is None:
            feedback = Feedback(review_id=place.review.id, given_at=clock.now())
            db.session.add(feedback)
        feedback.scores = {question.value: scores[question] for question in Question}
        feedback.helped, feedback.better, feedback.given_by_id = helped, better, by.person_id
        db.session.flush()
        audit.record("review_feedback.give", feedback, by=by)
    return feedback


def _written(feedback: Feedback | None) -> dict[str, object]:
    """What stands there now, as it would be typed."""
    if feedback is None:
        return {"version": 0}
    return {**feedback.scores, "helped": feedback.helped, "better": feedback.better, "version": feedback.version}


@on("day.began")
def ask_for_feedback(day: date, *, by: Actor) -> int:
    """Ask each host by letter, once, three working days after its report became final; how many were asked.

    Not on that day itself: then the letter about the final report leaves, and two letters on one day are one too many.
    Who gave feedback already, or whose report became final long ago, gets none.
    """
    since, until = clock.add_working_days(day, -ASK_UNTIL), clock.add_working_days(day, -ASK_AFTER)
    with unit_of_work():
        reviews = queries.finished_without_feedback(_start_of(since), _start_of(until + timedelta(days=1)))
        for review in reviews:
            mail.ask_for_feedback(review)
    return len(reviews)


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.AMSTERDAM)


# --- Taking home ------------------------------------------------------------------------------------------------------


def note_take_home(review: Review, *, text: str, norm_id: int | None, by: Actor) -> TakeHome:
    """Note what one wants to use at home; only the own organisation reads it, and it never enters the report."""
    _check_text(review.id, text, norm_id)
    with unit_of_work():
        take_home = TakeHome(
            review_id=review.id, person_id=by.person_id, organisation_id=by.organisation_id, norm_id=norm_id,
            text=text, noted_at=clock.now(),
        )  # fmt: skip
        db.session.add(take_home)
        db.session.flush()
        audit.record("take_home.note", take_home, by=by)
    return take_home


def change_take_home(take_home: TakeHome, *, text: str, norm_id: int | None, version: int, by: Actor) -> None:
    """Write it anew. StaleVersion when the same person did so elsewhere after `version`."""
    _check_text(take_home.review_id, text, norm_id)
    with unit_of_work():
        if take_home.version != version:
            theirs = {"text": take_home.text, "version": take_home.version}
            raise StaleVersion(_("You wrote this text somewhere else too."), theirs=theirs, mine={"text": text})
        take_home.text, take_home.norm_id = text, norm_id
        audit.record("take_home.change", take_home, by=by)


def remove_take_home(take_home: TakeHome, *, by: Actor) -> None:
    """Take it out of the list, for good."""
    with unit_of_work():
        audit.record("take_home.remove", take_home, by=by)
        db.session.delete(take_home)


def _check_text(review_id: int, text: str, norm_id: int | None) -> None:
    if not text.strip():
        raise Invalid(_("Write down what you take home."))
    if norm_id is not None and norm_id not in {norm.id for norm in queries.norms_of_review(review_id)}:
        raise Invalid(_("Choose a norm from the list."))


# --- The sample -------------------------------------------------------------------------------------------------------


def draw_sample(round_: Round, *, count: int, by: Actor, seed: str = "") -> list[Sample]:
    """Draw so many released reviews of the round by lot. The seed (one is made when it is empty) is kept with each.

    The trail says of how many reviews they were drawn, so that the draw can be repeated. Raises Invalid when nothing
    is left to draw from.
    """
    if not 1 <= count <= MOST_DRAWN:
        raise Invalid(_("Draw at least 1 and at most %(num)s reviews.", num=MOST_DRAWN))
    seed = seed.strip()[:40] or secrets.token_hex(4)
    with unit_of_work():
        from_ = [row[0] for row in queries.drawable(round_.id)]
        chosen = drawn(from_, count, seed)
        if not chosen:
            raise Invalid(_("There is no released review of this round that was not drawn yet."))
        samples = [
            _sample(round_, review_id, by, seed=seed, place=place) for place, review_id in enumerate(chosen, start=1)
        ]
        after = {"seed": seed, "count": len(chosen), "of": len(from_)}
        audit.record("moderation_sample.draw", round_, by=by, after=after)
    return samples


def add_to_sample(round_: Round, *, review_id: int, reason: str, by: Actor) -> Sample:
    """Add a review that was not drawn, with the reason why: a signal, or a question of somebody."""
    if not reason.strip():
        raise Invalid(_("Write down why you add this review."))
    with unit_of_work():
        if review_id not in {row[0] for row in queries.drawable(round_.id)}:
            raise Invalid(_("Choose a released review of this round that was not drawn yet."))
        sample = _sample(round_, review_id, by, reason=reason.strip()[:200])
        audit.record("moderation_sample.add", sample, by=by, reason=reason.strip()[:200])
    return sample


def _sample(round_: Round, review_id: int, by: Actor, *, seed: str = "", place: int = 0, reason: str = "") -> Sample:
    sample = Sample(
        round_id=round_.id, review_id=review_id, seed=seed, place=place, reason=reason, drawn_at=clock.now(),
        drawn_by_id=by.person_id,
    )  # fmt: skip
    db.session.add(sample)
    db.session.flush()
    return sample


def note_remark(sample: Sample, *, remark: str, version: int, by: Actor) -> None:
    """Note that this report was read again, and what stood out (may be empty: nothing did).

    StaleVersion with both texts when another moderator was first.
    """
    with unit_of_work():
        if sample.version != version:
            theirs = {"remark": sample.remark, "version": sample.version}
            raise StaleVersion(_("A colleague saved this just before you."), theirs=theirs, mine={"remark": remark})
        sample.remark, sample.read_by_id, sample.read_at = remark, by.person_id, clock.now()
        audit.record("moderation_sample.read", sample, by=by)
