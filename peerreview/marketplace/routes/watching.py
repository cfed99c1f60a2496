"""The market of a round for who watches over it: proposals, wishes, and who would rather not meet whom."""

from typing import Any

from flask import make_response, request, url_for
from flask_babel import gettext as _

from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.pages import done, page
from peerreview.core.sheets import CSV_TYPE, csv_file
from peerreview.marketplace import policy, proposal_words, queries
from peerreview.marketplace.lifecycle import ProposalKind, ProposalState, ReplyState
from peerreview.marketplace.models import Proposal
from peerreview.marketplace.proposing import asker_of
from peerreview.marketplace.routes.blueprint import bp
from peerreview.rounds.models import Round
from peerreview.rounds.queries import current_round, round_for, rounds_for


@bp.get("/marketplace/market")
@requires(policy.may_watch)
def show_current_market() -> Any:
    """To the market of the round chosen, else of the one that the secretariat works on now."""
    rounds, wanted = rounds_for(the_actor()), request.args.get("round", 0, int)
    round_ = next((each for each in rounds if each.id == wanted), None) or current_round()
    if round_ is None:
        return page("marketplace/no_market.html")
    return done(url_for("marketplace.show_market", round_id=round_.id))


@bp.get("/rounds/<int:round_id>/market")
@requires(policy.may_watch_round, round_for)
def show_market(round_: Round) -> Any:
    found = queries.proposals_in(round_.id)
    return page(
        "marketplace/market.html",
        round_=round_,
        rounds=rounds_for(the_actor()),
        accepted=[each for each in found if each.state == ProposalState.ACCEPTED],
        open_=[each for each in found if each.state == ProposalState.OPEN],
        ended=[each for each in found if each.state not in (ProposalState.ACCEPTED, ProposalState.OPEN)],
        wishes=queries.all_wishes(round_.id),
        blocks=queries.all_blocks(round_.id),
        names=proposal_words.names_of,
        mark=proposal_words.mark,
        asker=asker_of,
        reasons=_reasons,
    )


def _reasons(proposal: Proposal) -> list[tuple[str, str]]:
    """(who, why) of each that declined and said why; what was begun and not sent is not told."""
    said = [each for each in proposal.members if each.state == ReplyState.DECLINED and each.reason]
    return [(each.trajectory.organisation.name, each.reason) for each in said]


@bp.get("/rounds/<int:round_id>/market/<any(proposals, wishes, blocks):part>.csv")
@requires(policy.may_watch_round, round_for)
def export_market(round_: Round, part: str) -> Any:
    heads, rows = {"proposals": _proposals, "wishes": _wishes, "blocks": _blocks}[part](round_.id)
    answer = make_response(csv_file(heads, rows))
    answer.headers["Content-Type"] = CSV_TYPE
    answer.headers["Content-Disposition"] = f'attachment; filename="{part}-{clock.today()}.csv"'
    return answer


def _proposals(round_id: int) -> tuple[list[str], list[list[Any]]]:
    heads = [_("Asks"), _("Group in review order"), _("Kind"), _("Made on"), _("Answer by"), _("State"), _("Reasons")]
    kinds = {ProposalKind.PAIR: _("pair"), ProposalKind.RING: _("ring")}
    return heads, [
        [
            asker_of(each).trajectory.organisation.name,
            " - ".join(member.trajectory.organisation.name for member in each.members),
            kinds[each.kind],
            clock.local(each.made_at).date(),
            each.answer_by,
            proposal_words.mark(each)[1],
            "\n".join(f"{who}: {why}" for who, why in _reasons(each)),
        ]
        for each in queries.proposals_in(round_id)
    ]


def _wishes(round_id: int) -> tuple[list[str], list[list[Any]]]:
    return [_("Organisation"), _("Wish"), _("Wishes for")], [list(row) for row in queries.all_wishes(round_id)]


def _blocks(round_id: int) -> tuple[list[str], list[list[Any]]]:
    return [_("Organisation"), _("Would rather not meet"), _("Why")], [
        list(row) for row in queries.all_blocks(round_id)
    ]
