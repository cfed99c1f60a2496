"""The visit workspace: noting what one sees and hears, on a phone too."""

import secrets
from typing import Any

from flask import request, url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page
from peerreview.programmes import queries as programmes
from peerreview.reviews import policy, queries, services
from peerreview.reviews.forms import ObservationForm
from peerreview.reviews.models import Review
from peerreview.reviews.queries import Noted, ReviewedNorm
from peerreview.reviews.routes.blueprint import anew, bp, clash, differences, is_draft, saved, warnings, wrong
from peerreview.reviews.routes.workspace import item_choices, read
from peerreview.reviews.services.notes import can_note


@bp.get("/reviews/<int:review_id>/observations")
@requires(policy.may_review, queries.review_for)
def list_observations(review: Review) -> Any:
    outline = queries.outline_of_review(review)
    return page(
        "reviews/observations.html",
        review=review,
        outline=outline,
        counts=queries.observation_counts(review.id),
        noted=queries.observations_of(review.id, every=True),
        files=queries.files_of(review.id),
        can_note=can_note(review),
    )


def talks_of(review: Review) -> list[tuple[str, str]]:
    """The talks in which something can have been seen or heard, for a form."""
    return item_choices(programmes.programme_of(review.visit))


@bp.route("/reviews/<int:review_id>/observations/<string(maxlength=10):code>", methods=["GET", "POST"])
@requires(policy.may_review, queries.norm_for)
def note_observation(spot: ReviewedNorm) -> Any:
    form = ObservationForm(spot.outline, talks_of(spot.review))
    review_id, code = spot.review.id, spot.norm.code
    if request.method == "GET":
        return workspace(spot, form)
    if is_draft() and not form.text.data:
        return saved(form, None)
    if not form.validate_on_submit():
        return wrong(form) if is_draft() else workspace(spot, form, status=422)
    try:
        made = services.note_with_files(
            spot.review,
            client_key=form.client_key.data or secrets.token_hex(16),
            version=form.version.data or 0,
            files=read(form),
            by=the_actor(),
            **form.values() | {"norm_id": spot.norm.id},
        )
    except StaleVersion as error:
        if is_draft():
            return clash(form, error, who=the_actor().name)
        again = anew(queries.norm_for(the_actor(), review_id, code))
        return workspace(again, form, status=409, error=error)
    except Invalid as error:
        form.files.errors = [error.message]
        again = anew(queries.norm_for(the_actor(), review_id, code))
        return wrong(form) if is_draft() else workspace(again, form, status=422)
    if is_draft():
        return saved(form, made.version)
    return done(url_for("reviews.note_observation", review_id=review_id, code=code, noted=made.id) + "#noted")


def workspace(
    spot: ReviewedNorm, form: ObservationForm, *, status: int = 200, error: StaleVersion | None = None
) -> Any:
    """The page for one norm: its form, what was noted, and what one may look for."""
    if not form.client_key.data:
        form.client_key.data = secrets.token_hex(16)
    return page(
        "reviews/note.html",
        status=status,
        spot=spot,
        review=spot.review,
        form=form,
        version=error.theirs["version"] if error else form.version.data or 0,
        clash=differences(form, error) if error else [],
        notices=warnings(form),
        counts=queries.observation_counts(spot.review.id),
        noted=queries.observations_of(spot.review.id, spot.norm.id),
        files=queries.files_of(spot.review.id),
        own_account=queries.own_account(spot.review, spot.norm.id),
        can_note=can_note(spot.review),
        just_noted=request.args.get("noted", 0, int),
    )


@bp.route("/reviews/<int:review_id>/observations/<int:observation_id>/edit", methods=["GET", "POST"])
@requires(policy.may_change_observation, queries.observation_for)
def edit_observation(thing: Noted) -> Any:
    review, observation = thing.review, thing.observation
    outline = queries.outline_of_review(review)
    form = ObservationForm(outline, talks_of(review), obj=observation)
    if request.method == "GET" and not form.kept:
        form.source.data = observation.source.value
        form.norm_id.data, form.item_id.data = (str(id or "") for id in (observation.norm_id, observation.item_id))
    back = back_to(outline, review.id, observation.norm_id)
    shown: dict[str, Any] = {"form": form, "norm": outline.by_id.get(observation.norm_id or 0), "back": back}
    shown["files"] = queries.files_of(review.id, observation.id).get(observation.id, [])
    if request.method == "GET":
        shown |= {"review": review, "observation": observation, "version": observation.version}
        return page("reviews/edit_observation.html", clash=[], notices=warnings(form), **shown)
    if not form.validate_on_submit():
        shown |= {"review": review, "observation": observation, "version": form.version.data}
        again = page("reviews/edit_observation.html", status=422, clash=[], notices=warnings(form), **shown)
        return wrong(form) if is_draft() else again
    return _changed(thing, form, shown)


def _changed(thing: Noted, form: ObservationForm, shown: dict[str, Any]) -> Any:
    review_id, observation_id = thing.review.id, thing.observation.id
    try:
        services.add_observation_files(
            thing.review, thing.observation, read(form), client_key=f"edit-{observation_id}", by=the_actor()
        )
        services.change_observation(
            thing.review, thing.observation, version=form.version.data or 0, by=the_actor(), **form.values()
        )
    except StaleVersion as error:
        if is_draft():
            return clash(form, error, who=the_actor().name)
        again = anew(queries.observation_for(the_actor(), review_id, observation_id))
        shown |= {"review": again.review, "observation": again.observation, "version": error.theirs["version"]}
        found = differences(form, error)
        return page("reviews/edit_observation.html", status=409, clash=found, notices=warnings(form), **shown)
    except Invalid as error:
        form.files.errors = [error.message]
        again = anew(queries.observation_for(the_actor(), review_id, observation_id))
        shown |= {"review": again.review, "observation": again.observation, "version": form.version.data}
        return page("reviews/edit_observation.html", status=422, clash=[], notices=warnings(form), **shown)
    return saved(form, thing.observation.version) if is_draft() else done(shown["back"])


def back_to(outline: Any, review_id: int, norm_id: int | None) -> str:
    norm = outline.by_id.get(norm_id or 0)
    if norm is None:
        return url_for("reviews.show_workspace", review_id=review_id, norm="none")
    return url_for("reviews.note_observation", review_id=review_id, code=norm.code)


@bp.post("/reviews/<int:review_id>/observations/<int:observation_id>/delete")
@requires(policy.may_change_observation, queries.observation_for)
def delete_observation(thing: Noted) -> Any:
    back = back_to(queries.outline_of_review(thing.review), thing.review.id, thing.observation.norm_id)
    services.delete_observation(thing.review, thing.observation, by=the_actor())
    return done(back)
