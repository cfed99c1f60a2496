"""An organisation signs itself up: the form for everybody, and the link in the letter."""

from typing import Any

from flask import abort, url_for

from peerreview.core import i18n
from peerreview.core.access import public
from peerreview.core.pages import done, page
from peerreview.extensions import limiter
from peerreview.organisations import queries, services
from peerreview.organisations.forms import JoinForm
from peerreview.organisations.routes.blueprint import bp


@bp.get("/join")
@public
def show_join() -> Any:
    return _join(_form())


@bp.post("/join")
@limiter.limit("10 per hour")
@public
def join() -> Any:
    form = _form()
    if not form.validate_on_submit():
        return _join(form, 422)
    if not form.homepage.data:
        services.apply_for_membership(
            form.kept_facts(),
            applicant_name=form.applicant_name.data,
            applicant_email=form.applicant_email.data,
            language=i18n.language(),
        )
    return done(url_for("organisations.show_sent"))


def _form() -> JoinForm:
    return JoinForm(work_fields=queries.work_fields(), title=i18n.localised)


def _join(form: JoinForm, status: int = 200) -> Any:
    return page("organisations/join.html", form=form, form_errors=form.errors, status=status)


@bp.get("/join/sent")
@public
def show_sent() -> Any:
    return page("organisations/sent.html")


@bp.get("/join/<token>")
@public
def show_confirmation(token: str) -> Any:
    application = queries.application_with(token) or abort(404)
    return page("organisations/confirm.html", application=application, token=token)


@bp.post("/join/<token>")
@limiter.limit("20 per hour")
@public
def confirm_application(token: str) -> Any:
    application = queries.application_with(token) or abort(404)
    services.confirm_application(application)
    return done(url_for("organisations.show_confirmation", token=token))
