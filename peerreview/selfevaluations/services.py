"""Beginning, writing, dividing, documenting, submitting and reopening a self-evaluation.

Announces "self_evaluation.submitted" and "self_evaluation.reopened", each with the trajectory and `by=`.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, func, insert, select

from peerreview.accounts.lifecycle import Role
from peerreview.core import audit, clock, events
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import mover
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.core.events import on
from peerreview.core.storage import checksum, storage
from peerreview.frameworks.models import Norm
from peerreview.selfevaluations import mail, queries
from peerreview.selfevaluations.documents import MOST_BYTES, media_type_of, safe_name
from peerreview.selfevaluations.lifecycle import OwnRating
from peerreview.selfevaluations.models import Answer, Evidence, SelfEvaluation, evidence_norm
from peerreview.selfevaluations.progress import LONGEST_STORY, unfinished
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.services import advance, postpone

QUIET = timedelta(minutes=10)
MOST_FILES = 200
DAYS_TO_CHANGE = 10


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


def _refuse_unless_open(evaluation: SelfEvaluation) -> None:
    trajectory = db.session.get_one(Trajectory, evaluation.trajectory_id)
    if trajectory.state == TrajectoryState.ON_HOLD:
        raise NotNow(_("The trajectory is paused. You can write again when it goes on."))
    if trajectory.state != TrajectoryState.SELF_EVALUATING:
        raise NotNow(
            _("The self-evaluation was sent, so it can no longer be changed. The secretariat can open it again.")
        )


def _evaluation(evaluation_id: int) -> SelfEvaluation:
    return db.session.get_one(SelfEvaluation, evaluation_id)


# --- Writing ---------------------------------------------------------------------------------------------------------


def save_answer(
    answer: Answer, *, story: str, rating: OwnRating | None, version: int, by: Actor, autosave: bool = False
) -> None:
    """Keep what the organisation says about one norm.

    Raises StaleVersion with both texts when somebody else saved another text after `version`, NotNow when the
    self-evaluation was sent meanwhile, Invalid for a text of more than 100,000 characters. The audit trail says who
    wrote, once in ten minutes, and each change of rating; never the text.
    """
    _refuse_unless_open(_evaluation(answer.self_evaluation_id))
    if len(story) > LONGEST_STORY:
        raise Invalid(_("This story is too long. Use at most 100,000 characters: about 40 pages."))
    if (answer.story, answer.rating) == (story, rating):
        return
    if answer.version != version:
        theirs = {"story": answer.story, "rating": answer.rating, "version": answer.version}
        raise StaleVersion("", theirs=theirs, mine={"story": story, "rating": rating})
    moment, before = clock.now(), answer.rating
    quiet = (
        autosave
        and before == rating
        and answer.updated_by_id == by.person_id
        and answer.updated_at is not None
        and moment - answer.updated_at < QUIET
    )
    with unit_of_work():
        answer.story, answer.rating = story, rating
        answer.updated_by_id, answer.updated_at = by.person_id, moment
        if not quiet:
            audit.record("answer.save", answer, by=by, before={"rating": before}, after={"rating": rating})


def assign_norms(evaluation: SelfEvaluation, *, to: Mapping[int, int | None], by: Actor) -> int:
    """Give norms (by id) to colleagues (by id; None: to nobody); each gets one letter. How many norms changed hands."""
    _refuse_unless_open(evaluation)
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


# --- Documents -------------------------------------------------------------------------------------------------------


def add_evidence(
    evaluation: SelfEvaluation, *, file_name: str, content: bytes, norm_ids: Collection[int], by: Actor, title: str = ""
) -> Evidence:
    """Keep a document beside these norms. The same file brought again is not kept twice: it only gets more norms.

    Raises Invalid for a file that is empty, too large, or not what its name says.
    """
    _refuse_unless_open(evaluation)
    name = safe_name(file_name)
    if not content:
        raise Invalid(_("This file is empty."))
    if len(content) > MOST_BYTES:
        raise Invalid(_("This file is too large. At most 25 MB fits."))
    media_type = media_type_of(name, content)
    if media_type is None:
        raise Invalid(
            _("We cannot take this file. Use PDF, Word, Excel, an image (PNG, JPEG) or plain text (TXT, CSV).")
        )
    digest = checksum(content)
    with unit_of_work():
        mine = Evidence.self_evaluation_id == evaluation.id
        evidence = db.session.scalars(select(Evidence).where(mine, Evidence.checksum == digest)).first()
        if evidence is None:
            if db.session.scalars(select(func.count()).select_from(Evidence).where(mine)).one() >= MOST_FILES:
                raise Invalid(_("You have 200 documents already. Remove one first."))
            evidence = _keep(evaluation, name, media_type, content, digest, title.strip()[:200] or name, by)
        _connect(evaluation, evidence.id, norm_ids)
    return evidence


def _keep(
    evaluation: SelfEvaluation, name: str, media_type: str, content: bytes, digest: str, title: str, by: Actor
) -> Evidence:
    evidence = Evidence(
        self_evaluation_id=evaluation.id, title=title, file_name=name, media_type=media_type, size=len(content),
        checksum=digest, key=storage().put(content), added_by_id=by.person_id, added_at=clock.now(),
    )  # fmt: skip
    db.session.add(evidence)
    db.session.flush()
    audit.record("evidence.add", evidence, by=by, after={"file": name, "size": len(content)})
    return evidence


def _connect(evaluation: SelfEvaluation, evidence_id: int, norm_ids: Collection[int]) -> None:
    there = set(db.session.scalars(select(evidence_norm.c.norm_id).where(evidence_norm.c.evidence_id == evidence_id)))
    ours = set(db.session.scalars(select(Answer.norm_id).where(Answer.self_evaluation_id == evaluation.id)))
    for norm_id in sorted(set(norm_ids) & ours - there):
        db.session.execute(insert(evidence_norm).values(evidence_id=evidence_id, norm_id=norm_id))


def connect_evidence(evaluation: SelfEvaluation, *, evidence_ids: Collection[int], norm_id: int, by: Actor) -> None:
    """Lay documents that are already there beside one more norm; unknown and foreign ones are passed by."""
    _refuse_unless_open(evaluation)
    seen = {document.id for document in queries.evidence_seen_by(by, evaluation)}
    with unit_of_work():
        for evidence_id in sorted(set(evidence_ids) & seen):
            _connect(evaluation, evidence_id, [norm_id])
            audit.record(
                "evidence.connect", db.session.get_one(Evidence, evidence_id), by=by, after={"norm_id": norm_id}
            )


def disconnect_evidence(evaluation: SelfEvaluation, *, evidence_id: int, norm_id: int, by: Actor) -> None:
    """Take a document away from one norm; it stays among the documents of the organisation."""
    _refuse_unless_open(evaluation)
    if evidence_id not in {document.id for document in queries.evidence_seen_by(by, evaluation)}:
        return
    with unit_of_work():
        pair = (evidence_norm.c.evidence_id == evidence_id) & (evidence_norm.c.norm_id == norm_id)
        db.session.execute(delete(evidence_norm).where(pair))
        evidence = db.session.get_one(Evidence, evidence_id)
        audit.record("evidence.disconnect", evidence, by=by, before={"norm_id": norm_id})


def delete_evidence(evidence: Evidence, *, by: Actor) -> None:
    """Remove a document and its bytes, from every norm; only while the organisation still writes."""
    _refuse_unless_open(_evaluation(evidence.self_evaluation_id))
    key = evidence.key
    with unit_of_work():
        audit.record(
            "evidence.delete", evidence, by=by, before={"file": evidence.file_name, "sha256": evidence.checksum}
        )
        db.session.execute(delete(evidence_norm).where(evidence_norm.c.evidence_id == evidence.id))
        db.session.execute(delete(Evidence).where(Evidence.id == evidence.id))
    storage().delete(key)


# --- Submitting ------------------------------------------------------------------------------------------------------


def submit(evaluation: SelfEvaluation, *, by: Actor) -> None:
    """Sign and send: only the executive, only when every norm has a rating and a story. The reviewers can read it then.

    Raises Invalid with the ids of the norms that miss something as its problems.
    """
    if by.role != Role.EXECUTIVE:
        raise NotAllowed(_("Only the executive signs the self-evaluation."))
    _refuse_unless_open(evaluation)
    if lacking := unfinished(queries.lines_of(evaluation.id)):
        text = ngettext("%(num)s norm is not finished yet.", "%(num)s norms are not finished yet.", len(lacking))
        raise Invalid(text, [str(line.norm_id) for line in lacking])
    trajectory = db.session.get_one(Trajectory, evaluation.trajectory_id)
    with unit_of_work():
        evaluation.submitted_at, evaluation.submitted_by_id = clock.now(), by.person_id
        advance(trajectory, "submit_self_evaluation", by=by)
        mail.tell_submitted(evaluation, by=by)
        events.announce("self_evaluation.submitted", trajectory, by=by)


def reopen(evaluation: SelfEvaluation, *, reason: str, by: Actor) -> None:
    """Let the organisation write again, for ten working days; only until the visits are planned."""
    if not reason.strip():
        raise Invalid(_("Write the reason down: the other reads it."))
    trajectory = db.session.get_one(Trajectory, evaluation.trajectory_id)
    with unit_of_work():
        due = clock.add_working_days(clock.today(), DAYS_TO_CHANGE)
        advance(trajectory, "reopen_self_evaluation", by=by, reason=reason, due_on=due)
        evaluation.submitted_at = evaluation.submitted_by_id = None
        mail.tell_reopened(evaluation, reason=reason)
        events.announce("self_evaluation.reopened", trajectory, by=by)


mover(queries.WRITE)(postpone)
