"""The register for programs, version 1: read only, without a key, from any site."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, current_app, make_response, request
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from peerreview.certificates.standing import clean_number
from peerreview.core import clock, web
from peerreview.core.access import public
from peerreview.core.pages import page
from peerreview.extensions import limiter
from peerreview.register import schema
from peerreview.register.front import holds
from peerreview.register.routes.blueprint import bp, the_register
from peerreview.register.schema import Addresses
from peerreview.register.snapshot import Question, Register

M = TypeVar("M", bound=BaseModel)
PER_MINUTE = 120
ANYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class Wrong(Exception):
    """The question cannot be answered; told as application/problem+json."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        self.status, self.title, self.detail = status, title, detail
        super().__init__(detail)


def problem(wrong: Wrong) -> Response:
    body = {"type": "about:blank", "title": wrong.title, "status": wrong.status, "detail": wrong.detail}
    return _answer(body, wrong.status, "application/problem+json")


def _answer(body: Any, status: int = 200, kind: str = "application/json") -> Response:
    answer = make_response(to_json(body), status)
    answer.headers["Content-Type"] = kind
    answer.headers.update(ANYWHERE)
    if (limit := limiter.current_limit) is not None:
        answer.headers["RateLimit-Limit"] = str(limit.limit.amount)
        answer.headers["RateLimit-Remaining"] = str(max(0, limit.remaining))
        answer.headers["RateLimit-Reset"] = reset = str(max(0, int(limit.reset_at - time.time())))
        if status == 429:
            answer.headers["Retry-After"] = reset
    return answer


def asks(shape: type[M]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The view gets the register and what was asked, and gives the answer's content; it is one question of the limit.

    The ETag comes from the number of the register and the day: who has the answer already gets 304 and no body.
    """

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def answered(**ids: Any) -> Any:
            register = the_register()
            try:
                found = view(register, _read(shape), **ids)
            except Wrong as wrong:
                return problem(wrong)
            tag = f'"{schema.VERSION}-{register.number:x}-{clock.today():%Y%m%d}"'
            if holds(request.headers.get("If-None-Match", ""), tag):
                answer = _answer(None, 304)
                answer.set_data(b"")
            else:
                answer = _answer(found)
            answer.headers["ETag"], answer.headers["Cache-Control"] = tag, "no-cache"
            return answer

        return public(limiter.limit(f"{PER_MINUTE} per minute")(answered))

    return declare


def _read(shape: type[M]) -> M:
    """The question in the address, each part once; raises Wrong with what is wrong in words."""
    given = request.args.to_dict(flat=False)
    twice = sorted(name for name, values in given.items() if len(values) > 1)
    if twice:
        raise Wrong(400, "Asked twice", f"Give this once: {', '.join(twice)}.")
    try:
        return shape.model_validate({name: values[0] for name, values in given.items()})
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise Wrong(400, "Not understood", f"{'.'.join(map(str, first['loc']))}: {first['msg']}.") from None


def init_app(app: Flask) -> None:
    """Answers under /api that no view of ours gives are problems too, not pages."""
    app.register_error_handler(MethodNotAllowed, _not_allowed)


def _not_allowed(error: MethodNotAllowed) -> Any:
    if not request.path.startswith("/api/"):
        return web.error_page(405)
    answer = problem(Wrong(405, "Read only", "Here one can only read: GET, HEAD and OPTIONS."))
    answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return answer


@bp.errorhandler(429)
def _too_many(error: HTTPException) -> Any:
    if not request.path.startswith("/api/"):
        return web.error_page(429)
    return problem(Wrong(429, "Too many questions", f"At most {PER_MINUTE} in a minute. Wait a little, then go on."))


def _addresses() -> Addresses:
    return Addresses(str(current_app.config["BASE_URL"]))


@bp.get("/api/v1/organisations")
@asks(schema.FindOrganisations)
def api_list_organisations(register: Register, asked: schema.FindOrganisations) -> Any:
    day, start, at = asked.on or clock.today(), schema.place_in(asked.cursor), _addresses()
    question = Question(
        on=day, text=asked.q, field=asked.work_field, province=asked.province, municipality=asked.municipality,
        status=asked.status or "",
    )  # fmt: skip
    rows = register.find(question).rows
    first = register.place_among(rows, start) if start else 0
    shown, more = rows[first : first + asked.limit], rows[first + asked.limit : first + asked.limit + 1]
    return {
        "on": day,
        "total": len(rows),
        "next": schema.cursor_of(more[0].entry.id) if more else None,
        "organisations": [
            schema.organisation_of(row.entry, schema.certificate_of(row.entry, row.held, day, at) or {}, at)
            for row in shown
        ],
    }


@bp.get("/api/v1/organisations/<string(maxlength=80):slug>")
@asks(schema.OnDay)
def api_show_organisation(register: Register, asked: schema.OnDay, slug: str) -> Any:
    day, at, entry = asked.on or clock.today(), _addresses(), register.by_slug.get(slug)
    row = entry.row_on(day) if entry else None
    if entry is None or row is None:
        raise Wrong(404, "Not found", "No organisation with this slug held a certificate by that day.")
    every = [(held, schema.certificate_of(entry, held, day, at)) for held in entry.held]
    now = schema.certificate_of(entry, row.held, day, at) or {}
    return schema.organisation_of(entry, now, at) | {
        "certificates": [one | {"history": schema.history_of(held)} for held, one in every if one]
    }


@bp.get("/api/v1/certificates")
@asks(schema.FindCertificates)
def api_list_certificates(register: Register, asked: schema.FindCertificates) -> Any:
    day, start, at = asked.on or clock.today(), schema.place_in(asked.cursor), _addresses()
    every = sorted(
        ((held.id, entry, held) for entry in register.entries for held in entry.held), key=lambda one: one[0]
    )
    told = [(id_, schema.certificate_of(entry, held, day, at)) for id_, entry, held in every]
    fits = [(id_, one) for id_, one in told if one and asked.status in (None, one["status"])]
    rest = [pair for pair in fits if pair[0] >= start]
    more = rest[asked.limit : asked.limit + 1]
    return {
        "on": day,
        "total": len(fits),
        "next": schema.cursor_of(more[0][0]) if more else None,
        "certificates": [one for _id, one in rest[: asked.limit]],
    }


@bp.get("/api/v1/certificates/<string(maxlength=80):number>")
@asks(schema.OnDay)
def api_show_certificate(register: Register, asked: schema.OnDay, number: str) -> Any:
    wanted, day = clean_number(number), asked.on or clock.today()
    for entry in register.entries:
        for held in entry.held:
            if held.number == wanted and (one := schema.certificate_of(entry, held, day, _addresses())):
                return one | {"history": schema.history_of(held)}
    raise Wrong(404, "Not found", "No certificate with this number was valid from that day or earlier.")


@bp.get("/api/v1/changes")
@asks(schema.FindChanges)
def api_list_changes(register: Register, asked: schema.FindChanges) -> Any:
    after = max(asked.since, schema.place_in(asked.cursor))
    every = ((change, held, entry) for entry in register.entries for held in entry.held for change in held.changes)
    later = sorted((one for one in every if one[0].id > after), key=lambda one: one[0].id)
    shown = later[: asked.limit]
    last = shown[-1][0].id if shown else after
    return {
        "next": schema.cursor_of(last) if len(later) > asked.limit else None,
        "last": last,
        "changes": [schema.register_change(entry, held, change) for change, held, entry in shown],
    }


@bp.get("/api/v1/openapi.json")
@public
@limiter.limit("60 per minute")
def api_description() -> Any:
    association = current_app.extensions["association"]
    title = f"{association.product_name}: {association.label_name}"
    base = str(current_app.config["BASE_URL"])
    return _answer(schema.openapi(base, title=title, contact=association.contact_email, per_minute=PER_MINUTE))


@bp.get("/api/v1/<path:rest>")
@public
@limiter.limit("60 per minute")
def api_nothing(rest: str) -> Any:
    return problem(Wrong(404, "Not found", "There is nothing at this address. What there is stands in openapi.json."))


@bp.get("/api")
@public
def show_api() -> Any:
    return page("register/api.html", operations=schema.OPERATIONS, per_minute=PER_MINUTE, base=_addresses().base)
