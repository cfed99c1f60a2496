"""Decisions and the letters that tell them."""

from typing import Any

from flask import request, url_for

from peerreview.commission import policy, services, words
from peerreview.commission.models import Decision
from peerreview.commission.queries import decisions as queries
from peerreview.commission.queries import letters
from peerreview.commission.queries.conditions import conditions_to_check
from peerreview.commission.queries.letters_behind import behind
from peerreview.commission.queries.voting import dissents_of
from peerreview.commission.routes.blueprint import bp
from peerreview.commission.routes.dossiers import file_answer, pdf
from peerreview.core.access import reads_first, requires, the_actor
from peerreview.core.association import the_association
from peerreview.core.pages import done, page


@bp.get("/decisions")
@requires(policy.may_read_decision)
def list_decisions() -> Any:
    actor = the_actor()
    return page(
        "commission/decisions.html",
        decisions=queries.decision_page(actor, request.args.get("page", 1, int)),
        to_send=queries.letters_to_send(actor) if policy.may_send_letters(actor) else (),
        to_check=conditions_to_check(actor),
        own=not policy.may_read(actor),
        words=words,
    )


@bp.get("/decisions/<int:decision_id>")
@requires(policy.may_read_decision, queries.decision_for)
def show_decision(decision: Decision) -> Any:
    actor = the_actor()
    return page(
        "commission/decision.html",
        decision=decision,
        trajectory=decision.dossier.trajectory,
        sentence=letters.outcome_sentence(decision),
        reference=letters.reference_of(decision),
        valid_until=letters.valid_until(decision),
        appeal_until=letters.appeal_until(decision),
        own=not policy.may_read(actor),
        sends=policy.may_send_letters(actor),
        asks=letters.asks_of(decision),
        votes=letters.votes_sentence(decision),
        dissents=dissents_of(decision),
        words=words,
    )


@bp.get("/decisions/<int:decision_id>/letter.pdf")
@requires(policy.may_read_decision, queries.decision_for)
def download_letter(decision: Decision) -> Any:
    """The signed document as it was sent; before that, as it would be made now."""
    name = f"{letters.reference_of(decision)}.pdf"
    if decision.file_key:
        return file_answer(services.signed_document(decision), name)
    told = behind([decision])[decision.id]
    return pdf("decision", letters.decision_document(decision, the_association(), told), name)


@bp.post("/decisions/<int:decision_id>/letters")
@requires(policy.may_send_letters, queries.decision_for)
@reads_first
def send_letters(decision: Decision) -> Any:
    decision_id = decision.id
    services.send_letters(decision, by=the_actor())
    return done(url_for("commission.show_decision", decision_id=decision_id))
