"""What the host thought of a review: the form for the host, and the same page for the team once it is open."""

from typing import Any

from flask import url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import NotNow, StaleVersion
from peerreview.core.pages import done, page
from peerreview.fairplay import policy, queries, services, words
from peerreview.fairplay.forms import FeedbackForm
from peerreview.fairplay.lifecycle import Question
from peerreview.fairplay.queries import FeedbackPlace
from peerreview.fairplay.routes.blueprint import bp, differences


@bp.get("/reviews/<int:review_id>/feedback")
@requires(policy.may_read_feedback, queries.feedback_place_for)
def show_feedback(place: FeedbackPlace) -> Any:
    return _show(place, _form(place))


def _form(place: FeedbackPlace) -> FeedbackForm | None:
    """The form, for the host while it may still write; filled with what stands there."""
    if not (policy.may_give_feedback(the_actor(), place) and place.can_give):
        return None
    feedback = place.feedback
    if feedback is None:
        return FeedbackForm()
    scores = {question.value: str(feedback.scores.get(question, "")) for question in Question}
    texts = {"helped": feedback.helped, "better": feedback.better, "version": feedback.version}
    return FeedbackForm(data=scores | texts)


def _show(place: FeedbackPlace, form: FeedbackForm | None, *, status: int = 200, clash: Any = ()) -> Any:
    is_host = policy.may_give_feedback(the_actor(), place)
    readable = is_host or place.open
    return page(
        "fairplay/feedback.html",
        review=place.review,
        place=place,
        is_host=is_host,
        feedback=place.feedback if readable else None,
        opens_on=place.opens_on if is_host else None,
        form=form,
        clash=clash,
        words=words,
        questions=list(Question),
        status=status,
    )


@bp.post("/reviews/<int:review_id>/feedback")
@requires(policy.may_give_feedback, queries.feedback_place_for)
def give_feedback(place: FeedbackPlace) -> Any:
    form, review_id = FeedbackForm(), place.review.id
    if not form.validate_on_submit():
        return _show(place, form, status=422)
    try:
        services.give_feedback(
            place,
            scores=form.scores(),
            helped=form.helped.data or "",
            better=form.better.data or "",
            version=form.version.data or 0,
            by=the_actor(),
        )
    except StaleVersion as error:
        return _show(_again(review_id), form, status=409, clash=differences(form, error))
    except NotNow:
        return _show(_again(review_id), form, status=409)
    return done(url_for("fairplay.show_feedback", review_id=review_id))


def _again(review_id: int) -> FeedbackPlace:
    """The place as it is now: an act was undone, and what was loaded went with it."""
    place = queries.feedback_place_for(the_actor(), review_id)
    assert place is not None  # noqa: S101 - it was there before the act
    return place
