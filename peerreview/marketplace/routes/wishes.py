"""Whom the own organisation wishes for, in order, and whom it would rather not meet."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, NotNow, Refused
from peerreview.core.pages import done, page, wants_fragment
from peerreview.marketplace import policy, queries, services
from peerreview.marketplace.forms.proposals import BlockForm
from peerreview.marketplace.models import Wish
from peerreview.marketplace.proposing import MOST_WISHES
from peerreview.marketplace.routes.blueprint import bp
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Exclusion, Trajectory

LONGEST_SEARCH = 100
WAYS = {"up": -1, "down": 1}


def _market() -> Trajectory:
    """Our place on the market; NotNow for who has none."""
    market = queries.participation_of(the_actor())
    if market is None:
        raise NotNow(_("Your organisation is not on the marketplace now."))
    return market


@bp.get("/marketplace/wishes")
@requires(policy.may_act)
def list_wishes() -> Any:
    return _show()


def _show(status: int = 200, refused: str = "", moved: tuple[int, str] | None = None) -> Any:
    """The lists of the own organisation; without its lists when it is on no market."""
    market = queries.participation_of(the_actor())
    if market is None:
        return page("marketplace/no_wishes.html")
    wishes, blocks = queries.wishes_of(market.id), queries.blocks_of(market.id)
    blocked = {each.organisation_id for each in blocks}
    text = request.args.get("q", "").replace("\x00", "")[:LONGEST_SEARCH].strip()
    named = blocked | {each.organisation_id for each in wishes}
    return page(
        "marketplace/wishes.html",
        fragment="wishes",
        wishes=wishes,
        blocks=blocks,
        most=MOST_WISHES,
        others=[each for each in queries.others_on_the_market(market) if each.organisation_id not in named],
        add=request.args.get("add", 0, int),
        text=text,
        found=queries.members_found(market, text) if text else [],
        blocked=blocked,
        refused=refused,
        moved=moved,
        form_errors=status >= 400,
        status=status,
    )


def _back(moved: tuple[int, str] | None = None) -> Any:
    """The lists as they are now: to htmx in place, so that the focus stays where it was."""
    return _show(moved=moved) if wants_fragment() else done(url_for("marketplace.list_wishes"))


@bp.post("/marketplace/wishes")
@requires(policy.may_act)
def add_wish() -> Any:
    """A wish chosen from the list of who is on the market."""
    organisation = queries.partner_for(the_actor(), request.form.get("organisation", 0, int))
    if organisation is None:
        return _show(422, _("Choose an organisation from the list: it looks for a partner too."))
    return _wish_for(organisation)


@bp.post("/marketplace/wishes/<int:organisation_id>")
@requires(policy.may_wish, queries.partner_for)
def wish_for(organisation: Organisation) -> Any:
    return _wish_for(organisation)


def _wish_for(organisation: Organisation) -> Any:
    try:
        services.wish_for(_market(), organisation, by=the_actor())
    except Invalid as wrong:
        return _show(422, wrong.message)
    except Refused as refused:
        return _show(refused.status, refused.message)
    return _back()


@bp.post("/marketplace/wishes/<int:organisation_id>/<any(up, down):way>")
@requires(policy.may_wish, queries.wished_for)
def move_wish(wish: Wish, way: str) -> Any:
    organisation_id = wish.organisation_id
    services.move_wish(wish, places=WAYS[way], by=the_actor())
    return _back((organisation_id, way))


@bp.post("/marketplace/wishes/<int:organisation_id>/removal")
@requires(policy.may_wish, queries.wished_for)
def remove_wish(wish: Wish) -> Any:
    services.remove_wish(wish, by=the_actor())
    return _back()


# --- Whom we would rather not meet -----------------------------------------------------------------------------------


@bp.route("/marketplace/blocks/<int:organisation_id>", methods=["GET", "POST"])
@requires(policy.may_block, queries.member_for)
def block(organisation: Organisation) -> Any:
    there = queries.blocked_for(the_actor(), organisation.id)
    form, organisation_id = BlockForm(data={"reason": there.reason if there else ""}), organisation.id
    if not form.validate_on_submit():
        return _block(organisation, form, 422 if form.is_submitted() else 200)
    try:
        services.block(_market(), organisation, reason=form.reason.data or "", by=the_actor())
    except Refused as refused:
        form.form_errors.append(refused.message)
        about = queries.member_for(the_actor(), organisation_id)
        return _block(about or organisation, form, refused.status)
    return done(url_for("marketplace.list_wishes") + "#blocks")


def _block(organisation: Organisation, form: BlockForm, status: int) -> Any:
    return page("marketplace/block.html", about=organisation, form=form, form_errors=status >= 400, status=status)


@bp.post("/marketplace/blocks/<int:organisation_id>/removal")
@requires(policy.may_block, queries.blocked_for)
def unblock(exclusion: Exclusion) -> Any:
    services.unblock(exclusion, by=the_actor())
    return done(url_for("marketplace.list_wishes") + "#blocks")
