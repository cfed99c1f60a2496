"""A member goes through the agenda of a meeting and says for each case whether they have an interest in it."""

from typing import Any

from peerreview.commission import policy, services
from peerreview.commission.forms import INTEREST, NONE, DeclarationForm
from peerreview.commission.models import Meeting
from peerreview.commission.queries import meetings as queries
from peerreview.commission.queries.meetings import AgendaView
from peerreview.commission.routes.blueprint import bp
from peerreview.commission.routes.meetings import to_meeting
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import page


@bp.route("/meetings/<int:meeting_id>/interests", methods=["GET", "POST"])
@requires(policy.may_attend, queries.meeting_for)
def declare(meeting: Meeting) -> Any:
    meeting_id = meeting.id
    form, view = DeclarationForm(), queries.agenda_of(meeting, the_actor())
    if not form.is_submitted():
        return _show(view, _filled(view))
    answers = form.answers()
    if form.validate():
        try:
            services.declare(meeting, answers, by=the_actor())
        except Invalid as wrong:
            form.form_errors.append(wrong.message)
        else:
            return to_meeting(meeting_id)
    return _show(queries.agenda_of(meeting, the_actor()), form, 422)


def _filled(view: AgendaView) -> DeclarationForm:
    """A row for each case that waits for a decision and of which this member knows."""
    rows = [
        {"dossier_id": slot.dossier.id, "answer": NONE if slot.declared else None, "note": ""}
        for slot in view.slots
        if slot.dossier and slot.outcome is None
    ]
    return DeclarationForm(formdata=None, data={"cases": rows})


def _show(view: AgendaView, form: DeclarationForm, status: int = 200) -> Any:
    by_id = {str(slot.dossier.id): slot for slot in view.slots if slot.dossier}
    rows = [(row, by_id[str(row.form.dossier_id.data)]) for row in form.cases if str(row.form.dossier_id.data) in by_id]
    return page(
        "commission/declare.html", meeting=view.meeting, rows=rows, form=form, interest=INTEREST,
        form_errors=status == 422, status=status,
    )  # fmt: skip
