"""Member lists: uploaded, looked at row by row, applied or thrown away; and the wrong rows back to repair."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from peerreview.core import sheets
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.core.paging import Page
from peerreview.organisations import policy, queries, services, words
from peerreview.organisations.forms import ApplyForm, MemberListForm
from peerreview.organisations.models import MemberImport
from peerreview.organisations.routes.blueprint import bp
from peerreview.organisations.routes.members import download

ORDER = {"wrong": 0, "new": 1, "changed": 2, "unchanged": 3}
PAGE = 50


@bp.get("/organisations/imports")
@requires(policy.may_manage_members)
def list_imports() -> Any:
    return _imports(MemberListForm())


@bp.post("/organisations/imports")
@requires(policy.may_manage_members)
def preview_import() -> Any:
    form = MemberListForm()
    if not form.validate_on_submit():
        return _imports(form, 422)
    given = form.file.data
    try:
        preview = services.preview_import(given.read(), file_name=given.filename or "", by=the_actor())
    except Invalid as invalid:
        form.form_errors.append(invalid.message)
        return _imports(form, 422)
    return done(url_for("organisations.show_import", import_id=preview.id))


def _imports(form: MemberListForm, status: int = 200) -> Any:
    recent = queries.recent_imports()
    fields = queries.work_fields()
    return page(
        "organisations/imports.html",
        form=form,
        recent=recent,
        work_fields=fields,
        form_errors=form.errors,
        status=status,
    )


@bp.get("/organisations/imports/<int:import_id>")
@requires(policy.may_manage_import, queries.import_for)
def show_import(preview: MemberImport) -> Any:
    asked = request.args.get("status", "")
    only = asked if asked in ORDER else ""
    rows = [row for row in preview.rows if only in ("", row["status"])]
    rows.sort(key=lambda row: (ORDER[row["status"]], row["row"]))
    return page(
        "organisations/import.html",
        fragment="rows",
        preview=preview,
        rows=_page_of(rows, request.args.get("page", 1, int)),
        only=only,
        total=len(preview.rows),
        form=ApplyForm(),
        words=words,
    )


def _page_of(rows: list[dict[str, Any]], number: int) -> Page:
    number = min(max(1, number), max(1, -(-len(rows) // PAGE)))
    return Page(rows[(number - 1) * PAGE : number * PAGE], number, PAGE, len(rows))


@bp.post("/organisations/imports/<int:import_id>/apply")
@requires(policy.may_manage_import, queries.import_for)
def apply_import(preview: MemberImport) -> Any:
    form = ApplyForm()
    services.apply_import(preview, invite_contacts=form.invite_contacts.data, by=the_actor())
    return done(url_for("organisations.show_import", import_id=preview.id))


@bp.post("/organisations/imports/<int:import_id>/discard")
@requires(policy.may_manage_import, queries.import_for)
def discard_import(preview: MemberImport) -> Any:
    services.discard_import(preview, by=the_actor())
    return done(url_for("organisations.list_imports"))


@bp.get("/organisations/imports/<int:import_id>/wrong.csv")
@requires(policy.may_manage_import, queries.import_for)
def download_wrong_rows(preview: MemberImport) -> Any:
    wrong = [row for row in preview.rows if row["status"] == "wrong"]
    heads = list(dict.fromkeys(heading for row in wrong for heading, _text in row["raw"]))
    texts = [dict(row["raw"]) for row in wrong]
    rows = [
        [row["row"], *(raw.get(head, "") for head in heads), _why(row)] for row, raw in zip(wrong, texts, strict=True)
    ]
    content = sheets.csv_file([_("Row"), *heads, _("What to change")], rows)
    return download(content, sheets.CSV_TYPE, f"{_('rows-to-repair')}-{preview.id}.csv")


def _why(row: dict[str, Any]) -> str:
    return " ".join(f"{words.FIELDS[name]}: {words.told(kept)}" for name, *kept in row["wrong"])
