"""The report: as a page and as a PDF."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from flask import abort, current_app, make_response, url_for

from peerreview.core import i18n
from peerreview.core.access import requires, the_actor
from peerreview.core.pages import done, page
from peerreview.extensions import limiter
from peerreview.reviews import policy, queries, services
from peerreview.reviews.lifecycle import WRITTEN, ReviewState, Source
from peerreview.reviews.models import Review
from peerreview.reviews.queries import document
from peerreview.reviews.queries.sources import Grounds, grounds_of
from peerreview.reviews.reporting import story_parts
from peerreview.reviews.routes.blueprint import bp, rate_first
from peerreview.reviews.routes.factcheck import fact_check_of, opened
from peerreview.trajectories.road import road

R = ReviewState


def by_person() -> str:
    """Whom a limit counts for."""
    return f"person {the_actor().person_id}"


@bp.get("/reviews/<int:review_id>/report")
@requires(policy.may_read_report, queries.review_for)
def show_report(review: Review) -> Any:
    actor = the_actor()
    if review.state in (R.PREPARING, R.RATING):
        return done(url_for("reviews.show_review", review_id=review.id))
    if own_first := rate_first(review):
        return own_first
    review = opened(review)
    # What the host answers is its own until it sends it.
    report = queries.report_content(review, answered=review.state != R.RELEASED or policy.is_host(actor, review))
    beside = road_of(review) if policy.is_host(actor, review) else {}
    every = [finding for chapter in report["chapters"] for finding in chapter["findings"]]
    answered = {finding["code"] for finding in every if finding["answer"]}
    is_team = policy.may_review(actor, review)
    # The host reads how many observations a finding has and from which functions; who spoke where is not for them.
    grounds = {} if policy.is_host(actor, review) else grounds_of(review.id, every)
    return page(
        "reviews/report.html",
        review=review,
        grounds=grounds,
        told=told_words(grounds, review),
        unsourced=unsourced(every, grounds) if review.state == R.CONSENSUS else [],
        writing=review.state == R.CONSENSUS,
        report=report,
        words=document,
        story_parts=story_parts,
        draft=review.state not in WRITTEN,
        **fact_check_of(review, every),
        closes=policy.may_close_fact_check(actor, review),
        judging=review.state == R.FACT_CHECKED and policy.may_lead(actor, review),
        is_host=policy.is_host(actor, review),
        is_team=is_team,
        answered=len(answered),
        total=len(every),
        waiting=[f for f in every if f["answer"] and f["answer"]["verdict"] == "pending"],
        versions=queries.versions_of(review.id),
        **({"road": None, "them": [], "partner": ""} | beside),
    )


def told_words(grounds: Mapping[int, Grounds], review: Review) -> dict[tuple[Source, str], str]:
    """How and from whom, in words, for each kind of observation that the findings lean on."""
    labels, how = queries.outline_of_review(review).interlocutor_labels, document.how_words()
    kinds = {(basis.source, basis.interlocutor) for one in grounds.values() for basis in one.bases.values()}
    return {
        (source, code): f"{how[source.value]}, {i18n.localised(labels[code]).lower()}"
        if code in labels
        else how[source]
        for source, code in kinds
    }


def unsourced(findings: list[Any], grounds: Mapping[int, Grounds]) -> list[tuple[Any, int, Any]]:
    """(finding, how many, which) for each finding with sentences that have no source."""
    lacking = ((finding, grounds[finding["id"]].without) for finding in findings)
    return [(finding, len(sentences), sentences) for finding, sentences in lacking if sentences]


def road_of(review: Review) -> dict[str, Any]:
    """The host's road beside that of its partners, as `ui.road` wants it."""
    us, partners = queries.road_facts(review.visit.host)
    roads = [road(us, partner.facts) for partner in partners] or [road(us)]
    ring = len(roads) > 1
    return {
        "road": roads[0],
        "them": [one.steps_them for one in roads] if ring else roads[0].steps_them,
        "partner": [p.name for p in partners] if ring else (partners[0].name if partners else ""),
    }


@bp.get("/reviews/<int:review_id>/report/<int:number>.pdf")
@requires(policy.may_read_report, queries.review_for)
@limiter.limit("60 per hour", key_func=by_person)
def download_report(review: Review, number: int) -> Any:
    """The PDF of a version in the reader's language; the team's draft has number 0."""
    name = file_name(review, number)
    if number == 0:
        return draft_file(review, name)
    review = opened(review)
    version = queries.version_numbered(review.id, number) if review.state in WRITTEN else None
    pdf = services.report_pdf(version or abort(404), language=i18n.language(), brand=brand())
    return attachment(pdf, name)


def draft_file(review: Review, name: str) -> Any:
    """Only the team has a draft, from the reveal to the release."""
    if not policy.may_review(the_actor(), review) or review.state not in (R.CONSENSUS, R.DRAFTED):
        abort(404)
    if own_first := rate_first(review):
        return own_first
    return attachment(services.draft_pdf(queries.compose(review), language=i18n.language(), brand=brand()), name)


def brand() -> dict[str, str]:
    """The label's name and colours for a document; what was not set is the template's own."""
    association, config = current_app.extensions["association"], current_app.config
    colours = {"us": config["LABEL_COLOUR_WE"], "them": config["LABEL_COLOUR_PARTNER"]}
    named = {"name": association.product_name, "tagline": association.label_name}
    return named | {key: value for key, value in colours.items() if value}


def file_name(review: Review, number: int, ending: str = "pdf") -> str:
    """'rapport-lindenhof-welzijn-versie-2.pdf' in plain letters."""
    plain = unicodedata.normalize("NFKD", review.visit.host.organisation.name).encode("ascii", "ignore").decode()
    host = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or str(review.id)
    word = {"nl": ("rapport", "versie", "concept"), "en": ("report", "version", "draft")}[i18n.language()]
    return f"{word[0]}-{host}-{f'{word[1]}-{number}' if number else word[2]}.{ending}"


def attachment(content: bytes, name: str, mimetype: str = "application/pdf") -> Any:
    answer = make_response(content)
    answer.mimetype = mimetype
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
