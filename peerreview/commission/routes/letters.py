"""All letters of a meeting on one page: read by the chair, added to, and sent together."""

from typing import Any

from flask import request, url_for

from peerreview.commission import policy, services, words
from peerreview.commission.forms import LetterForm
from peerreview.commission.models import Decision, Meeting
from peerreview.commission.queries import decisions as queries
from peerreview.commission.queries import letters
from peerreview.commission.queries.letters_behind import Behind, behind
from peerreview.commission.queries.meetings import meeting_for
from peerreview.commission.routes.blueprint import bp
from peerreview.core import i18n
from peerreview.core.access import reads_first, requires, the_actor
from peerreview.core.association import the_association
from peerreview.core.errors import StaleVersion
from peerreview.core.pages import done, page


@bp.get("/meetings/<int:meeting_id>/letters")
@requires(policy.may_read_letters, meeting_for)
def list_letters(meeting: Meeting) -> Any:
    return _show(meeting)


def _show(meeting: Meeting, status: int = 200, form: Any = None, wrong: int = 0) -> Any:
    """The letters; `form` is what was typed at the decision with the number `wrong` and could not be kept."""
    actor = the_actor()
    decisions = queries.decisions_of(actor, meeting.id)
    told = behind(decisions) if decisions else {}
    shown = [_letter(decision, told[decision.id], form if decision.id == wrong else None) for decision in decisions]
    waiting = [one for one in decisions if one.letter_sent_at is None]
    return page(
        "commission/letters.html",
        meeting=meeting,
        letters=shown,
        waiting=waiting,
        ready=[one for one in waiting if one.letter_read_at is not None],
        may_sign=lambda decision: policy.may_sign_letter(actor, decision),
        sends=policy.may_send_letters(actor),
        words=words,
        form_errors=status == 422,
        status=status,
    )


def _letter(decision: Decision, told: Behind, form: Any) -> dict[str, Any]:
    """One letter as it will be sent: the document in its language, and the mail to each reader in theirs."""
    language = letters.letter_language(told.readers)
    with i18n.speaking(language):
        document = letters.decision_document(decision, the_association(), told)
    mails = []
    for person in told.readers:
        with i18n.speaking(person.language):
            mails.append((person, *letters.letter_words(decision)))
    path = url_for("commission.read_letter", decision_id=decision.id)
    written = {"letter": decision.letter, "version": decision.version}
    form = form or LetterForm(action=path, prefix=_prefix(decision), data=written)
    return {"decision": decision, "document": document, "language": language, "mails": mails, "form": form}


def _prefix(decision: Decision) -> str:
    """Many forms stand on one page: each has names of its own."""
    return f"d{decision.id}"


@bp.post("/decisions/<int:decision_id>/letter")
@requires(policy.may_sign_letter, queries.decision_for)
def read_letter(decision: Decision) -> Any:
    form, decision_id, meeting_id = LetterForm(prefix=_prefix(decision)), decision.id, decision.meeting_id
    here = url_for("commission.list_letters", meeting_id=meeting_id)
    if not form.validate_on_submit():
        return _show(decision.meeting, 422, form, decision_id)
    try:
        services.read_letter(decision, letter=form.letter.data or "", version=form.number(), by=the_actor())
    except StaleVersion as stale:
        form.letter.errors = [stale.message or form.stale(stale.theirs)]
        form.version.data = str(queries.decision_with_names(decision_id).version)
        form.version.raw_data = None
        return _show(queries.decision_with_names(decision_id).meeting, 409, form, decision_id)
    return done(f"{here}#letter-{decision_id}")


@bp.post("/meetings/<int:meeting_id>/letters/sending")
@requires(policy.may_send_letters, meeting_for)
@reads_first
def send_together(meeting: Meeting) -> Any:
    meeting_id, chosen = meeting.id, set(request.form.getlist("decision", int))
    own = queries.decisions_of(the_actor(), meeting_id)
    services.send_together([one for one in own if one.id in chosen], by=the_actor())
    return done(url_for("commission.list_letters", meeting_id=meeting_id))
