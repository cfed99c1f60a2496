"""Statuses, routes and scopes in words."""

from flask_babel import lazy_gettext as _l

STATUS = {
    "active": _l("Valid"),
    "suspended": _l("Suspended"),
    "expired": _l("Expired"),
    "withdrawn": _l("Withdrawn"),
    "surrendered": _l("Given back"),
    "none": _l("Not yet valid"),
}
ROUTE = {
    "peer": _l("By colleagues, as an exchange"),
    "audit": _l("By a certifying body"),
    "combined": _l("Combined"),
}

CONDITION = {  # the kind of mark, and its word
    "open": ("due", _l("Still to be shown")),
    "shown": ("waiting", _l("Is being checked")),
    "met": ("done", _l("Met")),
    "not_met": ("late", _l("Not met")),
}


def scope(kind: str, text: str) -> str:
    """'The whole organisation', or the parts by name."""
    return text if kind == "parts" and text else str(_l("The whole organisation"))
