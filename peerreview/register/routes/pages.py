"""An organisation writes its own page in the register, and the secretariat can hide one."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from peerreview.core import clock, privacy
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page
from peerreview.register import policy, queries, services
from peerreview.register.forms import HidingForm, PageForm
from peerreview.register.queries import OwnPage
from peerreview.register.routes.blueprint import bp, the_register
from peerreview.register.words import words_in


@bp.get("/organisation/public-page")
@requires(policy.may_write_page, queries.own_page)
def show_own_page(own: OwnPage) -> Any:
    form = PageForm(action=url_for("register.save_own_page"))
    if not form.kept:
        form.shows(words_in(own.page), own.version)
    return _edit(own, form)


def _edit(own: OwnPage, form: PageForm, status: int = 200, *, clash: list[Any] | None = None) -> Any:
    draft = "autosave" in request.form
    return page(
        "register/_refused.html" if draft else "register/edit_page.html",
        own=own,
        form=form,
        clash=clash or [],
        form_errors=status == 422,
        listed=own.organisation.slug in the_register().by_slug,
        notices=privacy.notices(*form.words().texts(), plain=True),
        changed=own.published and own.page is not None and own.page.shown != words_in(own.page).shown(),
        status=status,
    )


@bp.post("/organisation/public-page")
@requires(policy.may_write_page, queries.own_page)
def save_own_page(own: OwnPage) -> Any:
    form, actor, draft = PageForm(), the_actor(), "autosave" in request.form
    if not form.validate_on_submit():
        return _edit(own, form, 422)
    organisation_id, words = own.organisation.id, form.words()
    try:
        saved = services.save_page(organisation_id, words, version=form.seen_version(), by=actor)
        if "publish" in request.form:
            services.publish_page(organisation_id, by=actor)
    except StaleVersion:
        return _both_texts(form)
    except Invalid as wrong:
        form.form_errors.append(wrong.message)
        return _edit(queries.own_page(actor) or own, form, 422)
    if draft:
        marks = privacy.notices(*words.texts(), plain=True)
        return page("register/_saved.html", version=saved.version, now=clock.now(), notices=marks)
    return done(url_for("register.show_preview"))


def _both_texts(form: PageForm) -> Any:
    """Somebody else was first: what stands there now beside what was typed, for each text in which they differ."""
    now = queries.own_page(the_actor())
    assert now is not None  # noqa: S101 - it was loaded a moment ago
    theirs = PageForm(formdata=None)
    theirs.shows(words_in(now.page), now.version)
    names = [one.name for one in form if one.name not in ("csrf_token", "version")]
    differ = [(one, theirs[one].data or "") for one in names if (form[one].data or "") != (theirs[one].data or "")]
    form.version.data = str(now.version)
    who = (queries.writer_of(now.page) if now.page else "") or _("A colleague")
    return _edit(now, form, 409, clash=[(form[name], text, who) for name, text in differ])


@bp.get("/organisation/public-page/preview")
@requires(policy.may_write_page, queries.own_page)
def show_preview(own: OwnPage) -> Any:
    words = words_in(own.page)
    return page(
        "register/preview.html", own=own, words=words.shown(), empty=words.empty,
        listed=own.organisation.slug in the_register().by_slug,
        changed=own.page is None or own.page.shown != words.shown(),
    )  # fmt: skip


@bp.post("/organisation/public-page/publication")
@requires(policy.may_write_page, queries.own_page)
def publish_own_page(own: OwnPage) -> Any:
    services.publish_page(own.organisation.id, by=the_actor())
    return done(url_for("register.show_preview"))


@bp.post("/organisation/public-page/hiding")
@requires(policy.may_write_page, queries.own_page)
def hide_own_page(own: OwnPage) -> Any:
    services.hide_page(own.organisation, by=the_actor())
    return done(url_for("register.show_preview"))


@bp.get("/organisations/<int:organisation_id>/public-page/hiding")
@requires(policy.may_hide_page, queries.published_page)
def edit_hiding(own: OwnPage) -> Any:
    return page("register/hide.html", own=own, form=HidingForm())


@bp.post("/organisations/<int:organisation_id>/public-page/hiding")
@requires(policy.may_hide_page, queries.published_page)
def hide_page(own: OwnPage) -> Any:
    form = HidingForm()
    slug = own.organisation.slug
    if not form.validate_on_submit():
        return page("register/hide.html", own=own, form=form, form_errors=True, status=422)
    services.hide_page(own.organisation, reason=form.reason.data or "", by=the_actor())
    return done(url_for("register.show_registered", slug=slug))
