"""Proposals: for whom they are visible, which of them are open, and which groups were accepted by all."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.marketplace import policy
from peerreview.marketplace.lifecycle import ProposalState, ReplyState
from peerreview.marketplace.models import Proposal, ProposalMember
from peerreview.marketplace.proposing import Asked
from peerreview.marketplace.queries.participants import on_the_market, participants
from peerreview.marketplace.taking_part import MARKET_IS_OPEN
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory

NEWEST_FIRST = (Proposal.made_at.desc(), Proposal.id)  # an id tells nothing of the order
_matched: list[Callable[[Collection[int]], set[int]]] = []


def tells_matched(query: Callable[[Collection[int]], set[int]]) -> Callable[[Collection[int]], set[int]]:
    """Ask this later feature which of these trajectories have a partner: then nothing of theirs changes here."""
    _matched[:] = [query]
    return query


def matched_of(trajectory_ids: Collection[int]) -> set[int]:
    """Which of these trajectories have been given a partner."""
    return _matched[0](trajectory_ids) if _matched else set()


def _proposals() -> Select[Proposal]:
    """Proposals with round, who made it, and members; of each its trajectory and organisation."""
    member = selectinload(Proposal.members)
    return select(Proposal).options(
        joinedload(Proposal.round),
        joinedload(Proposal.made_by),
        member.joinedload(ProposalMember.trajectory).joinedload(Trajectory.organisation),
    )


def proposal_for(actor: Actor, proposal_id: int) -> Proposal | None:
    """With round, members, trajectories and organisations; None for who may not know of it. Two queries."""
    found = db.session.scalars(_proposals().where(Proposal.id == proposal_id)).one_or_none()
    return found if found and policy.may_know_proposal(actor, found) else None


def proposal_of(proposal_id: int) -> Proposal:
    """The same as it is now, for an act that has waited for its turn."""
    fresh = _proposals().where(Proposal.id == proposal_id).execution_options(populate_existing=True)
    return db.session.scalars(fresh).one()


def wait_for_turn(round_id: int) -> None:
    """Lock the market of this round until the act is over, so that two acts in it come one by one."""
    db.session.scalars(select(Round.id).where(Round.id == round_id).with_for_update(key_share=True)).one()


def as_now(trajectory_ids: Sequence[int]) -> list[Trajectory]:
    """These trajectories in this order, with round and organisation, as they are now."""
    found = (
        select(Trajectory)
        .options(joinedload(Trajectory.round), joinedload(Trajectory.organisation))
        .where(Trajectory.id.in_(trajectory_ids))
        .execution_options(populate_existing=True)
    )
    by_id = {each.id: each for each in db.session.scalars(found)}
    return [by_id[trajectory_id] for trajectory_id in trajectory_ids]


def _of(trajectory_ids: Iterable[int]) -> ColumnElement[bool]:
    mine = select(ProposalMember.proposal_id).where(ProposalMember.trajectory_id.in_(list(trajectory_ids)))
    return Proposal.id.in_(mine)


def proposals_of(trajectory_id: int) -> list[Proposal]:
    """Every proposal in which this trajectory has a place, the newest first. Two queries."""
    return list(db.session.scalars(_proposals().where(_of([trajectory_id])).order_by(*NEWEST_FIRST)))


def running_of(trajectory_ids: Iterable[int], but: int | None = None) -> list[Proposal]:
    """The open and accepted proposals of these trajectories, as they are now, without the proposal `but`."""
    running = Proposal.state.in_((ProposalState.OPEN, ProposalState.ACCEPTED))
    found = _proposals().where(_of(trajectory_ids), running, Proposal.id != (but or 0))
    found = found.order_by(Proposal.made_at, Proposal.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def locked_of(trajectory_ids: Iterable[int]) -> set[int]:
    """Which of these trajectories are in a proposal that was accepted by all. Not for what another member reads."""
    locked = select(ProposalMember.trajectory_id).where(
        ProposalMember.trajectory_id.in_(list(trajectory_ids)), ProposalMember.locked
    )
    return set(db.session.scalars(locked))


@dataclass(frozen=True, slots=True)
class Between:
    """What there is between an organisation and another one: ids of proposals, None where there is none."""

    asked_by: int | None = None  # they asked us, and wait for our answer
    asked: int | None = None  # we asked them, and wait
    together: int | None = None  # accepted by all


_us, _them, _their = aliased(ProposalMember), aliased(ProposalMember), aliased(Trajectory)
# Made once: the list of the market asks it at each look.
_BETWEEN = (
    select(_their.organisation_id, Proposal.id, Proposal.state, Proposal.trajectory_id, _them.trajectory_id, _us.state)
    .join(_us, and_(_us.proposal_id == Proposal.id, _us.trajectory_id == bindparam("ours")))
    .join(_them, and_(_them.proposal_id == Proposal.id, _them.id != _us.id))
    .join(_their, _their.id == _them.trajectory_id)
    .where(Proposal.state.in_((ProposalState.OPEN, ProposalState.ACCEPTED)))
    .order_by(*NEWEST_FIRST)
)


def proposals_between(trajectory_id: int) -> dict[int, Between]:
    """By organisation what there is between it and us: only proposals of which we are a part. One query.

    For a page that offers to ask somebody: where `asked_by` is known one reads their proposal first.
    """
    rows = db.session.execute(_BETWEEN, {"ours": trajectory_id})
    found: dict[int, dict[str, int]] = {}
    for organisation_id, proposal_id, state, maker, theirs, reply in rows:
        here = found.setdefault(organisation_id, {})
        if state == ProposalState.ACCEPTED:
            here["together"] = proposal_id
        elif maker == trajectory_id:
            here["asked"] = proposal_id
        elif maker == theirs and reply == ReplyState.PENDING:
            here["asked_by"] = proposal_id
    return {organisation_id: Between(**each) for organisation_id, each in found.items()}


def accepted_groups(round_id: int) -> list[tuple[int, ...]]:
    """The groups that want each other, for the matching: organisation ids in review order, of proposals accepted by all.

    Without those of which a member left the market. One query.
    """
    rows = db.session.execute(
        select(Proposal.id, Trajectory.organisation_id, on_the_market())
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .join(Trajectory, Trajectory.id == ProposalMember.trajectory_id)
        .join(Round, Round.id == Trajectory.round_id)
        .where(Proposal.round_id == round_id, Proposal.state == ProposalState.ACCEPTED)
        .order_by(Proposal.id, ProposalMember.position)
    )
    groups: dict[int, list[tuple[int, bool]]] = {}
    for proposal_id, organisation_id, there in rows:
        groups.setdefault(proposal_id, []).append((organisation_id, bool(there)))
    return [tuple(key for key, _there in group) for group in groups.values() if all(there for _key, there in group)]


def open_proposals_waiting(trajectory_id: int) -> int:
    """How many open proposals wait for the answer of this trajectory. One query."""
    waiting = (
        select(func.count())
        .select_from(Proposal)
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .where(ProposalMember.trajectory_id == trajectory_id, ProposalMember.state == ReplyState.PENDING)
        .where(Proposal.state == ProposalState.OPEN)
    )
    return db.session.scalars(waiting).one()


def open_proposals_of(trajectory_id: int, today: date) -> list[Asked]:
    """The open proposals of which this trajectory is a part, what ends first on top. One query, names only."""
    ours = select(ProposalMember.proposal_id).where(ProposalMember.trajectory_id == trajectory_id)
    rows = db.session.execute(
        select(
            Proposal.id,
            Proposal.answer_by,
            Proposal.trajectory_id.label("asker_id"),
            ProposalMember.trajectory_id,
            ProposalMember.state,
            Organisation.name,
        )
        .join(ProposalMember, ProposalMember.proposal_id == Proposal.id)
        .join(Trajectory, Trajectory.id == ProposalMember.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(Proposal.id.in_(ours), Proposal.state == ProposalState.OPEN, Proposal.answer_by >= today)
        .order_by(Proposal.answer_by, Proposal.made_at, Proposal.id, ProposalMember.position)
    ).all()
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.id, []).append(row)
    return [_as_asked(members, trajectory_id) for members in found.values()]


def _as_asked(members: Sequence[Any], trajectory_id: int) -> Asked:
    silent = [row for row in members if row.state == ReplyState.PENDING]
    return Asked(
        members[0].id,
        members[0].answer_by,
        next(row.name for row in members if row.trajectory_id == row.asker_id),
        any(row.trajectory_id == trajectory_id for row in silent),
        tuple(row.name for row in silent if row.trajectory_id != trajectory_id),
    )


def proposals_in(round_id: int) -> list[Proposal]:
    """Every proposal of a round, the newest first: for who watches over the market. Two queries."""
    return list(db.session.scalars(_proposals().where(Proposal.round_id == round_id).order_by(*NEWEST_FIRST)))


def _open() -> Select[Proposal]:
    return _proposals().where(Proposal.state == ProposalState.OPEN).order_by(Proposal.made_at, Proposal.id)


def overdue(today: date) -> Sequence[Proposal]:
    """Open proposals whose last day is past, and those of rounds whose market has closed."""
    from_open_rounds = Round.state.in_(MARKET_IS_OPEN)
    past = _open().join(Proposal.round).where(or_(Proposal.answer_by < today, ~from_open_rounds))
    return db.session.scalars(past).all()


def others_on_the_market(
    trajectory: Trajectory, text: str = "", only: Collection[int] | None = None
) -> list[Trajectory]:
    """The other trajectories of its round that are on the market, with round and organisation, by name.

    `text` narrows it to those whose name or place holds it, `only` to these organisations.
    """
    found = participants(trajectory.round_id).where(Trajectory.id != trajectory.id)
    if text:
        like = [column.icontains(text, autoescape=True) for column in (Organisation.name, Organisation.place)]
        found = found.where(or_(*like))
    if only is not None:
        found = found.where(Trajectory.organisation_id.in_(list(only)))
    return list(db.session.scalars(found))
