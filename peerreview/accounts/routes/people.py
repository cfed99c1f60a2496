"""The people of an organisation: who holds which role, whom to invite, whose role to end."""

from typing import Any

from flask import url_for

from peerreview.accounts import policy, queries, services
from peerreview.accounts.forms import InviteForm
from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Invitation
from peerreview.accounts.places import Place
from peerreview.accounts.routes.blueprint import bp
from peerreview.accounts.words import ROLE_HINTS, ROLE_NAMES
from peerreview.core import clock, i18n
from peerreview.core.access import Actor, requires, the_actor
from peerreview.core.errors import Refused
from peerreview.core.pages import done, page


def _own(actor: Actor) -> Place:
    return queries.own_place(actor)


@bp.get("/people")
@requires(policy.may_manage_people, _own)
def list_own_people(place: Place) -> Any:
    return _people(place)


@bp.get("/organisations/<int:organisation_id>/people")
@requires(policy.may_manage_people, queries.place_for)
def list_people(place: Place) -> Any:
    return _people(place)


def _people(place: Place) -> Any:
    actor, people = the_actor(), queries.people_of(place)
    return page(
        "accounts/people.html",
        place=place,
        people=people,
        count=len({one.person_id for one in people}),
        invitations=queries.invitations_of(place),
        role_names=ROLE_NAMES,
        may_end=lambda role: policy.may_give(actor, role, place.organisation_id),
        now=clock.now(),
        invite_url=url_for("accounts.show_invite", organisation_id=place.organisation_id)
        if place.organisation_id
        else url_for("accounts.show_invite_here"),
    )


@bp.get("/people/invite")
@requires(policy.may_manage_people, _own)
def show_invite_here(place: Place) -> Any:
    return _invite(place, _form(place))


@bp.get("/organisations/<int:organisation_id>/people/invite")
@requires(policy.may_manage_people, queries.place_for)
def show_invite(place: Place) -> Any:
    return _invite(place, _form(place))


@bp.post("/people/invite")
@requires(policy.may_manage_people, _own)
def invite_here(place: Place) -> Any:
    return _sent(place)


@bp.post("/organisations/<int:organisation_id>/people/invite")
@requires(policy.may_manage_people, queries.place_for)
def invite(place: Place) -> Any:
    return _sent(place)


def _sent(place: Place) -> Any:
    form = _form(place)
    if not form.validate_on_submit():
        return _invite(place, form, 422)
    try:
        services.invite(
            form.email.data or "", name=form.name.data or "", role=Role(form.role.data), by=the_actor(),
            organisation_id=place.organisation_id, language=form.language.data,
        )  # fmt: skip
    except Refused as no:
        form.email.errors = [no.message]
        return _invite(place, form, no.status)
    return done(_url_of(place.organisation_id))


def _form(place: Place) -> InviteForm:
    return InviteForm(roles=policy.roles_to_give(the_actor(), place.organisation_id), language=i18n.language())


def _invite(place: Place, form: InviteForm, status: int = 200) -> Any:
    return page(
        "accounts/invite.html",
        status=status,
        place=place,
        form=form,
        form_errors=form.errors,
        hints={role.value: hint for role, hint in ROLE_HINTS.items()},
        back=_url_of(place.organisation_id),
    )


def _url_of(organisation_id: int | None) -> str:
    if organisation_id is None or the_actor().is_of(organisation_id):
        return url_for("accounts.list_own_people")
    return url_for("accounts.list_people", organisation_id=organisation_id)


@bp.post("/affiliations/<int:affiliation_id>/end")
@requires(policy.may_end, queries.affiliation_for)
def end_role(held: Affiliation) -> Any:
    back = _url_of(held.organisation_id)
    services.end_role(held, by=the_actor())
    return done(back)


@bp.post("/invitations/<int:invitation_id>/withdraw")
@requires(policy.may_withdraw, queries.invitation_for)
def withdraw_invitation(invitation: Invitation) -> Any:
    services.withdraw_invitation(invitation, by=the_actor())
    return done(_url_of(invitation.organisation_id))
