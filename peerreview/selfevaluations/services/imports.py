"""Taking an old text over: read and looked at first, then put with the norms as one whole, and undone if need be."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.core import audit, clock, history
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.core.uploads import safe_name
from peerreview.frameworks.queries import norms_of
from peerreview.selfevaluations.lifecycle import TEXT_IMPORT, ImportState, OwnRating
from peerreview.selfevaluations.models import Answer, SelfEvaluation, TextImport
from peerreview.selfevaluations.old_file import BROKEN, EMPTY, KIND, LARGE, OLD, Unreadable, read_old_file
from peerreview.selfevaluations.placing import place
from peerreview.selfevaluations.progress import LONGEST_STORY
from peerreview.selfevaluations.services.answers import save_answer
from peerreview.selfevaluations.services.opened import evaluation_with, refuse_unless_open
from peerreview.trajectories.models import Trajectory

LEAVE, BELOW, REPLACE = "leave", "below", "replace"


def read_old_text(evaluation: SelfEvaluation, *, content: bytes, file_name: str, by: Actor) -> TextImport:
    """Keep what would be put with which norm; no answer changes yet. An earlier one that still waited is thrown away.

    Raises Invalid, in words, when the file cannot be read or holds nothing about any norm.
    """
    refuse_unless_open(evaluation)
    name = safe_name(file_name or "-")
    trajectory = db.session.get_one(Trajectory, evaluation.trajectory_id)
    try:
        placed = place(read_old_file(content, name), norms_of(trajectory.framework_version_id))
    except Unreadable as unreadable:
        raise Invalid(_why(str(unreadable))) from unreadable
    if not placed.pieces:
        raise Invalid(
            _("We found no norm in this file. Put its id, such as V4, in a heading or at the start of a line.")
        )
    too_long = [piece for piece in placed.pieces if len(piece.text) > LONGEST_STORY]
    if too_long:
        raise Invalid(_("What stands with one of the norms is too long: more than 100,000 characters."))
    with unit_of_work():
        waiting = TextImport.self_evaluation_id == evaluation.id, TextImport.state == ImportState.PREVIEWED
        for old in db.session.scalars(select(TextImport).where(*waiting)):
            discard_import(old, by=by)
        made = TextImport(
            self_evaluation_id=evaluation.id, file_name=name[-200:], uploaded_by_id=by.person_id,
            uploaded_at=clock.now(),
            pieces=[{"norm_id": p.norm_id, "text": p.text, "rating": p.rating} for p in placed.pieces],
            strange=[{"where": s.where, "text": s.text, "why": s.why} for s in placed.strange],
        )  # fmt: skip
        db.session.add(made)
        audit.record("text_import.read", made, by=by, after={"file": made.file_name, "norms": len(made.pieces)})
    return made


def _why(reason: str) -> str:
    words: dict[str, str] = {
        EMPTY: _("This file is empty."),
        KIND: _("We cannot read this file. Use Word (.docx), Excel (.xlsx), CSV or plain text (.txt)."),
        BROKEN: _("This file is broken or protected. Open it, save it again as .docx or .xlsx, and try once more."),
        LARGE: _("This file is too large. At most 25 MB and 20,000 lines fit."),
        OLD: _("This is an old or protected file. Save it as .docx or .xlsx without a password."),
    }
    return words[reason]


def apply_import(text: TextImport, *, choices: Mapping[int, str], versions: Mapping[int, int], by: Actor) -> None:
    """Put the texts with the norms (by id) as chosen: LEAVE, BELOW what stands there, or REPLACE it; all or nothing.

    What is not chosen is left where a text stands, and put where nothing does. An answer that somebody changed after
    `versions` is never replaced: it is left, and told in `done`. Applying
    twice changes nothing. Raises NotNow when it was thrown away or undone, or the self-evaluation was sent.
    """
    evaluation = evaluation_with(text.self_evaluation_id)
    refuse_unless_open(evaluation)
    with unit_of_work():
        db.session.refresh(text, with_for_update=True)
        if text.state == ImportState.APPLIED:
            return
        if text.state != ImportState.PREVIEWED:
            raise NotNow(_("This old text was thrown away. Upload it again."))
        answers = _answers(evaluation)
        done: list[dict[str, Any]] = []
        for piece in text.pieces:
            answer = answers[piece["norm_id"]]
            choice = choices.get(answer.norm_id, LEAVE if answer.story else REPLACE)
            if choice == LEAVE:
                continue
            if choice == REPLACE and answer.story and answer.version != versions.get(answer.norm_id):
                done.append({"norm_id": answer.norm_id, "left": True})
                continue
            if note := _put(answer, piece, below=choice == BELOW, by=by):
                done.append(note)
        text.done = done
        audit.change_state(text, TEXT_IMPORT, "apply", by=by)


def _answers(evaluation: SelfEvaluation) -> dict[int, Answer]:
    found = select(Answer).where(Answer.self_evaluation_id == evaluation.id).order_by(Answer.id)
    return {answer.norm_id: answer for answer in db.session.scalars(found.with_for_update())}


def _put(answer: Answer, piece: dict[str, Any], *, below: bool, by: Actor) -> dict[str, Any] | None:
    """Put one text with its norm; a rating only where there was none. What was done, with the versions around it."""
    story = f"{answer.story}\n\n{piece['text']}".strip() if below else piece["text"] or answer.story
    rating = answer.rating or (OwnRating(piece["rating"]) if piece["rating"] else None)
    before, empty = answer.version, not answer.story and answer.rating is None
    save_answer(answer, story=story, rating=rating, version=before, by=by, apart=True)
    if answer.version == before:
        return None
    kept = None if empty else _number_before(answer)
    return {"norm_id": answer.norm_id, "before": kept, "after": answer.version}


def _number_before(answer: Answer) -> int | None:
    """The number of the version that the history holds of what stood there until now."""
    numbers = [version.number for version in history.versions_of(answer)]
    return next((number for number in numbers if number < answer.version), None)


def undo_import(text: TextImport, *, by: Actor) -> None:
    """Put back what stood there before this import, norm by norm; each stays in the history.

    An answer that somebody changed since is left as it is, and told in `done`. Raises NotNow when it was not applied or
    the self-evaluation was sent.
    """
    evaluation = evaluation_with(text.self_evaluation_id)
    refuse_unless_open(evaluation)
    with unit_of_work():
        db.session.refresh(text, with_for_update=True)
        audit.change_state(text, TEXT_IMPORT, "undo", by=by)
        answers, told = _answers(evaluation), []
        for note in text.done:
            if note.get("left"):
                continue
            answer = answers[note["norm_id"]]
            if answer.version != note["after"]:
                told.append({"norm_id": answer.norm_id, "left": True})
                continue
            told.append(note)
            kept = history.version_numbered(answer, note["before"]) if note["before"] else None
            texts = kept.texts if kept else {"story": "", "changes": answer.changes, "rating": ""}
            rating = OwnRating(texts["rating"]) if texts.get("rating") else None
            save_answer(answer, story=texts["story"], rating=rating, version=answer.version, by=by, apart=True)
        text.done = told


def discard_import(text: TextImport, *, by: Actor) -> None:
    """Throw it away; no answer changed. Twice changes nothing. Raises NotNow when it was applied."""
    with unit_of_work():
        db.session.refresh(text, with_for_update=True)
        if text.state != ImportState.DISCARDED:
            audit.change_state(text, TEXT_IMPORT, "discard", by=by)
            text.pieces, text.strange = [], []
