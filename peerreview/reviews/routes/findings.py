"""Deciding together: the overview of findings, one finding, the summary, and the draft."""

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page
from peerreview.reviews import completeness, policy, queries, services
from peerreview.reviews.forms import FindingForm, ReasonForm, SummaryForm
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Review
from peerreview.reviews.queries import ReviewedFinding, document
from peerreview.reviews.routes.blueprint import anew, bp, clash, differences, is_draft, saved, warnings, wrong

R = ReviewState
SHOWS = ("all", "difference", "open", "done")


def not_yet(review: Review) -> bool:
    return review.state in (R.PREPARING, R.RATING)


@bp.get("/reviews/<int:review_id>/findings")
@requires(policy.may_review, queries.review_for)
def list_findings(review: Review) -> Any:
    if not_yet(review):
        return done(url_for("reviews.show_review", review_id=review.id))
    return overview(review)


def overview(review: Review, *, problems: tuple[str, ...] = (), status: int = 200) -> Any:
    """Every norm with its rating, how the team's ratings lay, and what still lacks."""
    outline, shown = queries.outline_of_review(review), request.args.get("show", "all")
    lines = lines_of(review)
    kept: Callable[[dict[str, Any]], Any] = {
        "difference": lambda line: line["lie"] == completeness.DIFFERENCE,
        "open": lambda line: line["missing"],
        "done": lambda line: not line["missing"],
    }.get(shown, lambda line: True)
    return page(
        "reviews/findings.html",
        status=status,
        review=review,
        outline=outline,
        lines=lines,
        chosen={line["norm"].id: line for line in lines if kept(line)},
        show=shown if shown in SHOWS else "all",
        lacking=[line for line in lines if line["missing"]],
        problems=problems,
        writing=review.state == R.CONSENSUS,
        leads=policy.may_lead(the_actor(), review),
        words=document,
    )


def lines_of(review: Review) -> list[dict[str, Any]]:
    """One line for each norm, in the order of the framework: norm, finding, how the ratings lay, what lacks."""
    rows = {row.norm_id: row for row in queries.findings_of(review.id)}
    given = queries.how_ratings_lay(review)
    members = len(review.visit.team)
    return [
        {
            "norm": norm,
            "row": rows[norm.id],
            "lie": completeness.differ(given.get(norm.id, []), members),
            "missing": rows[norm.id].missing,
        }
        for norm in queries.outline_of_review(review).norms
        if norm.id in rows
    ]


def in_order_of_talk(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """First what differs, then what not everybody rated, then what all agree on."""
    order = (completeness.DIFFERENCE, completeness.PARTIAL, completeness.AGREED)
    return sorted(lines, key=lambda line: order.index(line["lie"]))


@bp.route("/reviews/<int:review_id>/findings/<string(maxlength=10):code>", methods=["GET", "POST"])
@requires(policy.may_review, queries.finding_for)
def record_finding(spot: ReviewedFinding) -> Any:
    review_id, code = spot.review.id, spot.norm.code
    if not_yet(spot.review):
        return done(url_for("reviews.show_review", review_id=review_id))
    noted = choices_of(spot)
    if request.method == "GET":
        return finding_page(spot, FindingForm(spot.outline, noted, data=data_of(spot)), spot.finding.version, noted)
    form = FindingForm(spot.outline, noted)
    if not form.validate_on_submit():
        return wrong(form) if is_draft() else finding_page(spot, form, form.version.data or 0, noted, status=422)
    following = after_this(spot)
    try:
        services.record_finding(
            spot.review,
            spot.finding,
            version=form.version.data or 0,
            observations=form.observations.data or [],
            by=the_actor(),
            **form.values(),
        )
    except StaleVersion as error:
        again = anew(queries.finding_for(the_actor(), review_id, code))
        if is_draft():
            return clash(form, error, who=writer_of(again))
        return finding_page(again, form, error.theirs["version"], noted, status=409, error=error)
    return saved(form, spot.finding.version) if is_draft() else done(following)


def choices_of(spot: ReviewedFinding) -> list[Any]:
    """What a finding may lean on: what was noted with its norm, and in general."""
    every = queries.observations_of(spot.review.id, every=True)
    return [row for row in every if row.norm_id in (spot.norm.id, None)]


def data_of(spot: ReviewedFinding) -> dict[str, Any]:
    finding = spot.finding
    names = ("not_assessed_reason", "story", "strength", "improvement", "diverging_opinion")
    return {name: getattr(finding, name) for name in names} | {
        "rating": finding.rating.value if finding.rating else None,
        "observations": [observation.id for observation in finding.observations],
    }


def writer_of(spot: ReviewedFinding) -> str:
    return spot.finding.updated_by.name if spot.finding.updated_by else the_actor().name


def after_this(spot: ReviewedFinding) -> str:
    """Where 'agreed, go on' leads: the next in the order of talk, after the last one the overview."""
    lines = in_order_of_talk(lines_of(spot.review))
    at = next(n for n, line in enumerate(lines) if line["norm"].id == spot.norm.id)
    if at + 1 < len(lines):
        return url_for("reviews.record_finding", review_id=spot.review.id, code=lines[at + 1]["norm"].code)
    return url_for("reviews.list_findings", review_id=spot.review.id)


def finding_page(
    spot: ReviewedFinding,
    form: FindingForm,
    version: int,
    noted: list[Any],
    *,
    status: int = 200,
    error: StaleVersion | None = None,
) -> Any:
    """One norm: everybody's rating side by side, and the text that the team writes together."""
    lines = in_order_of_talk(lines_of(spot.review))
    at = next(n for n, line in enumerate(lines) if line["norm"].id == spot.norm.id)
    return page(
        "reviews/finding.html",
        status=status,
        spot=spot,
        review=spot.review,
        form=form,
        version=version,
        clash=differences(form, error) if error else [],
        who=writer_of(spot) if error else "",
        notices=warnings(form),
        given=queries.revealed_ratings(spot.review, [spot.norm.id]),
        noted=noted,
        lines=lines,
        missing=lines[at]["missing"],
        before=lines[at - 1]["norm"] if at else None,
        after=lines[at + 1]["norm"] if at + 1 < len(lines) else None,
        writing=spot.review.state == R.CONSENSUS,
    )


@bp.route("/reviews/<int:review_id>/summary", methods=["GET", "POST"])
@requires(policy.may_review, queries.review_for)
def write_summary(review: Review) -> Any:
    review_id = review.id
    if not_yet(review):
        return done(url_for("reviews.show_review", review_id=review_id))
    if request.method == "GET":
        return summary_page(review, SummaryForm(data={"summary": review.summary}), review.version)
    form = SummaryForm()
    if not form.validate_on_submit():
        return wrong(form) if is_draft() else summary_page(review, form, form.version.data or 0, status=422)
    try:
        services.write_summary(review, summary=form.summary.data or "", version=form.version.data or 0, by=the_actor())
    except StaleVersion as error:
        if is_draft():
            return clash(form, error, who=_("A colleague"))
        again = anew(queries.review_for(the_actor(), review_id))
        return summary_page(again, form, error.theirs["version"], status=409, error=error)
    return saved(form, review.version) if is_draft() else done(url_for("reviews.list_findings", review_id=review_id))


def summary_page(
    review: Review, form: SummaryForm, version: int, *, status: int = 200, error: StaleVersion | None = None
) -> Any:
    return page(
        "reviews/summary.html",
        status=status,
        review=review,
        form=form,
        version=version,
        clash=differences(form, error) if error else [],
        who=_("A colleague"),
        notices=warnings(form),
        rows=queries.findings_of(review.id),
        outline=queries.outline_of_review(review),
        writing=review.state == R.CONSENSUS,
    )


@bp.post("/reviews/<int:review_id>/draft")
@requires(policy.may_lead, queries.review_for)
def draft(review: Review) -> Any:
    review_id = review.id
    try:
        services.draft(review, by=the_actor())
    except Invalid as error:
        again = anew(queries.review_for(the_actor(), review_id))
        return overview(again, problems=tuple(error.problems), status=422)
    return done(url_for("reviews.show_review", review_id=review_id))


@bp.post("/reviews/<int:review_id>/redraft")
@requires(policy.may_lead, queries.review_for)
def redraft(review: Review) -> Any:
    url = url_for("reviews.list_findings", review_id=review.id)
    services.redraft(review, reason=ReasonForm().reason.data or "", by=the_actor())
    return done(url)
