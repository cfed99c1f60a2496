"""Exchanges: for whom they are visible, who is whose partner, and which answers are waited for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased, defer, joinedload, selectinload

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.frameworks.queries import outline_of
from peerreview.matching import policy
from peerreview.matching.lifecycle import AnswerState, ExchangeState
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.organisations.models import Organisation, WorkField
from peerreview.rounds.models import Round
from peerreview.trajectories.lifecycle import ENDED
from peerreview.trajectories.models import OfferedReviewer, Trajectory

Titles = Mapping[str, Mapping[str, str]]


def _exchanges() -> Select[Exchange]:
    """Exchanges with round and members, and of each member trajectory and organisation."""
    member = selectinload(Exchange.members)
    return select(Exchange).options(
        joinedload(Exchange.round),
        member.joinedload(ExchangeMember.trajectory).joinedload(Trajectory.organisation),
    )


def exchange_for(actor: Actor, exchange_id: int) -> Exchange | None:
    """With round, members, trajectories, organisations and work fields; None for who may not know of it."""
    fields = selectinload(Exchange.members).joinedload(ExchangeMember.trajectory).selectinload(Trajectory.work_fields)
    found = db.session.scalars(_exchanges().options(fields).where(Exchange.id == exchange_id)).one_or_none()
    if found is None or not policy.may_know(actor, _organisations(found)):
        return None
    return found


def _organisations(exchange: Exchange) -> list[int]:
    return [member.trajectory.organisation_id for member in exchange.members]


def exchange_of(exchange_id: int) -> Exchange:
    """The exchange with members as it is now, locked until the act is over: two answers at once come one by one."""
    db.session.scalars(select(Exchange.id).where(Exchange.id == exchange_id).with_for_update()).one()
    found = _exchanges().where(Exchange.id == exchange_id).execution_options(populate_existing=True)
    return db.session.scalars(found).one()


def standing_exchange_of(trajectory_id: int) -> Exchange | None:
    """The exchange that this trajectory is in now, with members and organisations; None while there is none."""
    mine = _exchanges().join(ExchangeMember, ExchangeMember.exchange_id == Exchange.id)
    mine = mine.where(ExchangeMember.trajectory_id == trajectory_id, ExchangeMember.standing)
    return db.session.scalars(mine).one_or_none()


def current_exchange_of(organisation_id: int | None) -> int | None:
    """The id of the exchange that this organisation is in now, of the latest round; None while there is none.

    One that is completed is no longer the present one once the organisation takes part in a later round.
    """
    later, later_round = aliased(Trajectory), aliased(Round)
    goes_on = (
        select(later.id)
        .join(later_round, later_round.id == later.round_id)
        .where(later.organisation_id == organisation_id, later.state.not_in(ENDED))
        .where(later_round.signup_opens_on > Round.signup_opens_on)
    )
    mine = (
        select(Exchange.id)
        .join(ExchangeMember, ExchangeMember.exchange_id == Exchange.id)
        .join(Trajectory, Trajectory.id == ExchangeMember.trajectory_id)
        .join(Round, Round.id == Exchange.round_id)
        .where(Trajectory.organisation_id == organisation_id, ExchangeMember.standing)
        .where(or_(Exchange.state != ExchangeState.COMPLETED, ~goes_on.exists()))
        .order_by(Round.signup_opens_on.desc(), Exchange.id.desc())
        .limit(1)
    )
    return db.session.scalars(mine).one_or_none()


def partners_of(trajectory_id: int) -> list[Trajectory]:
    """The other members of its exchange in review order, from the one that it reviews, with organisations."""
    exchange = standing_exchange_of(trajectory_id)
    around = [member.trajectory for member in exchange.members] if exchange else []
    here = next((n for n, trajectory in enumerate(around) if trajectory.id == trajectory_id), None)
    return [] if here is None else around[here + 1 :] + around[:here]


def exchanges_in(round_id: int) -> list[Exchange]:
    """The exchanges of a round that stand, with the names of their members: what waits for an answer first."""
    trajectory = selectinload(Exchange.members).joinedload(ExchangeMember.trajectory)
    standing = (
        select(Exchange)
        .options(
            defer(Exchange.explanation),
            trajectory.load_only(Trajectory.id),
            trajectory.joinedload(Trajectory.organisation).load_only(Organisation.name),
        )
        .where(Exchange.round_id == round_id, Exchange.state != ExchangeState.DISSOLVED)
        .order_by(Exchange.state != ExchangeState.PROPOSED, Exchange.answer_by, Exchange.id)
    )
    return list(db.session.scalars(standing))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposed exchange, and the names of whom it waits for and of who objected."""

    exchange_id: int
    names: tuple[str, ...]
    waiting_for: tuple[str, ...]
    objected: tuple[str, ...]
    answer_by: date | None


def proposals_waiting() -> list[Waiting]:
    """Every proposal that is not answered by all, what is due first on top; for the secretariat. Three queries."""
    proposed = _exchanges().where(Exchange.state == ExchangeState.PROPOSED).order_by(Exchange.answer_by, Exchange.id)
    return [
        Waiting(
            exchange.id,
            _names(exchange, AnswerState),
            _names(exchange, [AnswerState.PENDING]),
            _names(exchange, [AnswerState.OBJECTED]),
            exchange.answer_by,
        )
        for exchange in db.session.scalars(proposed)
    ]


def _names(exchange: Exchange, states: Iterable[AnswerState]) -> tuple[str, ...]:
    wanted = set(states)
    return tuple(m.trajectory.organisation.name for m in exchange.members if m.state in wanted)


def reviewers_of(trajectory_ids: Sequence[int]) -> dict[int, list[OfferedReviewer]]:
    """Whom each of these offers to review others, the lead first, with their names."""
    offered = (
        select(OfferedReviewer)
        .where(OfferedReviewer.trajectory_id.in_(trajectory_ids))
        .options(joinedload(OfferedReviewer.person))
        .order_by(OfferedReviewer.lead.desc(), OfferedReviewer.id)
    )
    people: dict[int, list[OfferedReviewer]] = {each: [] for each in trajectory_ids}
    for one in db.session.scalars(offered):
        people[one.trajectory_id].append(one)
    return people


def titles(framework_version_id: int) -> tuple[Titles, Titles]:
    """The titles by code, in both languages, of all work fields and of the competencies of this framework version."""
    fields = {field.code: field.title for field in db.session.scalars(select(WorkField))}
    competencies = {part.code: part.title for part in outline_of(framework_version_id).competencies}
    return fields, competencies
