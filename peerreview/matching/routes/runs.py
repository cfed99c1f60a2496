"""The secretariat's workbench: who has no partner yet, rehearsals, publishing one, and a group by hand."""

from typing import Any

from flask import make_response, request, url_for
from flask_babel import gettext as _

from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.core.sheets import CSV_TYPE, csv_file
from peerreview.matching import policy, queries, services, words, workbench
from peerreview.matching.forms import ByHandForm
from peerreview.matching.lifecycle import RunState
from peerreview.matching.models import MatchingRun
from peerreview.matching.rehearsal import pairs_of
from peerreview.matching.routes.blueprint import bp, names_for
from peerreview.matching.services.proposals import PROPOSED_IN
from peerreview.matching.services.rehearsals import REHEARSED_IN
from peerreview.rounds.models import Round
from peerreview.rounds.queries import current_round, round_for, rounds_for
from peerreview.trajectories.models import Trajectory


@bp.get("/matching")
@requires(policy.may_match)
def show_matching() -> Any:
    rounds, wanted = rounds_for(the_actor()), request.args.get("round", 0, int)
    round_ = next((each for each in rounds if each.id == wanted), None) or current_round()
    if round_ is None:
        return page("matching/no_round.html")
    last = queries.last_run_of(round_.id)
    exchanges, alone = queries.exchanges_in(round_.id), queries.without_partner(round_.id)
    return page(
        "matching/overview.html",
        rounds=rounds,
        round_=round_,
        runs=queries.runs_in(round_.id),
        exchanges=exchanges,
        alone=[(each, words.whereabouts(each.organisation_id, last.result if last else None)) for each in alone],
        words=words,
        may_rehearse=round_.state in REHEARSED_IN,
        may_propose=round_.state in PROPOSED_IN,
    )


@bp.post("/matching/rounds/<int:round_id>/runs")
@requires(policy.may_match_in, round_for)
def rehearse(round_: Round) -> Any:
    run = services.rehearse(round_, by=the_actor())
    return done(url_for("matching.show_run", run_id=run.id))


# --- One rehearsal ---------------------------------------------------------------------------------------------------


@bp.get("/matching/runs/<int:run_id>")
@requires(policy.may_run, queries.run_for)
def show_run(run: MatchingRun) -> Any:
    names, order, runs = _names(run), request.args.get("order", "weakest"), queries.runs_in(run.round_id)
    parted = set(queries.parted_pairs(run.round_id))
    return page(
        "matching/run.html",
        run=run,
        runs=runs,
        number=next((each[3] for each in runs if each[0] == run.id), ""),
        order=order,
        apart=[
            (pair, tuple(pair) in parted) for pair in run.settings["forbidden"] if set(pair) <= set(names.organisations)
        ],
        names=names,
        words=words,
        open=run.state == RunState.REHEARSED,
        may_propose=run.state == RunState.REHEARSED and run.round.state in PROPOSED_IN,
        **workbench.laid_out(run.input, run.result, names, order),
    )


def _names(run: MatchingRun) -> words.Names:
    return names_for(run.round.framework_version_id, {row["key"]: row["name"] for row in run.input})


@bp.post("/matching/runs/<int:run_id>/again")
@requires(policy.may_run, queries.run_for)
def rehearse_again(run: MatchingRun) -> Any:
    forbidden = [pair for group in workbench.chosen_groups(request.form.getlist("forbid")) for pair in pairs_of(group)]
    locked = workbench.chosen_groups(request.form.getlist("lock"))
    again = services.rehearse(run.round, by=the_actor(), locked=locked, forbidden=forbidden)
    return done(url_for("matching.show_run", run_id=again.id))


@bp.post("/matching/runs/<int:run_id>/publication")
@requires(policy.may_run, queries.run_for)
def publish_run(run: MatchingRun) -> Any:
    services.publish(run, by=the_actor())
    return done(url_for("matching.show_matching", round=run.round_id))


@bp.post("/matching/runs/<int:run_id>/discard")
@requires(policy.may_run, queries.run_for)
def discard_run(run: MatchingRun) -> Any:
    services.discard(run, by=the_actor())
    return done(url_for("matching.show_matching", round=run.round_id))


@bp.get("/matching/runs/<int:run_id>/groups.csv")
@requires(policy.may_run, queries.run_for)
def export_run(run: MatchingRun) -> Any:
    heads = [
        _("Number"), _("Members in review order"), _("Places"), _("Farthest in km"), _("Minutes"), _("Fits"), _("Mind"),
        _("Locked"),
    ]  # fmt: skip
    name = _("groups")
    answer = make_response(csv_file(heads, workbench.sheet(run.input, run.result, _names(run))))
    answer.headers["Content-Type"] = CSV_TYPE
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{run.id}-{clock.today()}.csv"'
    return answer


# --- By hand ---------------------------------------------------------------------------------------------------------


@bp.route("/matching/rounds/<int:round_id>/by-hand", methods=["GET", "POST"])
@requires(policy.may_match_in, round_for)
def propose_by_hand(round_: Round) -> Any:
    alone, form, status = queries.without_partner(round_.id), ByHandForm(), 200
    chosen = _chosen(alone)
    if form.validate_on_submit():
        try:
            made = services.propose_by_hand(round_, chosen, by=the_actor(), reason=form.reason.data or "")
            return done(url_for("matching.show_exchange", exchange_id=made.id))
        except Invalid as wrong:
            form.reason.errors = [wrong.message]
    if form.is_submitted():
        status = 422
    about: dict[str, Any] = {
        "round_": round_,
        "alone": alone,
        "form": form,
        "form_errors": status == 422,
        "status": status,
    }
    return page("matching/by_hand.html", **about, **_checked(round_, chosen))


def _chosen(alone: list[Trajectory]) -> list[Trajectory]:
    """The trajectories that were chosen, in their order; only those that look for a partner."""
    known = {each.id: each for each in alone}
    ids = request.values.getlist("member", type=int)
    return [known[each] for each in dict.fromkeys(ids) if each in known]


def _checked(round_: Round, chosen: list[Trajectory]) -> dict[str, Any]:
    """The reasons and the rules for the chosen group, once there are two or more."""
    names = names_for(round_.framework_version_id, {each.organisation_id: each.organisation.name for each in chosen})
    found: dict[str, Any] = {"chosen": chosen, "group": None, "reasons": [], "against": []}
    if not 2 <= len(chosen) <= 4:
        return found
    group = services.checked_by_hand(round_, chosen)
    legs = group["legs"][:1] if group["kind"] == "pair" else group["legs"]
    against = {words.block(each, names): None for leg in legs for each in leg["blocks"]}
    reasons = [workbench.leg_reasons(leg, names) for leg in legs]
    return found | {"group": group, "reasons": reasons, "against": list(against)}
