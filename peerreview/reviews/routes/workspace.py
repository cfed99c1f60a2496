"""The workspace of a visit: one page for the whole day, which a device can keep; and what a device sends when it can."""

import secrets
from datetime import UTC, datetime
from typing import Any

from flask import Response, current_app, request, url_for
from flask_wtf.csrf import generate_csrf

from peerreview.core import attachments, clock, i18n, privacy
from peerreview.core.access import public, requires, signed_in, the_actor
from peerreview.core.errors import Refused
from peerreview.core.pages import done, page, static_url
from peerreview.programmes import coverage, words
from peerreview.programmes import queries as programmes
from peerreview.programmes.items import Item
from peerreview.programmes.programme import Programme
from peerreview.reviews import policy, queries, services
from peerreview.reviews.forms import ArrivalForm, ObservationForm, number_in
from peerreview.reviews.models import Review
from peerreview.reviews.queries import Noted, NotedFile
from peerreview.reviews.routes.blueprint import anew, bp, warnings
from peerreview.reviews.services.notes import can_note
from peerreview.reviews.talks import talk_now

# What the pages of a visit need on a device. Fonts and icons have the addresses that the style sheet and `ui.icon` use.
STATIC = (
    "vendor/tabler.min.css", "theme.css", "vendor/htmx.min.js", "vendor/response-targets.min.js", "app.js", "device.js",
    "visit.js", "kept.js",
)  # fmt: skip
FONTS = ("atkinson-hyperlegible-next", "literata")
MOST_UNHEARD = 12


def talk_items(programme: Programme) -> list[Item]:
    """The items in which one sees or hears something."""
    return [item for item in programme.items if item.kind not in words.PAUSES]


def item_choices(programme: Programme) -> list[tuple[str, str]]:
    several = len(programme.windows) > 1
    return [
        (
            str(item.id),
            " ".join(
                ([i18n.short_day(item.day)] if several else []) + [words.times(item), words.item_name(item, programme)]
            ),
        )
        for item in talk_items(programme)
    ]


def assets() -> list[str]:
    """The addresses of what the pages of a visit need."""
    fonts = [f"{current_app.static_url_path}/vendor/{font}-latin-wght-normal.woff2" for font in FONTS]
    mark = current_app.extensions["association"].mark
    icons = static_url("vendor/icons.svg")
    return [*map(static_url, (*STATIC, mark)), icons, *fonts, url_for("core.label_css")]


@bp.route("/reviews/<int:review_id>/workspace", methods=["GET", "POST"])
@requires(policy.may_review, queries.review_for)
def show_workspace(review: Review) -> Any:
    programme = programmes.programme_of(review.visit)
    form = ObservationForm(programme.outline, item_choices(programme))
    if request.method == "GET":
        return _workspace(review, programme, form)
    review_id = review.id
    if not form.validate_on_submit():
        return _workspace(review, programme, form, status=422)
    try:
        made = services.note_with_files(
            review,
            client_key=form.client_key.data or secrets.token_hex(16),
            files=read(form),
            by=the_actor(),
            **form.values(),
        )
    except Refused as error:
        again = anew(queries.review_for(the_actor(), review_id))
        form.text.errors = [error.message]
        return _workspace(again, programmes.programme_of(again.visit), form, status=error.status)
    norm = programme.outline.by_id.get(made.norm_id or 0)
    chosen: dict[str, Any] = {"norm": norm.code if norm else "none", "item": made.item_id or "", "noted": made.id}
    return done(url_for("reviews.show_workspace", review_id=review_id, **chosen) + "#noted")


def read(form: ObservationForm) -> list[tuple[str, bytes]]:
    """The name and the content of each file that was chosen."""
    return [(file.filename or "", file.read()) for file in form.files_sent()]


def _workspace(review: Review, programme: Programme, form: ObservationForm, *, status: int = 200) -> Any:
    actor, outline = the_actor(), programme.outline
    items = talk_items(programme)
    item = programme.item(request.args.get("item", 0, int)) or talk_now(
        items, actor.person_id, clock.local(clock.now())
    )
    norm = _norm(outline, item)
    if request.method == "GET" and not form.kept:
        form.norm_id.data, form.item_id.data = str(norm.id) if norm else "", str(item.id) if item else ""
        form.interlocutor.data = (
            next((code for code in item.interlocutors if code in outline.interlocutor_labels), "") if item else ""
        )
    else:
        norm = outline.by_id.get(number_in(form.norm_id.data) or 0)
        item = programme.item(number_in(form.item_id.data) or 0)
    if not form.client_key.data:
        form.client_key.data = secrets.token_hex(16)
    unheard = coverage.not_yet_heard(outline, programmes.heard(review.visit))
    in_talks = {norm_id for one in items for norm_id in one.norms}
    answer = page(
        "reviews/workspace.html", status=status, review=review, form=form, programme=programme, outline=outline,
        words=words, items=items, item=item, norm=norm, noted=queries.observations_of(review.id, every=True),
        files=queries.files_of(review.id), own_accounts=queries.own_accounts(review), can_note=can_note(review),
        unheard=[one for one in unheard if one.id in in_talks or not in_talks][:MOST_UNHEARD], notices=warnings(form),
        kept_until=queries.kept_until(review), assets=assets(), now=clock.now(),
        just_noted=request.args.get("noted", 0, int),
    )  # fmt: skip
    return kept_at_most(answer, review)


def _norm(outline: Any, item: Item | None) -> Any:
    """The norm that the address names; else the first of the talk; else none."""
    code = request.args.get("norm", "")
    if code:
        return outline.norm(code)
    return next((outline.by_id[id] for id in (item.norms if item else ()) if id in outline.by_id), None)


def kept_at_most(answer: Response, review: Review) -> Response:
    """Tell the device until when it may keep this page; `sw.js` and `device.js` forget it then."""
    answer.headers["X-Keep-Until"] = queries.kept_until(review).isoformat(timespec="seconds")
    return answer


@bp.get("/reviews/<int:review_id>/workspace/ready")
@requires(policy.may_review, queries.review_for)
def show_ready(review: Review) -> Any:
    programme = programmes.programme_of(review.visit)
    answer = page(
        "reviews/ready.html", review=review, programme=programme, items=talk_items(programme), norms=len(programme.outline.norms),
        own_accounts=len(queries.own_accounts(review)), can_note=can_note(review), kept_until=queries.kept_until(review),
        assets=assets(),
    )  # fmt: skip
    return kept_at_most(answer, review)


@bp.get("/reviews/on-this-device")
@signed_in
def show_device() -> Any:
    return page("reviews/device.html", leaving="leaving" in request.args)


@bp.get("/sw.js")
@public
def service_worker() -> Response:
    answer = current_app.send_static_file("sw.js")
    answer.mimetype = "text/javascript"
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer


# --- What a device sends ---------------------------------------------------------------------------------------------


@bp.get("/reviews/<int:review_id>/observations/sync")
@requires(policy.may_review, queries.review_for)
def show_sync(review: Review) -> Any:
    """Who is signed in, whether notes are taken, and the token with which to send them."""
    until = queries.kept_until(review).timestamp() * 1000
    return {"person": the_actor().person_id, "open": can_note(review), "until": int(until), "token": generate_csrf()}


@bp.post("/reviews/<int:review_id>/observations/sync")
@requires(policy.may_review, queries.review_for)
def sync_observation(review: Review) -> Any:
    form = ArrivalForm(queries.outline_of_review(review))
    if not form.validate_on_submit():
        return {"message": " ".join(str(words) for found in form.errors.values() for words in found)}, 422
    if form.person.data != the_actor().person_id:
        return {"message": ""}, 403
    try:
        made = services.receive_observation(
            review, client_key=form.client_key.data or "", position=form.position.data or 0, edited=form.edited.data,
            noted_at=datetime.fromtimestamp((form.noted_at.data or 0) / 1000, UTC), version=form.version.data or 0,
            by=the_actor(), **form.values(),
        )  # fmt: skip
    except Refused as error:
        return {"message": error.message}, error.status
    return {"id": made.id, "version": made.version, "notices": [one.found for one in privacy.notices(made.text)]}


@bp.post("/reviews/<int:review_id>/observations/<int:observation_id>/files")
@requires(policy.may_change_observation, queries.observation_for)
def sync_file(thing: Noted) -> Any:
    file, key = request.files.get("file"), request.form.get("client_key", "")[:100]
    try:
        made = services.add_observation_file(
            thing.review, thing.observation, file_name=(file.filename or "") if file else "", client_key=key,
            content=file.read() if file else b"", by=the_actor(),
        )  # fmt: skip
    except Refused as error:
        return {"message": error.message}, error.status
    return {"id": made.id}


# --- The norm that is chosen later, and files ------------------------------------------------------------------------


@bp.post("/reviews/<int:review_id>/observations/<int:observation_id>/place")
@requires(policy.may_change_observation, queries.observation_for)
def place_observation(thing: Noted) -> Any:
    review_id, norm_id = thing.review.id, number_in(request.form.get("norm_id"))
    services.place_observation(thing.review, thing.observation, norm_id=norm_id, by=the_actor())
    return done(url_for("reviews.show_workspace", review_id=review_id))


@bp.get("/observation-files/<int:file_id>")
@requires(policy.may_review, queries.observation_file_for)
def download_observation_file(thing: NotedFile) -> Any:
    file = thing.file
    return attachments.send(file.key, file_name=file.file_name, media_type=file.media_type)


@bp.post("/observation-files/<int:file_id>/delete")
@requires(policy.may_change_observation, queries.observation_file_for)
def delete_observation_file(thing: NotedFile) -> Any:
    back = url_for("reviews.edit_observation", review_id=thing.review.id, observation_id=thing.observation.id)
    services.delete_observation_file(thing.review, thing.observation, thing.file, by=the_actor())
    return done(back)
