"""How far reviewers agree: per norm, per two reviewers, per exchange, and what hosts thought of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from flask import abort, request
from flask_babel import gettext as _

from peerreview.core.access import requires, the_actor
from peerreview.core.i18n import localised
from peerreview.core.pages import page
from peerreview.core.paging import Page
from peerreview.fairplay import policy, queries, words
from peerreview.fairplay.agreement import Agreement
from peerreview.fairplay.lifecycle import Verdict
from peerreview.fairplay.likeness import Likeness
from peerreview.fairplay.queries import Span
from peerreview.fairplay.routes.blueprint import as_csv, bp
from peerreview.rounds.queries import rounds_for

TEMPLATES = {
    "norms": "fairplay/norms.html",
    "pairs": "fairplay/pairs.html",
    "reports": "fairplay/reports.html",
    "feedback": "fairplay/feedback_figures.html",
}
ROWS = 50
BANDS = (0.6, 0.7, 0.8, 0.9)  # the share of norms with the same rating


@bp.get("/fair-play")
@requires(policy.may_see_figures)
def show_fair_play() -> Any:
    return _show("norms")


@bp.get("/fair-play/<any(pairs, reports, feedback):part>")
@requires(policy.may_see_figures)
def show_part(part: str) -> Any:
    return _show(part)


def _show(part: str) -> Any:
    actor = the_actor()
    rounds, span = _span()
    return page(
        TEMPLATES[part],
        part=part,
        rounds=rounds,
        span=span,
        in_full=policy.sees_people(actor),
        words=words,
        sample=queries.sample_size(span.round_id),
        **VIEWS[part](span),
    )


def _span() -> tuple[list[Any], Span]:
    """The rounds to choose from, and the chosen one (or all)."""
    rounds = rounds_for(the_actor())
    chosen = request.args.get("round", type=int)
    if chosen is not None and chosen not in {one.id for one in rounds}:
        abort(404)
    return rounds, Span(chosen)


def _norms(span: Span) -> dict[str, Any]:
    lines, overall = queries.agreement_per_norm(span)
    return {"lines": lines, "overall": overall, "bars": _bars(line.agreement for line in lines)}


def _pairs(span: Span) -> dict[str, Any]:
    lines = queries.agreement_per_pair(span)
    shown = _paged(lines)
    people = {person for line in shown.rows for person in line.people}
    names = queries.names_of_people(people) if people and policy.sees_people(the_actor()) else {}
    return {"lines": shown, "names": names, "bars": _bars(line.agreement for line in lines)}


def _reports(span: Span) -> dict[str, Any]:
    found = queries.likenesses(span)
    shown = _paged(found)
    names = queries.names_of_reviews(review for one in shown.rows for review in one.reviews) if found else {}
    return {
        "lines": shown,
        "names": names,
        "signals": sum(one.signal is not None for one in found),
        "bars": _bands(found),
    }


def _feedback(span: Span) -> dict[str, Any]:
    found = queries.averages(span)
    said = {str(words.QUESTIONS[question]): value for question, value in found.scores.items()}
    return {
        "averages": found,
        "bars": [(label, round(value, 2), 0) for label, value in said.items()],
        "said": {label: words.decimal(value, 1) for label, value in said.items()},
    }


VIEWS = {"norms": _norms, "pairs": _pairs, "reports": _reports, "feedback": _feedback}


def _bars(found: Iterable[Agreement]) -> list[tuple[str, int, int]]:
    """How many are in agreement, fairly, mixed and so on, for `ui.bars`."""
    counted = Counter(one.verdict for one in found)
    return [(str(words.VERDICTS[verdict]), counted[verdict], 0) for verdict in Verdict]


def _bands(found: Sequence[Likeness]) -> list[tuple[str, int, int]]:
    """How many pairs of reports have the same rating on which share of the norms."""
    counted = Counter(sum(one.same / one.compared >= band for band in BANDS) for one in found)
    edges = [f"{round(band * 100)}" for band in BANDS]
    labels = [
        _("below %(num)s%%", num=edges[0]),
        *(f"{a}–{b}%" for a, b in zip(edges, [*edges[1:], "100"], strict=True)),
    ]
    return [(label, counted[n], 0) for n, label in enumerate(labels)]


def _paged(lines: Sequence[Any]) -> Page:
    pages = max(1, -(-len(lines) // ROWS))
    number = min(max(1, request.args.get("page", 1, int)), pages)
    return Page(lines[(number - 1) * ROWS : number * ROWS], number, ROWS, len(lines))


@bp.get("/fair-play/<any(norms, pairs, reports, feedback):part>.csv")
@requires(policy.may_see_figures)
def export_figures(part: str) -> Any:
    _rounds, span = _span()
    heads, rows = EXPORTS[part](span)
    return as_csv(f"fair-play-{part}", heads, rows)


def _agreement_heads() -> list[str]:
    return [
        _("Ratings by two or more"),
        _("In words"),
        _("Rated the same"),
        _("Alpha"),
        _("from"),
        _("to"),
        _("Alpha, nominal"),
    ]


def _agreement_cells(one: Agreement) -> list[Any]:
    figures = (one.same, one.alpha, one.low, one.high, one.nominal)
    return [one.units, str(words.VERDICTS[one.verdict]), *("" if f is None else round(f, 3) for f in figures)]


def _norm_rows(span: Span) -> tuple[list[str], Any]:
    lines, _overall = queries.agreement_per_norm(span)
    rows = ([line.version, line.code, localised(line.title), *_agreement_cells(line.agreement)] for line in lines)
    return [_("Framework"), _("Norm"), _("Title"), *_agreement_heads()], rows


def _pair_rows(span: Span) -> tuple[list[str], Any]:
    lines = queries.agreement_per_pair(span)
    if not policy.sees_people(the_actor()):
        return [_("Number"), *_agreement_heads()], (
            [n, *_agreement_cells(line.agreement)] for n, line in enumerate(lines, start=1)
        )
    names = queries.names_of_people({person for line in lines for person in line.people})
    rows = ([*(names[person] for person in line.people), *_agreement_cells(line.agreement)] for line in lines)
    return [_("Reviewer"), _("Reviewer"), *_agreement_heads()], rows


def _report_rows(span: Span) -> tuple[list[str], Any]:
    found = queries.likenesses(span)
    names = queries.names_of_reviews(review for one in found for review in one.reviews)
    full = policy.sees_people(the_actor())
    heads = [
        _("Organisation"),
        _("Organisation"),
        _("Norms compared"),
        _("Rated the same"),
        _("Usual"),
        _("Stands out"),
    ]
    rows = (
        [
            *(names[review][0] for review in one.reviews), one.compared, one.same,
            "" if one.usual is None else round(one.usual, 1), words.signal(one, in_full=full),
        ]
        for one in found
    )  # fmt: skip
    return heads, rows


def _feedback_rows(span: Span) -> tuple[list[str], Any]:
    found = queries.averages(span)
    rows = ([str(words.QUESTIONS[q]), round(value, 2), found.given] for q, value in found.scores.items())
    return [_("Question"), _("Average of 1 to 4"), _("Hosts")], rows


EXPORTS = {"norms": _norm_rows, "pairs": _pair_rows, "reports": _report_rows, "feedback": _feedback_rows}
