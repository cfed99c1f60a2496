"""The secretariat's workbench: who has no partner yet, and one rehearsal with all that can be done from it."""

from dataclasses import replace
from typing import Any

from flask import make_response, request, url_for
from flask_babel import gettext as _

from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.core.sheets import CSV_TYPE, csv_file
from peerreview.matching import comparison, differences, policy, queries, services, trials, unmet, words, workbench
from peerreview.matching.forms import MoveForm, RetractionForm, TrialForm
from peerreview.matching.lifecycle import RunState
from peerreview.matching.models import MatchingRun
from peerreview.matching.rehearsal import has_place, pairs_of
from peerreview.matching.routes.blueprint import bp, names_for
from peerreview.matching.services.proposals import PROPOSED_IN
from peerreview.matching.services.rehearsals import REHEARSED_IN
from peerreview.rounds.models import Round
from peerreview.rounds.queries import current_round, round_for, rounds_for


@bp.get("/matching")
@requires(policy.may_match)
def show_matching() -> Any:
    rounds, wanted = rounds_for(the_actor()), request.args.get("round", 0, int)
    round_ = next((each for each in rounds if each.id == wanted), None) or current_round()
    return _overview(round_, rounds) if round_ else page("matching/no_round.html")


def _overview(round_: Round, rounds: Any, form: TrialForm | None = None) -> Any:
    last = queries.last_run_of(round_.id)
    exchanges, alone = queries.exchanges_in(round_.id), queries.without_partner(round_.id)
    objected = any(queries.is_objected(exchange) for exchange in exchanges)
    changeable = [exchange for exchange in exchanges if exchange.state.value in ("proposed", "confirmed")]
    left, grouped = workbench.standing(alone, last.result if last else None)
    return page(
        "matching/overview.html",
        rounds=rounds,
        round_=round_,
        runs=queries.runs_in(round_.id),
        searches=queries.open_searches(),
        exchanges=exchanges,
        alone=alone,
        left=left,
        grouped=grouped,
        words=words,
        form=form or TrialForm.of(round_.rules),
        form_errors=form is not None,
        status=422 if form else 200,
        may_rehearse=round_.state in REHEARSED_IN,
        may_propose=round_.state in PROPOSED_IN,
        may_adjust=round_.state in PROPOSED_IN and bool(changeable) and (bool(alone) or objected),
    )


@bp.post("/matching/rounds/<int:round_id>/runs")
@requires(policy.may_match_in, round_for)
def rehearse(round_: Round) -> Any:
    form = TrialForm.of(round_.rules, sent=True)
    if form.validate_on_submit():
        try:
            run = services.rehearse(round_, by=the_actor(), rules=replace(round_.rules, **form.tried()))
            return done(url_for("matching.show_run", run_id=run.id))
        except Invalid as wrong:
            form.form_errors.append(wrong.message)
    return _overview(round_, rounds_for(the_actor()), form)


@bp.post("/matching/rounds/<int:round_id>/adjustment")
@requires(policy.may_match_in, round_for)
def adjust(round_: Round) -> Any:
    run = services.adjust(round_, by=the_actor())
    return done(url_for("matching.show_run", run_id=run.id))


# --- One rehearsal ---------------------------------------------------------------------------------------------------


def names_in(run: MatchingRun) -> words.Names:
    """What everybody in a rehearsal is called, and whom they wished for that takes no part in it."""
    called = {row["key"]: row["name"] for row in run.input}
    wished = {int(key) for row in run.input for key in row.get("wished", ())} - set(called)
    if wished:
        called |= queries.names_of(wished)
    return names_for(run.round.framework_version_id, called)


@bp.get("/matching/runs/<int:run_id>")
@requires(policy.may_run, queries.run_for)
def show_run(run: MatchingRun) -> Any:
    if not run.result:
        return show_waiting(run)
    return run_page(run)


def show_waiting(run: MatchingRun) -> Any:
    """The page of a rehearsal that is not ready, or will never be."""
    return page("matching/waiting.html", run=queries.underway_for(the_actor(), run.id), settings=run.settings)


def run_page(run: MatchingRun, *, trial: TrialForm | None = None, move: MoveForm | None = None, **about: Any) -> Any:
    """The page of a rehearsal; with a form that was wrong, 422 and what was chosen beside it."""
    names, order, runs = names_in(run), request.args.get("order", "weakest"), queries.runs_in(run.round_id)
    laid_out = workbench.laid_out(run.input, run.result, names, order)
    rules, wrong = trials.rules_of(run.settings, run.round.rules), bool(trial or move)
    open_ = run.state == RunState.REHEARSED
    shown: dict[str, Any] = {
        "run": run,
        "runs": runs,
        "number": _number(runs, run.id) or queries.number_of(run),
        "order": order,
        "kept": _chosen("lock") if trial else {"-".join(map(str, group)) for group in run.settings["locked"]},
        "barred": _chosen("forbid") if trial else set(),
        "apart": _apart(run, names),
        "names": names,
        "words": words,
        "differences": differences,
        "open": open_,
        "may_propose": open_ and run.round.state in PROPOSED_IN,
        "may_retract": services.may_retract(run) and not queries.answered_of_run(run.id),
        "trial": trial or TrialForm.of(rules),
        "move": move or _move_form(run),
        "retraction": RetractionForm(formdata=None) if run.state == RunState.PUBLISHED else None,
        "tried": differences.rule_lines(run.round.rules, rules),
        "form_errors": wrong,
        "status": 422 if wrong else 200,
        "agreements": [(one, differences.why_not(one, names)) for one in _unmet(run, unmet.unmet_agreements)],
        "wishes": [(one, differences.why_not(one, names)) for one in _unmet(run, unmet.unmet_wishes)],
        "against": [],
        "replayed": None,
    }
    before = _beside_before(run, runs, names)
    return page("matching/run.html", **{**shown, **laid_out, **before, **about})


def _unmet(run: MatchingRun, question: Any) -> list[unmet.Unmet]:
    return list(question(run.input, run.settings, run.result))


def _number(runs: Any, run_id: int) -> int:
    return next((each[3] for each in runs if each[0] == run_id), 0)


def _chosen(name: str) -> set[str]:
    return {"-".join(map(str, group)) for group in workbench.chosen_groups(request.form.getlist(name))}


def _apart(run: MatchingRun, names: words.Names) -> list[tuple[Any, str]]:
    """The pairs that are kept apart; with why, when that is not for this page to change."""
    parted, there = set(queries.parted_pairs(run.round_id)), {row["key"] for row in run.input}
    objected = [set(one["members"]) for one in run.settings.get("published", ()) if one["objected"]]

    def why(pair: list[int]) -> str:
        if tuple(pair) in parted:
            return str(_("their exchange ended early in this round"))
        return str(_("one of them objected to the other")) if any(set(pair) <= group for group in objected) else ""

    return [(pair, why(pair)) for pair in run.settings["forbidden"] if set(pair) <= there]


def _beside_before(run: MatchingRun, runs: Any, names: words.Names) -> dict[str, Any]:
    """The rehearsal before it: its figures and what changed since; and what becomes of what was published."""
    before = queries.last_run_of(run.round_id, before=run.id)
    kept, ended = services.kept_and_ended(run.settings, run.result["groups"])
    published = run.settings.get("published", ())
    found: dict[str, Any] = {
        "before": before,
        "before_number": _number(runs, before.id) if before else 0,
        "then": workbench.sums_of(before.result, before.input) if before else None,
        "moved": None,
        "published_kept": len(kept),
        "promise_cost": trials.promise_cost(run.settings),
        "published_ended": [
            (
                words.joined(names.of(key) for key in one["members"]),
                differences.ended(one, run.result, published, names),
            )
            for one in ended
        ],
    }
    if before and run.settings.get("moved"):
        weights = trials.weights_in(run.settings)
        found["moved"] = comparison.compared(before.result, run.result, before.input, run.input, weights)
    return found


def _move_form(run: MatchingRun, sent: bool = False) -> MoveForm:
    placed = sorted((row for row in run.input if has_place(row)), key=lambda row: row["name"].casefold())
    form = MoveForm() if sent else MoveForm(formdata=None)
    return form.offer([(row["key"], f"{row['name']}, {row['place']}") for row in placed])


@bp.post("/matching/runs/<int:run_id>/again")
@requires(policy.may_run, queries.run_for)
def rehearse_again(run: MatchingRun) -> Any:
    rules = trials.rules_of(run.settings, run.round.rules)
    form = TrialForm.of(rules, sent=True)
    if form.validate_on_submit():
        forbidden = [
            pair for group in workbench.chosen_groups(request.form.getlist("forbid")) for pair in pairs_of(group)
        ]
        locked, tried = workbench.chosen_groups(request.form.getlist("lock")), replace(rules, **form.tried())
        try:
            made = services.rehearse_again(run, by=the_actor(), locked=locked, forbidden=forbidden, rules=tried)
            return done(url_for("matching.show_run", run_id=made.id))
        except Invalid as wrong:
            form.form_errors.append(wrong.message)
    return run_page(run, trial=form) if run.result else show_waiting(run)


@bp.post("/matching/runs/<int:run_id>/move")
@requires(policy.may_run, queries.run_for)
def move_by_hand(run: MatchingRun) -> Any:
    if not run.result:
        return show_waiting(run)
    form, against = _move_form(run, sent=True), []
    if form.validate_on_submit():
        who, partner, join = form.who.data, form.partner.data, form.how.data == "ring"
        try:
            moved = services.move(
                run, who=who, partner=partner, join=join, reason=form.reason.data or "", by=the_actor()
            )
            return done(url_for("matching.show_run", run_id=moved.id))
        except Invalid as wrong:
            field = form[wrong.problems[0]] if wrong.problems else form.partner
            field.errors = [*field.errors, wrong.message]
            against = _against(run, who, partner, join) if wrong.problems == ["reason"] else []
    return run_page(run, move=form, against=against)


def _against(run: MatchingRun, who: int, partner: int, join: bool) -> list[str]:
    """The rules that stand between them, in words."""
    members = trials.grown([group["members"] for group in run.result["groups"]], who, partner, join=join)
    return [words.block(rule, names_in(run)) for rule in services.rules_against(run, members)]


@bp.post("/matching/runs/<int:run_id>/check")
@requires(policy.may_run, queries.run_for)
def check_run(run: MatchingRun) -> Any:
    if not run.result:
        return show_waiting(run)
    return run_page(run, replayed=services.replay(run))


@bp.post("/matching/runs/<int:run_id>/rules")
@requires(policy.may_run, queries.run_for)
def adopt_rules(run: MatchingRun) -> Any:
    services.adopt_rules(run, by=the_actor())
    return done(url_for("matching.show_run", run_id=run.id))


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
    rows = workbench.sheet(run.input, run.result, names_in(run)) if run.result else []
    name = _("groups")
    return as_csv(f"{name}-{run.id}", heads, rows)


def as_csv(name: str, heads: list[str], rows: Any) -> Any:
    """A sheet to keep, with the day in its name."""
    answer = make_response(csv_file(heads, rows))
    answer.headers["Content-Type"] = CSV_TYPE
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{clock.today()}.csv"'
    return answer
