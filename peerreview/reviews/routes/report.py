"""The report: as a page and as a PDF."""

import re
import unicodedata
from typing import Any

from flask import abort, current_app, make_response, url_for

from peerreview.core import i18n
from peerreview.core.access import requires, the_actor
from peerreview.core.pages import done, page
from peerreview.extensions import limiter
from peerreview.reviews import policy, queries, services
from peerreview.reviews.lifecycle import WRITTEN, ReviewState
from peerreview.reviews.models import Review
from peerreview.reviews.queries import document
from peerreview.reviews.reporting import story_parts
from peerreview.reviews.routes.blueprint import bp
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
    report = queries.report_content(review)
    beside = road_of(review) if policy.is_host(actor, review) else {}
    every = [finding for chapter in report["chapters"] for finding in chapter["findings"]]
    answered = {finding["code"] for finding in every if finding["answer"]}
    return page(
        "reviews/report.html",
        review=review,
        report=report,
        words=document,
        story_parts=story_parts,
        draft=review.state not in WRITTEN,
        answering=review.state == R.RELEASED and policy.may_answer(actor, review),
        closes=policy.may_close_fact_check(actor, review),
        judging=review.state == R.FACT_CHECKED and policy.may_lead(actor, review),
        is_host=policy.is_host(actor, review),
        is_team=policy.may_review(actor, review),
        answered=len(answered),
        total=len(every),
        waiting=[f for f in every if f["answer"] and f["answer"]["verdict"] == "pending"],
        versions=queries.versions_of(review.id),
        **({"road": None, "them": [], "partner": ""} | beside),
    )


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
    version = queries.version_numbered(review.id, number) if review.state in WRITTEN else None
    pdf = services.report_pdf(version or abort(404), language=i18n.language(), brand=brand())
    return attachment(pdf, name)


def draft_file(review: Review, name: str) -> Any:
    """Only the team has a draft, from the reveal to the release."""
    if not policy.may_review(the_actor(), review) or review.state not in (R.CONSENSUS, R.DRAFTED):
        abort(404)
    return attachment(services.draft_pdf(queries.compose(review), language=i18n.language(), brand=brand()), name)


def brand() -> dict[str, str]:
    """The label's name and colours for a document; what was not set is the template's own."""
    association, config = current_app.extensions["association"], current_app.config
    colours = {"us": config["LABEL_COLOUR_WE"], "them": config["LABEL_COLOUR_PARTNER"]}
    named = {"name": association.product_name, "tagline": association.label_name}
    return named | {key: value for key, value in colours.items() if value}


def file_name(review: Review, number: int) -> str:
    """'rapport-lindenhof-welzijn-versie-2.pdf' in plain letters."""
    plain = unicodedata.normalize("NFKD", review.visit.host.organisation.name).encode("ascii", "ignore").decode()
    host = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or str(review.id)
    word = {"nl": ("rapport", "versie", "concept"), "en": ("report", "version", "draft")}[i18n.language()]
    return f"{word[0]}-{host}-{f'{word[1]}-{number}' if number else word[2]}.pdf"


def attachment(pdf: bytes, name: str) -> Any:
    answer = make_response(pdf)
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
