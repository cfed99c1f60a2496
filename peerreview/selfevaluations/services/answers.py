"""Beginning a self-evaluation, writing its answers, and giving norms to colleagues."""

from collections.abc import Mapping
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.core import audit, clock, history
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.events import on
from peerreview.frameworks.models import Norm
from peerreview.selfevaluations import mail, queries
from peerreview.selfevaluations.lifecycle import OwnRating
from peerreview.selfevaluations.models import Answer, SelfEvaluation
from peerreview.selfevaluations.progress import LONGEST_STORY
from peerreview.selfevaluations.services.opened import evaluation_with, refuse_unless_open
from peerreview.trajectories.models import Trajectory

QUIET = timedelta(minutes=10)


@on("trajectory.accepted")
def _begin_when_accepted(trajectory: Trajectory, *, by: Actor) -> None:
    begin(trajectory)


def begin(trajectory: Trajectory) -> SelfEvaluation:
    """Make an empty answer for every norm of the version that the trajectory is pinned to; what is there, stays."""
    with unit_of_work():
        there = db.session.scalars(
            select(SelfEvaluation).where(SelfEvaluation.trajectory_id == trajectory.id)
        ).one_or_none()
        if there:
            return there
        evaluation = SelfEvaluation(trajectory_id=trajectory.id)
        db.session.add(evaluation)
        db.session.flush()
        of_version = Norm.version_id == trajectory.framework_version_id
        norms = db.session.scalars(select(Norm.id).where(of_version).order_by(Norm.position, Norm.id))
        db.session.add_all(Answer(self_evaluation_id=evaluation.id, norm_id=norm_id) for norm_id in norms)
    return evaluation


def texts_of(answer: Answer) -> dict[str, str]:
    """What the history of an answer keeps."""
    return {"story": answer.story, "changes": answer.changes, "rating": answer.rating.value if answer.rating else ""}


def save_answer(
    answer: Answer,
    *,
    story: str,
    rating: OwnRating | None,
    version: int,
    by: Actor,
    changes: str | None = None,
    autosave: bool = False,
    apart: bool = False,
) -> int:
    """Keep what the organisation says about one norm; `changes` is what changed since the last cycle (None: as it was).
    Answers the version that was saved, so that a colleague's is never taken for it.

    The texts of before stay in its history; with `apart` as a version of their own, whoever wrote them. Raises
    StaleVersion with both texts when somebody else saved another text after `version`, NotNow when the self-evaluation
    was sent meanwhile, Invalid for a text of more than 100,000 characters. The audit trail says who wrote, once in ten
    minutes, and each change of rating; never the text.
    """
    refuse_unless_open(evaluation_with(answer.self_evaluation_id))
    changes = answer.changes if changes is None else changes
    if max(len(story), len(changes)) > LONGEST_STORY:
        raise Invalid(_("This story is too long. Use at most 100,000 characters: about 40 pages."))
    mine = {"story": story, "changes": changes, "rating": rating}
    theirs = {"story": answer.story, "changes": answer.changes, "rating": answer.rating}
    if mine == theirs:
        return answer.version
    if answer.version != version:
        raise StaleVersion("", theirs=theirs | {"version": answer.version}, mine=mine)
    moment, quiet = clock.now(), autosave and answer.rating == rating and _wrote_just_now(answer, by)
    with unit_of_work():
        before = texts_of(answer)
        answer.story, answer.changes, answer.rating = story, changes, rating
        answer.updated_by_id, answer.updated_at = by.person_id, moment
        db.session.flush()
        saved = answer.version
        history.keep(answer, texts_of(answer), by=by, before=before if any(before.values()) else None, apart=apart)
        if not quiet:
            audit.record("answer.save", answer, by=by, before={"rating": theirs["rating"]}, after={"rating": rating})
    return saved


def _wrote_just_now(answer: Answer, by: Actor) -> bool:
    return (
        answer.updated_by_id == by.person_id
        and answer.updated_at is not None
        and clock.now() - answer.updated_at < QUIET
    )


def assign_norms(evaluation: SelfEvaluation, *, to: Mapping[int, int | None], by: Actor) -> int:
    """Give norms (by id) to colleagues (by id; None: to nobody); each gets one letter. How many norms changed hands."""
    refuse_unless_open(evaluation)
    trajectory = db.session.get_one(Trajectory, evaluation.trajectory_id)
    known = {person_id for person_id, _name in queries.colleagues_of(trajectory.organisation_id)}
    changes, given = 0, dict.fromkeys(known, 0)
    with unit_of_work():
        for answer in db.session.scalars(select(Answer).where(Answer.self_evaluation_id == evaluation.id)):
            if answer.norm_id not in to or to[answer.norm_id] == answer.assigned_to_id:
                continue
            person_id = to[answer.norm_id]
            if person_id is not None and person_id not in known:
                raise Invalid(_("Choose colleagues from your own organisation."))
            answer.assigned_to_id = person_id
            changes += 1
            if person_id is not None:
                given[person_id] += 1
        for person_id, count in given.items():
            if count:
                mail.tell_given(evaluation, person_id, count, by=by)
        if changes:
            audit.record("self_evaluation.assign", evaluation, by=by, after={"norms": changes})
    return changes
