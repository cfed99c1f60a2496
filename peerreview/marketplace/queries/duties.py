"""Which proposals of the marketplace still wait for whose answer."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import aliased

from peerreview.accounts.lifecycle import Role
from peerreview.core.compound import Question
from peerreview.core.deadlines import TODAY, Due, Hand, deadlines
from peerreview.marketplace.lifecycle import ProposalState, ReplyState
from peerreview.marketplace.models import Proposal, ProposalMember
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory

ANSWER = "marketplace.answer"
SIGNERS = (Role.COORDINATOR.value, Role.EXECUTIVE.value)


def _unanswered() -> Question:
    asking, asker = aliased(Trajectory), aliased(Organisation)
    return (
        select(
            ProposalMember.id, Proposal.id.label("proposal_id"), Proposal.answer_by, Proposal.round_id,
            Proposal.made_at, Trajectory.id.label("trajectory_id"), Trajectory.organisation_id, Organisation.name,
            asker.name.label("asks"),
        )
        .join(Proposal, Proposal.id == ProposalMember.proposal_id)
        .join(Trajectory, Trajectory.id == ProposalMember.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .join(asking, asking.id == Proposal.trajectory_id)
        .join(asker, asker.id == asking.organisation_id)
        .where(Proposal.state == ProposalState.OPEN, Proposal.answer_by >= TODAY)
        .where(ProposalMember.state == ReplyState.PENDING)
    )  # fmt: skip


@deadlines(ANSWER, roles=(*SIGNERS, Role.SECRETARIAT.value), asks=(_unanswered,))
def proposals_waiting(unanswered: Iterable[Any]) -> Iterator[Due]:
    """Each organisation that did not answer a proposal yet; the subject is its place in the proposal.

    One that was not answered in time expires by itself, so it is never late.
    """
    for member_id, proposal_id, day, round_id, since, trajectory_id, organisation_id, name, asks in unanswered:
        yield Due(
            ANSWER, member_id, _l("Answer the proposal of %(name)s", name=asks), day,
            tuple(Hand(role, organisation_id) for role in SIGNERS), f"/marketplace/proposals/{proposal_id}", round_id,
            organisation_id, name, trajectory_id, since=since,
        )  # fmt: skip
