"""Appeals, for whom they exist: the organisation, the secretariat, the panel, and who defends the decision.

For everybody else there is none, and nothing that could be counted: also not for who took part in the review or the
decision. Who defends the decision reads the grounds and writes the defence; the panel's own record stays with the panel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import selectinload

from peerreview.accounts.models import Person
from peerreview.appeals import policy
from peerreview.appeals.clocks import PANEL
from peerreview.appeals.lifecycle import AppealState, PanelAnswer
from peerreview.appeals.models import Appeal, AppealDraft, PanelMember, RecordEntry
from peerreview.commission.lifecycle import DossierState, Outcome
from peerreview.commission.models import Decision, Dossier
from peerreview.commission.queries.decisions import decision_with_names
from peerreview.commission.queries.dossiers import with_names
from peerreview.commission.queries.letters import appeal_until, reference_of
from peerreview.commission.queries.recusal import visible_to
from peerreview.core import clock
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.db import db
from peerreview.core.paging import Page, paged
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory

LARGEST = 2**31 - 1
A = AppealState


@dataclass(frozen=True)
class Case:
    """An appeal as one reader has it before them: `view` says as whom, `record` is what they may read of it."""

    appeal: Appeal
    decision: Decision
    view: str
    seats: Sequence[PanelMember]
    record: Sequence[tuple[RecordEntry, str]]
    person_id: int | None = None

    @property
    def trajectory(self) -> Trajectory:
        return self.decision.dossier.trajectory

    @property
    def over(self) -> bool:
        return self.appeal.state in (A.DECIDED, A.INADMISSIBLE, A.WITHDRAWN)

    @property
    def panel(self) -> list[PanelMember]:
        """Who sits: those who accepted, the chair first."""
        sits = [seat for seat in self.seats if seat.answer == PanelAnswer.ACCEPTED]
        return sorted(sits, key=lambda seat: (not seat.chair, seat.id))

    @property
    def standing(self) -> list[PanelMember]:
        """Who sits or may still say yes."""
        return [seat for seat in self.seats if seat.answer != PanelAnswer.DECLINED]

    @property
    def complete(self) -> bool:
        """Whether three sit, one of them in the chair."""
        return len(self.panel) == PANEL and sum(seat.chair for seat in self.panel) == 1

    @property
    def seat(self) -> PanelMember | None:
        return next((seat for seat in self.seats if seat.person_id == self.person_id), None)

    @property
    def chairs(self) -> bool:
        return bool(self.seat and self.seat.chair)

    @property
    def agreed(self) -> bool:
        """Whether the text is there and every member said yes to it."""
        return self.complete and self.appeal.outcome is not None and all(seat.agrees for seat in self.panel)

    @property
    def reference(self) -> str:
        return reference_of(self.decision)


def case_for(actor: Actor, appeal_id: int) -> Case | None:
    """The appeal as this actor has it before them, or None for who may not know of it. Five queries."""
    if appeal_id > LARGEST:
        return None
    row = db.session.execute(
        select(Appeal, _visible(actor).label("seen"))
        .join(Decision, Decision.id == Appeal.decision_id)
        .join(Dossier, Dossier.id == Decision.dossier_id)
        .where(Appeal.id == appeal_id)
        .options(selectinload(Appeal.panel).joinedload(PanelMember.person))
    ).one_or_none()
    if row is None:
        return None
    appeal, seen = row
    decision = decision_with_names(appeal.decision_id)
    view = _view(actor, appeal, decision, bool(seen))
    return whole(appeal, decision, view, actor.person_id) if view else None


def _visible(actor: Actor) -> ColumnElement[bool]:
    return visible_to(actor) if actor.role == SECRETARIAT or policy.defends(actor) else false()


def _view(actor: Actor, appeal: Appeal, decision: Decision, seen: bool) -> str:
    """As whom this actor reads the appeal; '' for as nobody."""
    seat = next((seat for seat in appeal.panel if seat.person_id == actor.person_id), None)
    if seat is not None and seat.answer == PanelAnswer.ACCEPTED and appeal.state in (A.ADMITTED, A.DECIDED):
        return policy.PANEL
    if seat is not None and seat.answer == PanelAnswer.ASKED and appeal.state == A.ADMITTED:
        return policy.ASKED
    if actor.role in policy.OWN and actor.is_of(appeal.organisation_id):
        return policy.OURS
    if actor.role == SECRETARIAT and seen:
        return policy.OFFICE
    signed = policy.defends(actor) and actor.person_id == decision.signed_by_id
    return policy.DEFENCE if signed and seen and appeal.state == A.ADMITTED else ""


def whole(appeal: Appeal, decision: Decision, view: str, person_id: int | None) -> Case:
    """The appeal with the part of its record that this view reads. One query."""
    kinds = (policy.AFTER if appeal.letter_sent_at else policy.BEFORE)[view]
    rows = db.session.execute(
        select(RecordEntry, Person.name)
        .outerjoin(Person, Person.id == RecordEntry.added_by_id)
        .where(RecordEntry.appeal_id == appeal.id, RecordEntry.kind.in_(kinds))
        .order_by(RecordEntry.added_at, RecordEntry.id)
    ).all()
    return Case(appeal, decision, view, appeal.panel, [(entry, name or "") for entry, name in rows], person_id)


def case_with(appeal: Appeal) -> Case:
    """The appeal with everything, for an act that has it already. Four queries."""
    found = db.session.scalars(
        select(Appeal)
        .where(Appeal.id == appeal.id)
        .options(selectinload(Appeal.panel).joinedload(PanelMember.person))
        .execution_options(populate_existing=True)
    ).one()
    return whole(found, decision_with_names(found.decision_id), policy.PANEL, None)


def grounds_for(actor: Actor, appeal_id: int) -> Case | None:
    """The same for who reads what it is about: not yet who is only asked."""
    case = case_for(actor, appeal_id)
    return case if case and case.view != policy.ASKED else None


def dossier_of(case: Case) -> Dossier:
    """The dossier with its names and meeting, for the panel. One query."""
    chosen = with_names(select(Dossier).where(Dossier.id == case.decision.dossier_id))
    found: Dossier = db.session.scalars(chosen.execution_options(populate_existing=True)).one()
    return found


def told_for(actor: Actor, appeal_id: int) -> Case | None:
    """The same when the decision that it is about has its signed letter."""
    case = grounds_for(actor, appeal_id)
    return case if case and case.decision.file_key else None


def letter_for(actor: Actor, appeal_id: int) -> Case | None:
    """The same when there is a letter to read: for everybody once it went, and before that for the panel."""
    case = case_for(actor, appeal_id)
    told = case and (case.appeal.file_key or (case.view == policy.PANEL and case.appeal.outcome))
    return case if told else None


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of the record with the case that it belongs to."""

    case: Case
    entry: RecordEntry


def piece_for(actor: Actor, appeal_id: int, entry_id: int) -> Piece | None:
    """A file of the record, for who reads that part of it."""
    case = case_for(actor, appeal_id)
    found = next((entry for entry, _name in case.record if entry.id == entry_id and entry.key), None) if case else None
    return Piece(case, found) if case and found else None


# --- Before there is one ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chance:
    """A decision of the organisation itself: the appeal against it, or what is written of one, and until when."""

    decision: Decision
    draft: AppealDraft | None
    appeal: Appeal | None

    @property
    def until(self) -> date:
        return appeal_until(self.decision)

    @property
    def open(self) -> bool:
        """Whether an appeal can still be lodged today."""
        return self.appeal is None and can_be_appealed(self.decision) and self.until >= clock.today()

    @property
    def grounds(self) -> str:
        return self.draft.grounds if self.draft else ""

    @property
    def wish(self) -> str:
        return self.draft.wish if self.draft else ""

    @property
    def version(self) -> int:
        return self.draft.version if self.draft else 0


def can_be_appealed(decision: Decision) -> bool:
    """A decision of the commission that is no full award; what a panel decided is the last word."""
    return decision.outcome != Outcome.GRANTED and decision.replaces_id is None


def chance_for(actor: Actor, decision_id: int) -> Chance | None:
    """A decision that this actor's organisation can appeal against, or could have. Four queries."""
    if decision_id > LARGEST or actor.role not in policy.OWN:
        return None
    own = (
        select(Decision.id)
        .join(Dossier, Dossier.id == Decision.dossier_id)
        .join(Trajectory, Trajectory.id == Dossier.trajectory_id)
        .where(Decision.id == decision_id, Decision.letter_sent_at.is_not(None))
        .where(Trajectory.organisation_id == actor.organisation_id)
    )
    if db.session.scalar(own) is None:
        return None
    decision = decision_with_names(decision_id)
    return Chance(decision, draft_of(decision_id), running(decision_id)) if can_be_appealed(decision) else None


def draft_of(decision_id: int) -> AppealDraft | None:
    """What the organisation wrote so far."""
    return db.session.scalars(select(AppealDraft).where(AppealDraft.decision_id == decision_id)).one_or_none()


def running(decision_id: int) -> Appeal | None:
    """The appeal against this decision that was not taken back."""
    chosen = select(Appeal).where(Appeal.decision_id == decision_id, Appeal.state != A.WITHDRAWN)
    return db.session.scalars(chosen).one_or_none()


# --- Lists -----------------------------------------------------------------------------------------------------------


def appeal_page(actor: Actor, number: int) -> Page:
    """A page of the appeals that exist for this actor, those that run first, the latest on top. Two queries."""
    mine = select(PanelMember.appeal_id).where(
        PanelMember.person_id == actor.person_id,
        or_(
            and_(PanelMember.answer == PanelAnswer.ACCEPTED, Appeal.state.in_((A.ADMITTED, A.DECIDED))),
            and_(PanelMember.answer == PanelAnswer.ASKED, Appeal.state == A.ADMITTED),
        ),
    )
    seen: list[ColumnElement[bool]] = [Appeal.id.in_(mine.correlate(Appeal))]
    if actor.role in policy.OWN:
        seen.append(Appeal.organisation_id == actor.organisation_id)
    if actor.role == SECRETARIAT:
        seen.append(visible_to(actor))
    if policy.defends(actor):
        seen.append(and_(Decision.signed_by_id == actor.person_id, Appeal.state == A.ADMITTED, visible_to(actor)))
    chosen: Any = (
        select(
            Appeal.id, Appeal.state, Appeal.outcome, Appeal.lodged_at, Appeal.admissible_by, Appeal.decide_by,
            Organisation.name, Organisation.place,
        )
        .join(Decision, Decision.id == Appeal.decision_id)
        .join(Dossier, Dossier.id == Decision.dossier_id)
        .join(Organisation, Organisation.id == Appeal.organisation_id)
        .where(or_(*seen))
        .order_by(Appeal.state.not_in((A.LODGED, A.ADMITTED)), Appeal.lodged_at.desc(), Appeal.id)
    )  # fmt: skip
    return paged(chosen, number)


def superseded(decision: Decision) -> bool:
    """Whether the commission has decided on this dossier since."""
    later = select(Decision.id).where(Decision.dossier_id == decision.dossier_id, Decision.id != decision.id)
    later = later.where(Decision.decided_on >= decision.decided_on, Decision.id > decision.id)
    return db.session.scalars(later.limit(1)).first() is not None


def waits_for_commission(dossier: Dossier) -> bool:
    """Whether the dossier can go on an agenda as it is, or is on one."""
    return dossier.state != DossierState.DECIDED
