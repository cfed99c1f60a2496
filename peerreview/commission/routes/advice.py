"""What would the advice be if, and which earlier decisions look alike. Nothing of it is kept."""

from typing import Any

from flask import request

from peerreview.commission import policy, words
from peerreview.commission.advice import LIMITS, advise, pattern_of, supposed
from peerreview.commission.models import Dossier
from peerreview.commission.queries.dossiers import dossier_for
from peerreview.commission.queries.precedents import precedents_for, ratings_of
from peerreview.commission.queries.voting import motion_now
from peerreview.commission.routes.blueprint import bp
from peerreview.core.access import requires, the_actor
from peerreview.core.pages import page


@bp.get("/dossiers/<int:dossier_id>/advice")
@requires(policy.may_read, dossier_for)
def show_advice(dossier: Dossier) -> Any:
    context: dict[str, Any] = {
        "dossier": dossier, "trajectory": dossier.trajectory, "words": words, "limits": LIMITS, "own": None,
    }  # fmt: skip
    if (own := ratings_of(dossier)) is not None:
        rules = dossier.trajectory.round.rules
        ratings, rules, changed = supposed(own.by_code, rules, request.args)
        context |= {
            "own": own, "ratings": ratings, "rules": rules, "changed": changed,
            "advice": advise(ratings.values(), rules), "motion": None if changed else motion_now(dossier),
            "precedents": precedents_for(dossier, pattern_of(ratings.values()), the_actor()),
        }  # fmt: skip
    return page("commission/advice.html", fragment="advice", **context)
