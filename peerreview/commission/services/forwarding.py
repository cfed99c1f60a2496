"""The secretariat's part: is everything there, what must change, and on to the commission."""

from collections.abc import Mapping
from dataclasses import asdict

from flask_babel import gettext as _
from flask_babel import ngettext

from peerreview.commission import mail
from peerreview.commission.completeness import in_the_way, with_reasons
from peerreview.commission.models import CompletenessCheck, Dossier
from peerreview.commission.queries.checking import check_of, checklist_of, waiting_for
from peerreview.commission.queries.questions import open_questions
from peerreview.commission.services.recusal import note_interests
from peerreview.core import audit, clock, events
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.improvement.services import reopen_plan
from peerreview.trajectories.lifecycle import TRAJECTORY, TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import round_of
from peerreview.trajectories.services import advance


def complete_trajectory(trajectory: Trajectory, *, reasons: Mapping[str, str], by: Actor) -> None:
    """Call a trajectory complete. What is missing needs a reason (by code of its item) to be let go.

    Raises Invalid with the codes that are missing without a reason; reciprocity is asked when it is forwarded.
    """
    if not TRAJECTORY.can(trajectory.state, "complete"):
        raise NotNow(_("This step was already done, or it is not its turn yet."))
    with unit_of_work():
        items = with_reasons(checklist_of(trajectory), reasons)
        if missing := in_the_way(items):
            number = len(missing)
            raise Invalid(
                ngettext("One thing is still missing.", "%(num)s things are still missing.", number),
                problems=[item.code for item in missing],
            )
        check = check_of(trajectory.id) or CompletenessCheck(trajectory_id=trajectory.id)
        check.items = [asdict(item) for item in items]
        check.checked_at, check.checked_by_id = clock.now(), by.person_id
        db.session.add(check)
        db.session.flush()
        let_go = {item.code: item.reason for item in items if item.reason}
        audit.record("completeness.check", check, by=by, after={"let_go": let_go})
        advance(trajectory, "complete", by=by, due_on=trajectory.due_on)


def ask_back(trajectory: Trajectory, *, reason: str, by: Actor) -> None:
    """Open the improvement plan again with what is missing; the organisation has ten working days by default."""
    if not reason.strip():
        raise Invalid(_("Write the reason down: the other reads it."))
    with unit_of_work():
        if trajectory.state == TrajectoryState.COMPLETE:
            advance(trajectory, "ask_back", by=by, reason=reason)
        due = clock.add_working_days(clock.today(), round_of(trajectory).rules.correct_within)
        reopen_plan(trajectory, reason=reason, due_on=due, by=by)


def forward(trajectory: Trajectory, *, by: Actor, release_reason: str = "") -> Dossier:
    """Make the dossier and hand it to the commission; the organisation is told.

    Raises Invalid while a question back has no answer. Reciprocity: the same while the exchange waits for a report,
    unless there is a reason to release it.
    Announces "dossier.forwarded". Interests that follow from what is known are noted before anybody can read it.
    """
    if not TRAJECTORY.can(trajectory.state, "forward"):
        raise NotNow(_("This step was already done, or it is not its turn yet."))
    with unit_of_work():
        if open_questions(trajectory.id):
            raise Invalid(_("A question still waits for its answer. Wait for it, or take the question back."))
        waiting = waiting_for(trajectory.id)
        if waiting and not release_reason.strip():
            raise Invalid(
                _("The exchange still waits for the report on %(names)s. Write down why this dossier may go before.",
                  names=", ".join(waiting))
            )  # fmt: skip
        check = check_of(trajectory.id)
        dossier = Dossier(
            trajectory_id=trajectory.id,
            checklist=check.items if check else [asdict(item) for item in checklist_of(trajectory)],
            release_reason=release_reason.strip() if waiting else "",
            forwarded_at=clock.now(),
            state_since=clock.now(),
        )
        db.session.add(dossier)
        advance(trajectory, "forward", by=by)
        db.session.flush()
        audit.record("dossier.forward", dossier, by=by, reason=dossier.release_reason, after={"waiting": list(waiting)})
        note_interests(dossier)
        mail.tell_forwarded(trajectory)
        events.announce("dossier.forwarded", dossier, by=by)
    return dossier
