"""What the API gives and takes, version 1: the shapes of its answers and questions, and OpenAPI 3.1 written from them.

These classes are the one truth: answers are made as them, questions are read with them, and the description that others
build on is their own JSON Schema.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from peerreview.register.snapshot import Change, Entry, Held

VERSION = "1.0.0"
MOST = 100
Status = Literal["active", "suspended", "expired", "withdrawn", "surrendered"]
Day = Annotated[date, BeforeValidator(lambda value: _plain_day(value))]


def _plain_day(value: Any) -> Any:
    """Only 2027-03-01: pydantic would also take a number for a day."""
    if isinstance(value, str):
        if len(value) != 10 or value[4] != "-" or value[7] != "-":
            raise ValueError("a day is written like 2027-03-01")
        return date.fromisoformat(value)
    return value


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


# --- Answers ---------------------------------------------------------------------------------------------------------


class StatusChange(_Shape):
    """From this day on the certificate has this status."""

    id: int = Field(description="Rises with each change in the whole register.")
    status: Status
    effective_on: date
    noted_at: datetime


class Certificate(_Shape):
    """A certificate, with its status on the day that was asked about."""

    number: str = Field(examples=["2027-0142"])
    organisation: str = Field(description="The slug of its holder.")
    status: Status
    since: date = Field(description="From which day it has this status.")
    starts_on: date
    ends_on: date = Field(description="The last day of its term.")
    scope: Literal["whole", "parts"]
    parts: str = Field(description="Which parts, in words; empty for the whole organisation.")
    route: Literal["peer", "audit", "combined"]
    conditions: int = Field(ge=0, description="How many conditions the commission set.")
    conditions_met: int = Field(ge=0)
    page: str = Field(description="The address of its page for people.")


class CertificateWithHistory(Certificate):
    """The same, with every status that it had."""

    history: list[StatusChange]


class Organisation(_Shape):
    """An organisation in the register, with the certificate that it held on the day that was asked about."""

    slug: str
    name: str
    kvk: str = Field(description="Its number at the Chamber of Commerce.", pattern="^[0-9]{8}$")
    place: str
    municipality: str = Field(description="Empty when it is not known.")
    province: str
    latitude: float | None
    longitude: float | None
    website: str
    work_fields: list[str] = Field(description="The codes of its kinds of work.")
    certificate: Certificate
    page: str
    badge: str = Field(description="A picture that follows its status.")


class OrganisationWithHistory(Organisation):
    """The same, with all certificates that it ever held, the newest first."""

    certificates: list[CertificateWithHistory]


class RegisterChange(StatusChange):
    """A change of status, and of which certificate."""

    certificate: str
    organisation: str


class Organisations(_Shape):
    on: date
    total: int = Field(ge=0, description="How many there are in all pages together.")
    next: str | None = Field(description="The cursor of the next page; null on the last.")
    organisations: list[Organisation]


class Certificates(_Shape):
    on: date
    total: int = Field(ge=0)
    next: str | None
    certificates: list[Certificate]


class Changes(_Shape):
    next: str | None = Field(description="The cursor of the next page; null when there is no more for now.")
    last: int = Field(ge=0, description="The id of the last change given; ask for what came since with since=…")
    changes: list[RegisterChange]


class Problem(_Shape):
    """What is wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


# --- Questions -------------------------------------------------------------------------------------------------------


class OnDay(_Shape):
    on: Day | None = Field(None, description="The day it is about; today when it is left out.", examples=["2027-03-01"])


class _Paged(_Shape):
    limit: int = Field(50, ge=1, le=MOST, description="How many in a page.")
    cursor: str | None = Field(None, pattern="^c[0-9]{1,9}$", description="From `next` of the page before.")


class FindOrganisations(OnDay, _Paged):
    q: str = Field("", max_length=100, description="Words of the name, place, municipality or province, or a number.")
    work_field: str = Field("", max_length=40)
    province: str = Field("", max_length=40)
    municipality: str = Field("", max_length=100)
    status: Status | None = None


class FindCertificates(OnDay, _Paged):
    status: Status | None = None


class FindChanges(_Paged):
    since: int = Field(0, ge=0, le=2**31 - 1, description="Only changes with a higher id.")


# --- From the register to its shapes ---------------------------------------------------------------------------------


class Addresses(NamedTuple):
    """Where things are: the address of this site."""

    base: str

    def page(self, entry: Entry) -> str:
        return f"{self.base}/register/{entry.slug}"

    def certificate(self, number: str) -> str:
        return f"{self.base}/c/{number}"


def certificate_of(entry: Entry, held: Held, day: date, at: Addresses) -> dict[str, Any] | None:
    """As `Certificate`; None before it began."""
    found = held.status_on(day)
    if found is None:
        return None
    status, since = found
    met, every = held.conditions
    parts = held.scope_text if held.scope_kind == "parts" else ""
    return {
        "number": held.number, "organisation": entry.slug, "status": status, "since": since,
        "starts_on": held.starts_on, "ends_on": held.ends_on, "scope": held.scope_kind, "parts": parts,
        "route": held.route, "conditions": every, "conditions_met": met, "page": at.certificate(held.number),
    }  # fmt: skip


def history_of(held: Held) -> list[dict[str, Any]]:
    return [_change(change) for change in held.changes]


def _change(change: Change) -> dict[str, Any]:
    return {"id": change.id, "status": change.status, "effective_on": change.on, "noted_at": change.made_at}


def register_change(entry: Entry, held: Held, change: Change) -> dict[str, Any]:
    """As `RegisterChange`."""
    return _change(change) | {"certificate": held.number, "organisation": entry.slug}


def organisation_of(entry: Entry, certificate: dict[str, Any], at: Addresses) -> dict[str, Any]:
    """As `Organisation`."""
    return {
        "slug": entry.slug, "name": entry.name, "kvk": entry.kvk, "place": entry.place,
        "municipality": entry.municipality, "province": entry.province, "latitude": entry.latitude,
        "longitude": entry.longitude, "website": entry.website, "work_fields": list(entry.fields),
        "certificate": certificate, "page": at.page(entry), "badge": at.page(entry) + "/badge.svg",
    }  # fmt: skip


# --- Cursors: where the next page begins, by what stands there and not by how many came before -------------------------


def cursor_of(place: int) -> str:
    """Opaque to who uses it: what it names may change with the version."""
    return f"c{place}"


def place_in(cursor: str | None) -> int:
    """The number that a cursor names; 0, before everything, without one."""
    return int(cursor[1:]) if cursor else 0


# --- OpenAPI ---------------------------------------------------------------------------------------------------------


class Operation(NamedTuple):
    """One thing that can be asked: its path, its words, what it takes and gives."""

    path: str
    id: str
    summary: str
    takes: type[BaseModel]
    gives: type[BaseModel]
    named: tuple[str, str] | None = None  # what stands in the path, and what it is


OPERATIONS = (
    Operation(
        "/organisations", "listOrganisations", "Organisations, found and filtered, on a day", FindOrganisations,
        Organisations,
    ),
    Operation(
        "/organisations/{slug}", "getOrganisation", "One organisation, with all its certificates", OnDay,
        OrganisationWithHistory, ("slug", "Its slug, as in the address of its page."),
    ),
    Operation(
        "/certificates", "listCertificates", "Every certificate that began by a day", FindCertificates, Certificates
    ),
    Operation(
        "/certificates/{number}", "getCertificate", "One certificate, with its history", OnDay,
        CertificateWithHistory, ("number", "Its number, like 2027-0142."),
    ),
    Operation("/changes", "listChanges", "Changes of status, the oldest first", FindChanges, Changes),
)  # fmt: skip
REFERENCE = "#/components/schemas/{model}"


def openapi(base: str, *, title: str, contact: str, per_minute: int) -> dict[str, Any]:
    """The description of the API as OpenAPI 3.1."""
    schemas: dict[str, Any] = {}
    shapes: list[type[BaseModel]] = [*(operation.gives for operation in OPERATIONS), Problem]
    for shape in shapes:
        schema = shape.model_json_schema(mode="serialization", ref_template=REFERENCE)
        schemas |= schema.pop("$defs", {}) | {shape.__name__: schema}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title, "version": VERSION, "contact": {"email": contact},
            "description": "Who holds the label, since when and until when; now or on any day. Read only, without a key.",
        },
        "servers": [{"url": f"{base}/api/v1"}],
        "paths": {operation.path: {"get": _described(operation, per_minute)} for operation in OPERATIONS},
        "components": {"schemas": schemas, "headers": _headers(per_minute)},
    }  # fmt: skip


def _headers(per_minute: int) -> dict[str, Any]:
    number = {"type": "integer", "minimum": 0}
    return {
        "RateLimitLimit": {"schema": number, "description": f"Questions in a minute: {per_minute}."},
        "RateLimitRemaining": {"schema": number, "description": "How many of them are left."},
        "RateLimitReset": {"schema": number, "description": "Seconds until all are there again."},
    }


def _described(operation: Operation, per_minute: int) -> dict[str, Any]:
    limits = {
        f"RateLimit-{name}": {"$ref": f"#/components/headers/RateLimit{name}"}
        for name in ("Limit", "Remaining", "Reset")
    }
    answers: dict[str, Any] = {
        "200": _answer("What was asked.", operation.gives, "application/json", limits),
        "304": {"description": "Nothing changed since the ETag in If-None-Match."},
        "400": _answer("The question cannot be read.", Problem, "application/problem+json", limits),
        "429": _answer("Too many questions in a minute.", Problem, "application/problem+json", limits),
    }
    if operation.named:
        answers["404"] = _answer("There is none.", Problem, "application/problem+json", limits)
    return {
        "operationId": operation.id, "summary": operation.summary, "parameters": _parameters(operation),
        "responses": answers,
    }  # fmt: skip


def _answer(words: str, shape: type[BaseModel], kind: str, headers: dict[str, Any]) -> dict[str, Any]:
    content = {kind: {"schema": {"$ref": REFERENCE.format(model=shape.__name__)}}}
    return {"description": words, "headers": headers, "content": content}


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found = []
    if operation.named:
        name, words = operation.named
        schema = {"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^[A-Za-z0-9-]+$"}
        found.append({"name": name, "in": "path", "required": True, "description": words, "schema": schema})
    for name, schema in operation.takes.model_json_schema(mode="validation")["properties"].items():
        plain = dict(schema)
        if "anyOf" in plain:  # what may be left out is not null in an address
            [one] = [kind for kind in plain.pop("anyOf") if kind.get("type") != "null"]
            plain = one | {key: value for key, value in plain.items() if key != "default"}
        plain.pop("title", None)
        words = plain.pop("description", "")
        found.append({"name": name, "in": "query", "required": False, "description": words, "schema": plain})
    return found
