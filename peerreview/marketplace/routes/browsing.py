"""Looking around: the list and the map, one offer, two side by side, and the secretariat's view of all."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from peerreview.core import clock, i18n
from peerreview.core.access import Actor, requires, the_actor
from peerreview.core.pages import page
from peerreview.frameworks.queries import outline_of
from peerreview.marketplace import browse, offer_words, policy, queries, services, words
from peerreview.marketplace.browse import Chosen, Fitting, Listed, Viewer
from peerreview.marketplace.fit import values_of
from peerreview.marketplace.fit_lines import lines
from peerreview.marketplace.models import Offer
from peerreview.marketplace.offer_words import Titles
from peerreview.marketplace.offering import Content
from peerreview.marketplace.routes.blueprint import bp
from peerreview.rounds.queries import current_round, rounds_for
from peerreview.trajectories.words import month_names, travel_name

FILTERS = ("minutes", "field", "size", "month", "seek", "bring", "kept", "view")


def titles_for(framework_version_id: int, *, norms: bool = True) -> Titles:
    """What things are called in the language of this request."""
    fields, competencies = queries.titles(framework_version_id)
    return Titles(
        {code: i18n.localised(title) for code, title in fields.items()},
        {code: i18n.localised(title) for code, title in competencies.items()},
        {norm.code: i18n.localised(norm.title) for norm in outline_of(framework_version_id).norms if norms},
    )


def names_from(titles: Titles, organisations: Mapping[int, str] | None = None) -> words.Names:
    """The same as they stand in a sentence."""
    spoken = {code: title.lower() for code, title in titles.fields.items()}
    return words.Names(organisations or {}, spoken, titles.competencies)


@bp.get("/marketplace")
@requires(policy.may_look)
def list_offers() -> Any:
    actor = the_actor()
    if policy.may_watch(actor):
        return _watched()
    found = queries.viewer_of(actor)
    if found is None:
        return page("marketplace/none.html")
    trajectory, own, us = found
    viewer, offers = queries.market_for(actor, trajectory, us, clock.today())
    acts = policy.may_act(actor)
    return page(
        "marketplace/list.html",
        fragment="offers",
        trajectory=trajectory,
        own=own,
        may_act=acts,
        may_change=services.may_change(trajectory),
        between=queries.proposals_between(trajectory.id) if acts else {},
        viewer=viewer,
        far=browse.FAR,
        months=month_names(),
        distances=[(n, travel_name(n)) for n in sorted({*browse.MINUTES, viewer.limit})],
        travel_name=travel_name,
        words=words,
        offer_words=offer_words,
        **_listing(viewer, offers),
    )


def _listing(viewer: Viewer, offers: list[Listed]) -> dict[str, Any]:
    """The part of the list that the address asks for, with the lines of why; or the map of all of it."""
    chosen, view = _chosen(viewer), "map" if request.args.get("view") == "map" else "list"
    found, titles = browse.look_around(viewer, offers, chosen), titles_for(viewer.framework_version_id, norms=False)
    rows, names = found.page(request.args.get("page", 1, int)), names_from(titles)
    return {
        "chosen": chosen,
        "view": view,
        "found": found,
        "rows": rows,
        "fields": titles.fields,
        "lines": {each.key: lines(viewer, each, names, found.nearest) for each in rows.rows if view == "list"},
        "dots": _dots(viewer, found.near) if view == "map" else [],
        "kept": {name: value for name, value in request.args.items() if value and name in FILTERS},
    }


def _dots(viewer: Viewer, near: Iterable[Fitting]) -> list[tuple[Any, ...]]:
    """Where everybody in the list is, and we ourselves."""
    others = [(*each.offer.candidate.place, "here") for each in near if each.minutes is not None]
    return [*others, (*viewer.candidate.place, "us", viewer.candidate.name)] if viewer.placed else others


def _chosen(viewer: Viewer) -> Chosen:
    """What the address asks for; without a distance as far as the own offer goes."""
    asked = request.args
    reach = viewer.limit if viewer.placed else browse.FAR
    minutes = asked.get("minutes", "")
    known = minutes.isascii() and minutes.isdecimal() and len(minutes) < 5
    return Chosen(
        minutes=int(minutes) if known else browse.FAR if minutes else reach,
        work_field=asked.get("field", ""),
        size=asked.get("size", "") if asked.get("size", "") in browse.SIZES else "",
        month=asked.get("month", 0, int),
        seek="seek" in asked,
        bring="bring" in asked,
        kept="kept" in asked,
    )


def _watched() -> Any:
    """The market of a round for who watches over it: who takes part and what each offers; no wishes, no drafts."""
    rounds, wanted = rounds_for(the_actor()), request.args.get("round", 0, int)
    round_ = next((each for each in rounds if each.id == wanted), None) or current_round()
    return page(
        "marketplace/watched.html",
        rounds=rounds,
        round_=round_,
        rows=queries.offers_in(round_.id, request.args.get("page", 1, int)) if round_ else None,
        words=words,
        offer_words=offer_words,
        travel_name=travel_name,
    )


@bp.get("/marketplace/offers/<int:offer_id>")
@requires(policy.may_see, queries.offer_for)
def show_offer(offer: Offer) -> Any:
    actor, trajectory = the_actor(), offer.trajectory
    own, content = actor.is_of(trajectory.organisation_id), queries.content_of(offer)
    titles = titles_for(trajectory.framework_version_id)
    names = names_from(titles, {trajectory.organisation_id: trajectory.organisation.name})
    acts = policy.may_act(actor)
    viewer, fits, market_id = (None if own else _seen_by(actor, [offer.id])) or (None, [], 0)
    return page(
        "marketplace/offer.html",
        offer=offer,
        content=content,
        brings=offer_words.brings(content, titles),
        seeks=offer_words.seeks(content, titles),
        where_and_when=offer_words.where_and_when(content),
        own=own,
        watches=policy.may_watch(actor),
        may_act=acts,
        may_edit=policy.may_edit(actor, offer),
        may_change=services.may_change(trajectory),
        fit=fits[0] if fits else None,
        wished=bool(viewer and fits and fits[0].key in viewer.candidate.wished),
        points=_points(viewer, fits[0], names) if viewer and fits else [],
        there=queries.proposals_between(market_id).get(trajectory.organisation_id) if fits and acts else None,
        words=words,
        offer_words=offer_words,
    )


def _seen_by(actor: Actor, offer_ids: list[int]) -> tuple[Viewer, list[Fitting], int] | None:
    """How these offers fit the actor's organisation, in the order asked for, and its trajectory; None: on no market."""
    found = queries.viewer_of(actor)
    if found is None:
        return None
    trajectory, _own, us = found
    viewer, offers = queries.market_for(actor, trajectory, us, clock.today(), only=offer_ids)
    fits = {each.offer.offer_id: each for each in browse.fitting(viewer, offers)}
    return viewer, [fits[offer_id] for offer_id in dict.fromkeys(offer_ids) if offer_id in fits], trajectory.id


def _points(viewer: Viewer, fit: Fitting, names: words.Names) -> list[words.Point]:
    us = viewer.candidate.key
    leg = {"reviewer": us, "host": fit.key, **values_of(browse.score_of(viewer, fit))}
    return words.points(leg, names, us=us, limit=viewer.limit)


@bp.get("/marketplace/compare")
@requires(policy.may_compare)
def compare_offers() -> Any:
    actor, found = the_actor(), queries.viewer_of(the_actor())
    if found is None:
        return page("marketplace/none.html")
    trajectory, _own, us = found
    viewer, offers = queries.market_for(actor, trajectory, us, clock.today())
    found_all = browse.look_around(viewer, offers, Chosen())
    fits = {each.offer.offer_id: each for each in found_all.near}
    asked = list(dict.fromkeys(request.args.getlist("offer", type=int)))[:2]
    two = [fits[number] for number in asked if number in fits]
    titles = titles_for(viewer.framework_version_id)
    whole = [queries.content_of(offer) for offer in queries.offers_for(actor, asked)] if len(two) == 2 else []
    return page(
        "marketplace/compare.html",
        two=two if whole else [],
        whole=whole,
        rows=_side_by_side(whole, titles) if whole else [],
        lines={each.key: lines(viewer, each, names_from(titles), found_all.nearest) for each in two},
        saved=[each for each in fits.values() if each.offer.kept],
        asked=asked,
        may_act=policy.may_act(actor),
        words=words,
        status=404 if asked and len(two) < len(asked) else 200,
    )


def _side_by_side(whole: list[Content], titles: Titles) -> list[tuple[str, list[offer_words.Fact]]]:
    """Row by row what each of them says: the label, and a fact of each."""
    told = [
        [*offer_words.brings(each, titles), *offer_words.seeks(each, titles), *offer_words.where_and_when(each)]
        for each in whole
    ]
    return [(facts[0].label, list(facts)) for facts in zip(*told, strict=True)]
