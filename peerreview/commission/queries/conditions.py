"""Conditions of an award: what the organisation still has to show about a norm, and who of the commission checks it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import aliased, joinedload

from peerreview.accounts.lifecycle import COMMISSION, Role
from peerreview.commission.lifecycle import ConditionState, Outcome
from peerreview.commission.models import Condition, ConditionFile, Decision, Dossier, Interest
from peerreview.commission.queries.duties import kept_out
from peerreview.commission.queries.recusal import recused_from, visible_to
from peerreview.commission.queries.seats import seats
from peerreview.commission.seats import Seat, leaders
from peerreview.core import clock, history
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.compound import Question
from peerreview.core.db import db
from peerreview.core.deadlines import OFFICE, Due, Hand, deadlines
from peerreview.core.history import TextVersion
from peerreview.frameworks.outline import NormView
from peerreview.frameworks.queries import outline_of
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory

SHOW, CHECK = "commission.condition", "commission.check_condition"
CHECKED_WITHIN = 10  # working days after the organisation showed it, as for a letter with a decision
LARGEST = 2**31 - 1
OWN = (Role.COORDINATOR, Role.EXECUTIVE)
SETTLED = (ConditionState.MET, ConditionState.NOT_MET)
Later = aliased(Decision)


@dataclass(frozen=True)
class Shown:
    """A condition with its decision and road, the files that show that it was met, and who may say so."""

    condition: Condition
    decision: Decision
    trajectory: Trajectory
    files: Sequence[ConditionFile]
    checkers: frozenset[int]
    replaced: bool  # another decision came in the place of this one, so it asks nothing any longer

    @property
    def norm(self) -> NormView | None:
        return outline_of(self.trajectory.framework_version_id).by_code.get(self.condition.norm)

    @cached_property
    def earlier(self) -> Sequence[TextVersion]:
        """What was shown and asked before it was asked again, the first one on top. One query."""
        return list(reversed(history.versions_of(self.condition)))


def in_force() -> ColumnElement[bool]:
    """The condition on Decision that no later one came in its place, after an appeal; a deferral leaves it as it is."""
    in_its_place = select(Later.id).where(
        Later.dossier_id == Decision.dossier_id, Later.id > Decision.id, Later.outcome != Outcome.DEFERRED
    )
    return ~in_its_place.exists()


def is_replaced(decision: Decision) -> bool:
    """Whether another decision came in the place of this one. One query."""
    return db.session.scalar(select(Decision.id).where(Decision.id == decision.id, in_force())) is None


def condition_for(actor: Actor, condition_id: int) -> Shown | None:
    """A condition for the organisation, once it has the letter, and for who of the commission may know of its dossier.

    Five queries.
    """
    if condition_id > LARGEST:
        return None
    mine = and_(Decision.letter_sent_at.is_not(None), Trajectory.organisation_id == actor.organisation_id)
    chosen = (
        select(Condition, Decision)
        .join(Decision, Decision.id == Condition.decision_id)
        .join(Dossier, Dossier.id == Decision.dossier_id)
        .join(Trajectory, Trajectory.id == Dossier.trajectory_id)
        .where(Condition.id == condition_id, mine if actor.role in OWN else visible_to(actor))
    )
    row = db.session.execute(chosen).one_or_none()
    return shown_with(*row) if row else None


def shown_with(condition: Condition, decision: Decision) -> Shown:
    """The condition of this decision with what belongs to it; five queries."""
    whole = select(Trajectory).join(Dossier, Dossier.trajectory_id == Trajectory.id)
    trajectory = db.session.scalars(
        whole.where(Dossier.id == decision.dossier_id).options(joinedload(Trajectory.organisation))
    ).one()
    able = checkers_of([decision.dossier_id])[decision.dossier_id]
    files = db.session.scalars(
        select(ConditionFile).where(ConditionFile.condition_id == condition.id).order_by(ConditionFile.id)
    )
    people = frozenset(seat.person_id for seat in able)
    return Shown(condition, decision, trajectory, list(files), people, is_replaced(decision))


@dataclass(frozen=True, slots=True)
class ShownFile:
    """One file with the condition that it shows."""

    shown: Shown
    file: ConditionFile


def condition_file_for(actor: Actor, condition_id: int, file_id: int) -> ShownFile | None:
    """A file, for who may know of its condition."""
    shown = condition_for(actor, condition_id)
    found = next((file for file in shown.files if file.id == file_id), None) if shown else None
    return ShownFile(shown, found) if shown and found else None


def checkers_of(dossier_ids: Collection[int]) -> dict[int, list[Seat]]:
    """For each dossier who of the commission says whether its conditions are met: who would lead the case. Two queries."""
    members = {seat.person_id: seat for seat in seats() if not seat.substitute}
    recused = recused_from(dossier_ids, members)
    found = {}
    for dossier_id in dossier_ids:
        able = leaders(seat for person_id, seat in members.items() if person_id not in recused[dossier_id])
        found[dossier_id] = [members[person_id] for person_id in sorted(able)]
    return found


def conditions_to_check(actor: Actor) -> Sequence[Any]:
    """What organisations have shown and nobody looked at yet, the first shown on top. One query."""
    if actor.role not in (*COMMISSION, SECRETARIAT):
        return []
    waiting = (
        select(Condition.id, Condition.norm, Condition.shown_at, Organisation.name)
        .join(Decision, Decision.id == Condition.decision_id)
        .join(Dossier, Dossier.id == Decision.dossier_id)
        .join(Trajectory, Trajectory.id == Dossier.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(Condition.state == ConditionState.SHOWN, visible_to(actor), in_force())
        .order_by(Condition.shown_at, Condition.id)
    )
    return db.session.execute(waiting).all()


@dataclass(frozen=True, slots=True)
class Standing:
    """How many conditions a decision has, and how many of them were met and were not."""

    total: int = 0
    met: int = 0
    not_met: int = 0

    @property
    def settled(self) -> bool:
        return self.total > 0 and self.met + self.not_met == self.total


def standings(decision_ids: Collection[int]) -> dict[int, Standing]:
    """By decision; one without conditions is not in it. One query."""
    rows = db.session.execute(
        select(
            Condition.decision_id, func.count(),
            func.count(case((Condition.state == ConditionState.MET, 1))),
            func.count(case((Condition.state == ConditionState.NOT_MET, 1))),
        )
        .where(Condition.decision_id.in_(decision_ids))
        .group_by(Condition.decision_id)
    )  # fmt: skip
    return {row[0]: Standing(*row[1:]) for row in rows}


# --- What waits for whom ---------------------------------------------------------------------------------------------


def _open() -> Question:
    return _waiting(Condition.state == ConditionState.OPEN)


def _shown() -> Question:
    return _waiting(Condition.state == ConditionState.SHOWN)


def _waiting(state: ColumnElement[bool]) -> Question:
    return (
        select(
            Condition.id, Dossier.id.label("dossier_id"), Trajectory.id.label("trajectory_id"), Trajectory.round_id,
            Trajectory.organisation_id, Condition.due_on, Condition.state_since, Condition.norm, Organisation.name,
        )
        .join(Decision, Decision.id == Condition.decision_id)
        .join(Dossier, Dossier.id == Decision.dossier_id)
        .join(Trajectory, Trajectory.id == Dossier.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(state, Decision.letter_sent_at.is_not(None), in_force())
    )  # fmt: skip


def _kept() -> Question:
    """Who has an interest in a dossier with a condition that is not settled."""
    return (
        select(Interest.id, Condition.id.label("subject_id"), Interest.person_id)
        .join(Decision, Decision.dossier_id == Interest.dossier_id)
        .join(Condition, Condition.decision_id == Decision.id)
        .where(Condition.state.not_in(SETTLED))
    )


@deadlines(SHOW, roles=(Role.COORDINATOR.value,), asks=(_open, _kept))
def conditions_to_show(waiting: Iterable[Any], kept: Iterable[Any]) -> Iterator[Due]:
    """Each condition that the organisation has to show."""
    out = kept_out(kept)
    for row in waiting:
        title = _l("Show that the condition about %(norm)s is met", norm=row.norm)
        yield Due(
            SHOW, row.id, title, row.due_on, (Hand(Role.COORDINATOR.value, row.organisation_id),), f"/conditions/{row.id}",
            row.round_id, row.organisation_id, row.name, row.trajectory_id, since=row.state_since, kept_from=out[row.id],
        )  # fmt: skip


@deadlines(
    CHECK,
    roles=(Role.COMMISSION_CHAIR.value, Role.COMMISSION_MEMBER.value, Role.SECRETARIAT.value),
    asks=(_shown, _kept),
)
def conditions_waited_for(waiting: Iterable[Any], kept: Iterable[Any]) -> Iterator[Due]:
    """Each condition that was shown, for who of the commission leads that case.

    Who is kept out of the dossier is not among those hands. Two queries when there is one, else none.
    """
    rows, out = list(waiting), kept_out(kept)
    checkers = checkers_of(sorted({row.dossier_id for row in rows})) if rows else {}
    for row in rows:
        title = _l("Look whether %(name)s meets its condition about %(norm)s", name=row.name, norm=row.norm)
        hands = tuple(Hand(_role(seat), None, seat.person_id) for seat in checkers[row.dossier_id]) or OFFICE
        day = clock.add_working_days(clock.local(row.state_since).date(), CHECKED_WITHIN)
        link = f"/conditions/{row.id}"
        yield Due(CHECK, row.id, title, day, hands, link, row.round_id, since=row.state_since, kept_from=out[row.id])


def _role(seat: Seat) -> str:
    return Role.COMMISSION_CHAIR.value if seat.chair else Role.COMMISSION_MEMBER.value
