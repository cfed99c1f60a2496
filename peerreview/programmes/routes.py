"""The pages about the programme of a visit: the day with its norms, one item, the sites, the example, the PDF."""

import re
import unicodedata
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, make_response, request, url_for

from peerreview.core import i18n
from peerreview.core.access import requires, the_actor
from peerreview.core.documents import render
from peerreview.core.errors import Invalid, Refused, StaleVersion
from peerreview.core.pages import done, page
from peerreview.extensions import limiter
from peerreview.programmes import coverage, policy, queries, services, words
from peerreview.programmes.documents import programme_data
from peerreview.programmes.forms import PlaceForm, ReplaceForm, SiteForm, item_form, place_form
from peerreview.programmes.items import Item
from peerreview.programmes.lifecycle import ItemKind
from peerreview.programmes.programme import ItemOf, Programme, SiteOf
from peerreview.visits import planning
from peerreview.visits import queries as visit_queries
from peerreview.visits import words as visit_words
from peerreview.visits.lifecycle import VISIT

bp = Blueprint("programmes", __name__)
NEW = timedelta(minutes=45)


def by_person() -> str:
    """Whom a limit counts for."""
    return f"person {the_actor().person_id}"


def _home(programme: Programme, anchor: str | None = None, **query: Any) -> Any:
    return done(url_for("programmes.show_programme", visit_id=programme.visit.id, _anchor=anchor, **query))


def _again(programme: Programme) -> Programme:
    """The programme as it is now: an act was undone, and what was loaded went with it."""
    return queries.programme_of(visit_queries.visit_with_names(programme.visit.id))


# --- The whole ---------------------------------------------------------------------------------------------------------


@bp.get("/visits/<int:visit_id>/programme")
@requires(policy.may_read, queries.programme_for)
def show_programme(programme: Programme) -> Any:
    return _show(programme)


def _show(programme: Programme, refused: Refused | None = None) -> Any:
    actor, outline = the_actor(), programme.outline
    hears = policy.may_hear(actor, programme) and programme.on_the_day
    heard = queries.heard(programme.visit) if hears else frozenset()
    covered = coverage.coverage(programme.items, outline, heard)
    chosen = outline.chapter(request.args.get("chapter", "")) or _first_gap(covered, programme)
    return page(
        "programmes/show.html",
        **_common(programme),
        covered=covered,
        chapter=chosen,
        hears=hears,
        unheard=coverage.not_yet_heard(outline, heard) if hears and programme.underway else None,
        due=planning.deadlines(programme.windows[0].day, programme.visit.host.round.rules).programme_on
        if programme.windows
        else None,
        may_finish=policy.may_edit(actor, programme) and VISIT.can(programme.visit.state, "finish_programme"),
        removed=request.args.get("removed", 0, int),
        refused=refused,
        status=refused.status if refused else 200,
    )


def _first_gap(covered: coverage.Coverage, programme: Programme) -> Any:
    """The first chapter with a norm that nobody speaks about, else the first."""
    gaps = [tally.chapter for tally in covered.tallies if tally.spoken < tally.of]
    return next(iter(gaps or programme.outline.chapters), None)


def _common(programme: Programme) -> dict[str, Any]:
    """What every page about a programme shows or asks."""
    actor, visit = the_actor(), programme.visit
    return {
        "programme": programme,
        "visit": visit,
        "words": words,
        "own": actor.organisation_id,
        "name": visit_words.visit_name(
            visit.host.organisation.name,
            visit.reviewing.organisation.name,
            own_host=visit.host.organisation_id == actor.organisation_id,
            own_team=visit.reviewing.organisation_id == actor.organisation_id,
        ),
        "edits": policy.may_edit(actor, programme) and programme.open,
        "arranges": policy.may_arrange(actor, programme) and programme.open,
        "lead": next((member.person.name for member in visit.team if member.lead), ""),
    }


@bp.post("/visits/<int:visit_id>/programme/finish")
@requires(policy.may_edit, queries.programme_for)
def finish_programme(programme: Programme) -> Any:
    try:
        services.finish_programme(programme.visit, by=the_actor())
    except Refused as no:
        return _show(_again(programme), no)
    return _home(programme)


@bp.route("/visits/<int:visit_id>/programme/example", methods=["GET", "POST"])
@requires(policy.may_edit, queries.programme_for)
def begin_from_template(programme: Programme) -> Any:
    form = ReplaceForm()
    if form.validate_on_submit():
        services.begin_from_template(programme.visit, by=the_actor(), replace=bool(form.replace.data))
        return _home(programme)
    if not programme.windows:
        return _home(programme)
    shown = replace(programme, items=tuple(services.proposed_items(programme)))
    return page("programmes/example.html", form=form, shown=shown, **_common(programme))


@bp.get("/visits/<int:visit_id>/programme.pdf")
@requires(policy.may_read, queries.programme_for)
@limiter.limit("60 per hour", key_func=by_person)
def download_programme(programme: Programme) -> Any:
    association, config = current_app.extensions["association"], current_app.config
    colours = {"us": config["LABEL_COLOUR_WE"], "them": config["LABEL_COLOUR_PARTNER"]}
    named = {"name": association.product_name, "tagline": association.label_name}
    brand = named | {key: value for key, value in colours.items() if value}
    answer = make_response(render("programme", programme_data(programme, brand=brand), language=i18n.language()))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{_file_name(programme)}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _file_name(programme: Programme) -> str:
    """'programma-brugveld-2027-04-22.pdf' in plain letters."""
    name = programme.visit.host.organisation.name
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    host = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or str(programme.visit.id)
    day = f"-{programme.windows[0].day.isoformat()}" if programme.windows else ""
    return f"{'programma' if i18n.language() == 'nl' else 'programme'}-{host}{day}.pdf"


# --- Items -------------------------------------------------------------------------------------------------------------


@bp.route("/visits/<int:visit_id>/programme/items/new", methods=["GET", "POST"])
@requires(policy.may_edit, queries.programme_for)
def add_item(programme: Programme) -> Any:
    if not programme.windows:
        return _home(programme)
    new = _new_item(programme)
    form, refused = item_form(programme, new), None
    if form.validate_on_submit():
        try:
            id = services.add_item(programme.visit, item=form.item(), by=the_actor())
            return _home(programme, f"item-{id}")
        except Refused as no:
            refused, programme = no, _again(programme)
    return _show_form(programme, new, form, refused)


def _new_item(programme: Programme) -> Item:
    """An interview after the last item, about the norm that the address names and with whom the framework advises."""
    norm = programme.outline.norm(request.args.get("norm", ""))
    window = programme.windows[0]
    last = max((item.ends_at for item in programme.items if item.day == window.day), default=window.starts_at)
    starts_at = last if last + NEW <= window.ends_at else window.starts_at
    return Item(
        ItemKind.INTERVIEW, starts_at, starts_at + NEW, frozenset(programme.team),
        norm.interlocutors[:1] if norm else (), (norm.id,) if norm else (),
    )  # fmt: skip


@bp.get("/visits/<int:visit_id>/programme/items/<int:item_id>")
@requires(policy.may_read, queries.item_for)
def show_item(found: ItemOf) -> Any:
    programme, item = found.programme, found.item
    common = _common(programme)
    if common["edits"]:
        return _show_form(programme, item, item_form(programme, item))
    form = place_form(programme, item) if common["arranges"] else None
    return _show_place(found, form)


@bp.post("/visits/<int:visit_id>/programme/items/<int:item_id>")
@requires(policy.may_edit, queries.item_for)
def edit_item(found: ItemOf) -> Any:
    programme, item = found.programme, found.item
    form, refused = item_form(programme, item), None
    if form.validate_on_submit():
        try:
            services.edit_item(programme.visit, item=form.item(item.id), by=the_actor())
            return _home(programme, f"item-{item.id}")
        except Refused as no:
            refused, programme = no, _again(programme)
    return _show_form(programme, programme.item(item.id) or item, form, refused)


@bp.post("/visits/<int:visit_id>/programme/items/<int:item_id>/place")
@requires(policy.may_arrange, queries.item_for)
def arrange_item(found: ItemOf) -> Any:
    programme, item = found.programme, found.item
    form, refused = place_form(programme, item), None
    if form.validate_on_submit():
        try:
            services.arrange_item(programme.visit, item=replace(item, **form.place()), by=the_actor())
            return _home(programme, f"item-{item.id}")
        except Refused as no:
            refused, programme = no, _again(programme)
    return _show_place(ItemOf(programme, programme.item(item.id) or item), form, refused)


def _show_form(programme: Programme, item: Item, form: Any, refused: Refused | None = None) -> Any:
    """The form of an item; beside it what the framework advises to ask, and who else speaks about which norms."""
    outline = programme.outline
    stale = isinstance(refused, StaleVersion)
    if stale:
        form.version.data = str(item.version)  # both are shown now: saving again is a choice
    return page(
        "programmes/item.html",
        **_common(programme),
        item=item,
        form=form,
        refused=refused,
        problems=refused.problems if isinstance(refused, Invalid) else [],
        theirs=item if stale else None,
        asked=coverage.questions(item.norms, item.interlocutors, outline, i18n.language()),
        unspoken={norm.id for norm in programme.coverage.unspoken},
        advised={norm.id for norm in outline.norms if set(norm.interlocutors) & set(form.interlocutors.data or ())},
        form_errors=bool(form.errors),
        status=refused.status if refused else 422 if form.errors else 200,
    )


def _show_place(found: ItemOf, form: PlaceForm | None, refused: Refused | None = None) -> Any:
    item, outline = found.item, found.programme.outline
    if form is not None and isinstance(refused, StaleVersion):
        form.version.data = str(item.version)
    return page(
        "programmes/place.html",
        **_common(found.programme),
        item=item,
        form=form,
        refused=refused,
        asked=coverage.questions(item.norms, item.interlocutors, outline, i18n.language()),
        form_errors=bool(form and form.errors),
        status=refused.status if refused else 422 if form and form.errors else 200,
    )


@bp.post("/visits/<int:visit_id>/programme/items/<int:item_id>/move/<any(earlier,later):way>")
@requires(policy.may_edit, queries.item_for)
def move_item(found: ItemOf, way: str) -> Any:
    services.move_item(found.visit, item_id=found.item.id, earlier=way == "earlier", by=the_actor())
    return _home(found.programme, f"item-{found.item.id}")


@bp.post("/visits/<int:visit_id>/programme/items/<int:item_id>/remove")
@requires(policy.may_edit, queries.removed_for)
def remove_item(found: ItemOf) -> Any:
    services.remove_item(found.visit, item_id=found.item.id, by=the_actor())
    return _home(found.programme, "day", removed=found.item.id)


@bp.post("/visits/<int:visit_id>/programme/items/<int:item_id>/restore")
@requires(policy.may_edit, queries.removed_for)
def restore_item(found: ItemOf) -> Any:
    services.restore_item(found.visit, item_id=found.item.id, by=the_actor())
    return _home(found.programme, f"item-{found.item.id}")


# --- Sites -------------------------------------------------------------------------------------------------------------


@bp.route("/visits/<int:visit_id>/programme/sites", methods=["GET", "POST"])
@requires(policy.may_arrange, queries.programme_for)
def list_sites(programme: Programme) -> Any:
    form, refused = SiteForm(), None
    if form.validate_on_submit():
        try:
            name, minutes = form.name.data, form.minutes.data
            services.add_site(programme.visit, name=name, minutes=minutes, by=the_actor())
            return done(url_for("programmes.list_sites", visit_id=programme.visit.id))
        except Refused as no:
            refused, programme = no, _again(programme)
    return _show_sites(programme, form, refused)


def _show_sites(programme: Programme, form: SiteForm, refused: Refused | None = None) -> Any:
    return page(
        "programmes/sites.html",
        **_common(programme),
        form=form,
        refused=refused,
        form_errors=bool(form.errors),
        status=refused.status if refused else 422 if form.errors else 200,
    )


@bp.post("/visits/<int:visit_id>/programme/sites/<int:site_id>/remove")
@requires(policy.may_arrange, queries.site_for)
def remove_site(found: SiteOf) -> Any:
    try:
        services.remove_site(found.visit, site_id=found.site.id, by=the_actor())
    except Refused as no:
        return _show_sites(_again(found.programme), SiteForm(formdata=None), no)
    return done(url_for("programmes.list_sites", visit_id=found.visit.id))
