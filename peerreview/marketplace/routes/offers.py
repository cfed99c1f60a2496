"""The own offer: begun, written, published and taken off the market; and others' offers that one keeps."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from peerreview.core import clock, i18n, privacy
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.core.pages import done, page, wants_fragment
from peerreview.frameworks.queries import outline_of
from peerreview.marketplace import offer_words, policy, queries, services
from peerreview.marketplace.forms.offers import OfferForm, typed
from peerreview.marketplace.models import Offer
from peerreview.marketplace.offering import Content
from peerreview.marketplace.routes.blueprint import bp


def _shown(offer_id: int) -> Any:
    return done(url_for("marketplace.show_offer", offer_id=offer_id))


@bp.post("/marketplace/offers")
@requires(policy.may_act)
def make_offer() -> Any:
    actor = the_actor()
    market = queries.participation_of(actor)
    if market is None:
        raise NotNow(_("Your organisation is not on the marketplace now."))
    offer = services.make_offer(market, by=actor)
    return done(url_for("marketplace.edit_offer", offer_id=offer.id))


def _form_of(offer: Offer, content: Content) -> OfferForm:
    version_id = offer.trajectory.framework_version_id
    form = OfferForm(data=typed(content) | {"version": offer.version})
    work_fields, competencies = queries.titles(version_id)
    norms = [(norm.code, i18n.localised(norm.title)) for norm in outline_of(version_id).norms]
    form.offer(
        work_fields=[(code, i18n.localised(title)) for code, title in work_fields.items()],
        competencies=[(code, i18n.localised(title)) for code, title in competencies.items()],
        norms=norms,
        travel=content.max_travel_minutes,
    )
    return form


@bp.get("/marketplace/offers/<int:offer_id>/edit")
@requires(policy.may_edit, queries.offer_for)
def edit_offer(offer: Offer) -> Any:
    if not services.may_change(offer.trajectory):
        return _shown(offer.id)
    return _edit(offer, _form_of(offer, queries.content_of(offer)))


def _edit(offer: Offer, form: OfferForm, status: int = 200, **more: Any) -> Any:
    autosaved = request.method == "POST" and "autosave" in request.form
    return page(
        "marketplace/_refused.html" if autosaved else "marketplace/edit_offer.html",
        offer=offer,
        form=form,
        words=offer_words,
        chapters=outline_of(offer.trajectory.framework_version_id).chapters,
        suggested=queries.suggested_for(the_actor(), offer),
        notices=privacy.notices(form.story.data),
        conflict=more.get("conflict"),
        lacking=more.get("lacking", ()),
        form_errors=status == 422,
        status=status,
    )


@bp.post("/marketplace/offers/<int:offer_id>/edit")
@requires(policy.may_edit, queries.offer_for)
def save_offer(offer: Offer) -> Any:
    before = queries.content_of(offer)
    form, autosave, actor = _form_of(offer, before), "autosave" in request.form, the_actor()
    offer_id, version = offer.id, _whole(request.form.get("version"))
    if not form.validate_on_submit():
        return _edit(offer, form, 422)
    try:
        services.save_offer(offer, content=form.values(), version=version, by=actor, autosave=autosave)
        if autosave:
            notices = privacy.notices(form.story.data)
            return page("marketplace/_saved.html", version=offer.version, now=clock.now(), notices=notices)
        if "publish" in request.form:
            services.publish_offer(offer, by=actor)
    except StaleVersion:
        return _both_texts(offer_id, form)
    except Invalid as wrong:
        return _incomplete(offer_id, form, wrong)
    return _shown(offer_id)


def _both_texts(offer_id: int, form: OfferForm) -> Any:
    """Somebody else was first: what stands there now beside what was typed."""
    now = _again(offer_id)
    form.version.data = str(now.version)
    who = queries.last_writer_of(now) or _("A colleague")
    return _edit(now, form, 409, conflict={"theirs": queries.content_of(now), "who": who})


def _incomplete(offer_id: int, form: OfferForm, wrong: Invalid) -> Any:
    now = _again(offer_id)
    form.version.data = str(now.version)
    lacking = [offer_words.MISSING[name] for name in wrong.problems if name in offer_words.MISSING]
    if not lacking:
        form.form_errors.append(wrong.message)
    return _edit(now, form, 422, lacking=lacking)


def _again(offer_id: int) -> Offer:
    """The offer as it stands after a refusal, which let go of what was read before."""
    found = queries.offer_for(the_actor(), offer_id)
    if found is None:
        raise NotNow(_("Your organisation is not on the marketplace now."))
    return found


def _whole(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 10 else 0


@bp.post("/marketplace/offers/<int:offer_id>/publication")
@requires(policy.may_edit, queries.offer_for)
def publish_offer(offer: Offer) -> Any:
    offer_id, before = offer.id, queries.content_of(offer)
    try:
        services.publish_offer(offer, by=the_actor())
    except Invalid as wrong:
        return _incomplete(offer_id, _form_of(offer, before), wrong)
    return _shown(offer_id)


@bp.post("/marketplace/offers/<int:offer_id>/withdrawal")
@requires(policy.may_edit, queries.offer_for)
def withdraw_offer(offer: Offer) -> Any:
    offer_id = offer.id
    services.withdraw_offer(offer, by=the_actor())
    return _shown(offer_id)


@bp.post("/marketplace/offers/<int:offer_id>/saved")
@requires(policy.may_save, queries.offer_for)
def keep_offer(offer: Offer) -> Any:
    offer_id, name = offer.id, offer.trajectory.organisation.name
    services.keep_offer(offer, by=the_actor())
    return _kept(offer_id, name, kept=True)


@bp.post("/marketplace/offers/<int:offer_id>/saved/removal")
@requires(policy.may_save, queries.offer_for)
def let_go_offer(offer: Offer) -> Any:
    offer_id, name = offer.id, offer.trajectory.organisation.name
    services.let_go_offer(offer, by=the_actor())
    return _kept(offer_id, name, kept=False)


def _kept(offer_id: int, name: str, *, kept: bool) -> Any:
    if wants_fragment():
        return page(
            "marketplace/_save.html",
            market=url_for("marketplace.list_offers"),
            offer_id=offer_id,
            name=name,
            kept=kept,
            came_back=True,
        )
    return _shown(offer_id)
