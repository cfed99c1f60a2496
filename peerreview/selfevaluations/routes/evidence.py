"""Documents, read and removed; and who opened them."""

from typing import Any

from flask import make_response, request
from flask_babel import gettext as _

from peerreview.accounts.words import ROLE_NAMES, role_name
from peerreview.core import attachments, clock
from peerreview.core.access import reads_first, requires, the_actor
from peerreview.core.pages import done, page
from peerreview.core.sheets import CSV_TYPE, csv_file
from peerreview.selfevaluations import policy, queries, services
from peerreview.selfevaluations.models import Evidence, SelfEvaluation
from peerreview.selfevaluations.routes.blueprint import bp, overview_of


@bp.get("/evidence/<int:evidence_id>")
@requires(policy.may_download, queries.evidence_for)
@reads_first
def download_evidence(evidence: Evidence) -> Any:
    key, name, media_type = evidence.key, evidence.file_name, evidence.media_type
    services.open_evidence(evidence, by=the_actor(), whole=request.method == "GET")
    return attachments.send(key, file_name=name, media_type=media_type)


@bp.post("/evidence/<int:evidence_id>/deletion")
@requires(policy.may_remove, queries.evidence_for)
def delete_evidence(evidence: Evidence) -> Any:
    overview = overview_of(queries.evaluation_of(evidence))
    services.delete_evidence(evidence, by=the_actor())
    return done(overview)


# --- Who opened what -------------------------------------------------------------------------------------------------


@bp.get("/trajectories/<int:trajectory_id>/self-evaluation/openings")
@requires(policy.may_see_openings, queries.self_evaluation_for)
def list_openings(evaluation: SelfEvaluation) -> Any:
    return page(
        "selfevaluations/openings.html",
        trajectory=evaluation.trajectory,
        documents=queries.openings_of(evaluation),
        closed=policy.documents_closed(evaluation.trajectory),
        sent=policy.handed_in(evaluation.trajectory),
        confirmed=queries.exchange_confirmed(evaluation.trajectory),
        role_names=ROLE_NAMES,
    )


@bp.get("/trajectories/<int:trajectory_id>/self-evaluation/openings.csv")
@requires(policy.may_see_openings, queries.self_evaluation_for)
def export_openings(evaluation: SelfEvaluation) -> Any:
    heads = [_("Document"), _("Opened by"), _("Role"), _("Organisation"), _("Day"), _("Time")]
    rows = [
        (
            document.title, opening.person, str(role_name(opening.role)), opening.organisation,
            clock.local(opening.at).date(), f"{clock.local(opening.at):%H:%M}",
        )
        for document, opening in queries.all_openings(queries.openings_of(evaluation))
    ]  # fmt: skip
    answer = make_response(csv_file(heads, rows))
    answer.headers["Content-Type"] = CSV_TYPE
    answer.headers["Content-Disposition"] = f'attachment; filename="{_("documents")}-{clock.today()}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
