"""Taking an earlier version of a text back. It is a new save: what stood there until now stays in the history."""

from flask_babel import gettext as _

from peerreview.core import history
from peerreview.core.access import Actor
from peerreview.core.errors import Invalid
from peerreview.selfevaluations.lifecycle import OwnRating
from peerreview.selfevaluations.models import Answer, Reflection
from peerreview.selfevaluations.services.answers import save_answer
from peerreview.selfevaluations.services.reflections import save_reflection


def restore_answer(answer: Answer, *, number: int, version: int, by: Actor) -> None:
    """Put the texts and the rating of version `number` back. Raises Invalid when there is none, StaleVersion when
    somebody saved after `version`."""
    texts = _texts(answer, number)
    rating = OwnRating(texts["rating"]) if texts.get("rating") else None
    save_answer(
        answer, story=texts["story"], changes=texts.get("changes", ""), rating=rating, version=version, by=by,
        apart=True,
    )  # fmt: skip


def restore_reflection(reflection: Reflection, *, number: int, version: int, by: Actor) -> None:
    """As `restore_answer`, for the answer to one of the five questions."""
    save_reflection(reflection, text=_texts(reflection, number)["text"], version=version, by=by, apart=True)


def _texts(row: Answer | Reflection, number: int) -> dict[str, str]:
    kept = history.version_numbered(row, number)
    if kept is None:
        raise Invalid(_("This version is no longer there. Open the list again."))
    return kept.texts
