"""Old texts on their way in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.selfevaluations import policy
from peerreview.selfevaluations.lifecycle import ImportState
from peerreview.selfevaluations.models import Answer, SelfEvaluation, TextImport
from peerreview.selfevaluations.queries.answers import self_evaluation_for


@dataclass(frozen=True)
class Placed:
    """An old text with the self-evaluation that it is for."""

    evaluation: SelfEvaluation
    text: TextImport


def import_for(actor: Actor, trajectory_id: int, import_id: int) -> Placed | None:
    """One old text of this self-evaluation; None for who may not take one over."""
    evaluation = self_evaluation_for(actor, trajectory_id)
    if evaluation is None or not policy.may_import(actor, evaluation) or import_id >= 2**31:
        return None
    found = select(TextImport).where(TextImport.id == import_id, TextImport.self_evaluation_id == evaluation.id)
    text = db.session.scalars(found).one_or_none()
    return Placed(evaluation, text) if text else None


def last_import_of(evaluation_id: int) -> Any | None:
    """(id, file_name, state, uploaded_at) of the old text that was taken over last, or waits to be; one that was thrown
    away or undone is over."""
    alive = TextImport.state.in_((ImportState.PREVIEWED, ImportState.APPLIED))
    columns = TextImport.id, TextImport.file_name, TextImport.state, TextImport.uploaded_at
    found = select(*columns).where(TextImport.self_evaluation_id == evaluation_id, alive)
    return db.session.execute(found.order_by(TextImport.id.desc()).limit(1)).one_or_none()


def texts_of(evaluation_id: int) -> Sequence[Any]:
    """(norm_id, story, rating, version) of every answer, for who writes all of them."""
    columns = Answer.norm_id, Answer.story, Answer.rating, Answer.version
    return db.session.execute(select(*columns).where(Answer.self_evaluation_id == evaluation_id)).all()
