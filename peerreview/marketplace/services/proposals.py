"""Proposals: asking, answering, taking back, and what ends by itself.

Each act waits for its turn in the round and reads the proposal anew, so that of two at once the second knows the first,
and the same act twice is one. Facts announced, each with the proposal and `by=`: "proposal.accepted" (by all: its
members are locked for the matching) and "proposal.withdrawn" (open, or accepted until then). Heard: "trajectory.held"
and "trajectory.withdrawn".

What an organisation may not know of another stands in the way of nothing here: a block, a wish, a conflict that the
other declared, a partner that the other has already. Who has these is asked like anybody else.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError

from peerreview.core import audit, clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, Refused, StaleVersion
from peerreview.core.events import announce, on
from peerreview.impartiality.lifecycle import Severity
from peerreview.impartiality.queries import known_between
from peerreview.marketplace import mail, policy
from peerreview.marketplace.lifecycle import PROPOSAL, PROPOSAL_REPLY, ProposalKind, ProposalState, ReplyState
from peerreview.marketplace.models import Proposal, ProposalMember
from peerreview.marketplace.proposing import (
    MOST_OPEN,
    asker_of,
    kind_of,
    last_day,
    silent_in,
)
from peerreview.marketplace.queries import proposals as queries
from peerreview.marketplace.queries.wishes import blocked_ids
from peerreview.marketplace.services.wishes import put_on_top
from peerreview.marketplace.taking_part import takes_part
from peerreview.marketplace.words import joined
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory

# --- Asking ----------------------------------------------------------------------------------------------------------


def propose(trajectory: Trajectory, others: Sequence[Trajectory], *, message: str, by: Actor) -> Proposal:
    """Ask one other to be a pair with us, or two or three to be a ring, in this review order; a letter to each.

    The same open proposal again is the one that is there. Raises Invalid when it cannot be a group, NotNow when
    somebody is not on the market, when we have a partner, or when we were asked the same, and Refused for a conflict or
    block that we know of (with the names), or for too many at once.
    """
    if not policy.may_act_for(by, trajectory):
        raise NotAllowed(_("Only the coordinator and the executive of an organisation act for it."))
    with unit_of_work():
        queries.wait_for_turn(trajectory.round_id)
        running = queries.running_of([trajectory.id])
        order = [trajectory.id, *(each.id for each in others)]
        trajectory, *others = queries.as_now(order)
        if there := _the_same(running, order):
            return there
        _refuse_no_group(trajectory, others)
        answer_by = _refuse_unless_open(trajectory, others)
        _refuse_busy(trajectory, others, running)
        refuse_known(trajectory, others)
        proposal = _proposal(trajectory, others, message.strip(), answer_by, by)
        db.session.add(proposal)
        db.session.flush()
        after = {"organisations": [each.organisation_id for each in (trajectory, *others)], "kind": proposal.kind.value}
        audit.record("proposal.propose", proposal, by=by, after=after)
        mail.ask(proposal)
    return proposal


def _the_same(running: Iterable[Proposal], order: list[int]) -> Proposal | None:
    """Our own open proposal for this group in this order."""
    mine = (each for each in running if each.state == ProposalState.OPEN and each.trajectory_id == order[0])
    return next((each for each in mine if [member.trajectory_id for member in each.members] == order), None)


def _refuse_no_group(trajectory: Trajectory, others: Sequence[Trajectory]) -> None:
    everybody = {trajectory.id, *(each.id for each in others)}
    most = trajectory.round.rules.largest_ring
    if not 1 <= len(others) < most or len(everybody) <= len(others):
        most_others = max(most - 1, 1)
        raise Invalid(
            ngettext(
                "Choose one other organisation.", "Choose one to %(num)s different other organisations.", most_others
            )
        )
    if any(each.round_id != trajectory.round_id for each in others):
        raise Invalid(_("Choose organisations that take part in the same round."))


def _on_the_market(trajectory: Trajectory, round_: Round) -> bool:
    return takes_part(trajectory.state, trajectory.route, round_.state)


def _refuse_unless_open(trajectory: Trajectory, others: Sequence[Trajectory]) -> date:
    """The last day for an answer; NotNow when the market is closed, for the round or for one of these."""
    answer_by = last_day(trajectory.round, clock.today())
    if answer_by is None or not _on_the_market(trajectory, trajectory.round):
        raise NotNow(_("The marketplace is closed for you. You can no longer ask anybody."))
    if gone := [each for each in others if not _on_the_market(each, trajectory.round)]:
        raise NotNow(_("No longer looking for a partner: %(names)s.", names=_names(gone)))
    return answer_by


def _refuse_busy(trajectory: Trajectory, others: Sequence[Trajectory], running: Sequence[Proposal]) -> None:
    """When we have a partner, were asked for the same pair, or asked many already."""
    if any(each.state == ProposalState.ACCEPTED for each in running) or queries.matched_of([trajectory.id]):
        raise NotNow(_("You have a partner already. First take that proposal back, then you can ask another."))
    if len(others) == 1:
        asks = [each for each in running if each.kind == ProposalKind.PAIR and each.trajectory_id == others[0].id]
        if asks:
            raise NotNow(_("%(names)s asks you already. Read their proposal and give your answer.",
                           names=_names(others)))  # fmt: skip
    if sum(each.trajectory_id == trajectory.id for each in running) >= MOST_OPEN:
        raise Refused(_("You have %(num)s open proposals. Take one back, or wait for an answer.", num=MOST_OPEN))


def refuse_known(trajectory: Trajectory, others: Iterable[Trajectory]) -> None:
    """Refused when the organisation itself knows why it cannot go with one of these: a hard conflict, its own block."""
    around = {each.organisation_id: each for each in others}
    known = known_between(trajectory.organisation_id, list(around), clock.today())
    hard = [around[key] for key, standing in known.items() if any(s.severity == Severity.HARD for s in standing)]
    if hard:
        raise Refused(_("A conflict of interest stands between you and %(names)s, so you cannot be partners.",
                        names=_names(hard)))  # fmt: skip
    if blocked := [around[key] for key in sorted(blocked_ids(trajectory.id) & set(around))]:
        raise Refused(_("You would rather not meet %(names)s. Take that off your list first.", names=_names(blocked)))


def _names(trajectories: Iterable[Trajectory]) -> str:
    from_list = sorted((each.organisation for each in trajectories), key=lambda each: each.sort_name)
    return joined(organisation.name for organisation in from_list)


def _proposal(
    trajectory: Trajectory, others: Sequence[Trajectory], message: str, answer_by: date, by: Actor
) -> Proposal:
    moment = clock.now()
    asked = [ProposalMember(trajectory=each, position=n) for n, each in enumerate(others, start=1)]
    first = ProposalMember(
        trajectory=trajectory, position=0, state=ReplyState.ACCEPTED, answered_at=moment,
        answered_by_id=by.person_id,
    )  # fmt: skip
    return Proposal(
        round=trajectory.round, trajectory=trajectory, kind=kind_of(len(asked) + 1), message=message, made_at=moment,
        made_by_id=by.person_id, answer_by=answer_by, state_since=moment, state=ProposalState.OPEN,
        members=[first, *asked],
    )  # fmt: skip


# --- Answering -------------------------------------------------------------------------------------------------------


def _now(member: ProposalMember, by: Actor) -> tuple[Proposal, ProposalMember]:
    """The proposal and this place in it as they are now, after waiting for our turn; NotAllowed for who was not asked."""
    member_id, proposal_id = member.id, member.proposal_id
    queries.wait_for_turn(db.session.get_one(Proposal, proposal_id).round_id)
    proposal = queries.proposal_of(proposal_id)
    mine = next(each for each in proposal.members if each.id == member_id)
    if not policy.may_act_for(by, mine.trajectory) or mine.trajectory_id == proposal.trajectory_id:
        raise NotAllowed(_("Only the coordinator and the executive of an organisation act for it."))
    return proposal, mine


def _refuse_ended(proposal: Proposal) -> None:
    if proposal.state != ProposalState.OPEN or proposal.answer_by < clock.today():
        raise NotNow(_("This proposal no longer waits for an answer."))


def save_answer(member: ProposalMember, *, message: str, reason: str, version: int, by: Actor) -> None:
    """Keep an answer that was begun, for the own organisation only; nobody is told.

    Raises StaleVersion when a colleague saved after `version` (theirs: the message and reason that stand there), NotNow
    when it was answered or ended meanwhile.
    """
    with unit_of_work():
        proposal, member = _now(member, by)
        _refuse_ended(proposal)
        if member.state != ReplyState.PENDING:
            raise NotNow(_("You have answered already."))
        if member.version != version:
            raise StaleVersion("", theirs=(member.message, member.reason), mine=(message, reason))
        member.message, member.reason = message.strip(), reason.strip()


def _answer(member: ProposalMember, verb: str, message: str, reason: str, by: Actor) -> None:
    audit.change_state(member, PROPOSAL_REPLY, verb, by=by)
    member.message, member.reason = message.strip(), reason.strip()
    member.answered_at, member.answered_by_id = clock.now(), by.person_id


def accept(member: ProposalMember, *, message: str, by: Actor) -> None:
    """Say yes for one organisation, which puts the others on top of its wishes as far as there is room.

    The last one to accept makes the proposal accepted: its members are locked for the matching, and what else was asked
    of them or by them ends. Raises NotNow when it is too late or we have a partner, Refused for a conflict or block of
    our own that we know of.
    """
    try:
        with unit_of_work():
            proposal, member = _now(member, by)
            if member.state == ReplyState.ACCEPTED and proposal.state in (ProposalState.OPEN, ProposalState.ACCEPTED):
                return
            _refuse_ended(proposal)
            _refuse_gone(proposal)
            if queries.locked_of([member.trajectory_id]) or queries.matched_of([member.trajectory_id]):
                raise NotNow(_("You have a partner already. First take that proposal back, then you can say yes here."))
            partners = [each.trajectory for each in proposal.members if each is not member]
            refuse_known(member.trajectory, partners)
            _answer(member, "accept", message, "", by)
            put_on_top(member.trajectory, [each.organisation_id for each in partners], by=by)
            if silent_in(proposal):
                mail.tell_reply(proposal, member)
            else:
                _lock(proposal, member, by)
    except IntegrityError as lost:  # uq_proposal_member_locked: another was faster, on whatever road it came
        raise NotNow(_("This proposal no longer waits for an answer.")) from lost


def _refuse_gone(proposal: Proposal) -> None:
    if gone := [m.trajectory for m in proposal.members if not _on_the_market(m.trajectory, proposal.round)]:
        raise NotNow(_("No longer looking for a partner: %(names)s.", names=_names(gone)))


def _lock(proposal: Proposal, last: ProposalMember, by: Actor) -> None:
    audit.change_state(proposal, PROPOSAL, "accept", by=by)
    for each in proposal.members:
        each.locked = True
    db.session.flush()
    mail.tell_accepted(proposal, last)
    _end_running([each.trajectory_id for each in proposal.members], but=proposal.id)
    announce("proposal.accepted", proposal, by=by)


def decline(member: ProposalMember, *, reason: str, message: str, by: Actor) -> None:
    """Say no for one organisation, which ends the proposal. The others hear that, with `message` and never `reason`.

    Who accepted may still decline while others in the ring have to answer.
    """
    with unit_of_work():
        proposal, member = _now(member, by)
        if member.state == ReplyState.DECLINED:
            return
        _refuse_ended(proposal)
        _answer(member, "decline", message, reason, by)
        audit.change_state(proposal, PROPOSAL, "decline", by=by)
        mail.tell_declined(proposal, member)


# --- Taking back -----------------------------------------------------------------------------------------------------


def withdraw(proposal: Proposal, *, by: Actor, reason: str = "") -> None:
    """Take back what we asked, or (each of its members) what all accepted: they are free again and told, with `reason`.

    Not any more once the secretariat has given us a partner; whether another has one is not for us to notice.
    """
    with unit_of_work():
        queries.wait_for_turn(proposal.round_id)
        proposal = queries.proposal_of(proposal.id)
        if proposal.state == ProposalState.WITHDRAWN and policy.place_of(by, proposal) is not None:
            return
        member = policy.place_of(by, proposal)
        if member is None or not policy.may_withdraw(by, proposal):
            raise NotAllowed(_("Only the coordinator and the executive of an organisation act for it."))
        if not PROPOSAL.can(proposal.state, "withdraw"):
            raise NotNow(_("This proposal has ended already."))
        if queries.matched_of([member.trajectory_id]):
            raise NotNow(_("The partners of this round are known, so this proposal stays as it is."))
        _withdraw(proposal, member, by, reason.strip())


def _withdraw(proposal: Proposal, member: ProposalMember, by: Actor, reason: str = "") -> None:
    audit.change_state(proposal, PROPOSAL, "withdraw", by=by)
    for each in proposal.members:
        each.locked = False
    mail.tell_withdrawn(proposal, member, reason)
    announce("proposal.withdrawn", proposal, by=by)


# --- What ends by itself ---------------------------------------------------------------------------------------------


def _end_running(trajectory_ids: Collection[int], but: int | None = None) -> None:
    """End what these asked or were asked; those that hear of it learn no more than that it is over."""
    for proposal in queries.running_of(trajectory_ids, but):
        leaving = next(member for member in proposal.members if member.trajectory_id in set(trajectory_ids))
        asker = asker_of(proposal)
        if proposal.state == ProposalState.ACCEPTED or asker.trajectory_id in set(trajectory_ids):
            own = asker if asker.trajectory_id in set(trajectory_ids) else leaving
            _withdraw(proposal, own, SYSTEM)
        else:
            audit.change_state(leaving, PROPOSAL_REPLY, "decline", by=SYSTEM)
            leaving.answered_at, leaving.message, leaving.reason = clock.now(), "", ""
            audit.change_state(proposal, PROPOSAL, "decline", by=SYSTEM)
            mail.tell_declined(proposal, leaving)


@on("trajectory.withdrawn")
@on("trajectory.held")
def leave(trajectory: Trajectory, *, by: Actor) -> None:
    """Who takes no part any more, or not now, looks for nobody: its proposals end, and its partner is free again."""
    with unit_of_work():
        queries.wait_for_turn(trajectory.round_id)
        _end_running([trajectory.id])


@on("day.began")
def _each_day(day: date, *, by: Actor) -> None:
    expire_due(by)


def expire_due(by: Actor = SYSTEM) -> int:
    """End what was not answered in time; run it as often as you like. The number of proposals that ended."""
    today = clock.today()
    with unit_of_work():
        over = queries.overdue(today)
        for proposal in over:
            audit.change_state(proposal, PROPOSAL, "expire", by=by)
            mail.tell_expired(proposal, silent_in(proposal))
    return len(over)
