"""What was published in a round and can still change, and who would read about it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.core import clock
from peerreview.core.db import db
from peerreview.marketplace.queries import rows_of
from peerreview.matching.lifecycle import AnswerState, ExchangeState
from peerreview.matching.models import Exchange, ExchangeMember, MatchingRun
from peerreview.matching.queries.candidates import STILL_TO_MATCH, WITH_PEERS, without_exchange
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory

# Once visits are being agreed an exchange is active, and no longer changes for the sake of others.
OPEN = (ExchangeState.PROPOSED, ExchangeState.CONFIRMED)


def open_exchanges_in(round_id: int) -> list[Exchange]:
    """The exchanges of a round that are proposed or confirmed, with members, organisations and round; by id."""
    member = selectinload(Exchange.members)
    found = (
        select(Exchange)
        .options(
            joinedload(Exchange.round),
            member.joinedload(ExchangeMember.trajectory).joinedload(Trajectory.organisation),
        )
        .where(Exchange.round_id == round_id, Exchange.state.in_(OPEN))
        .order_by(Exchange.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(found))


def organisations_in(exchange: Exchange) -> tuple[int, ...]:
    """The members in review order, by organisation."""
    return tuple(member.trajectory.organisation_id for member in exchange.members)


def is_objected(exchange: Exchange) -> bool:
    return any(member.state == AnswerState.OBJECTED for member in exchange.members)


def adjustable_rows(round_: Round) -> list[dict[str, Any]]:
    """Who has no partner yet or is in an exchange that can still change, as the input of a rehearsal."""
    standing = exists().where(ExchangeMember.trajectory_id == Trajectory.id, ExchangeMember.standing)
    in_open = (
        select(ExchangeMember.trajectory_id)
        .join(Exchange, Exchange.id == ExchangeMember.exchange_id)
        .where(ExchangeMember.standing, Exchange.round_id == round_.id, Exchange.state.in_(OPEN))
    )
    looking = (
        select(Trajectory)
        .where(Trajectory.round_id == round_.id, Trajectory.state.in_(STILL_TO_MATCH), Trajectory.route.in_(WITH_PEERS))
        .where(or_(~standing, Trajectory.id.in_(in_open)))
        .order_by(Trajectory.organisation_id)
    )
    return rows_of(looking, round_, clock.today())


def looking_in(round_id: int) -> set[int]:
    """The organisations that look for a partner now."""
    looking = without_exchange(round_id).order_by(None).with_only_columns(Trajectory.organisation_id)
    return set(db.session.scalars(looking))


def exchanges_of_run(run: MatchingRun) -> list[Exchange]:
    """What came of this rehearsal and stands, with members and organisations, by id."""
    member = selectinload(Exchange.members)
    found = (
        select(Exchange)
        .options(
            defer(Exchange.explanation),
            member.joinedload(ExchangeMember.trajectory).joinedload(Trajectory.organisation),
        )
        .where(Exchange.run_id == run.id, Exchange.state != ExchangeState.DISSOLVED)
        .order_by(Exchange.id)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(found))


def answered_of_run(run_id: int) -> list[str]:
    """The names of who answered any exchange that came of this rehearsal, also of those that ended."""
    answered = (
        select(Trajectory)
        .join(ExchangeMember, ExchangeMember.trajectory_id == Trajectory.id)
        .join(Exchange, Exchange.id == ExchangeMember.exchange_id)
        .where(Exchange.run_id == run_id, ExchangeMember.state != AnswerState.PENDING)
        .options(joinedload(Trajectory.organisation))
    )
    return sorted({each.organisation.name for each in db.session.scalars(answered)})


def signers_in(organisation_ids: Iterable[int]) -> dict[int, list[Person]]:
    """The coordinators and executives of each of these organisations, each person once; coordinators first."""
    held = (
        select(Affiliation.organisation_id, Affiliation.role, Person)
        .join(Person, Person.id == Affiliation.person_id)
        .where(Affiliation.organisation_id.in_(list(organisation_ids)))
        .where(Affiliation.role.in_((Role.COORDINATOR, Role.EXECUTIVE)))
        .where(Affiliation.ended_at.is_(None), Person.active)
        .order_by(Person.name, Person.id)
    )
    rows: Sequence[Any] = sorted(db.session.execute(held), key=lambda row: row[1] != Role.COORDINATOR)
    people: dict[int, dict[int, Person]] = defaultdict(dict)
    for organisation_id, _role, person in rows:
        people[organisation_id].setdefault(person.id, person)
    return {organisation_id: list(found.values()) for organisation_id, found in people.items()}
