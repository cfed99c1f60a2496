"""The page behind the link of an invitation: for a new person, for one with an account, and for a link that is over."""

from typing import Any

from flask import abort, url_for
from flask_security import login_user

from peerreview.accounts import queries, services
from peerreview.accounts.forms import JoinForm
from peerreview.accounts.models import Invitation, InvitationState
from peerreview.accounts.routes.blueprint import bp
from peerreview.accounts.words import ROLE_HINTS, ROLE_NAMES
from peerreview.core import clock
from peerreview.core.access import current_actor, public
from peerreview.core.pages import done, page


@bp.get("/invitations/<token>")
@public
def show_invitation(token: str) -> Any:
    invitation = queries.invitation_with(token) or abort(404)
    return _invitation(invitation, token, JoinForm(name=invitation.name, language=invitation.language))


@bp.post("/invitations/<token>")
@public
def accept_invitation(token: str) -> Any:
    invitation = queries.invitation_with(token) or abort(404)
    if actor := current_actor():
        services.accept_invitation(invitation, person=queries.person_of(actor))
        return done("/")
    form = JoinForm()
    if not form.validate_on_submit():
        return _invitation(invitation, token, form, 422)
    person = services.join(
        invitation, name=form.name.data or "", password=form.password.data or "", language=form.language.data
    )
    login_user(person, remember=False, authn_via=["invitation"])
    return done("/")


def _invitation(invitation: Invitation, token: str, form: JoinForm, status: int = 200) -> Any:
    actor, state = current_actor(), invitation.state_at(clock.now())
    known = queries.person_by_email(invitation.email)
    return page(
        "accounts/invitation.html",
        status=status if state is InvitationState.OPEN else 410,
        invitation=invitation,
        state=state,
        form=form,
        form_errors=form.errors,
        place=queries.organisation_name(invitation.organisation_id),
        role=ROLE_NAMES[invitation.role],
        hint=ROLE_HINTS[invitation.role],
        mine=bool(actor and actor.email == invitation.email),
        has_account=bool(known and known.password and known.confirmed_at),
        here=url_for("accounts.show_invitation", token=token),
    )
