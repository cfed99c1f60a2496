"""One's own account: name and language, what keeps it safe, and the role in which one acts."""

from typing import Any

from flask import abort, g, request, session, url_for
from flask_security.twofactor import is_tf_setup

from peerreview.accounts import queries, services
from peerreview.accounts.forms import ProfileForm
from peerreview.accounts.routes import second_step
from peerreview.accounts.routes.blueprint import bp
from peerreview.accounts.routes.signin import AFFILIATION
from peerreview.accounts.words import ROLE_NAMES
from peerreview.core import i18n
from peerreview.core.access import signed_in, the_actor
from peerreview.core.pages import done, page


@bp.get("/account")
@signed_in
def show_account() -> Any:
    return _account(ProfileForm(obj=queries.person_of(the_actor())))


@bp.post("/account")
@signed_in
def update_account() -> Any:
    form = ProfileForm()
    if not form.validate_on_submit():
        return _account(form, 422)
    services.update_profile(queries.person_of(the_actor()), name=form.name.data or "", language=form.language.data)
    answer = done(url_for("accounts.show_account"))
    answer.delete_cookie(i18n.COOKIE)  # from now on the person's own language counts here
    return answer


def _account(form: ProfileForm, status: int = 200) -> Any:
    person = queries.person_of(the_actor())
    return page(
        "accounts/account.html",
        status=status,
        form=form,
        form_errors=form.errors,
        person=person,
        held=g.roles_held,
        role_names=ROLE_NAMES,
        app_is_set=is_tf_setup(person),
        codes_left=len(person.mf_recovery_codes or []),
        passkeys=queries.passkeys_of(person.id),
    )


@bp.post("/account/role")
@signed_in
def choose_role() -> Any:
    held = queries.own_affiliation(the_actor(), request.form.get("affiliation_id", 0, int)) or abort(404)
    services.choose_role(queries.person_of(the_actor()), held)
    session[AFFILIATION] = held.id
    return done("/")


@bp.get("/account/second-step")
@signed_in
def show_second_step() -> Any:
    """Why a second step is needed before anything else, and the ways to set it up."""
    if not second_step.missing():
        return done("/")
    return page("accounts/second_step.html", passkeys=queries.passkeys_of(the_actor().person_id or 0))
