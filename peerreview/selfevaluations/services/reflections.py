"""The five questions about the organisation as a whole."""

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.core import audit, clock, history
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.selfevaluations.lifecycle import Question
from peerreview.selfevaluations.models import Reflection, SelfEvaluation
from peerreview.selfevaluations.progress import LONGEST_STORY
from peerreview.selfevaluations.services.opened import evaluation_with, refuse_unless_open


def begin_reflections(evaluation: SelfEvaluation) -> list[Reflection]:
    """The five, in their order; each is made, empty, when it is not there yet."""
    with unit_of_work():
        # Two who begin at once: one after the other.
        db.session.execute(select(SelfEvaluation.id).where(SelfEvaluation.id == evaluation.id).with_for_update())
        found = select(Reflection).where(Reflection.self_evaluation_id == evaluation.id)
        there = {reflection.question: reflection for reflection in db.session.scalars(found)}
        for question in Question:
            if question not in there:
                there[question] = Reflection(self_evaluation_id=evaluation.id, question=question, text="")
                db.session.add(there[question])
        db.session.flush()
    return [there[question] for question in Question]


def save_reflection(
    reflection: Reflection, *, text: str, version: int, by: Actor, autosave: bool = False, apart: bool = False
) -> int:
    """Keep what the organisation answers to one of the five questions; what stood there stays in its history. Answers
    the version that was saved.

    Raises StaleVersion with both texts when somebody else saved another text after `version`, NotNow when the
    self-evaluation was sent meanwhile, Invalid for a text of more than 100,000 characters.
    """
    refuse_unless_open(evaluation_with(reflection.self_evaluation_id))
    if len(text) > LONGEST_STORY:
        raise Invalid(_("This story is too long. Use at most 100,000 characters: about 40 pages."))
    if reflection.text == text:
        return reflection.version
    if reflection.version != version:
        raise StaleVersion("", theirs={"text": reflection.text, "version": reflection.version}, mine={"text": text})
    known = autosave and reflection.updated_by_id == by.person_id
    with unit_of_work():
        before = {"text": reflection.text}
        reflection.text, reflection.updated_by_id, reflection.updated_at = text, by.person_id, clock.now()
        db.session.flush()
        saved = reflection.version
        history.keep(reflection, {"text": text}, by=by, before=before if before["text"] else None, apart=apart)
        if not known:
            audit.record("reflection.save", reflection, by=by, after={"question": reflection.question})
    return saved
