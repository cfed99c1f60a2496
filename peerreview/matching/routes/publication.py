"""Publishing a rehearsal: first a look at every letter and at what stands in the way, then all at once; and back."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.impartiality.words import KINDS
from peerreview.matching import policy, queries, services, words
from peerreview.matching.forms import PublicationForm, RetractionForm
from peerreview.matching.lifecycle import RunState
from peerreview.matching.models import MatchingRun
from peerreview.matching.routes.blueprint import bp
from peerreview.matching.routes.runs import run_page, show_waiting
from peerreview.matching.services.proposals import PROPOSED_IN


@bp.get("/matching/runs/<int:run_id>/publication")
@requires(policy.may_run, queries.run_for)
def show_publication(run: MatchingRun) -> Any:
    if run.state != RunState.REHEARSED:
        return done(url_for("matching.show_run", run_id=run.id))
    return _preview(run, PublicationForm(data={"told": services.neutral_reason()}))


def _preview(run: MatchingRun, form: PublicationForm, status: int = 200) -> Any:
    plan = services.plan_of(run)
    named = {row["key"]: row["name"] for row in run.input}
    return page(
        "matching/publication.html",
        run=run,
        number=queries.number_of(run),
        plan=plan,
        letters=services.letters_of(run, plan, form.told.data or services.neutral_reason()),
        named=named,
        together=lambda keys: words.joined(named[key] for key in keys),
        kinds={kind.value: label for kind, label in KINDS.items()},
        in_time=run.round.state in PROPOSED_IN,
        form=form,
        form_errors=status == 422,
        status=status,
    )


@bp.post("/matching/runs/<int:run_id>/publication")
@requires(policy.may_run, queries.run_for)
def publish_run(run: MatchingRun) -> Any:
    form = PublicationForm()
    if not form.validate_on_submit():
        return _preview(run, form, 422)
    reason = form.reason.data if form.despite.data else ""
    try:
        services.publish(run, by=the_actor(), reason=reason or "", told=form.told.data or "")
    except Invalid as wrong:
        if form.reason.data and not form.despite.data:
            form.despite.errors = [_("Tick that you publish it all the same.")]
        else:
            form.reason.errors = [wrong.message]
        return _preview(run, form, 422)
    return done(url_for("matching.show_matching", round=run.round_id))


@bp.post("/matching/runs/<int:run_id>/retraction")
@requires(policy.may_run, queries.run_for)
def retract_run(run: MatchingRun) -> Any:
    if not run.result:
        return show_waiting(run)
    form = RetractionForm()
    if not form.validate_on_submit():
        return run_page(run, retraction=form, form_errors=True, status=422)
    services.retract(run, reason=form.reason.data or "", by=the_actor())
    return done(url_for("matching.show_run", run_id=run.id))
