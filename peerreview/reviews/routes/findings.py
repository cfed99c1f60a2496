"""Deciding together: the overview of findings, one finding, and the draft."""

from collections.abc import Callable
from typing import Any

from flask import request, url_for

from peerreview.core import presence
from peerreview.core.access import reads_first, requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page
from peerreview.reviews import completeness, policy, queries, services
from peerreview.reviews.forms import FindingForm, ReasonForm
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Review
from peerreview.reviews.queries import ReviewedFinding, ReviewedNorm, document
from peerreview.reviews.queries.sources import grounds_of
from peerreview.reviews.routes.blueprint import (
    anew,
    bp,
    chosen,
    clash,
    differences,
    is_draft,
    marks,
    rate_this_first,
    saved,
    wrong,
)
from peerreview.reviews.services.findings import Recorded

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
    """Every norm with its rating, how the team's ratings lay, what still lacks, and who is there."""
    outline, shown = queries.outline_of_review(review), request.args.get("show", "all")
    lines = lines_of(review)
    seen = {line["row"].id: line["norm"] for line in lines if not line["blind"]}
    here = presence.others_at("finding", seen, than=the_actor()) if review.state == R.CONSENSUS else []
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
        summarised=bool(review.summary) and not any(line["blind"] for line in lines),
        writing=review.state == R.CONSENSUS,
        leads=policy.may_lead(the_actor(), review),
        words=document,
        here={seen[one.subject_id].id: one for one in here},
    )


def lines_of(review: Review) -> list[dict[str, Any]]:
    """One line for each norm, in the order of the framework: norm, finding, how the ratings lay, what lacks.

    Of a norm that the reader must rate first (`blind`) it says only that.
    """
    rows = {row.norm_id: row for row in queries.findings_of(review.id)}
    given, blind = queries.how_ratings_lay(review, the_actor())
    members = len(review.visit.team)
    return [
        {
            "norm": norm,
            "row": rows[norm.id],
            "blind": norm.id in blind,
            "lie": completeness.differ(given.get(norm.id, []), members),
            "missing": (completeness.RATING,) if norm.id in blind else rows[norm.id].missing,
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
@reads_first
def record_finding(spot: ReviewedFinding) -> Any:
    if not_yet(spot.review):
        return done(url_for("reviews.show_review", review_id=spot.review.id))
    if request.method == "GET":
        noted = choices_of(spot)
        return finding_page(spot, FindingForm(spot.outline, noted, data=data_of(spot)), spot.finding.version, noted)
    if own_first := rate_this_first(spot):
        return own_first
    if is_draft():
        return keep_draft(spot)
    noted = choices_of(spot)
    form = FindingForm(spot.outline, noted, formdata=chosen())
    if not form.validate_on_submit():
        return finding_page(spot, form, form.version.data or 0, noted, status=422)
    following, review_id, code = after_this(spot), spot.review.id, spot.norm.code
    try:
        keep(spot, form)
    except StaleVersion as error:
        again = anew(queries.finding_for(the_actor(), review_id, code))
        return finding_page(again, form, error.theirs["version"], noted, status=409, error=error)
    return done(following)


def keep_draft(spot: ReviewedFinding) -> Any:
    """The answer to a page that saves by itself: it asks for nothing that only a whole page shows."""
    ticked = {int(value) for value in request.form.getlist("observations") if value.isdecimal() and len(value) < 10}
    form = FindingForm(spot.outline, ticked, formdata=chosen())  # the act itself leaves out what is not of this norm
    if not form.validate_on_submit():
        return wrong(form)
    review_id, code, who = spot.review.id, spot.norm.code, writer_of(spot)
    try:
        recorded = keep(spot, form)
    except StaleVersion as error:
        return clash(form, error, who=writer_of(anew(queries.finding_for(the_actor(), review_id, code))))
    return saved(form, recorded.version, taken=recorded.taken, who=who, missing=lacking_now(form, recorded.taken))


def lacking_now(form: FindingForm, taken: dict[str, Any]) -> tuple[str, ...]:
    """What the finding lacks that was just kept, with what a colleague had written beside it; no query."""
    now = form.values() | taken
    return completeness.missing(
        now["rating"],
        observations=len(form.observations.data or ()),
        improvement=now["improvement"],
        reason=now["not_assessed_reason"],
    )


def keep(spot: ReviewedFinding, form: FindingForm) -> Recorded:
    return services.record_finding(
        spot.review,
        spot.finding,
        version=form.version.data or 0,
        observations=form.observations.data or [],
        leaned=form.leaned_ids(),
        by=the_actor(),
        **form.values(),
    )


def choices_of(spot: ReviewedNorm) -> list[Any]:
    """What a finding may lean on: what was noted with its norm, and in general."""
    return queries.observations_of(spot.review.id, spot.norm.id, general=True)


def data_of(spot: ReviewedFinding) -> dict[str, Any]:
    finding, leaned = spot.finding, queries.leaned_on(spot.finding.id)
    names = ("not_assessed_reason", "story", "strength", "improvement", "diverging_opinion")
    return {name: getattr(finding, name) for name in names} | {
        "rating": finding.rating.value if finding.rating else None,
        "observations": leaned,
        "leaned": ",".join(map(str, leaned)),
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
    if lines[at]["blind"]:
        return done(url_for("reviews.give_rating", review_id=spot.review.id, code=spot.norm.code))
    return page(
        "reviews/finding.html",
        status=status,
        spot=spot,
        review=spot.review,
        form=form,
        version=version,
        clash=differences(form, error, who=writer_of(spot)) if error else [],
        who=writer_of(spot) if error else "",
        notices=[],
        marks=marks(form),
        grounds=grounds_of(spot.review.id, [spot.finding], spot.finding.id)[spot.finding.id],
        given=queries.revealed_ratings(spot.review, [spot.norm.id], to=the_actor()),
        noted=noted,
        lines=lines,
        missing=lines[at]["missing"],
        before=lines[at - 1]["norm"] if at else None,
        after=lines[at + 1]["norm"] if at + 1 < len(lines) else None,
        writing=spot.review.state == R.CONSENSUS,
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
