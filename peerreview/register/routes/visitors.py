"""The register for everybody: the list with its map, and the page of one organisation."""

from collections.abc import Sequence
from typing import Any

from flask import abort, current_app, request
from flask_babel import gettext as _
from markupsafe import Markup

from peerreview.certificates.models import Certificate
from peerreview.certificates.standing import check_code
from peerreview.certificates.words import ROUTE, STATUS, scope
from peerreview.core import clock, outbox, qr
from peerreview.core.access import public
from peerreview.core.pages import page
from peerreview.core.paging import Page
from peerreview.extensions import limiter
from peerreview.organisations.places import PROVINCES
from peerreview.register import queries
from peerreview.register.days import read_day
from peerreview.register.linked import linked_data
from peerreview.register.routes.blueprint import LOOKUPS, asked, bp, query, the_register
from peerreview.register.snapshot import Entry, Row

SIZE = 20


@bp.get("/register")
@public
@limiter.limit(LOOKUPS)
def list_register() -> Any:
    register, question = the_register(), asked()
    found = register.find(question)
    typed = request.args.get("on", "")
    return page(
        "register/list.html",
        asked=question,
        typed_day=typed,
        wrong_day=bool(typed) and read_day(typed) is None,
        register=part(found.rows, request.args.get("page", 1, int)),
        valid=found.valid,
        whole=len(register.entries),
        dots=Markup(found.dots),  # noqa: S704 - made by us of numbers
        statuses={code: str(words) for code, words in STATUS.items()},  # in the reader's language, once for all rows
        routes={code: str(words) for code, words in ROUTE.items()},
        everything=scope("whole", ""),
        work_fields=register.fields.items(),
        provinces=PROVINCES,
        query=query,
    )


def part(rows: Sequence[Row], number: int) -> Page:
    """One page of the rows; a number beyond the end gives the last one."""
    pages = max(1, -(-len(rows) // SIZE))
    number = min(max(1, number), pages)
    return Page(rows[(number - 1) * SIZE : number * SIZE], number, SIZE, len(rows))


@bp.get("/register/<slug>")
@public
@limiter.limit(LOOKUPS)
def show_registered(slug: str) -> Any:
    register = the_register()
    entry = register.by_slug.get(slug) or abort(404)
    held = queries.details_of(entry.id)
    row = entry.row_on(clock.today())
    certificate = next((one for one in held if row and one.id == row.held.id), None) or abort(404)
    return page(
        "register/organisation.html",
        entry=entry,
        row=row,
        held=held,
        certificate=certificate,
        fields=[register.fields[code] for code in entry.fields],
        own=queries.shown_page(entry.id),
        linked=linked_data(entry, outbox.address, current_app.extensions["association"]),
        **_facts(certificate),
        **_on_a_day(entry),
    )


def _facts(certificate: Certificate) -> dict[str, Any]:
    address = outbox.address(f"/c/{certificate.number}")
    return {
        "organisation": certificate.organisation,
        "code": check_code(current_app.config["SECRET_KEY"], certificate.number, certificate.organisation.kvk),
        "address": address,
        "partners": queries.partners_of(certificate),
        "qr": Markup(qr.svg(address, title=_("QR code to this page"))),  # noqa: S704 - made by us of our own address
    }


def _on_a_day(entry: Entry) -> dict[str, Any]:
    """What stood there on the day that the reader asked about."""
    typed = request.args.get("on", "")
    day = read_day(typed)
    return {"typed_day": typed, "day_asked": day, "then": entry.row_on(day) if day else None}
