"""A dossier and what lies in it, read-only, for the secretariat and every member without an interest."""

import io
from typing import Any

from flask import current_app, request, send_file, url_for

from peerreview.commission import policy, services, words
from peerreview.commission.forms import InterestForm
from peerreview.commission.lifecycle import DossierState
from peerreview.commission.models import Dossier, Interest, Motion
from peerreview.commission.queries import dossiers as queries
from peerreview.commission.queries.decisions import decision_at
from peerreview.commission.queries.dossier_document import dossier_document
from peerreview.commission.queries.letters import route_of, scope_of
from peerreview.commission.queries.voting import case_of, motion_for
from peerreview.commission.routes.blueprint import bp
from peerreview.commission.routes.voting import vote_form
from peerreview.core import attachments, documents, i18n
from peerreview.core.access import reads_first, requires, the_actor
from peerreview.core.association import Association
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.frameworks.queries import outline_of
from peerreview.improvement.queries import plan_view
from peerreview.reviews.queries import report_content
from peerreview.reviews.queries.document import document_of
from peerreview.reviews.reporting import story_parts
from peerreview.selfevaluations.models import Evidence
from peerreview.selfevaluations.queries import opens_documents
from peerreview.selfevaluations.services import open_evidence

UNDECIDED = tuple(state for state in DossierState if state != DossierState.DECIDED)


@bp.get("/dossiers")
@requires(policy.may_read)
def list_dossiers() -> Any:
    actor = the_actor()
    decided = queries.decided_page(actor, request.args.get("page", 1, int))
    return page("commission/dossiers.html", open=queries.dossier_rows(actor, *UNDECIDED), decided=decided)


@bp.get("/dossiers/<int:dossier_id>")
@requires(policy.may_read, queries.dossier_for)
def show_dossier(dossier: Dossier) -> Any:
    return _show(dossier)


def _show(dossier: Dossier, status: int = 200, form: Any = None) -> Any:
    """The page of a dossier; `form` is a vote that was refused, with its words."""
    actor, dossier_id = the_actor(), dossier.id
    case, view = case_of(dossier, actor), queries.dossier_view(dossier, actor)
    answer = page(
        "commission/dossier.html",
        dossier=dossier,
        trajectory=dossier.trajectory,
        scope=scope_of(dossier.trajectory),
        route=route_of(dossier.trajectory),
        view=view,
        case=case,
        decision=decision_at(dossier) if dossier.state == "decided" or dossier.deferred_once else None,
        interests=queries.interests_in(dossier.id) if policy.may_prepare(actor) else (),
        attends=policy.may_attend(actor),
        form=form or vote_form(case),
        words=words,
        form_errors=status == 422,
        status=status,
    )
    if view.around.reading is None and policy.may_attend(actor) and request.method == "GET":
        services.open_dossier(dossier_id, by=actor)  # now that the page is made: what is committed must be read anew
    return answer


@bp.post("/dossiers/<int:dossier_id>/motions/<int:number>/votes")
@requires(policy.may_attend, motion_for)
def cast_vote(found: tuple[Motion, Dossier]) -> Any:
    (motion, dossier), actor = found, the_actor()
    dossier_id, form = dossier.id, vote_form(case_of(dossier, actor))
    if not form.validate_on_submit():
        return _show(dossier, 422, form)
    try:
        services.cast_vote(
            motion, choice=form.choice.data, motivation=form.motivation.data or "", dissent=form.dissent.data, by=actor
        )
    except Invalid as wrong:
        form.motivation.errors = [wrong.message]
        return _show(queries.dossier_for(actor, dossier_id) or dossier, 422, form)
    return done(url_for("commission.show_dossier", dossier_id=dossier_id))


# --- What lies in it -------------------------------------------------------------------------------------------------


@bp.get("/dossiers/<int:dossier_id>/report")
@requires(policy.may_read, queries.dossier_for)
def show_report(dossier: Dossier) -> Any:
    review = queries.final_review_of(dossier.trajectory_id)
    report = report_content(review) if review else None
    return page(
        "commission/report.html", dossier=dossier, trajectory=dossier.trajectory, report=report, story_parts=story_parts
    )


@bp.get("/dossiers/<int:dossier_id>/report.pdf")
@requires(policy.may_read, queries.dossier_for)
def download_report(dossier: Dossier) -> Any:
    review = queries.final_review_of(dossier.trajectory_id)
    if review is None:
        return done(url_for("commission.show_report", dossier_id=dossier.id))
    association: Association = current_app.extensions["association"]
    brand = {"name": association.product_name, "tagline": association.label_name}
    return pdf("report", document_of(report_content(review), brand=brand), f"report-{dossier.id}.pdf")


@bp.get("/dossiers/<int:dossier_id>/dossier.pdf")
@requires(policy.may_read, queries.dossier_for)
def download_dossier(dossier: Dossier) -> Any:
    view = queries.dossier_view(dossier, the_actor())
    content = dossier_document(dossier, view, current_app.extensions["association"])
    return pdf("dossier", content, f"dossier-{dossier.id}.pdf")


def pdf(template: str, content: dict[str, Any], name: str) -> Any:
    """A document made now, shown in the browser and never kept by it."""
    return file_answer(documents.render(template, content, language=i18n.language()), name)


def file_answer(made: bytes, name: str) -> Any:
    """A document, shown in the browser and never kept by it."""
    answer = send_file(io.BytesIO(made), mimetype="application/pdf", download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/dossiers/<int:dossier_id>/self-evaluation")
@requires(policy.may_read, queries.dossier_for)
def show_self_evaluation(dossier: Dossier) -> Any:
    trajectory = dossier.trajectory
    return page(
        "commission/self_evaluation.html",
        dossier=dossier,
        trajectory=trajectory,
        outline=outline_of(trajectory.framework_version_id),
        view=queries.self_evaluation_view(trajectory),
        documents_open=opens_documents(the_actor(), trajectory),
    )


@bp.get("/dossiers/<int:dossier_id>/evidence/<int:evidence_id>")
@requires(policy.may_read, queries.evidence_for)
@reads_first
def download_evidence(evidence: Evidence) -> Any:
    key, name, media_type = evidence.key, evidence.file_name, evidence.media_type
    open_evidence(evidence, by=the_actor(), whole=request.method == "GET")
    return attachments.send(key, file_name=name, media_type=media_type)


@bp.get("/dossiers/<int:dossier_id>/plan")
@requires(policy.may_read, queries.dossier_for)
def show_plan(dossier: Dossier) -> Any:
    view = plan_view(dossier.trajectory)
    return page("commission/plan.html", dossier=dossier, trajectory=dossier.trajectory, view=view)


# --- Interests -------------------------------------------------------------------------------------------------------


@bp.route("/dossiers/<int:dossier_id>/interest", methods=["GET", "POST"])
@requires(policy.may_attend, queries.dossier_for)
def declare_interest(dossier: Dossier) -> Any:
    form, meeting_id = InterestForm(), dossier.meeting_id
    if form.validate_on_submit():
        services.declare_interest(dossier, note=form.note.data, by=the_actor())
        to_meeting = url_for("commission.show_meeting", meeting_id=meeting_id) if meeting_id else None
        return done(to_meeting or url_for("commission.list_dossiers"))
    status = 422 if form.is_submitted() else 200
    return page(
        "commission/interest.html", dossier=dossier, trajectory=dossier.trajectory, form=form,
        form_errors=status == 422, status=status,
    )  # fmt: skip


@bp.get("/interests")
@requires(policy.may_attend)
def list_interests() -> Any:
    rows = queries.interests_declared_by(the_actor())
    return page("commission/interests.html", rows=rows, withdrawn="withdrawn" in request.args)


@bp.post("/interests/<int:interest_id>/withdrawal")
@requires(policy.may_attend, queries.declared_interest_for)
def withdraw_interest(interest: Interest) -> Any:
    services.withdraw_interest(interest, by=the_actor())
    return done(url_for("commission.list_interests", withdrawn=1))
