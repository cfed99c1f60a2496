"""The executive signs a self-evaluation; the secretariat opens it again.

Announces "self_evaluation.submitted" and "self_evaluation.reopened", each with the trajectory and `by=`.
"""

from flask_babel import gettext as _
from flask_babel import ngettext

from peerreview.accounts.lifecycle import Role
from peerreview.core import clock, events
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import mover
from peerreview.core.errors import Invalid, NotAllowed
from peerreview.selfevaluations import mail, queries
from peerreview.selfevaluations.models import SelfEvaluation
from peerreview.selfevaluations.progress import unfinished
from peerreview.selfevaluations.services.opened import refuse_unless_open
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.services import advance, postpone

DAYS_TO_CHANGE = 10


def submit(evaluation: SelfEvaluation, *, by: Actor) -> None:
    """Sign and send: only the executive, only when every norm has a rating and a story and the five questions an
    answer. The reviewers can read it then.

    Raises Invalid with the ids of the norms that miss something, and the names of the five questions that nobody
    answered, as its problems.
    """
    if by.role != Role.EXECUTIVE:
        raise NotAllowed(_("Only the executive signs the self-evaluation."))
    refuse_unless_open(evaluation)
    lacking, unanswered = unfinished(queries.lines_of(evaluation.id)), queries.questions_open(evaluation.id)
    if lacking or unanswered:
        norms = ngettext("%(num)s norm is not finished yet.", "%(num)s norms are not finished yet.", len(lacking))
        questions = ngettext(
            "%(num)s of the five questions has no answer yet.",
            "%(num)s of the five questions have no answer yet.",
            len(unanswered),
        )
        told = [text for text, what in ((norms, lacking), (questions, unanswered)) if what]
        raise Invalid(" ".join(told), [*(str(line.norm_id) for line in lacking), *unanswered])
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
