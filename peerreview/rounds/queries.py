"""Which rounds there are, and for whom."""

from datetime import date

from sqlalchemy import Select, case, select
from sqlalchemy.orm import joinedload

from peerreview.core.access import Actor
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.rounds import policy
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round


def _latest_first() -> Select[Round]:
    return (
        select(Round)
        .options(joinedload(Round.framework_version))
        .order_by(Round.signup_opens_on.desc(), Round.id.desc())
    )


def round_for(actor: Actor, round_id: int) -> Round | None:
    """A round with its framework version; a draft only for who prepares it or watches over it."""
    round_ = db.session.scalars(_latest_first().where(Round.id == round_id)).one_or_none()
    return round_ if round_ and policy.may_see(actor, round_) else None


def rounds_for(actor: Actor) -> list[Round]:
    """The rounds that this actor may know of, the latest first. One query."""
    if not policy.may_list(actor):
        return []
    visible = _latest_first()
    if actor.role not in policy.SEE_DRAFTS:
        visible = visible.where(Round.state != RoundState.DRAFT)
    return list(db.session.scalars(visible))


def open_rounds(today: date) -> list[Round]:
    """The rounds for which an organisation can sign up on this day, the one that closes first on top."""
    return list(
        db.session.scalars(
            _latest_first()
            .where(Round.state == RoundState.OPEN)
            .where(Round.signup_opens_on <= today, Round.signup_closes_on >= today)
            .order_by(None)
            .order_by(Round.signup_closes_on, Round.id)
        )
    )


def current_round() -> Round | None:
    """The round that the secretariat works on now: open or being matched before running before closed; else None."""
    first = case(
        (Round.state.in_([RoundState.OPEN, RoundState.MATCHING]), 0), (Round.state == RoundState.RUNNING, 1), else_=2
    )
    known = _latest_first().where(Round.state != RoundState.DRAFT).order_by(None)
    return db.session.scalars(known.order_by(first, Round.signup_opens_on.desc(), Round.id.desc()).limit(1)).first()


def changes_of(round_: Round) -> list[AuditEntry]:
    """What was done with this round, by whom and why, the latest first."""
    entries = select(AuditEntry).where(
        AuditEntry.subject_type == Round.__tablename__, AuditEntry.subject_id == round_.id
    )
    return list(db.session.scalars(entries.order_by(AuditEntry.id.desc()).limit(50)))
