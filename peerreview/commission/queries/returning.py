"""When an organisation can come back after a refusal, told at its next sign-up."""

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.commission.lifecycle import Outcome
from peerreview.commission.models import Decision, Dossier
from peerreview.commission.queries.recusal import visible_to
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.core.i18n import day
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import warns_sign_up


@warns_sign_up
def too_early(actor: Actor, trajectory: Trajectory) -> str:
    """That the commission named a later day when it refused the label, and what must change; '' else. One query."""
    refused = (
        select(Decision.return_on, Decision.asks)
        .join(Dossier, Dossier.id == Decision.dossier_id)
        .join(Trajectory, Trajectory.id == Dossier.trajectory_id)
        .where(Trajectory.organisation_id == trajectory.organisation_id, Trajectory.id != trajectory.id)
        .where(Decision.outcome == Outcome.REFUSED, Decision.letter_sent_at.is_not(None))
        .where(Decision.return_on > clock.today())
        .order_by(Decision.id.desc())
        .limit(1)
    )
    if not actor.is_of(trajectory.organisation_id):
        refused = refused.where(visible_to(actor))
    row = db.session.execute(refused).first()
    if row is None:
        return ""
    said = _(
        "The commission refused the label before, and asks the organisation to come back from %(day)s.",
        day=day(row.return_on, weekday=False, year=True),
    )
    return f"{said} {row.asks}".strip()
