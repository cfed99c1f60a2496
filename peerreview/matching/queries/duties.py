"""What waits for an answer to a match, and which partners were promised by which day."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from peerreview.accounts.lifecycle import Role
from peerreview.core.compound import Question
from peerreview.core.deadlines import OFFICE, Due, Hand, deadlines
from peerreview.matching.lifecycle import AnswerState, ExchangeState
from peerreview.matching.models import Exchange, ExchangeMember, PartnerSearch
from peerreview.matching.queries.searches import still_searching
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory

ANSWER, SEARCH = "matching.answer", "matching.search"
SIGNERS = (Role.COORDINATOR.value, Role.EXECUTIVE.value)


def _proposed() -> Question:
    return (
        select(
            Exchange.id, ExchangeMember.position, Exchange.answer_by, Exchange.round_id, Exchange.state_since,
            ExchangeMember.id.label("member_id"), ExchangeMember.state, Trajectory.id.label("trajectory_id"),
            Trajectory.organisation_id, Organisation.name,
        )
        .join(ExchangeMember, ExchangeMember.exchange_id == Exchange.id)
        .join(Trajectory, Trajectory.id == ExchangeMember.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(Exchange.state == ExchangeState.PROPOSED, Exchange.answer_by.is_not(None))
    )  # fmt: skip


@deadlines(ANSWER, roles=(*SIGNERS, Role.SECRETARIAT.value), asks=(_proposed,))
def answers_waited_for(members: Sequence[Any]) -> Iterator[Due]:
    """Each member of a proposed exchange that did not answer yet; the subject is its place in the exchange."""
    names: dict[int, list[str]] = {}
    for exchange_id, *_rest, name in members:
        names.setdefault(exchange_id, []).append(name)
    for exchange_id, _place, day, round_id, since, member_id, state, trajectory_id, organisation_id, name in members:
        if state == AnswerState.PENDING:
            others = ", ".join(each for each in names[exchange_id] if each != name)
            yield Due(
                ANSWER, member_id, _l("Say whether %(names)s suits you as partner", names=others), day,
                tuple(Hand(role, organisation_id) for role in SIGNERS), f"/exchanges/{exchange_id}", round_id,
                organisation_id, name, trajectory_id, since=since,
            )  # fmt: skip


def _searches() -> Question:
    return (
        select(
            PartnerSearch.id, PartnerSearch.partner_by, PartnerSearch.began_at, PartnerSearch.trajectory_id,
            Trajectory.round_id, Organisation.name,
        )
        .join(Trajectory, Trajectory.id == PartnerSearch.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(still_searching())
    )  # fmt: skip


@deadlines(SEARCH, roles=(Role.SECRETARIAT.value,), asks=(_searches,))
def partners_promised(searches: Sequence[Any]) -> Iterator[Due]:
    """Each open search for a partner, by the day that was promised."""
    for search_id, day, since, trajectory_id, round_id, name in searches:
        yield Due(
            SEARCH, search_id, _l("Find a partner for %(name)s", name=name), day, OFFICE, "/matching#searches",
            round_id, trajectory_id=trajectory_id, since=since,
        )  # fmt: skip
