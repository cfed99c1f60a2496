"""Documents, read and removed."""

import io
from typing import Any

from flask import send_file

from peerreview.core.access import requires, the_actor
from peerreview.core.pages import done
from peerreview.core.storage import storage
from peerreview.selfevaluations import policy, queries, services
from peerreview.selfevaluations.models import Evidence
from peerreview.selfevaluations.routes.blueprint import bp, overview_of


@bp.get("/evidence/<int:evidence_id>")
@requires(policy.may_download, queries.evidence_for)
def download_evidence(evidence: Evidence) -> Any:
    content = io.BytesIO(storage().get(evidence.key))
    answer = send_file(content, mimetype=evidence.media_type, as_attachment=True, download_name=evidence.file_name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/evidence/<int:evidence_id>/deletion")
@requires(policy.may_remove, queries.evidence_for)
def delete_evidence(evidence: Evidence) -> Any:
    overview = overview_of(queries.evaluation_of(evidence))
    services.delete_evidence(evidence, by=the_actor())
    return done(overview)
