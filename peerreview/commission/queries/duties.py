"""What waits for the secretariat before and after the commission: a check, forwarding, the letter with the decision."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from peerreview.accounts.lifecycle import Role
from peerreview.commission.lifecycle import DossierState, Outcome
from peerreview.commission.models import Decision, Dossier, Interest
from peerreview.core.compound import Question
from peerreview.core.deadlines import OFFICE, Due, deadlines
from peerreview.improvement.models import Plan
from peerreview.organisations.models import Organisation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory

CHECK, FORWARD, LETTER = "commission.check", "commission.forward", "commission.letter"
RETURN = "commission.return"
S = TrajectoryState


def _trajectories() -> Question:
    """What is to be checked or forwarded. A plan that was asked back is the organisation's turn, so it is not in it."""
    ours = or_(Trajectory.state == S.COMPLETE, Plan.id.is_(None), Plan.signed_at.is_not(None))
    return (
        select(
            Trajectory.id, Trajectory.state, Trajectory.due_on, Trajectory.state_since, Trajectory.round_id,
            Organisation.name,
        )
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .outerjoin(Plan, Plan.trajectory_id == Trajectory.id)
        .where(Trajectory.state.in_((S.PLANNED, S.COMPLETE)), Trajectory.due_on.is_not(None), ours)
    )  # fmt: skip


def _decisions() -> Question:
    return (
        select(Decision.id, Decision.letter_due_on, Dossier.trajectory_id, Trajectory.round_id, Organisation.name)
        .join(Dossier, Dossier.id == Decision.dossier_id)
        .join(Trajectory, Trajectory.id == Dossier.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(Decision.letter_sent_at.is_(None), Decision.letter_due_on.is_not(None))
    )


def _deferred() -> Question:
    """Dossiers whose decision was deferred until a day, and that are on no agenda yet."""
    return (
        select(
            Decision.id, Decision.return_on, Dossier.id.label("dossier_id"), Dossier.trajectory_id, Trajectory.round_id,
            Organisation.name, Dossier.state_since,
        )
        .join(Dossier, Dossier.id == Decision.dossier_id)
        .join(Trajectory, Trajectory.id == Dossier.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(Decision.outcome == Outcome.DEFERRED, Decision.return_on.is_not(None))
        .where(Dossier.state == DossierState.DEFERRED)
    )  # fmt: skip


def _kept() -> Question:
    """Who has an interest in a dossier of which a decision has to be told, or taken up again."""
    waits = or_(Decision.letter_sent_at.is_(None), Dossier.state == DossierState.DEFERRED)
    return (
        select(Interest.id, Decision.id.label("subject_id"), Interest.person_id)
        .join(Dossier, Dossier.id == Interest.dossier_id)
        .join(Decision, Decision.dossier_id == Dossier.id)
        .where(waits)
    )


def kept_out(rows: Iterable[Any]) -> dict[int, frozenset[int]]:
    """From whom each subject is kept: by its id, nobody when it is not in these rows."""
    found: dict[int, frozenset[int]] = defaultdict(frozenset)
    for row in rows:
        found[row.subject_id] |= {row.person_id}
    return found


@deadlines(
    CHECK, FORWARD, LETTER, RETURN, roles=(Role.SECRETARIAT.value,), asks=(_trajectories, _decisions, _deferred, _kept)
)
def office_waited_for(
    trajectories: Iterable[Any], decisions: Iterable[Any], deferred: Iterable[Any], kept: Iterable[Any]
) -> Iterator[Due]:
    """Each trajectory to check or to forward, each decision whose letter did not go yet, and each deferred one that is to
    come back on an agenda."""
    out = kept_out(kept)
    for id, state, day, since, round_id, name in trajectories:
        kind = CHECK if state == S.PLANNED else FORWARD
        title = _l("Check the dossier of %(name)s", name=name) if kind == CHECK else _l(
            "Forward the dossier of %(name)s to the commission", name=name
        )  # fmt: skip
        yield Due(kind, id, title, day, OFFICE, f"/trajectories-to-check/{id}", round_id, trajectory_id=id, since=since)
    for id, day, trajectory_id, round_id, name in decisions:
        yield Due(
            LETTER, id, _l("Send the decision to %(name)s", name=name), day, OFFICE, f"/decisions/{id}", round_id,
            trajectory_id=trajectory_id, kept_from=out[id],
        )  # fmt: skip
    for id, day, dossier_id, trajectory_id, round_id, name, since in deferred:
        title = _l("Put the deferred dossier of %(name)s on an agenda", name=name)
        link = f"/dossiers/{dossier_id}"
        yield Due(
            RETURN, id, title, day, OFFICE, link, round_id, trajectory_id=trajectory_id, since=since, kept_from=out[id]
        )
