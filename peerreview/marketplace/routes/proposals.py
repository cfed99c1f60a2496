"""Asking others, one proposal and the answer to it, and all of ours."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from peerreview.core import clock, i18n
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, NotNow, Refused, StaleVersion
from peerreview.core.pages import done, page
from peerreview.impartiality.words import FOUND_ABOUT_US, SAID_BY_US
from peerreview.marketplace import policy, proposal_words, queries, services, words
from peerreview.marketplace.browse import Viewer
from peerreview.marketplace.fit_lines import lines
from peerreview.marketplace.forms.proposals import AnswerForm, ProposeForm, WithdrawForm
from peerreview.marketplace.lifecycle import ProposalState
from peerreview.marketplace.models import Offer, Proposal, ProposalMember
from peerreview.marketplace.proposing import asker_of, others_of
from peerreview.marketplace.queries.partners import Partner, kilometres_between, partners_seen
from peerreview.marketplace.routes.blueprint import bp
from peerreview.marketplace.services.answering import Choice
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import current_trajectory_of

LONGEST_SEARCH = 100


def _market() -> Trajectory:
    """Our place on the market; NotNow for who has none."""
    market = queries.participation_of(the_actor())
    if market is None:
        raise NotNow(_("Your organisation is not on the marketplace now."))
    return market


# --- All of ours -----------------------------------------------------------------------------------------------------


@bp.get("/marketplace/proposals")
@requires(policy.may_follow)
def list_proposals() -> Any:
    actor = the_actor()
    trajectory = current_trajectory_of(actor.organisation_id)
    found = queries.proposals_of(trajectory.id) if trajectory else []
    rows = [(each, policy.place_of(actor, each)) for each in found]
    waiting = [row for row in rows if proposal_words.waits_for(*row)]
    return page(
        "marketplace/proposals.html",
        waiting=waiting,
        sent=[row for row in rows if row[0].state == ProposalState.OPEN and row not in waiting],
        together=[row for row in rows if row[0].state == ProposalState.ACCEPTED],
        ended=[row for row in rows if row[0].state not in (ProposalState.OPEN, ProposalState.ACCEPTED)],
        may_act=policy.may_act(actor),
        names=proposal_words.names_of,
        others=others_of,
        asker=asker_of,
        mark=proposal_words.mark,
    )


# --- Asking ----------------------------------------------------------------------------------------------------------


@bp.get("/marketplace/offers/<int:offer_id>/proposals/new")
@requires(policy.may_save, queries.offer_for)
def ask_for_offer(offer: Offer) -> Any:
    return done(url_for("marketplace.new_proposal", member=offer.trajectory.organisation_id))


@bp.get("/marketplace/proposals/new")
@requires(policy.may_act)
def new_proposal() -> Any:
    return _new(_market(), request.args.getlist("member", type=int), ProposeForm(action=url_for("marketplace.propose")))


@bp.post("/marketplace/proposals")
@requires(policy.may_act)
def propose() -> Any:
    """Ask, or look first how those that were chosen fit; what was typed stays."""
    market, form = _market(), ProposeForm()
    asked = request.form.getlist("member", type=int)
    if "look" in request.form:
        return _new(market, asked, form)
    if not form.validate_on_submit():
        return _new(market, asked, form, 422)
    try:
        others = _chosen(market, asked)
        proposal = services.propose(market, others, message=form.message.data or "", by=the_actor())
    except Refused as refused:
        form.form_errors.append(refused.message)
        return _new(_market(), asked, form, refused.status)
    return done(url_for("marketplace.show_proposal", proposal_id=proposal.id, sent=1))


def _chosen(market: Trajectory, organisation_ids: Sequence[int]) -> list[Trajectory]:
    """These on our market, in this order; Invalid when one is not there."""
    wanted = [each for each in organisation_ids if each]
    there = {each.organisation_id: each for each in queries.others_on_the_market(market, only=wanted)}
    if not set(wanted) <= set(there):
        raise Invalid(_("Choose organisations from the list: they look for a partner too."))
    return [there[each] for each in wanted]


def _new(market: Trajectory, asked: list[int], form: ProposeForm, status: int = 200) -> Any:
    everybody = queries.others_on_the_market(market)
    by_id = {each.organisation_id: each for each in everybody}
    chosen = [by_id[each] for each in dict.fromkeys(asked) if each in by_id]
    viewer, partners = partners_seen(the_actor(), chosen, clock.today())
    return page(
        "marketplace/new_proposal.html",
        market=market,
        everybody=everybody,
        chosen=chosen,
        partners=partners,
        **_fit(viewer, partners),
        hops=_hops(chosen),
        most=market.round.rules.largest_ring - 1,
        form=form,
        apart=_apart,
        words=words,
        form_errors=status >= 400,
        status=status,
    )


def _hops(chosen: Sequence[Trajectory]) -> list[tuple[Trajectory, Trajectory, int | None]]:
    """The legs between the others of a ring, in review order, with their kilometres."""
    return [(here, there, kilometres_between(here, there)) for here, there in pairwise(chosen)]


def _fit(viewer: Viewer | None, partners: Sequence[Partner]) -> dict[str, Any]:
    """By organisation how it fits us, in short lines (none for who published no offer), and what work is called."""
    if viewer is None:
        return {"lines": {}, "fields": {}}
    names = _names(viewer.framework_version_id)
    fits = [each.fitting for each in partners if each.fitting is not None]
    return {"lines": {each.key: lines(viewer, each, names) for each in fits}, "fields": names.fields}


def _names(framework_version_id: int) -> words.Names:
    """What work fields and competencies are called in a sentence."""
    fields, competencies = (
        {code: i18n.localised(title) for code, title in titles.items()}
        for titles in queries.titles(framework_version_id)
    )
    return words.Names({}, {code: title.lower() for code, title in fields.items()}, competencies)


def _apart(partner: Partner) -> list[str]:
    """Why we cannot be together, in words, as far as we may know of it."""
    kinds = dict.fromkeys(each.kind for each in partner.hard)
    return [str(FOUND_ABOUT_US.get(kind) or SAID_BY_US[kind]) for kind in kinds]


# --- One proposal ----------------------------------------------------------------------------------------------------


@bp.get("/marketplace/proposals/<int:proposal_id>")
@requires(policy.may_read_proposal, queries.proposal_for)
def show_proposal(proposal: Proposal) -> Any:
    return _show(proposal, _answer_form(proposal))


def _answer_form(proposal: Proposal) -> AnswerForm | None:
    """The form for whom it waits for, with what was begun; None for all others."""
    actor = the_actor()
    mine = policy.place_of(actor, proposal)
    if mine is None or not policy.may_answer(actor, proposal) or not proposal_words.waits_for(proposal, mine):
        return None
    begun = {"version": mine.version, "message": mine.message, "reason": mine.reason}
    form = AnswerForm(action=url_for("marketplace.answer", proposal_id=proposal.id), data=begun)
    form.offer([each.trajectory.organisation_id for each in others_of(proposal, mine)])
    return form


def _show(proposal: Proposal, form: AnswerForm | None, status: int = 200, **more: Any) -> Any:
    actor, watches = the_actor(), policy.may_watch(the_actor())
    mine = policy.place_of(actor, proposal)
    around = others_of(proposal, mine) if mine else list(proposal.members)
    viewer, partners = partners_seen(actor, [each.trajectory for each in around], clock.today())
    return page(
        "marketplace/proposal.html",
        proposal=proposal,
        mine=mine,
        asker=asker_of(proposal),
        around=around,
        partners=partners,
        **_fit(viewer, partners),
        form=form,
        withdrawal=WithdrawForm(action=url_for("marketplace.withdraw", proposal_id=proposal.id)),
        may_withdraw=policy.may_withdraw(actor, proposal),
        reads_reason=lambda member: policy.may_read_reason(actor, member),
        watches=watches,
        say=proposal_words,
        apart=_apart,
        words=words,
        names=proposal_words.names_of,
        sent="sent" in request.args,
        answered=request.args.get("answered", ""),
        conflict=more.get("conflict"),
        form_errors=status >= 400,
        status=status,
    )


@bp.post("/marketplace/proposals/<int:proposal_id>/answer")
@requires(policy.may_answer, queries.proposal_for)
def answer(proposal: Proposal) -> Any:
    form, actor, proposal_id = _answer_form(proposal), the_actor(), proposal.id
    mine = policy.place_of(actor, proposal)
    if form is None or mine is None:
        raise NotNow(_("This proposal no longer waits for an answer."))
    if "autosave" in request.form:
        return _save(proposal, mine, form)
    if not form.validate_on_submit():
        return _show(proposal, form, 422)
    try:
        services.answer(
            mine, choice=Choice(form.choice.data), ties=form.chosen(), message=form.message.data or "",
            reason=form.reason.data or "", version=_whole(form.version.data), by=actor,
        )  # fmt: skip
    except StaleVersion as stale:
        return _both(proposal_id, form, stale)
    except Refused as refused:
        return _refused(proposal_id, form, refused)
    return done(url_for("marketplace.show_proposal", proposal_id=proposal_id, answered=form.choice.data))


def _save(proposal: Proposal, mine: ProposalMember, form: AnswerForm) -> Any:
    """Keep what was begun, whole or not; only a text that is too long is refused."""
    fields = (form.message, form.reason)
    proposal_id, member_id = proposal.id, mine.id
    form.validate()
    if form.csrf_token.errors or any(field.errors for field in fields):
        return page("marketplace/_answer_refused.html", form=form, conflict=None, status=422)
    texts = {"message": form.message.data or "", "reason": form.reason.data or ""}
    try:
        services.save_answer(mine, **texts, version=_whole(form.version.data), by=the_actor())
    except StaleVersion as stale:
        return _both(proposal_id, form, stale)
    saved = _now(proposal_id)
    version = next(each.version for each in saved.members if each.id == member_id)
    return page("marketplace/_answer_saved.html", version=version, now=clock.now())


def _now(proposal_id: int) -> Proposal:
    """The proposal as it stands after what was done, or undone."""
    found = queries.proposal_for(the_actor(), proposal_id)
    if found is None:
        raise NotNow(_("This proposal no longer waits for an answer."))
    return found


def _both(proposal_id: int, form: AnswerForm, stale: StaleVersion) -> Any:
    """A colleague wrote at the same time: both texts, and the version with which one of them is kept."""
    proposal = _now(proposal_id)
    mine = policy.place_of(the_actor(), proposal)
    form.version.data = str(mine.version) if mine else ""
    conflict = {"theirs": stale.theirs[0], "their_reason": stale.theirs[1]}
    if "autosave" in request.form:
        return page("marketplace/_answer_refused.html", form=form, conflict=conflict, status=409)
    return _show(proposal, form, 409, conflict=conflict)


def _refused(proposal_id: int, form: AnswerForm, refused: Refused) -> Any:
    """A rule said no to the answer; what was typed is kept, and what was declared stays declared."""
    proposal = _now(proposal_id)
    mine = policy.place_of(the_actor(), proposal)
    form.version.data = str(mine.version) if mine else ""
    form.form_errors.append(refused.message)
    return _show(proposal, form if proposal_words.waits_for(proposal, mine) else None, refused.status)


def _whole(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 10 else 0


@bp.post("/marketplace/proposals/<int:proposal_id>/withdrawal")
@requires(policy.may_withdraw, queries.proposal_for)
def withdraw(proposal: Proposal) -> Any:
    form, proposal_id = WithdrawForm(), proposal.id
    if not form.validate_on_submit():
        return _show(proposal, None, 422)
    services.withdraw(proposal, reason=form.reason.data or "", by=the_actor())
    return done(url_for("marketplace.show_proposal", proposal_id=proposal_id))
