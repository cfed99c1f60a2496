"""The register as a file: the lines that a reader found, as CSV and as JSON."""

import json
from typing import Any

from flask import Response, make_response

from peerreview.certificates.words import scope
from peerreview.core import sheets
from peerreview.core.access import public
from peerreview.extensions import limiter
from peerreview.register.routes.blueprint import FILES, asked, bp, the_register

COLUMNS = (
    "name", "kvk", "place", "municipality", "province", "number", "status", "since", "starts_on", "ends_on", "scope",
    "route", "page",
)  # fmt: skip


def _plain_rows() -> list[dict[str, Any]]:
    return [
        {
            "name": row.entry.name, "kvk": row.entry.kvk, "place": row.entry.place,
            "municipality": row.entry.municipality, "province": row.entry.province, "number": row.held.number,
            "status": row.status, "since": row.since, "starts_on": row.held.starts_on, "ends_on": row.held.ends_on,
            "scope": scope(row.held.scope_kind, row.held.scope_text), "route": row.held.route,
            "page": f"/register/{row.entry.slug}",
        }
        for row in the_register().find(asked()).rows
    ]  # fmt: skip


@bp.get("/register.csv")
@public
@limiter.limit(FILES)
def export_register_csv() -> Response:
    content = sheets.csv_file(COLUMNS, [[row[name] for name in COLUMNS] for row in _plain_rows()])
    answer = make_response(content)
    answer.headers["Content-Type"] = sheets.CSV_TYPE
    answer.headers["Content-Disposition"] = "attachment; filename=register.csv"
    return answer


@bp.get("/register.json")
@public
@limiter.limit(FILES)
def export_register_json() -> Response:
    whole = {"on": asked().on.isoformat(), "organisations": _plain_rows()}
    answer = make_response(json.dumps(whole, default=str, ensure_ascii=False, indent=1))
    answer.mimetype = "application/json"
    return answer
