"""Thinking along: remarks about an answer while it is written, for the organisation alone."""

from flask_babel import gettext as _

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid
from peerreview.selfevaluations import mail, queries
from peerreview.selfevaluations.models import Answer, Remark
from peerreview.selfevaluations.services.opened import evaluation_with, refuse_unless_open

LONGEST_REMARK = 3000


def write_remark(answer: Answer, *, text: str, by: Actor) -> Remark:
    """Say something about an answer. Whoever writes it, and who spoke before, gets a letter: one a day for each norm.

    Raises Invalid for no text or more than 3,000 characters, NotNow when the self-evaluation was sent.
    """
    evaluation = evaluation_with(answer.self_evaluation_id)
    refuse_unless_open(evaluation)
    text = text.strip()
    if not text:
        raise Invalid(_("Write what you want to say."))
    if len(text) > LONGEST_REMARK:
        raise Invalid(_("Use at most 3,000 characters."))
    with unit_of_work():
        remark = Remark(answer_id=answer.id, person_id=by.person_id, text=text, written_at=clock.now())
        db.session.add(remark)
        db.session.flush()
        audit.record("answer_remark.write", remark, by=by, after={"norm_id": answer.norm_id})
        for person in queries.listeners_of(answer, evaluation, than=by):
            mail.tell_remark(answer, evaluation, person, by=by)
    return remark


def settle_remark(remark: Remark, *, by: Actor) -> None:
    """Mark it as dealt with; it stays to be read. Twice changes nothing."""
    _turn(remark, by=by, settled=True)


def reopen_remark(remark: Remark, *, by: Actor) -> None:
    """It was not dealt with after all."""
    _turn(remark, by=by, settled=False)


def _turn(remark: Remark, *, by: Actor, settled: bool) -> None:
    refuse_unless_open(queries.evaluation_of_answer(remark.answer_id))
    if (remark.settled_at is not None) == settled:
        return
    with unit_of_work():
        remark.settled_by_id, remark.settled_at = (by.person_id, clock.now()) if settled else (None, None)
        audit.record("answer_remark.settle" if settled else "answer_remark.reopen", remark, by=by)
