"""Who met whom over the rounds: in all exchanges that took place, and in those of one organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from peerreview.core.db import db
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.matching.queries.candidates import MET
from peerreview.matching.rotation import Meeting
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory

# Columns of the bare tables: over a thousand rows are read for one page.
member, trajectory = ExchangeMember.__table__, Trajectory.__table__


class Who(NamedTuple):
    """An organisation as the picture and the table call it."""

    id: int
    name: str
    place: str
    sort_name: str


@dataclass(frozen=True, slots=True)
class Met:
    """All that took place: the names of the rounds in their order, the meetings, and who was in them by id."""

    rounds: tuple[str, ...]
    meetings: tuple[Meeting, ...]
    who: dict[int, Who]


def met_over_the_rounds() -> Met:
    """Every exchange that was confirmed and not dissolved, of all rounds. Three queries."""
    took_place = select(Exchange.round_id).where(Exchange.state.in_(MET))
    rounds = db.session.execute(
        select(Round.id, Round.name, Round.visits_from, Round.visits_until)
        .where(Round.id.in_(took_place))
        .order_by(Round.visits_from, Round.id)
    ).all()
    number = {row.id: (place, _year(row.visits_from, row.visits_until)) for place, row in enumerate(rounds)}
    rows = db.session.execute(_members(Exchange.id, Exchange.round_id, trajectory.c.organisation_id))
    meetings = []
    for exchange_id, together in groupby(rows, key=lambda row: row[0]):
        members = [(round_id, key) for _exchange, round_id, key in together]
        meetings.append(Meeting(exchange_id, *number[members[0][0]], tuple(key for _round, key in members)))
    there = {key for meeting in meetings for key in meeting.members}
    return Met(tuple(row.name for row in rounds), tuple(meetings), _who(there))


def _year(start: date, end: date) -> int:
    """The year of a round: that of the middle of its visits, since autumn's may run on into January."""
    return (start + (end - start) / 2).year


def _members(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Exchange)
        .join(member, member.c.exchange_id == Exchange.id)
        .join(trajectory, trajectory.c.id == member.c.trajectory_id)
        .where(Exchange.state.in_(MET))
        .order_by(Exchange.id, member.c.position)
    )


def _who(ids: set[int]) -> dict[int, Who]:
    columns = (Organisation.id, Organisation.name, Organisation.place, Organisation.sort_name)
    there = select(trajectory.c.organisation_id).join(member, member.c.trajectory_id == trajectory.c.id)
    rows = db.session.execute(select(*columns).where(Organisation.id.in_(there)))
    return {row[0]: Who(*row) for row in rows if row[0] in ids}


def partners_before(organisation_id: int | None) -> Sequence[Any]:
    """(exchange_id, round, year, names) of each exchange of this organisation that took place, the latest first."""
    mine, me = aliased(ExchangeMember), aliased(Trajectory)
    rows = db.session.execute(
        select(Exchange.id, Round.name, Round.visits_from, Round.visits_until, Organisation.name, Organisation.place)
        .join(Round, Round.id == Exchange.round_id)
        .join(mine, mine.exchange_id == Exchange.id)
        .join(me, me.id == mine.trajectory_id)
        .join(ExchangeMember, ExchangeMember.exchange_id == Exchange.id)
        .join(Trajectory, Trajectory.id == ExchangeMember.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(Exchange.state.in_(MET), me.organisation_id == organisation_id)
        .where(Trajectory.organisation_id != organisation_id)
        .order_by(Round.visits_from.desc(), Exchange.id.desc(), ExchangeMember.position)
    )
    return [
        (first[0], first[1], _year(first[2], first[3]), [(each[4], each[5]) for each in together])
        for together in (list(group) for _id, group in groupby(rows, key=lambda row: row[0]))
        for first in together[:1]
    ]
