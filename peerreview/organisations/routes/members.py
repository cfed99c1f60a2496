"""The secretariat's list of organisations, one of them, and what can be done with it."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import Response, request, url_for
from flask_babel import gettext as _

from peerreview.accounts import queries as accounts
from peerreview.accounts.places import Place
from peerreview.accounts.words import ROLE_NAMES
from peerreview.core import clock, i18n, sheets
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page
from peerreview.organisations import policy, queries, services, words
from peerreview.organisations.forms import OrganisationForm, OwnOrganisationForm, ReasonForm, differences
from peerreview.organisations.lifecycle import OrganisationState
from peerreview.organisations.models import Organisation
from peerreview.organisations.places import PROVINCES, SOURCE
from peerreview.organisations.routes.blueprint import bp

ALL = "all"
LONGEST_SEARCH = 100


def wanted() -> queries.Filter:
    """What the address asks for; members only, unless it says otherwise. What it cannot mean is left out."""
    asked = {name: request.args.get(name, "").strip()[:LONGEST_SEARCH] for name in ("q", "province", "field", "sort")}
    state = request.args.get("state", OrganisationState.MEMBER)
    return queries.Filter(
        text=asked["q"].replace("\x00", ""),
        province=asked["province"] if asked["province"] in PROVINCES else "",
        work_field=asked["field"].replace("\x00", ""),
        state=state if state in set(OrganisationState) else "",
        sort=asked["sort"] if asked["sort"].removeprefix("-") in queries.SORTS else "name",
    )


def address_of(chosen: queries.Filter, **changes: str) -> str:
    """The part of the address after the question mark that asks for this."""
    asked = {
        "q": chosen.text, "province": chosen.province, "field": chosen.work_field, "state": chosen.state or ALL,
        "sort": chosen.sort,
    } | changes  # fmt: skip
    usual = {"state": OrganisationState.MEMBER, "sort": "name"}
    return urlencode({name: value for name, value in asked.items() if value and value != usual.get(name)})


@bp.get("/organisations")
@requires(policy.may_manage_members)
def list_organisations() -> Any:
    chosen = wanted()
    found = queries.organisations(chosen, request.args.get("page", 1, int))
    query = address_of(chosen)
    return page(
        "organisations/list.html",
        fragment="found",
        found=found,
        chosen=chosen,
        query=query,
        next_page=f"?{query}&page=" if query else "?page=",
        sorts={name: address_of(chosen, sort=f"-{name}" if chosen.sort == name else name) for name in queries.SORTS},
        counts=queries.counts_by_state(),
        work_fields=queries.work_fields(),
        provinces=PROVINCES,
        words=words,
    )


@bp.get("/organisations/export.<any(csv, xlsx):kind>")
@requires(policy.may_manage_members)
def export_organisations(kind: str) -> Any:
    titles = {field.code: i18n.localised(field.title) for field in queries.work_fields()}
    heads = [str(words.FIELDS[name]) for name in EXPORTED] + [_("Status")]
    rows = [
        [*(_cell(row, codes, name, titles, kind) for name in EXPORTED), str(words.STATES[row.state])]
        for row, codes in queries.rows_for_export(wanted())
    ]
    if kind == "csv":
        content, mimetype = sheets.csv_file(heads, rows), sheets.CSV_TYPE
    else:
        content, mimetype = sheets.xlsx_file(_("Members"), heads, rows), sheets.XLSX_TYPE
    return download(content, mimetype, f"{_('members')}-{clock.today()}.{kind}")


EXPORTED = (
    "name", "kvk", "place", "municipality", "province", "fte", "work_fields", "contact_name", "contact_email", "phone",
    "website", "legal_group",
)  # fmt: skip


def _cell(row: Any, codes: list[str], name: str, titles: dict[str, str], kind: str) -> str | float | Decimal | date:
    """A cell of the export; numbers as people write them in CSV, and as numbers in a workbook."""
    if name == "work_fields":
        return ", ".join(titles[code] for code in codes)
    if name == "fte":
        return float(row.fte) if kind == "xlsx" else str(row.fte).replace(".", "," if i18n.language() == "nl" else ".")
    return getattr(row, name) or ""


def download(content: bytes, mimetype: str, name: str) -> Response:
    """A file to keep."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.get("/organisations/new")
@requires(policy.may_manage_members)
def show_add() -> Any:
    return _add(_form(None))


@bp.post("/organisations/new")
@requires(policy.may_manage_members)
def add_organisation() -> Any:
    form = _form(None)
    if not form.validate_on_submit():
        return _add(form, 422)
    try:
        organisation = services.add_organisation(form.facts(), by=the_actor())
    except Invalid as invalid:
        form.form_errors.append(invalid.message)
        return _add(form, 422)
    return done(url_for("organisations.show_organisation", organisation_id=organisation.id))


def _form(organisation: Organisation | None) -> OrganisationForm:
    form = OrganisationForm(work_fields=queries.work_fields(), title=i18n.localised)
    if organisation and request.method == "GET" and not form.kept:
        form.shows(organisation)
    return form


def _add(form: OrganisationForm, status: int = 200) -> Any:
    return page(
        "organisations/edit.html", form=form, organisation=None, differ=[], form_errors=form.errors, status=status
    )


@bp.get("/organisations/<int:organisation_id>")
@requires(policy.may_manage_organisation, queries.organisation_for)
def show_organisation(organisation: Organisation) -> Any:
    return show(organisation, ReasonForm(formdata=None))


def show(organisation: Organisation, form: ReasonForm, status: int = 200) -> Any:
    """The page of one organisation for the secretariat, with its reason form when that was not right."""
    return page(
        "organisations/show.html",
        organisation=organisation,
        application=queries.application_of(organisation),
        people=accounts.people_of(Place(organisation.id, organisation.name)),
        role_names=ROLE_NAMES,
        form=form,
        words=words,
        source=SOURCE,
        form_errors=form.errors,
        status=status,
    )


@bp.get("/organisations/<int:organisation_id>/edit")
@requires(policy.may_manage_organisation, queries.organisation_for)
def edit_organisation(organisation: Organisation) -> Any:
    return _edit(organisation, _form(organisation))


@bp.post("/organisations/<int:organisation_id>/edit")
@requires(policy.may_manage_organisation, queries.organisation_for)
def update_organisation(organisation: Organisation) -> Any:
    return updated(organisation, _form(organisation), url_for(
        "organisations.show_organisation", organisation_id=organisation.id
    ))  # fmt: skip


def updated(organisation: Organisation, form: OwnOrganisationForm, after: str) -> Any:
    """Save the form and go to `after`; or show it again, with both texts when somebody else was first."""
    if not form.validate_on_submit():
        return _edit(organisation, form, status=422)
    try:
        services.update_organisation(organisation, form.facts(), version=form.seen_version(), by=the_actor())
    except StaleVersion as stale:
        if not stale.theirs:
            return done(url_for(request.endpoint or "", **(request.view_args or {})))
        form.version.data = str(organisation.version)  # the next save answers to what stands there now
        return _edit(organisation, form, differ=differences(stale, form, i18n.localised), status=409)
    except Invalid as invalid:
        form.form_errors.append(invalid.message)
        return _edit(organisation, form, status=422)
    return done(after)


def _edit(
    organisation: Organisation,
    form: OwnOrganisationForm,
    *,
    differ: list[tuple[str, str, str]] | None = None,
    status: int = 200,
) -> Any:
    return page(
        "organisations/edit.html",
        form=form,
        organisation=organisation,
        own=not isinstance(form, OrganisationForm),
        differ=differ or [],
        form_errors=form.errors,
        status=status,
    )


def show_edit_own(organisation: Organisation, form: OwnOrganisationForm) -> Any:
    """The form in which an organisation changes itself."""
    return _edit(organisation, form)


# --- What can be done with one ----------------------------------------------------------------------------------------


@bp.post("/organisations/<int:organisation_id>/approve")
@requires(policy.may_manage_organisation, queries.organisation_for)
def approve(organisation: Organisation) -> Any:
    services.approve(organisation, by=the_actor())
    return done(url_for("organisations.show_organisation", organisation_id=organisation.id))


@bp.post("/organisations/<int:organisation_id>/reject")
@requires(policy.may_manage_organisation, queries.organisation_for)
def reject(organisation: Organisation) -> Any:
    form = ReasonForm()
    if not form.validate_on_submit():
        return show(organisation, form, 422)
    services.reject(organisation, reason=form.reason.data, by=the_actor())
    return done(url_for("organisations.show_organisation", organisation_id=organisation.id))


@bp.post("/organisations/<int:organisation_id>/reconsider")
@requires(policy.may_manage_organisation, queries.organisation_for)
def reconsider(organisation: Organisation) -> Any:
    services.reconsider(organisation, by=the_actor())
    return done(url_for("organisations.show_organisation", organisation_id=organisation.id))


@bp.post("/organisations/<int:organisation_id>/end")
@requires(policy.may_manage_organisation, queries.organisation_for)
def end_membership(organisation: Organisation) -> Any:
    form = ReasonForm()
    if not form.validate_on_submit():
        return show(organisation, form, 422)
    services.end_membership(organisation, reason=form.reason.data, by=the_actor())
    return done(url_for("organisations.show_organisation", organisation_id=organisation.id))


@bp.post("/organisations/<int:organisation_id>/readmit")
@requires(policy.may_manage_organisation, queries.organisation_for)
def readmit(organisation: Organisation) -> Any:
    services.readmit(organisation, by=the_actor())
    return done(url_for("organisations.show_organisation", organisation_id=organisation.id))
