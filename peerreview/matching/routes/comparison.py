"""Two rehearsals beside each other."""

from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext as _

from peerreview.core.access import requires, the_actor
from peerreview.core.pages import done, page
from peerreview.matching import comparison, differences, policy, queries, trials, words, workbench
from peerreview.matching.models import MatchingRun
from peerreview.matching.routes.blueprint import bp, names_for
from peerreview.matching.routes.runs import as_csv


def _asked() -> tuple[MatchingRun, MatchingRun] | None:
    """The two to compare; None when none was asked for, 404 when they are no such two."""
    if not request.args:
        return None
    one, other = (request.args.get(name, 0, int) for name in ("a", "b"))
    return queries.both_runs(the_actor(), one, other) or abort(404)


def _names(one: MatchingRun, other: MatchingRun) -> words.Names:
    called = {row["key"]: row["name"] for run in (one, other) for row in run.input}
    return names_for(one.round.framework_version_id, called)


def _compared(one: MatchingRun, other: MatchingRun) -> comparison.Comparison:
    """Both measured by the weights of the second, so that only who stands elsewhere gains or loses."""
    weights = trials.weights_in(other.settings)
    return comparison.compared(one.result, other.result, one.input, other.input, weights)


@bp.get("/matching/runs/compare")
@requires(policy.may_match)
def compare_runs() -> Any:
    asked = _asked()
    if asked is None:
        return done(url_for("matching.show_matching"))
    one, other = asked
    if one is other:
        return done(url_for("matching.show_run", run_id=one.id))
    runs, names = queries.runs_in(one.round_id), _names(one, other)
    rules = [trials.rules_of(run.settings, run.round.rules) for run in (one, other)]
    return page(
        "matching/comparison.html",
        one=one,
        other=other,
        runs=[each for each in runs if each[1] in queries.ANSWERED],
        numbers=[next((r[3] for r in runs if r[0] == run.id), "") or queries.number_of(run) for run in (one, other)],
        sums=[workbench.sums_of(run.result, run.input) for run in (one, other)],
        found=_compared(one, other),
        settings=differences.rule_lines(*rules) + differences.choice_lines(one.settings, other.settings, names),
        names=names,
        differences=differences,
        words=words,
    )


@bp.get("/matching/runs/compare.csv")
@requires(policy.may_match)
def export_comparison() -> Any:
    asked = _asked()
    if asked is None:
        return done(url_for("matching.show_matching"))
    one, other = asked
    names = _names(one, other)
    heads = [
        _("Organisation"), _("Change"), _("Partner then"), _("Fits then"), _("Km then"), _("Partner now"),
        _("Fits now"), _("Km now"),
    ]  # fmt: skip
    rows = [
        [names.of(each.key), differences.kind_of(each.kind), *_cells(each.before, names), *_cells(each.after, names)]
        for each in _compared(one, other).changes
    ]
    name = _("comparison")
    return as_csv(f"{name}-{one.id}-{other.id}", heads, rows)


def _cells(place: comparison.Place | None, names: words.Names) -> list[Any]:
    if place is None:
        return ["", "", ""]
    return [differences.placed(place, names), place.percent, place.kilometres]
