"""What waits for an answer to a match, and which partners were promised by which day."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from peerreview.accounts.lifecycle import Role
from peerreview.core.db import db
from peerreview.core.deadlines import OFFICE, Due, Hand, deadlines
from peerreview.matching.lifecycle import AnswerState, ExchangeState
from peerreview.matching.models import Exchange, ExchangeMember, PartnerSearch
from peerreview.matching.queries.searches import still_searching
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory

ANSWER, SEARCH = "matching.answer", "matching.search"
SIGNERS = (Role.COORDINATOR.value, Role.EXECUTIVE.value)


@deadlines(ANSWER, roles=(*SIGNERS, Role.SECRETARIAT.value))
def answers_waited_for() -> Iterator[Due]:
    """Each member of a proposed exchange that did not answer yet; the subject is its place in the exchange. One query."""
    rows: Any = db.session.execute(
        select(
            Exchange.id, Exchange.answer_by, Exchange.round_id, Exchange.state_since, ExchangeMember.id,
            ExchangeMember.state, Trajectory.id, Organisation.id, Organisation.name,
        )
        .join(ExchangeMember, ExchangeMember.exchange_id == Exchange.id)
        .join(Trajectory, Trajectory.id == ExchangeMember.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(Exchange.state == ExchangeState.PROPOSED, Exchange.answer_by.is_not(None))
        .order_by(Exchange.id, ExchangeMember.position)
    ).all()  # fmt: skip
    names: dict[int, list[str]] = {}
    for exchange_id, *_rest, name in rows:
        names.setdefault(exchange_id, []).append(name)
    for exchange_id, day, round_id, since, member_id, state, trajectory_id, organisation_id, name in rows:
        if state == AnswerState.PENDING:
            others = ", ".join(each for each in names[exchange_id] if each != name)
            yield Due(
                ANSWER, member_id, _l("Say whether %(names)s suits you as partner", names=others), day,
                tuple(Hand(role, organisation_id) for role in SIGNERS), f"/exchanges/{exchange_id}", round_id,
                organisation_id, name, trajectory_id, since=since,
            )  # fmt: skip


@deadlines(SEARCH, roles=(Role.SECRETARIAT.value,))
def partners_promised() -> Iterator[Due]:
    """Each open search for a partner, by the day that was promised. One query."""
    rows: Any = db.session.execute(
        select(
            PartnerSearch.id, PartnerSearch.partner_by, PartnerSearch.began_at, Trajectory.id, Trajectory.round_id,
            Organisation.name,
        )
        .join(Trajectory, Trajectory.id == PartnerSearch.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(still_searching())
        .order_by(PartnerSearch.id)
    ).all()  # fmt: skip
    for search_id, day, since, trajectory_id, round_id, name in rows:
        yield Due(
            SEARCH, search_id, _l("Find a partner for %(name)s", name=name), day, OFFICE, "/matching#searches",
            round_id, trajectory_id=trajectory_id, since=since,
        )  # fmt: skip
