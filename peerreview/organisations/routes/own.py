"""One's own organisation: how it is known, and changing that."""

from typing import Any

from flask import request, url_for

from peerreview.core import i18n
from peerreview.core.access import requires
from peerreview.core.pages import page
from peerreview.organisations import policy, queries, words
from peerreview.organisations.forms import OwnOrganisationForm
from peerreview.organisations.models import Organisation
from peerreview.organisations.places import SOURCE
from peerreview.organisations.routes.blueprint import bp
from peerreview.organisations.routes.members import show_edit_own, updated


@bp.get("/organisation")
@requires(policy.may_see_own, queries.own_organisation)
def show_own(organisation: Organisation) -> Any:
    return page("organisations/own.html", organisation=organisation, words=words, source=SOURCE)


@bp.get("/organisation/edit")
@requires(policy.may_edit_own, queries.own_organisation)
def edit_own(organisation: Organisation) -> Any:
    return show_edit_own(organisation, _form(organisation))


@bp.post("/organisation/edit")
@requires(policy.may_edit_own, queries.own_organisation)
def update_own(organisation: Organisation) -> Any:
    return updated(organisation, _form(organisation), url_for("organisations.show_own"))


def _form(organisation: Organisation) -> OwnOrganisationForm:
    form = OwnOrganisationForm(work_fields=queries.work_fields(), title=i18n.localised)
    if request.method == "GET" and not form.kept:
        form.shows(organisation)
    return form
