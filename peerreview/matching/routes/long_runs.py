"""A rehearsal that the worker makes: how far it is, and stopping it."""

from typing import Any

from flask import url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.pages import done, page
from peerreview.matching import policy, queries, services
from peerreview.matching.queries import Underway
from peerreview.matching.routes.blueprint import bp


@bp.get("/matching/runs/<int:run_id>/progress")
@requires(policy.may_match_in, queries.underway_for)
def show_progress(run: Underway) -> Any:
    if run.state not in queries.UNDER_WAY:
        return done(url_for("matching.show_run", run_id=run.id))
    return page("matching/waiting.html", fragment="progress", run=run, settings={})


@bp.post("/matching/runs/<int:run_id>/stop")
@requires(policy.may_match_in, queries.underway_for)
def stop_run(run: Underway) -> Any:
    services.cancel(run.id, by=the_actor())
    return done(url_for("matching.show_run", run_id=run.id))
