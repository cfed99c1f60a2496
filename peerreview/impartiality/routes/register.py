"""The register: conflicts, blocks, waivers and overrides, with filters and as files; and one conflict."""

from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from flask import Response, request, url_for
from flask_babel import gettext as _

from peerreview.core import clock, sheets
from peerreview.core.access import requires, the_actor
from peerreview.core.pages import page
from peerreview.impartiality import policy, queries, words
from peerreview.impartiality.kinds import counts_on, counts_until
from peerreview.impartiality.lifecycle import ConflictKind, ConflictState, Severity, Source
from peerreview.impartiality.models import Conflict
from peerreview.impartiality.queries.register import NOT_MET, met_before, names_in, people_behind
from peerreview.impartiality.routes.blueprint import bp

LONGEST_SEARCH = 100
FILTERS: dict[str, type[StrEnum]] = {
    "kind": ConflictKind,
    "severity": Severity,
    "state": ConflictState,
    "source": Source,
}


def _asked(name: str) -> str:
    return request.args.get(name, "").replace("\x00", "").strip()[:LONGEST_SEARCH]


def wanted() -> queries.Chosen:
    """What the address asks for; what it cannot mean is left out."""
    known = {name: set(values) | ({NOT_MET} if name == "kind" else set()) for name, values in FILTERS.items()}
    chosen = {name: _asked(name) if _asked(name) in values else "" for name, values in known.items()}
    number = request.args.get("organisation", 0, int)
    return queries.Chosen(_asked("q"), **chosen, organisation_id=number if 0 < number < 2**31 else None)


def address_of(chosen: queries.Chosen) -> str:
    """The part of the address after the question mark that asks for this."""
    asked = {"q": chosen.text, "organisation": chosen.organisation_id} | {n: getattr(chosen, n) for n in FILTERS}
    return urlencode({name: value for name, value in asked.items() if value})


@bp.get("/impartiality")
@requires(policy.may_read_register)
def list_register() -> Any:
    chosen = wanted() if request.args else queries.Chosen(kind=NOT_MET)
    found = queries.conflict_page(chosen, request.args.get("page", 1, int))
    return page(
        "impartiality/register.html",
        fragment="found",
        found=found,
        chosen=chosen,
        query=address_of(chosen),
        met=met_before() if chosen.kind == NOT_MET else 0,
        decides=policy.may_decide(the_actor()),
        words=words,
    )


@bp.get("/impartiality/export.csv")
@requires(policy.may_read_register)
def export_register() -> Response:
    heads = [
        _("Organisation"), _("With"), _("About"), _("Weight"), _("Direction"), _("Source"), _("State"), _("Since"),
        _("Until"), _("Noted on"), _("Leave until"), _("Note"), _("Why"),
    ]  # fmt: skip
    rows = [
        [
            row.organisation, row.other or row.person, str(words.KINDS[row.kind]), str(words.SEVERITIES[row.severity]),
            str(words.DIRECTIONS[row.direction]), str(words.SOURCES[row.source]), str(words.STATES[row.state]),
            row.starts_on or "", row.ends_on or "", clock.local(row.noted_at).date(), row.waived_until or "", row.note,
            row.reason,
        ]
        for row in queries.conflict_rows(wanted())
    ]  # fmt: skip
    return _file(heads, rows, _("impartiality-register"))


def _file(heads: list[str], rows: list[list[Any]], name: str) -> Response:
    content = sheets.csv_file(heads, rows)
    disposition = {"Content-Disposition": f'attachment; filename="{name}-{clock.today().isoformat()}.csv"'}
    return Response(content, content_type=sheets.CSV_TYPE, headers=disposition)


@bp.get("/impartiality/<any(blocks, waivers, overrides):part>")
@requires(policy.may_read_register)
def list_part(part: str) -> Any:
    text = _asked("q")
    found = queries.part_page(part, text, request.args.get("page", 1, int))
    names = names_in(found.rows) if part == "overrides" else {}
    return page("impartiality/part.html", part=part, found=found, text=text, names=names, words=words)


@bp.get("/impartiality/<any(blocks, waivers, overrides):part>.csv")
@requires(policy.may_read_register)
def export_part(part: str) -> Response:
    rows = queries.part_rows(part, _asked("q"))
    heads, cells = {"blocks": _block_cells, "waivers": _waiver_cells, "overrides": _override_cells}[part](rows)
    return _file(heads, cells, part)


def _block_cells(rows: Any) -> tuple[list[str], list[list[Any]]]:
    heads = [_("Organisation"), _("Must not meet"), _("Why"), _("Round")]
    return heads, [[row.organisation, row.other, row.reason, row.round] for row in rows]


def _waiver_cells(rows: Any) -> tuple[list[str], list[list[Any]]]:
    heads = [_("Organisation"), _("With"), _("About"), _("Given by"), _("Given on"), _("Until"), _("State"), _("Why")]
    return heads, [
        [
            row.organisation, row.other or row.person, str(words.KINDS[row.kind]), row.approver or "",
            clock.local(row.approved_at).date(), row.ends_on, str(words.WAIVER_STATES[row.state]), row.reason,
        ]
        for row in rows
    ]  # fmt: skip


def _override_cells(rows: Any) -> tuple[list[str], list[list[Any]]]:
    heads, names = [_("When"), _("Who"), _("Act"), _("On"), _("Why")], names_in(rows)
    return heads, [
        [
            clock.local(row.at).date(), row.person_name, words.act(row.action),
            names.get(row.id, f"{row.subject_type} {row.subject_id}"), row.reason,
        ]
        for row in rows
    ]  # fmt: skip


@bp.get("/impartiality/<int:conflict_id>")
@requires(policy.may_read_register, queries.conflict_for)
def show_conflict(conflict: Conflict) -> Any:
    return page(
        "impartiality/conflict.html",
        conflict=conflict,
        behind=people_behind(conflict),
        leave=conflict.leave_on(clock.today()),
        counts=conflict.state == ConflictState.STANDING and counts_on(conflict, clock.today()),
        until=counts_until(conflict),
        history=queries.history_of(conflict),
        decides=policy.may_decide(the_actor()),
        register=url_for("impartiality.list_register"),
        words=words,
    )
